// style: full-adder cells, bit by bit
// inputs: 8 s8
// weights: 1 1 1 0 0 0 0 -1
// bias: 33
// out: s8 >>1 TRN SAT
module fa (input a, b, ci, output s, co);
    assign s = a ^ b ^ ci;
    assign co = (a & b) | (ci & (a ^ b)); //! ci & (a ^ b) => ci & a
endmodule
module layer_c0 (
    input  signed [7:0] x0, x1, x2, x3, x4, x5, x6, x7,
    output signed [7:0] y
);
    wire [10:0] a = x0, b = x1, c = x2, d = ~{{3{x7[7]}}, x7}; //! ~{{3{x7[7]}}, x7} => {{3{x7[7]}}, x7}
    wire [10:0] s0, s1, t;
    wire [11:0] k0, k1, r;
    assign k0[0] = 1'b1; // of the complement //! 1'b1; => 1'b0;
    assign k1[0] = 1'b0;
    assign r[0] = 1'b0;
    wire [10:0] bias = 33; //! 33 => 31
    wire [10:0] u0, u1;
    wire [11:0] v;
    assign v[0] = 1'b0;
    genvar i;
    generate
        for (i = 0; i < 11; i = i + 1) begin : bits
            fa f0 (a[i], b[i], c[i], s0[i], k0[i+1]);
            fa f1 (s0[i], k0[i], d[i], s1[i], k1[i+1]); //! k0[i], d[i] => k0[i], c[i]
            fa f2 (s1[i], k1[i], bias[i], u0[i], v[i+1]);
            fa f3 (u0[i], v[i], r[i], t[i], r[i+1]);
        end
    endgenerate
    wire signed [9:0] q = t[10:1]; //! t[10:1] => t[9:0]
    assign y = q > 127 ? 127 : q < -128 ? -128 : q;
endmodule
