// A memory of DEPTH words with one write port and one synchronous read port.
// On an edge with read_enable the output becomes the word at read_address as it
// was before the edge. Nothing is reset. Wide words lie in banks side by side.
module stream_memory #(
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
    localparam integer BANK = 512;

    genvar low;
    generate
        for (low = 0; low < WIDTH; low = low + BANK) begin : g_bank
            localparam integer BITS = (WIDTH - low < BANK) ? WIDTH - low : BANK;
            reg [BITS-1:0] words [0:DEPTH-1];
            reg [BITS-1:0] word;
            assign read_data[low +: BITS] = word;
            always @(posedge clk) begin
                if (write_enable) words[write_address] <= write_data[low +: BITS];
                if (read_enable) word <= words[read_address];
            end
        end
    endgenerate
endmodule
