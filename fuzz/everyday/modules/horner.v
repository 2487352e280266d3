// style: Horner sum, from the largest shift down
// inputs: 8 s8
// weights: 1 -2 4 8 -1 0 16 -4
// bias: 17
// out: s8 >>4 TRN SAT
module layer_c0 (
    input  signed [7:0] x0, x1, x2, x3, x4, x5, x6, x7,
    output signed [7:0] y
);
    wire signed [15:0] h4 = x6;
    wire signed [15:0] h3 = (h4 <<< 1) + x3; //! <<< 1 => <<< 2
    wire signed [15:0] h2 = (h3 <<< 1) + x2 - x7; //! - x7 => + x7
    wire signed [15:0] h1 = (h2 <<< 1) - x1;
    wire signed [15:0] h0 = (h1 <<< 1) + x0 - x4 + 17; //! x0 - x4 => x4 - x0
    wire signed [11:0] q = h0 >>> 4;
    assign y = q > 127 ? 127 : q < -128 ? -128 : q;
endmodule
