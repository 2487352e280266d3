// style: stages with valid and ready
// inputs: 8 s8
// weights: 1 -2 4 8 -1 0 16 -4
// bias: 33
// out: s8 >>4 TRN SAT
// map: module = "dut"
// map: tie in_valid = 1
// map: tie out_ready = 1
// map: tie rst_n = 1
// map: ports "y" = "out_data"
// latency: 2
module stage #(parameter W = 16) (
    input clk, rst_n, input in_valid, output in_ready, input [W-1:0] in_data,
    output reg out_valid, input out_ready, output reg [W-1:0] out_data
);
    assign in_ready = !out_valid || out_ready; //! !out_valid || out_ready => !out_valid && !out_ready
    always @(posedge clk)
        if (!rst_n) out_valid <= 0;
        else if (in_ready) begin
            out_valid <= in_valid;
            out_data <= in_data; //! in_data => in_data | 1'b1
        end
endmodule
module dut (
    input clk, rst_n, in_valid, output in_ready,
    input  signed [7:0] x0, x1, x2, x3, x4, x5, x6, x7,
    output out_valid, input out_ready, output [7:0] out_data
);
    wire v, r;
    wire [15:0] acc;
    wire signed [15:0] sum = x0 - (x1 <<< 1) + (x2 <<< 2) + (x3 <<< 3) - x4 + (x6 <<< 4) - (x7 <<< 2) + 33; //! + 33 => - 33
    stage #(16) s0 (clk, rst_n, in_valid, in_ready, sum, v, r, acc);
    wire signed [11:0] q = $signed(acc) >>> 4; //! >>> 4 => >>> 3
    wire [7:0] c = q > 127 ? 127 : q < -128 ? -128 : q;
    stage #(8) s1 (clk, rst_n, v, r, c, out_valid, out_ready, out_data);
endmodule
