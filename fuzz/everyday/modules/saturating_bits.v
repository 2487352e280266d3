// style: saturating accumulator, clamped by the overflow bits
// inputs: 8 s8
// weights: 1 -1 1 1 -1 0 1 -1
// bias: 17
// out: s8 >>2 TRN SAT
// acc: SATURATE 9
module sat_add #(parameter W = 9) (input signed [W-1:0] a, b, output signed [W-1:0] y);
    wire [W:0] s = {a[W-1], a} + {b[W-1], b};
    assign y = s[W] == s[W-1] ? s[W-1:0] : {s[W], {(W-1){~s[W]}}}; //! s[W] == s[W-1] => s[W-1] == s[W-2]
endmodule
module layer_c0 (
    input  signed [7:0] x0, x1, x2, x3, x4, x5, x6, x7,
    output signed [7:0] y
);
    wire signed [8:0] a0, a1, a2, a3, a4, a6, a7;
    sat_add s0 (9'sd17, {x0[7], x0}, a0);
    sat_add s1 (a0, -x1, a1);
    sat_add s2 (a1, {x2[7], x2}, a2); //! x2[7] => 1'b0
    sat_add s3 (a2, {x3[7], x3}, a3);
    sat_add s4 (a3, -x4, a4); //! -x4 => ~{x4[7], x4}
    sat_add s6 (a4, {x6[7], x6}, a6);
    sat_add s7 (a6, -x7, a7); //! (a6, -x7 => (a6, x7
    assign y = a7 >>> 2; //! a7 >>> 2 => a7 >>> 1
endmodule
