// The entry: makes whole frames of ROWS x COLUMNS pixels of an AXI4-Stream. in_first
// (tuser) marks the first pixel of a frame, in_last (tlast) the last pixel of a row.
//
// What comes before a first pixel is dropped. A frame that breaks off, by a first
// pixel too early or a row's end at a wrong place, is filled with pixels of 0 to its
// whole size; the next frame begins with the next first pixel. So nothing behind the
// entry ever sees a part of a frame.
module stream_framer #(
    parameter integer WIDTH = 24, // of a pixel
    parameter integer ROWS = 4,
    parameter integer COLUMNS = 4
) (
    input  wire             clk,
    input  wire             resetn,

    input  wire             in_valid,
    output wire             in_ready,
    input  wire [WIDTH-1:0] in_data,
    input  wire             in_first,
    input  wire             in_last,

    output wire             out_valid,
    input  wire             out_ready,
    output wire [WIDTH-1:0] out_data
);
    localparam integer ROW_W = (ROWS > 2) ? $clog2(ROWS) : 1;
    localparam integer COLUMN_W = (COLUMNS > 2) ? $clog2(COLUMNS) : 1;
    localparam [ROW_W-1:0] ROW_1 = 1;
    localparam [COLUMN_W-1:0] COLUMN_1 = 1;
    localparam [ROW_W-1:0] LAST_ROW = ROWS[ROW_W-1:0] - ROW_1;
    localparam [COLUMN_W-1:0] LAST_COLUMN = COLUMNS[COLUMN_W-1:0] - COLUMN_1;

    reg begun; // a frame has its first pixel
    reg fill;  // and has broken off
    reg [ROW_W-1:0] row;
    reg [COLUMN_W-1:0] column;

    // Pixels and their marks wait side by side: control reads the marks alone.
    wire beat, pixel_beat, first, last;
    wire [WIDTH-1:0] pixel;
    wire pixel_ready;
    wire unused_pixels = pixel_beat | pixel_ready; // what the marks' queue says too
    wire pass = beat & (first != begun); // the beat is the pixel that is due
    wire drop = beat & ~first & ~begun;
    wire step = out_valid & out_ready;
    wire end_of_row = column == LAST_COLUMN;
    wire end_of_frame = end_of_row & (row == LAST_ROW);
    wire next = ~fill & ((pass & out_ready) | drop);

    assign out_valid = fill | pass;
    assign out_data = pixel & {WIDTH{~fill}};

    stream_queue #(.WIDTH(2), .PLACES(2)) marks (
        .clk(clk), .resetn(resetn),
        .in_valid(in_valid), .in_ready(in_ready), .in_data({in_last, in_first}),
        .out_valid(beat), .out_ready(next), .out_data({last, first})
    );
    stream_queue #(.WIDTH(WIDTH), .PLACES(2)) pixels (
        .clk(clk), .resetn(resetn),
        .in_valid(in_valid), .in_ready(pixel_ready), .in_data(in_data),
        .out_valid(pixel_beat), .out_ready(next), .out_data(pixel)
    );

    always @(posedge clk) begin
        if (step) begin
            column <= end_of_row ? {COLUMN_W{1'b0}} : column + COLUMN_1;
            if (end_of_row) row <= end_of_frame ? {ROW_W{1'b0}} : row + ROW_1;
            begun <= ~end_of_frame;
            fill <= ~end_of_frame & (fill | (last != end_of_row));
        end else if (beat & first & begun) begin
            fill <= 1'b1;
        end
        if (~resetn) begin
            begun <= 1'b0;
            fill <= 1'b0;
            row <= {ROW_W{1'b0}};
            column <= {COLUMN_W{1'b0}};
        end
    end
endmodule
