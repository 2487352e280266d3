// style: bit planes, serially by Horner from the sign on
// inputs: 8 s8
// weights: 1 1 1 1 1 1 1 1
// bias: 20
// out: s8 >>2 TRN SAT
module layer_c0 (
    input  signed [7:0] x0, x1, x2, x3, x4, x5, x6, x7,
    output signed [7:0] y
);
    wire [7:0] p [0:7];
    genvar g;
    generate for (g = 0; g < 8; g = g + 1) begin : plane
        assign p[g] = {x7[g], x6[g], x5[g], x4[g], x3[g], x2[g], x1[g], x0[g]}; //! x5[g], x4[g] => x4[g], x4[g]
    end endgenerate
    function signed [4:0] ones(input [7:0] v);
        integer i;
        begin
            ones = 0;
            for (i = 0; i < 8; i = i + 1) ones = ones + v[i]; //! i < 8 => i < 7
        end
    endfunction
    reg signed [13:0] acc;
    integer b;
    always @* begin
        acc = -ones(p[7]); //! -ones => ones
        for (b = 6; b >= 0; b = b - 1) acc = (acc <<< 1) + ones(p[b]);
        acc = (acc + 20) >>> 2; //! + 20 => - 20
    end
    assign y = acc > 127 ? 127 : acc < -128 ? -128 : acc;
endmodule
