// style: 4:2 compressors as modules
// inputs: 8 s8
// weights: 1 -2 4 8 -1 0 16 -4
// bias: 33
// out: s8 >>4 TRN SAT
module compress #(parameter W = 16) (input [W-1:0] a, b, c, d, output [W-1:0] s, k);
    // Two rows of full adders; the carry of the first goes one place up into the second.
    wire [W-1:0] t = a ^ b ^ c;
    wire [W-1:0] h = (a & b) | (b & c) | (a & c); //! (b & c) => (b | c)
    wire [W-1:0] e = {h[W-2:0], 1'b0}; //! 1'b0} => 1'b1}
    assign s = t ^ d ^ e; //! t ^ d ^ e => t ^ d
    assign k = {((t & d) | (d & e) | (t & e)), 1'b0};
endmodule
module layer_c0 (
    input  signed [7:0] x0, x1, x2, x3, x4, x5, x6, x7,
    output signed [7:0] y
);
    wire [15:0] s0, k0, s1, k1, s2, k2;
    wire [15:0] n1 = -(x1 <<< 1), n4 = -x4, n7 = -(x7 <<< 2), p0 = x0, p2 = x2 <<< 2, p3 = x3 <<< 3, p6 = x6 <<< 4; //! n4 = -x4 => n4 = x4
    compress c0 (p0, n1, p2, p3, s0, k0);
    compress c1 (n4, p6, n7, 16'd33, s1, k1); //! 33 => 34
    compress c2 (.a(s0), .b(k0), .c(s1), .d(k1), .s(s2), .k(k2)); //! .d(k1) => .d(k0)
    wire signed [15:0] acc = s2 + k2;
    wire signed [11:0] q = acc >>> 4;
    assign y = q > 127 ? 127 : q < -128 ? -128 : q;
endmodule
