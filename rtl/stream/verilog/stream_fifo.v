// A FIFO of DEPTH items in a memory, the item at the output among them. in_ready
// and out_valid depend on registers alone. An item stays for two cycles at least:
// with 3 or more an item moves in every cycle.
module stream_fifo #(
    parameter integer WIDTH = 8,
    parameter integer DEPTH = 4
) (
    input  wire             clk,
    input  wire             resetn,

    input  wire             in_valid,
    output wire             in_ready,
    input  wire [WIDTH-1:0] in_data,

    output reg              out_valid,
    input  wire             out_ready,
    output wire [WIDTH-1:0] out_data
);
    localparam integer ADDR_W = (DEPTH > 2) ? $clog2(DEPTH) : 1;
    localparam integer COUNT_W = $clog2(DEPTH + 2);
    localparam [ADDR_W-1:0] ADDR_1 = 1;
    localparam [ADDR_W-1:0] LAST = DEPTH[ADDR_W-1:0] - ADDR_1;
    localparam [COUNT_W-1:0] COUNT_1 = 1;
    localparam [COUNT_W-1:0] FULL = DEPTH[COUNT_W-1:0];

    reg [ADDR_W-1:0] write_at, read_at;
    reg [COUNT_W-1:0] held; // items, that at the output among them

    wire put = in_valid & in_ready;
    wire take = out_valid & out_ready;
    wire more = out_valid ? held > COUNT_1 : held != {COUNT_W{1'b0}}; // items behind the output
    wire load = more & (~out_valid | out_ready);

    assign in_ready = held != FULL;

    stream_memory #(.WIDTH(WIDTH), .DEPTH(DEPTH), .ADDR_W(ADDR_W)) memory (
        .clk(clk),
        .write_enable(put), .write_address(write_at), .write_data(in_data),
        .read_enable(load), .read_address(read_at), .read_data(out_data)
    );

    always @(posedge clk) begin
        if (put) write_at <= (write_at == LAST) ? {ADDR_W{1'b0}} : write_at + ADDR_1;
        if (load) read_at <= (read_at == LAST) ? {ADDR_W{1'b0}} : read_at + ADDR_1;
        if (put & ~take) held <= held + COUNT_1;
        if (take & ~put) held <= held - COUNT_1;
        if (load) out_valid <= 1'b1;
        else if (out_ready) out_valid <= 1'b0;
        if (~resetn) begin
            write_at <= {ADDR_W{1'b0}};
            read_at <= {ADDR_W{1'b0}};
            held <= {COUNT_W{1'b0}};
            out_valid <= 1'b0;
        end
    end
endmodule
