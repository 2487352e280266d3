// One multiplier with its accumulator.
//
// On a clock edge with shift the accumulator takes over its neighbour's value,
// which is how results leave a row of lanes, lane 0 first. Otherwise, with
// enable, it becomes feature x weight, plus its old value unless first is set.
// A feature is 9 bits signed, so that signed and unsigned bytes both fit. The
// sum of 65535 products stays within 32 bits: nothing here can overflow.
module npu_lane (
    input  wire        clk,
    input  wire        enable,
    input  wire        first,
    input  wire        shift,
    input  wire [8:0]  feature,
    input  wire [7:0]  weight,
    input  wire [31:0] neighbour,
    output reg  [31:0] acc
);
    wire signed [16:0] product = $signed(feature) * $signed(weight);
    wire [31:0] addend = {{15{product[16]}}, product};
    wire [31:0] kept = first ? 32'd0 : acc;

    always @(posedge clk) begin
        if (shift) acc <= neighbour;
        else if (enable) acc <= kept + addend;
    end
endmodule
