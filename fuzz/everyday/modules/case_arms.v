// style: variable indices and arms that values rule out
// inputs: 8 s8
// weights: 1 -2 4 8 -1 0 16 -4
// bias: 33
// out: s8 >>4 TRN SAT
module layer_c0 (
    input  signed [7:0] x0, x1, x2, x3, x4, x5, x6, x7,
    output reg signed [7:0] y
);
    wire [63:0] bus = {x7, x6, x5, x4, x3, x2, x1, x0};
    reg signed [15:0] acc, q;
    reg signed [7:0] v;
    integer i;
    always @* begin
        acc = 33;
        for (i = 0; i < 8; i = i + 1) begin
            v = bus[8*i +: 8]; //! 8*i +: 8 => 8*(i ^ 1) +: 8
            case (i)
                0: acc = acc + v;
                1: acc = acc - 2 * v;
                2: acc = acc + 4 * v; //! 4 * v => 5 * v
                3: acc = acc + 8 * v;
                4: acc = acc - v;
                6: acc = acc + 16 * v;
                7: acc = acc - 4 * v; //! acc - 4 => acc + 4
                default: ;
            endcase
        end
        q = acc >>> 4;
        casez (q[15:7])
            9'b000000000, 9'b111111111: y = q[7:0];
            9'b0????????: y = 127;
            9'b1????????: y = -128; //! -128 => -127
            default: y = 8'dx; // no value
        endcase
    end
endmodule
