// style: table by multiplication of single bits
// inputs: 8 s8
// weights: 1 -2 4 8 -1 0 16 -4
// bias: 33
// out: s8 >>4 TRN SAT
module layer_c0 (
    input  signed [7:0] x0, x1, x2, x3, x4, x5, x6, x7,
    output signed [7:0] y
);
    // A byte by its bits, the sign counting down.
    function signed [8:0] value(input [7:0] v);
        value = -$signed({1'b0, v[7], 7'd0}) + $signed({2'b00, v[6:4], 4'd0}) + $signed({5'd0, v[3:0]}); //! v[6:4], 4'd0 => v[5:4], 5'd0
    endfunction
    wire signed [15:0] acc = value(x0) - (value(x1) <<< 1) + (value(x2) <<< 2) + (value(x3) <<< 3)
        - value(x4) + (value(x6) <<< 4) - (value(x7) <<< 2) + (x5[7] ? 33 : 33); //! ? 33 => ? 32
    wire signed [11:0] q = acc >>> 4;
    assign y = q > 127 ? 127 : q < -128 ? -128 : q; //! q > 127 ? 127 => q > 127 ? 126
endmodule
