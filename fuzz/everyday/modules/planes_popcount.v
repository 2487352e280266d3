// style: popcounts of bit planes
// inputs: 8 s8
// weights: 1 1 1 1 -1 -1 -1 -1
// bias: 20
// out: u8 >>2 RND SAT
module layer_c0 (
    input  signed [7:0] x0, x1, x2, x3, x4, x5, x6, x7,
    output [7:0] y
);
    function [2:0] ones(input [3:0] v);
        ones = v[0] + v[1] + v[2] + v[3]; //! + v[3] =>
    endfunction
    reg signed [15:0] acc;
    integer b;
    always @* begin
        acc = 20;
        for (b = 0; b < 8; b = b + 1)
            if (b == 7) // the sign's plane counts down
                acc = acc - ($signed({1'b0, ones({x0[b], x1[b], x2[b], x3[b]})}) <<< b) //! acc - => acc +
                          + ($signed({1'b0, ones({x4[b], x5[b], x6[b], x7[b]})}) <<< b);
            else
                acc = acc + ($signed({1'b0, ones({x0[b], x1[b], x2[b], x3[b]})}) <<< b) //! x2[b] => x1[b]
                          - ($signed({1'b0, ones({x4[b], x5[b], x6[b], x7[b]})}) <<< b); //! <<< b => <<< (b == 3 ? 2 : b)
    end
    wire signed [15:0] r = acc + 2;
    assign y = r < 0 ? 0 : r[15:2] > 255 ? 255 : r[9:2]; //! r[9:2] => r[8:1]
endmodule
