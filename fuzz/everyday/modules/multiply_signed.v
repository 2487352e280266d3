// style: multiplications by constants
// inputs: 8 s8
// weights: 1 -2 4 8 -1 0 16 -4
// bias: 17
// out: s8 >>4 TRN SAT
module layer_c0 (
    input  signed [7:0] x0, x1, x2, x3, x4, x5, x6, x7,
    output signed [7:0] y
);
    localparam signed [5:0] W0 = 1, W1 = -2, W2 = 4, W3 = 8, W4 = -1, W5 = 0, W6 = 16, W7 = -4; //! W1 = -2 => W1 = 2 //! W6 = 16 => W6 = 15
    wire signed [15:0] acc = W0 * x0 + W1 * x1 + W2 * x2 + W3 * x3 + W4 * x4 + W5 * x5 + W6 * x6 + W7 * x7 + 17; //! W7 * x7 => W6 * x7
    wire signed [11:0] q = acc >>> 4;
    assign y = q > 127 ? 127 : q < -128 ? -128 : q;
endmodule
