// Gives the ITEMS items of a beat one by one, the least significant first, and
// marks the last one.
module stream_serial #(
    parameter integer WIDTH = 8, // of an item
    parameter integer ITEMS = 4
) (
    input  wire                   clk,
    input  wire                   resetn,

    input  wire                   in_valid,
    output wire                   in_ready,
    input  wire [ITEMS*WIDTH-1:0] in_data,

    output reg                    out_valid,
    input  wire                   out_ready,
    output wire [WIDTH-1:0]       out_data,
    output wire                   out_last
);
    localparam integer COUNT_W = (ITEMS > 2) ? $clog2(ITEMS) : 1;
    localparam [COUNT_W-1:0] ONE = 1;
    localparam [COUNT_W-1:0] LAST = ITEMS[COUNT_W-1:0] - ONE;

    wire [ITEMS*WIDTH-1:0] rest;
    reg [COUNT_W-1:0] count; // items of the beat that were taken

    wire put = in_valid & in_ready;
    wire take = out_valid & out_ready;

    assign in_ready = ~out_valid;
    assign out_data = rest[WIDTH-1:0];
    assign out_last = count == LAST;

    stream_register #(.WIDTH(ITEMS * WIDTH)) items (
        .clk(clk), .enable(put | take), .d(put ? in_data : rest >> WIDTH), .q(rest)
    );
    always @(posedge clk) begin
        if (take) count <= out_last ? {COUNT_W{1'b0}} : count + ONE;
        if (put) out_valid <= 1'b1;
        else if (take & out_last) out_valid <= 1'b0;
        if (~resetn) begin
            count <= {COUNT_W{1'b0}};
            out_valid <= 1'b0;
        end
    end
endmodule
