// style: enables that travel with the data
// inputs: 8 s8
// weights: 1 -2 4 8 -1 0 16 -4
// bias: 33
// out: u8 >>4 TRN SAT
// map: module = "dut"
// map: tie valid_in = 1
// map: tie rst = 0
// latency: 3
module dut (
    input clk, rst, valid_in,
    input  signed [7:0] x0, x1, x2, x3, x4, x5, x6, x7,
    output reg valid_out, output reg [7:0] y
);
    reg v0, v1;
    reg signed [15:0] a, b, acc;
    always @(posedge clk) begin
        if (rst) {v0, v1, valid_out} <= 0;
        else {valid_out, v1, v0} <= {v1, v0, valid_in};
        if (valid_in) begin
            a <= x0 - (x1 <<< 1) + (x2 <<< 2) + (x3 <<< 3); //! (x3 <<< 3) => (x3 <<< 2)
            b <= (x6 <<< 4) - (x7 <<< 2) - x4 + 33;
        end
        if (v0) acc <= a + b; //! a + b => a + b + 1
        if (v1) y <= acc < 0 ? 0 : acc[15:4] > 255 ? 255 : acc[11:4]; //! acc < 0 => acc < 64
    end
endmodule
