// style: saturation: none: it wraps
// inputs: 8 s8
// weights: 1 -2 4 8 -1 0 16 -4
// bias: -20
// out: s8 >>4 TRN WRAP
module layer_c0 (
    input  signed [7:0] x0, x1, x2, x3, x4, x5, x6, x7,
    output signed [7:0] y
);
    wire signed [15:0] acc = x0 - (x1 <<< 1) + (x2 <<< 2) + (x3 <<< 3) - x4 + (x6 <<< 4) - (x7 <<< 2) - 20; //! - 20 => + 20
    assign y = acc >>> 4; //! >>> 4 => >>> 5 //! acc >>> 4 => (acc + 8) >>> 4
endmodule
