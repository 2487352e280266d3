// style: delay lines packed in one vector
// inputs: 8 s8
// weights: 1 -2 4 8 -1 0 16 -4
// bias: 33
// out: s8 >>4 TRN SAT
// latency: 4
module layer_c0 (
    input clk,
    input  signed [7:0] x0, x1, x2, x3, x4, x5, x6, x7,
    output signed [7:0] y
);
    localparam D = 3;
    reg signed [15:0] head;
    reg [D*16-1:0] line; // three sums, the newest lowest
    always @(posedge clk) begin
        head <= x0 - (x1 <<< 1) + (x2 <<< 2); //! x1 <<< 1 => x1 <<< 2
        line <= {line[(D-1)*16-1:0], head}; //! head} => head + 16'd1}
    end
    reg [4*40-1:0] rest;
    always @(posedge clk) rest <= {rest[3*40-1:0], x7, x6, x4, x3, 8'd33}; //! x4, x3 => x3, x4
    wire signed [7:0] r7 = rest[159:152], r6 = rest[151:144], r4 = rest[143:136], r3 = rest[135:128]; //! rest[151:144] => rest[111:104]
    wire signed [15:0] acc = $signed(line[D*16-1 -: 16]) + (r6 <<< 4) - (r7 <<< 2) - r4 + (r3 <<< 3) + $signed({1'b0, rest[127:120]});
    wire signed [11:0] q = acc >>> 4;
    assign y = q > 127 ? 127 : q < -128 ? -128 : q;
endmodule
