// The windows of a layer over frames of ROWS rows, in raster order: ROW_KERNEL x
// COLUMN_KERNEL pixels, tap (row, column) at row * COLUMN_KERNEL + column, the first in
// the least significant bits; where the layer pads, FILL for every FIELD bits of a pixel. A
// window is offered as soon as the last of its pixels inside the frame is in.
//
// A beat brings LANES pixels of a row, the last of a row LAST of them, and gives OUTS
// windows.
module stream_window #(
    parameter integer PIXEL = 24,
    parameter integer ROWS = 4,
    parameter integer ROW_KERNEL = 3, // see stream_rows
    parameter integer ROW_STRIDE = 1,
    parameter integer ROW_FIRST = 1,
    parameter integer ROW_AFTER = 1,
    parameter integer LANES = 1, // see stream_columns
    parameter integer BEATS = 4,
    parameter integer LAST = 1,
    parameter integer COLUMN_KERNEL = 3,
    parameter integer STEP = 1,
    parameter integer OUTS = 1,
    parameter integer LEFT = 2,
    parameter integer COLUMN_STRIDE = 1,
    parameter integer COLUMN_FIRST = 1,
    parameter integer COLUMN_AFTER = 1,
    parameter integer WINDOWS = 4,
    parameter integer FIELD = 1,
    parameter integer FILL = 0
) (
    input  wire                                           clk,
    input  wire                                           resetn,

    input  wire                                           in_valid,
    output wire                                           in_ready,
    input  wire [LANES*PIXEL-1:0]                         in_data,

    output wire                                           out_valid,
    input  wire                                           out_ready,
    output wire [OUTS*ROW_KERNEL*COLUMN_KERNEL*PIXEL-1:0] out_data
);
    wire pixel_valid, pixel_ready, column_valid, column_ready;
    wire [LANES*PIXEL-1:0] pixels;
    wire [ROW_KERNEL*LANES*PIXEL-1:0] rows; // of pixels side by side
    wire [LANES*ROW_KERNEL*PIXEL-1:0] columns;
    wire [OUTS*COLUMN_KERNEL*ROW_KERNEL*PIXEL-1:0] windows; // column by column

    // What follows looks at out_ready in the same cycle; nothing of that gets past here.
    stream_queue #(.WIDTH(LANES * PIXEL), .PLACES(2)) queue (
        .clk(clk), .resetn(resetn),
        .in_valid(in_valid), .in_ready(in_ready), .in_data(in_data),
        .out_valid(pixel_valid), .out_ready(pixel_ready), .out_data(pixels)
    );
    stream_rows #(
        .PIXEL(LANES * PIXEL), .ROWS(ROWS), .COLUMNS(BEATS),
        .KERNEL(ROW_KERNEL), .STRIDE(ROW_STRIDE), .FIRST(ROW_FIRST), .AFTER(ROW_AFTER),
        .FIELD(FIELD), .FILL(FILL)
    ) vertical (
        .clk(clk), .resetn(resetn),
        .in_valid(pixel_valid), .in_ready(pixel_ready), .in_data(pixels),
        .out_valid(column_valid), .out_ready(column_ready), .out_data(rows)
    );
    stream_columns #(
        .ITEM(ROW_KERNEL * PIXEL), .LANES(LANES), .BEATS(BEATS), .LAST(LAST),
        .KERNEL(COLUMN_KERNEL), .STEP(STEP), .OUTS(OUTS), .LEFT(LEFT),
        .STRIDE(COLUMN_STRIDE), .FIRST(COLUMN_FIRST), .AFTER(COLUMN_AFTER), .WINDOWS(WINDOWS),
        .FIELD(FIELD), .FILL(FILL)
    ) horizontal (
        .clk(clk), .resetn(resetn),
        .in_valid(column_valid), .in_ready(column_ready), .in_data(columns),
        .out_valid(out_valid), .out_ready(out_ready), .out_data(windows)
    );

    genvar l, r, c;
    generate
        for (r = 0; r < ROW_KERNEL; r = r + 1) begin : g_row
            for (l = 0; l < LANES; l = l + 1) begin : g_lane
                assign columns[(l*ROW_KERNEL+r)*PIXEL +: PIXEL] = rows[(r*LANES+l)*PIXEL +: PIXEL];
            end
            for (l = 0; l < OUTS; l = l + 1) begin : g_window
                for (c = 0; c < COLUMN_KERNEL; c = c + 1) begin : g_column
                    assign out_data[((l*ROW_KERNEL+r)*COLUMN_KERNEL+c)*PIXEL +: PIXEL] =
                        windows[((l*COLUMN_KERNEL+c)*ROW_KERNEL+r)*PIXEL +: PIXEL];
                end
            end
        end
    endgenerate
endmodule
