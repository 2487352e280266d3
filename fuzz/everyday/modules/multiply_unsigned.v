// style: multiplications of words without sign
// inputs: 8 u8
// weights: 1 2 4 8 -1 0 16 -4
// bias: 17
// out: u8 >>6 RND SAT
module layer_c0 (
    input  [7:0] x0, x1, x2, x3, x4, x5, x6, x7,
    output [7:0] y
);
    wire [15:0] m = 16'hffff;
    wire [15:0] acc = x0 * 8'd1 + x1 * 8'd2 + x2 * 8'd4 + x3 * 8'd8 + x4 * m + x6 * 8'd16 + x7 * 16'hfffc + 16'd17; //! 16'hfffc => 16'h00fc //! 8'd8 => 8'd9
    wire signed [15:0] r = acc + 16'd32; //! 16'd32 => 16'd31
    assign y = r < 0 ? 0 : r[15:6] > 255 ? 255 : r[13:6]; //! r[13:6] => r[13:7]
endmodule
