// style: saturation: masks of the sign
// inputs: 8 s8
// weights: 1 -2 4 8 -1 0 16 -4
// bias: -20
// out: u8 >>4 TRN SAT
module layer_c0 (
    input  signed [7:0] x0, x1, x2, x3, x4, x5, x6, x7,
    output [7:0] y
);
    wire signed [15:0] acc = x0 - (x1 <<< 1) + (x2 <<< 2) + (x3 <<< 3) - x4 + (x6 <<< 4) - (x7 <<< 2) - 20; //! - 20 => + 20
    wire signed [11:0] q = acc >>> 4;
    wire [7:0] high = {8{|q[10:8]}}; //! |q[10:8] => |q[10:9]
    wire [7:0] keep = {8{~q[11]}}; //! ~q[11] => 1'b1
    assign y = (q[7:0] | high) & keep;
endmodule
