// style: shared terms in a function
// inputs: 8 s8
// weights: 1 -1 8 -8 1 -1 16 -16
// bias: -359
// out: u8 >>4 RND SAT
module layer_c0 (
    input  signed [7:0] x0, x1, x2, x3, x4, x5, x6, x7,
    output [7:0] y
);
    function signed [8:0] diff(input signed [7:0] a, input signed [7:0] b);
        diff = a - b; //! a - b => b - a
    endfunction
    wire signed [15:0] acc = diff(x0, x1) + (diff(x2, x3) <<< 3) //! <<< 3 => <<< 4
                           + diff(x4, x5) + (diff(x6, x7) <<< 4) - 16'sd359; //! diff(x4, x5) => diff(x4, x6) //! 359 => 358
    wire signed [15:0] r = acc + 16'sd8; //! 16'sd8 => 16'sd7
    wire signed [11:0] q = r >>> 4;
    assign y = q < 0 ? 8'd0 : q > 255 ? 8'd255 : q[7:0]; //! q > 255 => q >= 255 ? 8'd254 : q > 255
endmodule
