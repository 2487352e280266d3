// style: memory that an initial block fills
// inputs: 8 s8
// weights: 1 -2 4 8 -1 0 16 -4
// bias: 40
// out: u8 >>4 TRN SAT
module layer_c0 (
    input  signed [7:0] x0, x1, x2, x3, x4, x5, x6, x7,
    output [7:0] y
);
    reg signed [12:0] rom [0:15];
    integer i;
    initial begin
        for (i = 0; i < 16; i = i + 1) rom[i] = 16 * i; //! 16 * i => 16 * i + (i == 7)
    end
    wire signed [15:0] t6 = rom[x6[3:0]] + ($signed(x6[7:4]) <<< 8); //! <<< 8 => <<< 7
    wire signed [15:0] acc = t6 + (x3 <<< 3) + (x2 <<< 2) + 40 + x0 - (x1 <<< 1) - x4 - (x7 <<< 2); //! + x0 => - x0
    wire signed [11:0] q = acc >>> 4;
    assign y = q < 0 ? 0 : q > 255 ? 255 : q;
endmodule
