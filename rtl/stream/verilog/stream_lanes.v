// Joins streams of INS and OUTS pixels a beat. The last beat of a row of COLUMNS pixels
// is shorter where the row ends, on both sides; its other lanes hold anything.
//
// Pixels wait side by side, the first in the least significant bits, those of the next
// row behind those of this. A beat leaves when its pixels are there.
module stream_lanes #(
    parameter integer PIXEL = 24,
    parameter integer COLUMNS = 8,
    parameter integer INS = 1,
    parameter integer OUTS = 2
) (
    input  wire                  clk,
    input  wire                  resetn,

    input  wire                  in_valid,
    output wire                  in_ready,
    input  wire [INS*PIXEL-1:0]  in_data,

    output wire                  out_valid,
    input  wire                  out_ready,
    output wire [OUTS*PIXEL-1:0] out_data
);
    // A beat may come in while another one waits and one is not full.
    localparam integer PLACES = INS + 2 * OUTS - 1;
    localparam integer LAST_OUT = COLUMNS - (COLUMNS - 1) / OUTS * OUTS;
    localparam integer COUNT_W = $clog2(COLUMNS + PLACES + INS + 1);
    localparam [COUNT_W-1:0] ROW = COLUMNS[COUNT_W-1:0];
    localparam [COUNT_W-1:0] IN = INS[COUNT_W-1:0];
    localparam [COUNT_W-1:0] OUT = OUTS[COUNT_W-1:0];
    localparam [COUNT_W-1:0] ROOM = PLACES[COUNT_W-1:0] - IN;

    wire [PLACES*PIXEL-1:0] waiting;
    reg [COUNT_W-1:0] held;     // pixels that wait
    reg [COUNT_W-1:0] in_left;  // pixels of the row that are still to come
    reg [COUNT_W-1:0] out_left; // and to leave

    wire put = in_valid & in_ready;
    wire take = out_valid & out_ready;
    wire in_last = in_left <= IN;
    wire out_last = out_left <= OUT;
    wire [COUNT_W-1:0] in_beat = in_last ? in_left : IN;
    wire [COUNT_W-1:0] out_beat = out_last ? out_left : OUT;
    wire [COUNT_W-1:0] leave = take ? out_beat : {COUNT_W{1'b0}};
    wire [COUNT_W-1:0] rest = held - leave;

    assign in_ready = held <= ROOM;
    assign out_valid = held >= out_beat;
    assign out_data = waiting[OUTS*PIXEL-1:0];

    always @(posedge clk) begin
        held <= rest + (put ? in_beat : {COUNT_W{1'b0}});
        if (put) in_left <= in_last ? ROW : in_left - in_beat;
        if (take) out_left <= out_last ? ROW : out_left - out_beat;
        if (~resetn) begin
            held <= {COUNT_W{1'b0}};
            in_left <= ROW;
            out_left <= ROW;
        end
    end

    // Each place takes the pixel that moves up to it, or one that comes in.
    localparam [OUTS*PIXEL-1:0] NONE = 0;
    wire [(PLACES+OUTS)*PIXEL-1:0] behind = {NONE, waiting};
    genvar i, j;
    generate
        for (i = 0; i < PLACES; i = i + 1) begin : g_place
            localparam [COUNT_W-1:0] PLACE = i;
            wire [PIXEL-1:0] moved = ~take ? behind[i*PIXEL +: PIXEL]
                                   : out_last ? behind[(i+LAST_OUT)*PIXEL +: PIXEL] : behind[(i+OUTS)*PIXEL +: PIXEL];
            for (j = 0; j < INS; j = j + 1) begin : g_in
                localparam [COUNT_W-1:0] BEFORE = j;
                wire [PIXEL-1:0] here = in_data[j*PIXEL +: PIXEL] & {PIXEL{rest + BEFORE == PLACE}};
                wire [PIXEL-1:0] came; // this pixel or one before it
                if (j == 0) begin : g_first
                    assign came = here;
                end else begin : g_next
                    assign came = g_in[j-1].came | here;
                end
            end
            stream_register #(.WIDTH(PIXEL)) place (
                .clk(clk), .enable(put | take),
                .d((rest <= PLACE) ? g_in[INS-1].came : moved), .q(waiting[i*PIXEL +: PIXEL])
            );
        end
    endgenerate
endmodule
