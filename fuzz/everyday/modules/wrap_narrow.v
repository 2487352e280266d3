// style: narrow sum whose top bits do not matter
// inputs: 8 s8
// weights: 1 -2 4 8 -1 0 16 -4
// bias: 17
// out: u4 >>2 TRN WRAP
module layer_c0 (
    input  signed [7:0] x0, x1, x2, x3, x4, x5, x6, x7,
    output [3:0] y
);
    // Only six bits reach the output.
    wire [5:0] s = x0[5:0] - {x1[4:0], 1'b0} + {x2[3:0], 2'b0} + {x3[2:0], 3'b0} - x4[5:0] + {x6[1:0], 4'b0} - {x7[3:0], 2'b0} + 6'd17; //! x3[2:0], 3'b0 => x3[1:0], 4'b0 //! - x4[5:0] => - x4[4:0]
    assign y = s[5:2]; //! s[5:2] => s[4:1]
endmodule
