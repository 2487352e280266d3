// style: offset-binary sum: no negative number occurs
// inputs: 8 s8
// weights: 1 -2 4 8 -1 0 16 -4
// bias: -100
// out: s8 >>4 RND SAT
module layer_c0 (
    input  signed [7:0] x0, x1, x2, x3, x4, x5, x6, x7,
    output signed [7:0] y
);
    // Each term is moved up by 128 times its weight; all together by 36 * 128 = 4608.
    wire [13:0] p = ({~x0[7], x0[6:0]}) + ({~x2[7], x2[6:0]} << 2) + ({~x3[7], x3[6:0]} << 3) + ({~x6[7], x6[6:0]} << 4); //! ~x2[7] => x2[7]
    wire [13:0] m = ({x1[7], ~x1[6:0]} << 1) + ({x4[7], ~x4[6:0]}) + ({x7[7], ~x7[6:0]} << 2); //! ~x1[6:0] => x1[6:0]
    // ~u is 255 - u: seven weights of that come to 7 less.
    wire [13:0] s = p + m + 14'd7 - 14'd100 + 14'd8; //! 14'd7 => 14'd0
    wire [13:0] t = s - 14'd2560; //! 2560 => 2544
    // Back from the offset only behind the shift: (4608 - 2560) / 16 = 128.
    wire [9:0] q = t[13:4];
    assign y = q[9] ? (q[8] ? -8'sd128 : 8'sd127) : q[8] ? 8'sd127 : {~q[7], q[6:0]};
endmodule
