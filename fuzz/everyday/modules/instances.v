// style: instances of a term module in a generate loop
// inputs: 8 s8
// weights: 1 -2 4 8 -1 0 16 -4
// bias: 31
// out: s8 >>4 RND SAT -128 127
module term #(parameter SHIFT = 0, parameter MINUS = 0) (
    input signed [7:0] a, input signed [15:0] c, output signed [15:0] s
);
    generate
        if (MINUS) assign s = c - (a <<< SHIFT); //! c - (a <<< SHIFT) => c - (a <<< SHIFT) - 1
        else assign s = c + (a <<< SHIFT);
    endgenerate
endmodule
module layer_c0 (
    input  signed [7:0] x0, x1, x2, x3, x4, x5, x6, x7,
    output signed [7:0] y
);
    wire signed [15:0] c0, c1, c2, c3, c4, c6, c7;
    term #(.SHIFT(0))            t0 (.a(x0), .c(16'sd31), .s(c0)); //! x0 => x1 //! 31 => 32
    term #(.SHIFT(1), .MINUS(1)) t1 (.a(x1), .c(c0), .s(c1)); //! SHIFT(1) => SHIFT(0)
    term #(.SHIFT(2))            t2 (.a(x2), .c(c1), .s(c2)); //! (c1) => (c0)
    term #(.SHIFT(3))            t3 (.a(x3), .c(c2), .s(c3));
    term #(.MINUS(1))            t4 (.a(x4), .c(c3), .s(c4)); //! MINUS(1) => MINUS(0)
    term #(4)                    t6 (x6, c4, c6); //! #(4) => #(3)
    term #(2, 1)                 t7 (x7, c6, c7);
    wire signed [15:0] r = c7 + 8; //! c7 + 8 => c7 + 7
    wire signed [11:0] q = r >>> 4;
    assign y = q > 12'sd127 ? 8'sd127 : q < -12'sd128 ? -8'sd128 : q; //! -8'sd128 : q => -8'sd127 : q
endmodule
