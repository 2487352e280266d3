// style: ports that truncate and extend
// inputs: 8 s8
// weights: 1 -2 4 8 -1 0 16 -4
// bias: 500
// out: u8 >>4 TRN SAT
module widen (input signed [15:0] a, input signed [15:0] b, output signed [19:0] s);
    assign s = a + b; //! a + b => a - b
endmodule
module cut (input [7:0] a, output [11:0] b);
    assign b = {4'd0, a};
endmodule
module layer_c0 (
    input  signed [7:0] x0, x1, x2, x3, x4, x5, x6, x7,
    output [7:0] y
);
    wire signed [15:0] s0, s1, s2;
    widen w0 (.a(x0 - (x1 <<< 1)), .b(x2 <<< 2), .s(s0)); //! <<< 1 => <<< 2
    widen w1 (.a(x3 <<< 3), .b(-x4), .s(s1)); //! -x4 => x4
    widen w2 (.a(x6 <<< 4), .b(-(x7 <<< 2)), .s(s2));
    wire signed [15:0] acc = s0 + s1 + s2 + 16'sd500;
    wire signed [11:0] q = acc >>> 4;
    wire [8:0] low;
    cut c (.a(q), .b(low)); //! .a(q) => .a(q[7:1])
    assign y = q[11] ? 8'd0 : q[10:8] != 0 ? 8'd255 : low[7:0];
endmodule
