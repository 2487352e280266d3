// What stands in for the head's memories while its control is proved: it keeps
// nothing, and its read data are whatever they like in every cycle. Registers
// show what was written on the last edge and where, and which word the read data
// stand for.
module npu_memory #(
    parameter integer WIDTH = 8,
    parameter integer DEPTH = 2,
    parameter integer ADDR_W = 1
) (
    input  wire              clk,
    input  wire              write_enable,
    input  wire [ADDR_W-1:0] write_address,
    input  wire [WIDTH-1:0]  write_data,
    input  wire              read_enable,
    input  wire [ADDR_W-1:0] read_address,
    output wire [WIDTH-1:0]  read_data
);
    reg wrote;
    reg [ADDR_W-1:0] wrote_at, read_at;
    reg [WIDTH-1:0] wrote_data;
    always @(posedge clk) begin
        wrote <= write_enable;
        wrote_at <= write_address;
        wrote_data <= write_data;
        if (read_enable) read_at <= read_address;
    end
endmodule
