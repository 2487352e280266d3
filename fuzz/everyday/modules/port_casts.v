// style: signed casts at ports
// inputs: 8 s8
// weights: 1 -2 4 8 -1 0 16 -4
// bias: 500
// out: s8 >>4 TRN SAT
module mac #(parameter K = 0, parameter MINUS = 0) (input signed [15:0] c, input signed [7:0] a, output signed [15:0] s);
    assign s = MINUS ? c - (a <<< K) : c + (a <<< K);
endmodule
module layer_c0 (
    input  [7:0] x0, x1, x2, x3, x4, x5, x6, x7,
    output [7:0] y
);
    wire [15:0] s0, s1, s2, s3, s4, s6, s7;
    mac #(0, 0) m0 (.c(16'd500), .a($signed(x0)), .s(s0)); //! $signed(x0) => $signed(x1)
    mac #(1, 1) m1 (.c(s0), .a($signed(x1)), .s(s1)); //! #(1, 1) => #(1, 0)
    mac #(2, 0) m2 (.c(s1), .a($signed(x2)), .s(s2)); //! $signed(x2) => $signed({1'b0, x2[7:1]})
    mac #(3, 0) m3 (.c(s2), .a($signed(x3)), .s(s3)); //! #(3, 0) => #(2, 0)
    mac #(0, 1) m4 (s3, $signed(x4), s4); //! s3, $signed(x4) => s2, $signed(x4)
    mac #(4, 0) m6 (s4, $signed(x6), s6);
    mac #(2, 1) m7 (s6, $signed(x7), s7); //! s6, => s4,
    wire signed [11:0] q = $signed(s7) >>> 4; //! >>> 4 => >>> 3
    assign y = q > 127 ? 127 : q < -128 ? -128 : q;
endmodule
