// style: distributed arithmetic: a table of sums for each bit of four inputs
// inputs: 8 s8
// weights: 1 -2 4 8 -1 0 16 -4
// bias: 33
// out: s8 >>4 TRN SAT
module layer_c0 (
    input  signed [7:0] x0, x1, x2, x3, x4, x5, x6, x7,
    output signed [7:0] y
);
    // What four inputs with the weights 1, -2, 4, 8 come to in one bit plane.
    function signed [6:0] low(input [3:0] v);
        case (v)
            4'b0000: low = 0;  4'b0001: low = 1;  4'b0010: low = -2; 4'b0011: low = -1;
            4'b0100: low = 4;  4'b0101: low = 5;  4'b0110: low = 2;  4'b0111: low = 3; //! 4'b0110: low = 2 => 4'b0110: low = 3
            4'b1000: low = 8;  4'b1001: low = 9;  4'b1010: low = 6;  4'b1011: low = 7;
            4'b1100: low = 12; 4'b1101: low = 13; 4'b1110: low = 10; default: low = 11; //! low = 13 => low = 11
        endcase
    endfunction
    // The same with -1, 0, 16, -4.
    function signed [6:0] high(input [3:0] v);
        reg signed [6:0] s;
        begin
            case (v[1:0])
                2'b00, 2'b10: s = 0; //! 2'b10: s = 0 => 2'b10: s = 1
                default: s = -1;
            endcase
            case (v[3:2])
                2'b00: high = s;      2'b01: high = s + 16;
                2'b10: high = s - 4;  2'b11: high = s + 12; //! s + 12 => s + 20
            endcase
        end
    endfunction
    reg signed [15:0] acc;
    integer b;
    always @* begin
        acc = 33;
        for (b = 0; b < 7; b = b + 1)
            acc = acc + ((low({x3[b], x2[b], x1[b], x0[b]}) + high({x7[b], x6[b], x5[b], x4[b]})) <<< b);
        acc = acc - ((low({x3[7], x2[7], x1[7], x0[7]}) + high({x7[7], x6[7], x5[7], x4[7]})) <<< 7); //! acc - => acc +
        acc = acc >>> 4;
    end
    assign y = acc > 127 ? 127 : acc < -128 ? -128 : acc;
endmodule
