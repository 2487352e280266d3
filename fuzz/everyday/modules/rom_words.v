// style: memory whose words an initial block sets one by one
// inputs: 8 s8
// weights: 1 -2 4 8 -1 0 16 -4
// bias: 41
// out: u8 >>4 TRN SAT
module layer_c0 (
    input  signed [7:0] x0, x1, x2, x3, x4, x5, x6, x7,
    output [7:0] y
);
    reg signed [9:0] rom [0:3];
    initial begin
        rom[0] = 10'd41;
        rom[1] = 10'd42; //! 42 => 41
        rom[2] = 10'd43;
        rom[3] = 10'd44; //! 44 => 43
    end
    wire signed [7:0] x0h = {x0[7:2], 2'b00};
    wire signed [15:0] acc = rom[x0[1:0]] + x0h - (x1 <<< 1) + (x2 <<< 2) + (x3 <<< 3) - x4 + (x6 <<< 4) - (x7 <<< 2);
    wire signed [11:0] q = acc >>> 4; //! >>> 4 => >>> 3
    assign y = q < 0 ? 0 : q > 255 ? 255 : q;
endmodule
