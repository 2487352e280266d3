// The windows of a convolution over frames of ROWS x COLUMNS pixels, in raster order:
// ROW_KERNEL x COLUMN_KERNEL pixels, tap (row, column) at row * COLUMN_KERNEL + column,
// the first in the least significant bits; zeros where the layer pads. A window is
// offered as soon as the last of its pixels inside the frame is in.
module stream_window #(
    parameter integer PIXEL = 24,
    parameter integer ROWS = 4,
    parameter integer COLUMNS = 4,
    parameter integer ROW_KERNEL = 3,
    parameter integer ROW_STRIDE = 1,
    parameter integer ROW_FIRST = 1, // see stream_rows
    parameter integer ROW_AFTER = 1,
    parameter integer COLUMN_KERNEL = 3,
    parameter integer COLUMN_STRIDE = 1,
    parameter integer COLUMN_FIRST = 1, // see stream_columns
    parameter integer COLUMN_AFTER = 1
) (
    input  wire                                        clk,
    input  wire                                        resetn,

    input  wire                                        in_valid,
    output wire                                        in_ready,
    input  wire [PIXEL-1:0]                            in_data,

    output wire                                        out_valid,
    input  wire                                        out_ready,
    output wire [ROW_KERNEL*COLUMN_KERNEL*PIXEL-1:0]   out_data
);
    wire pixel_valid, pixel_ready, column_valid, column_ready;
    wire [PIXEL-1:0] pixel;
    wire [ROW_KERNEL*PIXEL-1:0] column;
    wire [COLUMN_KERNEL*ROW_KERNEL*PIXEL-1:0] columns; // column by column

    // What follows looks at out_ready in the same cycle; nothing of that gets past here.
    stream_queue #(.WIDTH(PIXEL), .PLACES(2)) queue (
        .clk(clk), .resetn(resetn),
        .in_valid(in_valid), .in_ready(in_ready), .in_data(in_data),
        .out_valid(pixel_valid), .out_ready(pixel_ready), .out_data(pixel)
    );
    stream_rows #(
        .PIXEL(PIXEL), .ROWS(ROWS), .COLUMNS(COLUMNS),
        .KERNEL(ROW_KERNEL), .STRIDE(ROW_STRIDE), .FIRST(ROW_FIRST), .AFTER(ROW_AFTER)
    ) vertical (
        .clk(clk), .resetn(resetn),
        .in_valid(pixel_valid), .in_ready(pixel_ready), .in_data(pixel),
        .out_valid(column_valid), .out_ready(column_ready), .out_data(column)
    );
    stream_columns #(
        .ITEM(ROW_KERNEL * PIXEL), .COLUMNS(COLUMNS),
        .KERNEL(COLUMN_KERNEL), .STRIDE(COLUMN_STRIDE), .FIRST(COLUMN_FIRST), .AFTER(COLUMN_AFTER)
    ) horizontal (
        .clk(clk), .resetn(resetn),
        .in_valid(column_valid), .in_ready(column_ready), .in_data(column),
        .out_valid(out_valid), .out_ready(out_ready), .out_data(columns)
    );

    genvar r, c;
    generate
        for (r = 0; r < ROW_KERNEL; r = r + 1) begin : g_row
            for (c = 0; c < COLUMN_KERNEL; c = c + 1) begin : g_column
                assign out_data[(r*COLUMN_KERNEL+c)*PIXEL +: PIXEL] = columns[(c*ROW_KERNEL+r)*PIXEL +: PIXEL];
            end
        end
    endgenerate
endmodule
