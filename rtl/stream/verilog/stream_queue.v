// A short queue in registers: the border of a block. Items move up as the first
// one is taken, so that the output is a register. in_ready and out_valid are
// registers too: no path leads from one side to the other. There are 2 places at least,
// with which an item can move in every cycle; it stays for one cycle at least.
module stream_queue #(
    parameter integer WIDTH = 8,
    parameter integer PLACES = 2
) (
    input  wire             clk,
    input  wire             resetn,

    input  wire             in_valid,
    output wire             in_ready,
    input  wire [WIDTH-1:0] in_data,

    output wire             out_valid,
    input  wire             out_ready,
    output wire [WIDTH-1:0] out_data
);
    // Places are filled from 0 on; place 0 is the output.
    reg [PLACES-1:0] full;
    wire [PLACES-1:0] behind = {1'b0, full[PLACES-1:1]}; // which places have an item behind them
    wire [(PLACES+1)*WIDTH-1:0] items;

    wire put = in_valid & in_ready;
    wire take = out_valid & out_ready;

    assign in_ready = ~full[PLACES-1];
    assign out_valid = full[0];
    assign out_data = items[WIDTH-1:0];
    assign items[PLACES*WIDTH +: WIDTH] = in_data;

    genvar i;
    generate
        for (i = 0; i < PLACES; i = i + 1) begin : g_place
            stream_register #(.WIDTH(WIDTH)) place (
                .clk(clk), .enable(take | (put & ~full[i])),
                .d(behind[i] ? items[(i+1)*WIDTH +: WIDTH] : in_data), .q(items[i*WIDTH +: WIDTH])
            );
        end
    endgenerate

    always @(posedge clk) begin
        if (put & ~take) full <= {full[PLACES-2:0], 1'b1};
        if (take & ~put) full <= behind;
        if (~resetn) full <= {PLACES{1'b0}};
    end
endmodule
