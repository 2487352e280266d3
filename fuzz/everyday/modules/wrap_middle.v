// style: accumulator that wraps in the middle and comes out right
// inputs: 8 s8
// weights: 16 -16 8 -8 4 -4 2 -2
// bias: 17
// out: s12 >>2 TRN WRAP
module layer_c0 (
    input  signed [7:0] x0, x1, x2, x3, x4, x5, x6, x7,
    output signed [11:0] y
);
    // 14 bits hold what y keeps; partial sums do not fit them.
    wire signed [13:0] a = (x0 <<< 4) + (x2 <<< 3) + (x4 <<< 2) + (x6 <<< 1); //! <<< 2 => <<< 3
    wire signed [13:0] b = a + a;
    wire signed [13:0] c = b - (x1 <<< 4) - (x3 <<< 3) - (x5 <<< 2) - (x7 <<< 1) + 17; //! (x5 <<< 2) => (x5 <<< 1)
    wire signed [13:0] acc = c - a; //! c - a => c
    assign y = acc >>> 2; //! acc >>> 2 => acc[12:2]
endmodule
