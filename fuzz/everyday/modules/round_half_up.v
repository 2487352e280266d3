// style: rounding: half is added
// inputs: 8 s8
// weights: 1 -2 4 8 -1 0 16 -4
// bias: 9
// out: s9 >>4 RND SAT
module layer_c0 (
    input  signed [7:0] x0, x1, x2, x3, x4, x5, x6, x7,
    output signed [8:0] y
);
    wire signed [15:0] acc = x0 - (x1 <<< 1) + (x2 <<< 2) + (x3 <<< 3) - x4 + (x6 <<< 4) - (x7 <<< 2) + 9; //! + (x3 <<< 3) => - (x3 <<< 3)
    wire signed [15:0] r = acc + 16'sd8; //! sd8 => sd4
    wire signed [11:0] q = r >>> 4;
    assign y = q > 255 ? 255 : q < -256 ? -256 : q; //! -256 : q => -255 : q
endmodule
