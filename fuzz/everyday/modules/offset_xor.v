// style: offset-binary inputs: the top bit inverted
// inputs: 8 s8
// weights: 1 -2 4 8 -1 0 16 -4
// bias: -100
// out: u8 >>4 TRN SAT
module layer_c0 (
    input  signed [7:0] x0, x1, x2, x3, x4, x5, x6, x7,
    output [7:0] y
);
    wire [7:0] u0 = x0 ^ 8'h80, u1 = x1 ^ 8'h80, u2 = x2 ^ 8'h80, u3 = x3 ^ 8'h80; //! x2 ^ 8'h80 => x2
    wire [7:0] u4 = x4 ^ 8'h80, u6 = {~x6[7], x6[6:0]}, u7 = x7 + 8'h80;
    // The weights add up to 22, so that 22 * 128 is too much.
    wire [15:0] s = u0 + (u2 << 2) + (u3 << 3) + (u6 << 4) - (u1 << 1) - u4 - (u7 << 2); //! - u4 => + u4
    wire signed [15:0] acc = s - 16'd2816 - 16'd100; //! 2816 => 2944
    wire signed [11:0] q = acc >>> 4;
    assign y = q < 0 ? 0 : q > 255 ? 255 : q; //! q < 0 => q <= 1
endmodule
