// style: saturation: comparisons
// inputs: 8 s8
// weights: 1 -2 4 8 -1 0 16 -4
// bias: -20
// out: s8 >>4 TRN SAT
module layer_c0 (
    input  signed [7:0] x0, x1, x2, x3, x4, x5, x6, x7,
    output signed [7:0] y
);
    wire signed [15:0] acc = x0 - (x1 <<< 1) + (x2 <<< 2) + (x3 <<< 3) - x4 + (x6 <<< 4) - (x7 <<< 2) - 20; //! - 20 => + 20
    wire signed [11:0] q = acc >>> 4;
    assign y = (q > 12'sd127) ? 8'sd127 : (q < -12'sd128) ? -8'sd128 : q[7:0]; //! -8'sd128 => 8'sd0
endmodule
