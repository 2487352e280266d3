// The adders of Yosys' synthesis in cells that are read back (simlib.v of Yosys).

(* techmap_celltype = "$fa" *)
module full_adders (A, B, C, X, Y);
    parameter WIDTH = 1;
    input [WIDTH-1:0] A, B, C;
    output [WIDTH-1:0] X, Y;
    wire [WIDTH-1:0] t = A ^ B;
    assign Y = t ^ C;
    assign X = (A & B) | (C & t);
endmodule

(* techmap_celltype = "$alu" *)
module adder (A, B, CI, BI, X, Y, CO);
    parameter A_SIGNED = 0;
    parameter B_SIGNED = 0;
    parameter A_WIDTH = 1;
    parameter B_WIDTH = 1;
    parameter Y_WIDTH = 1;
    parameter _TECHMAP_CONSTMSK_CI_ = 0;
    parameter _TECHMAP_CONSTVAL_CI_ = 0;
    parameter _TECHMAP_CONSTMSK_BI_ = 0;
    parameter _TECHMAP_CONSTVAL_BI_ = 0;
    input [A_WIDTH-1:0] A;
    input [B_WIDTH-1:0] B;
    input CI, BI;
    output [Y_WIDTH-1:0] X, Y, CO;
    wire [Y_WIDTH-1:0] a, b;
    generate // an operand of no bits is 0
        if (A_WIDTH == 0)
            assign a = 0;
        else
            \$pos #(.A_SIGNED(A_SIGNED), .A_WIDTH(A_WIDTH), .Y_WIDTH(Y_WIDTH)) ext_a (.A(A), .Y(a));
        if (B_WIDTH == 0)
            assign b = 0;
        else
            \$pos #(.A_SIGNED(B_SIGNED), .A_WIDTH(B_WIDTH), .Y_WIDTH(Y_WIDTH)) ext_b (.A(B), .Y(b));
    endgenerate
    wire [Y_WIDTH-1:0] c = b ^ {Y_WIDTH{BI}};
    generate
        if (_TECHMAP_CONSTMSK_CI_ && _TECHMAP_CONSTMSK_BI_ && _TECHMAP_CONSTVAL_CI_ && _TECHMAP_CONSTVAL_BI_)
            assign Y = a - b;
        else if (_TECHMAP_CONSTMSK_CI_ && _TECHMAP_CONSTMSK_BI_ && !_TECHMAP_CONSTVAL_CI_ && !_TECHMAP_CONSTVAL_BI_)
            assign Y = a + b;
        else
            assign Y = a + c + CI;
    endgenerate
    assign X = a ^ c;
    assign CO = (a & c) | ((a | c) & ~Y);
endmodule
