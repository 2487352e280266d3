// style: registers retimed into the sum
// inputs: 8 s8
// weights: 1 -2 4 8 -1 0 16 -4
// bias: 33
// out: s8 >>4 TRN SAT
// latency: 2
module layer_c0 (
    input clk,
    input  signed [7:0] x0, x1, x2, x3, x4, x5, x6, x7,
    output signed [7:0] y
);
    // One half is registered before it is added, the other behind; both cross two.
    reg signed [15:0] a0, a1, b0, b1, c1;
    reg signed [7:0] d0;
    always @(posedge clk) begin
        a0 <= x0 - (x1 <<< 1);
        b0 <= (x2 <<< 2) + (x3 <<< 3); //! x2 <<< 2 => x2 <<< 3
        d0 <= x7; //! d0 <= x7 => d0 <= x6
        c1 <= (t6 <<< 4) - (d0 <<< 2) + 33; //! (t6 <<< 4) => (x6 <<< 4)
        a1 <= a0 - t4;
        b1 <= b0;
    end
    reg signed [7:0] t4, t6;
    always @(posedge clk) {t4, t6} <= {x4, x6}; //! {x4, x6} => {x6, x4}
    wire signed [15:0] acc = a1 + b1 + c1;
    wire signed [11:0] q = acc >>> 4;
    assign y = q > 127 ? 127 : q < -128 ? -128 : q;
endmodule
