// style: ports that truncate and extend
// inputs: 8 s8
// weights: 1 -2 4 8 -1 0 16 -4
// bias: 500
// out: u8 >>4 TRN SAT
module widen (input signed [15:0] a, input signed [15:0] b, output signed [19:0] s);
    assign s = a + b; //! a + b => a - b
endmodule
module cut (input [7:0] a, output [11:0] b);
    assign b = {4'd0, a}; //! {4'd0, a} => {a, 4'd0}
endmodule
module layer_c0 (
    input  signed [7:0] x0, x1, x2, x3, x4, x5, x6, x7,
    output [7:0] y
);
    // Bytes are extended at ports of sixteen bits, and sums cut at wires of sixteen.
    wire signed [8:0] twice = x1 <<< 1;
    wire signed [10:0] eight = x3 <<< 3; //! x3 <<< 3 => x3 <<< 2
    wire signed [15:0] s0, s1, s2, s3;
    wire signed [11:0] d6 = x6 <<< 4, d7 = -(x7 <<< 2); //! -(x7 <<< 2) => x7 <<< 2
    wire signed [8:0] minus = -x4;
    widen w0 (.a(x0), .b(eight), .s(s0)); //! .a(x0) => .a(x1)
    widen w1 (.a(d6), .b(d7), .s(s1));
    widen w2 (.a(minus), .b(16'd500), .s(s2)); //! 500 => 501
    wire signed [15:0] acc = s0 + s1 + s2 + (x2 <<< 2) - twice;
    wire signed [11:0] q = acc >>> 4;
    wire [8:0] low;
    cut c (.a(q), .b(low));
    assign y = q[11] ? 8'd0 : q[10:8] != 0 ? 8'd255 : low[7:0];
endmodule
