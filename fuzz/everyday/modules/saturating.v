// style: saturating accumulator, in the declared order
// inputs: 8 s8
// weights: 1 -2 4 8 -1 0 16 -4
// bias: 17
// out: s8 >>2 TRN SAT
// acc: SATURATE 11
module layer_c0 (
    input  signed [7:0] x0, x1, x2, x3, x4, x5, x6, x7,
    output signed [7:0] y
);
    function signed [10:0] plus(input signed [10:0] a, input signed [12:0] t);
        reg signed [13:0] s;
        begin
            s = a + t;
            plus = s > 1023 ? 1023 : s < -1024 ? -1024 : s[10:0]; //! s > 1023 ? 1023 => s > 1023 ? 1022
        end
    endfunction
    wire signed [10:0] a0 = plus(17, x0);
    wire signed [10:0] a1 = plus(a0, -(x1 <<< 1)); //! (x1 <<< 1) => (x1 <<< 2)
    wire signed [10:0] a2 = plus(a1, x2 <<< 2);
    wire signed [10:0] a3 = plus(a2, x3 <<< 3);
    wire signed [10:0] a4 = plus(a3, -x4);
    wire signed [10:0] a6 = plus(a4, x6 <<< 4); //! x6 <<< 4 => x6 <<< 3
    wire signed [10:0] a7 = plus(a6, -(x7 <<< 2)); //! plus(a6, => plus(a4,
    wire signed [8:0] q = a7 >>> 2;
    assign y = q > 127 ? 127 : q < -128 ? -128 : q;
endmodule
