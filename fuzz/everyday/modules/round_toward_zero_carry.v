// style: rounding: toward zero, by the sign and the bits cut off
// inputs: 8 s8
// weights: 1 -2 4 8 -1 0 16 -4
// bias: 9
// out: s9 >>4 TRN_ZERO SAT
module layer_c0 (
    input  signed [7:0] x0, x1, x2, x3, x4, x5, x6, x7,
    output signed [8:0] y
);
    wire signed [15:0] acc = x0 - (x1 <<< 1) + (x2 <<< 2) + (x3 <<< 3) - x4 + (x6 <<< 4) - (x7 <<< 2) + 9; //! + (x3 <<< 3) => - (x3 <<< 3)
    wire signed [11:0] f = acc >>> 4;
    wire signed [11:0] q = (acc[15] && acc[3:0] != 0) ? f + 1 : f; //! acc[3:0] => acc[3:1] //! f + 1 => f + 2
    assign y = q > 255 ? 255 : q < -256 ? -256 : q;
endmodule
