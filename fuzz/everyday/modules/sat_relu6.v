// style: saturation: a clamp that ends below the format
// inputs: 8 s8
// weights: 1 -2 4 8 -1 0 16 -4
// bias: -20
// out: u8 >>4 RND SAT 0 96
module layer_c0 (
    input  signed [7:0] x0, x1, x2, x3, x4, x5, x6, x7,
    output [7:0] y
);
    wire signed [15:0] acc = x0 - (x1 <<< 1) + (x2 <<< 2) + (x3 <<< 3) - x4 + (x6 <<< 4) - (x7 <<< 2) - 20; //! - 20 => + 20
    wire signed [15:0] r = acc + 8;
    wire [7:0] q = r[11:4];
    assign y = r[15] ? 0 : (r[15:4] > 96) ? 8'd96 : q; //! > 96 => > 97 //! r[15] ? => 1'b0 ?
endmodule
