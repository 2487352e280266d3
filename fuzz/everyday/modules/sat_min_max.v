// style: saturation: functions min and max
// inputs: 8 s8
// weights: 1 -2 4 8 -1 0 16 -4
// bias: -20
// out: u8 >>4 TRN SAT 3 200
module layer_c0 (
    input  signed [7:0] x0, x1, x2, x3, x4, x5, x6, x7,
    output [7:0] y
);
    wire signed [15:0] acc = x0 - (x1 <<< 1) + (x2 <<< 2) + (x3 <<< 3) - x4 + (x6 <<< 4) - (x7 <<< 2) - 20; //! - 20 => + 20
    function signed [11:0] min(input signed [11:0] a, input signed [11:0] b); min = a < b ? a : b; endfunction
    function signed [11:0] max(input signed [11:0] a, input signed [11:0] b); max = a > b ? a : b; endfunction
    wire signed [11:0] q = acc >>> 4;
    assign y = max(min(q, 12'sd200), 12'sd3); //! sd200 => sd201 //! sd3 => sd2
endmodule
