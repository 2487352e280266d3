// style: signed casts at ports
// inputs: 8 s8
// weights: 1 -2 4 8 -1 0 16 -4
// bias: 500
// out: s8 >>4 TRN SAT
module mac (input signed [15:0] c, input signed [15:0] a, output signed [15:0] s);
    assign s = c + a;
endmodule
module layer_c0 (
    input  [7:0] x0, x1, x2, x3, x4, x5, x6, x7,
    output [7:0] y
);
    wire [15:0] s0, s1, s2, s3;
    mac m0 (.c(16'd500), .a($signed(x0)), .s(s0)); //! $signed(x0) => x0
    mac m1 (.c(s0), .a(-($signed(x1) <<< 1)), .s(s1)); //! <<< 1 => <<< 3
    mac m2 (.c(s1), .a(($signed(x2) <<< 2) + ($signed(x3) <<< 3)), .s(s2)); //! $signed(x3) => $unsigned(x3)
    mac m3 (.c(s2), .a(($signed(x6) <<< 4) - $signed(x4) - ($signed(x7) <<< 2)), .s(s3)); //! - $signed(x4) => - x4
    wire signed [11:0] q = $signed(s3) >>> 4; //! $signed(s3) => s3
    assign y = q > 127 ? 127 : q < -128 ? -128 : q;
endmodule
