// style: 3:2 compressors in a function
// inputs: 8 s8
// weights: 1 -2 4 8 -1 0 16 -4
// bias: 33
// out: s8 >>4 TRN SAT
module layer_c0 (
    input  signed [7:0] x0, x1, x2, x3, x4, x5, x6, x7,
    output signed [7:0] y
);
    wire [15:0] a0 = x0, a1 = ~(x1 <<< 1), a2 = x2 <<< 2, a3 = x3 <<< 3, a4 = ~{{8{x4[7]}}, x4}, a6 = x6 <<< 4, a7 = ~(x7 <<< 2); //! a2 = x2 <<< 2 => a2 = x2 <<< 1
    wire [15:0] k = 16'd33 + 16'd3; // three complements lack one each //! 16'd3; => 16'd2;
    wire [15:0] s0 = a0 ^ a1 ^ a2, c0 = (a0 & a1 | a1 & a2 | a0 & a2) << 1; //! a0 ^ a1 ^ a2 => a0 ^ a1 | a2
    wire [15:0] s1 = a3 ^ a4 ^ a6, c1 = (a3 & a4 | a6 & (a3 ^ a4)) << 1; //! a6 & (a3 ^ a4) => a6 & (a3 ^ a6)
    wire [15:0] s2 = s0 ^ c0 ^ s1, c2 = (s0 & c0 | s1 & (s0 | c0)) << 1; //! << 1; => << 2;
    wire [15:0] s3 = c1 ^ a7 ^ k, c3 = (c1 & a7 | a7 & k | c1 & k) << 1;
    wire [15:0] s4 = s2 ^ c2 ^ s3, c4 = (s2 & c2 | c2 & s3 | s2 & s3) << 1;
    wire [15:0] s5 = s4 ^ c4 ^ c3, c5 = (s4 & c4 | c4 & c3 | s4 & c3) << 1;
    wire signed [15:0] acc = s5 + c5; //! s5 + c5 => s5 | c5
    wire signed [11:0] q = acc >>> 4;
    assign y = q > 127 ? 127 : q < -128 ? -128 : q;
endmodule
