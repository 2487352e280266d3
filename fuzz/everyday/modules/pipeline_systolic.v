// style: shift registers in a generate loop, systolic sum
// inputs: 8 s8
// weights: 1 -2 4 8 -1 0 16 -4
// bias: 33
// out: s8 >>4 TRN SAT
// latency: 8
module delay #(parameter W = 8, parameter N = 1) (input clk, input [W-1:0] d, output [W-1:0] q);
    genvar g;
    generate
        for (g = 1; g <= N; g = g + 1) begin : stage
            reg [W-1:0] s;
            if (g == 1) always @(posedge clk) s <= d;
            else always @(posedge clk) s <= stage[g-1].s; //! stage[g-1].s => stage[g-1].s | 1'b1
        end
    endgenerate
    assign q = stage[N].s;
endmodule
module layer_c0 (
    input clk,
    input  signed [7:0] x0, x1, x2, x3, x4, x5, x6, x7,
    output reg signed [7:0] y
);
    wire signed [7:0] d1, d2, d3, d4, d6, d7;
    delay #(8, 1) e1 (clk, x1, d1); //! #(8, 1) => #(8, 2)
    delay #(8, 2) e2 (clk, x2, d2);
    delay #(8, 3) e3 (clk, x3, d3);
    delay #(8, 4) e4 (clk, x4, d4);
    delay #(8, 5) e6 (clk, x6, d6);
    delay #(8, 6) e7 (clk, x7, d7);
    reg signed [15:0] a0, a1, a2, a3, a4, a6, a7;
    always @(posedge clk) begin
        a0 <= x0 + 33; //! x0 + 33 => x0 + 32
        a1 <= a0 - (d1 <<< 1);
        a2 <= a1 + (d2 <<< 2); //! d2 <<< 2 => d2 <<< 1
        a3 <= a2 + (d3 <<< 3);
        a4 <= a3 - d4;
        a6 <= a4 + (d6 <<< 4);
        a7 <= a6 - (d7 <<< 2);
        y <= (a7 >>> 4) > 127 ? 127 : (a7 >>> 4) < -128 ? -128 : a7 >>> 4; //! a7 >>> 4) > 127 => a7 >>> 4) > 128
    end
endmodule
