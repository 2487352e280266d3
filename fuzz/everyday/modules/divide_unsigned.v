// style: division and remainder by powers of two
// inputs: 8 u8
// weights: 1 1 4 8 1 0 16 4
// bias: 2000
// out: u8 >>4 TRN SAT
module layer_c0 (
    input  [7:0] x0, x1, x2, x3, x4, x5, x6, x7,
    output [7:0] y
);
    wire [15:0] acc = x0 + x1 + x2 * 4 + x3 * 8 + x4 + x6 * 16 + x7 * 4 + 2000; //! x6 * 16 => x6 * 15
    wire [15:0] whole = acc / 16; //! acc / 16 => acc / 32
    wire [15:0] rest = acc % 16;
    wire [15:0] back = whole * 16 + rest; // is acc again
    assign y = back >= 4096 ? 255 : back / 16; //! back / 16 => back / 8 //! 4096 => 2048
endmodule
