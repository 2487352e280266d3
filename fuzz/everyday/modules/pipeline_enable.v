// style: pipeline under a common enable and a reset, both tied
// inputs: 8 s8
// weights: 1 -2 4 8 -1 0 16 -4
// bias: 33
// out: u8 >>4 TRN SAT
// map: module = "dut"
// map: tie en = 1
// map: tie rst_n = 1
// latency: 2
module dut (
    input clk, rst_n, en,
    input  signed [7:0] x0, x1, x2, x3, x4, x5, x6, x7,
    output reg [7:0] y
);
    reg signed [15:0] acc;
    always @(posedge clk or negedge rst_n)
        if (!rst_n) begin
            acc <= 0;
            y <= 0;
        end else if (en) begin //! else if (en) => else if (!en)
            acc <= x0 - (x1 <<< 1) + (x2 <<< 2) + (x3 <<< 3) - x4 + (x6 <<< 4) - (x7 <<< 2) + 33; //! + (x6 <<< 4) => - (x6 <<< 4)
            y <= acc < 0 ? 0 : acc[15:4] > 255 ? 255 : acc[11:4]; //! acc[15:4] > 255 => acc[15:4] > 127
        end
endmodule
