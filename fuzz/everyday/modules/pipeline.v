// style: three-stage pipeline
// inputs: 8 s8
// weights: 1 -2 4 8 -1 0 16 -4
// bias: 33
// out: u8 >>4 RND SAT
// latency: 3
module layer_c0 (
    input clk,
    input  signed [7:0] x0, x1, x2, x3, x4, x5, x6, x7,
    output reg [7:0] y
);
    reg signed [15:0] p0, p1, p2, acc;
    always @(posedge clk) begin
        p0 <= x0 - (x1 <<< 1); //! x0 - => x1 -
        p1 <= (x2 <<< 2) + (x3 <<< 3) - x4;
        p2 <= (x6 <<< 4) - (x7 <<< 2) + 33 + 8; //! 33 + 8 => 33
        acc <= p0 + p1 + p2; //! p0 + p1 + p2 => p0 + p1 - p2
        y <= acc < 0 ? 0 : acc[15:4] > 255 ? 255 : acc[11:4]; //! acc < 0 => acc <= 16
    end
endmodule
