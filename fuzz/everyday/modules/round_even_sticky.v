// style: rounding: half to even, by guard and sticky bits
// inputs: 8 s8
// weights: 1 -2 4 8 -1 0 16 -4
// bias: 9
// out: s9 >>4 RND_CONV SAT
module layer_c0 (
    input  signed [7:0] x0, x1, x2, x3, x4, x5, x6, x7,
    output signed [8:0] y
);
    wire signed [15:0] acc = x0 - (x1 <<< 1) + (x2 <<< 2) + (x3 <<< 3) - x4 + (x6 <<< 4) - (x7 <<< 2) + 9; //! + (x3 <<< 3) => - (x3 <<< 3)
    wire guard = acc[3], sticky = |acc[2:0]; //! acc[2:0] => acc[1:0]
    wire up = guard & (sticky | acc[4]); //! sticky | acc[4] => sticky
    wire signed [11:0] q = $signed(acc[15:4]) + $signed({1'b0, up});
    assign y = q > 255 ? 255 : q < -256 ? -256 : q; //! ? 255 => ? 254
endmodule
