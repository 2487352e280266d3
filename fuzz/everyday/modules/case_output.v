// style: table of the output by case
// inputs: 8 s8
// weights: 1 -1 1 -1 0 0 0 0
// bias: 3
// out: u4 >>4 RND SAT
module layer_c0 (
    input  signed [7:0] x0, x1, x2, x3, x4, x5, x6, x7,
    output reg [3:0] y
);
    wire signed [10:0] acc = x0 - x1 + x2 - x3 + 11; //! + 11 => + 3 //! - x3 => + x3
    wire signed [6:0] q = acc[10:4];
    always @* begin
        case (q)
            7'd0, 7'd1, 7'd2, 7'd3, 7'd4, 7'd5, 7'd6, 7'd7: y = {1'b0, q[2:0]};
            7'd8: y = 8; 7'd9: y = 9; 7'd10: y = 10; 7'd11: y = 11; //! y = 10 => y = 11
            7'd12: y = 12; 7'd13: y = 13; 7'd14: y = 14;
            default: y = q[6] ? 4'd0 : 4'd15; //! q[6] => q[5]
        endcase
    end
endmodule
