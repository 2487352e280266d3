// The vertical half of a window: for every row of windows, columns of KERNEL pixels,
// the top one in the least significant bits; FILL above and below the frame, for every
// FIELD bits of a pixel.
//
// A memory of one word for each column holds the KERNEL-1 pixels above the row that
// comes in. When a frame's last row is in, AFTER rows below the frame follow it
// without further input. A new frame's first row completes no windows if FIRST is not
// 0, and then it may come in while the last of these rows goes out. Its column is
// never ahead of that row's, which moves in every cycle in which a pixel can come in.
module stream_rows #(
    parameter integer PIXEL = 24,
    parameter integer ROWS = 4,
    parameter integer COLUMNS = 4,
    parameter integer KERNEL = 3,
    parameter integer STRIDE = 1,
    parameter integer FIRST = 1, // the row that completes the first windows
    parameter integer AFTER = 1, // rows below the frame that windows reach
    parameter integer FIELD = 1,
    parameter integer FILL = 0
) (
    input  wire                    clk,
    input  wire                    resetn,

    input  wire                    in_valid,
    output wire                    in_ready,
    input  wire [PIXEL-1:0]        in_data,

    output reg                     out_valid,
    input  wire                    out_ready,
    output wire [KERNEL*PIXEL-1:0] out_data
);
    localparam integer ROW_W = (ROWS > 2) ? $clog2(ROWS) : 1;
    localparam integer COLUMN_W = (COLUMNS > 2) ? $clog2(COLUMNS) : 1;
    localparam integer AFTER_W = $clog2(AFTER + 2);
    localparam integer DUE_W = $clog2(FIRST + STRIDE + 1);
    localparam [ROW_W-1:0] ROW_1 = 1;
    localparam [COLUMN_W-1:0] COLUMN_1 = 1;
    localparam [AFTER_W-1:0] AFTER_1 = 1;
    localparam [DUE_W-1:0] DUE_1 = 1;
    localparam [ROW_W-1:0] LAST_ROW = ROWS[ROW_W-1:0] - ROW_1;
    localparam [COLUMN_W-1:0] LAST_COLUMN = COLUMNS[COLUMN_W-1:0] - COLUMN_1;
    localparam [DUE_W-1:0] DUE_FIRST = FIRST[DUE_W-1:0];
    localparam [DUE_W-1:0] DUE_NEXT = STRIDE[DUE_W-1:0] - DUE_1;

    reg [ROW_W-1:0] row; // of the pixel that comes next
    reg [COLUMN_W-1:0] column;
    reg [AFTER_W-1:0] after; // rows below the frame that are still to go
    reg [COLUMN_W-1:0] after_column;
    reg [DUE_W-1:0] due; // rows until the next row of windows

    wire below = after != {AFTER_W{1'b0}};
    wire last_below = after == AFTER_1;
    wire due_now = due == {DUE_W{1'b0}};
    wire move = ~out_valid | out_ready;
    wire take = in_valid & in_ready;
    wire end_of_row = take & (column == LAST_COLUMN);
    wire end_of_frame = end_of_row & (row == LAST_ROW);
    wire end_of_below = move & below & (after_column == LAST_COLUMN);
    // The next frame begins. Its first row ends in this cycle, or later.
    wire restart = (end_of_below & last_below) | ((AFTER == 0) & end_of_frame);

    assign in_ready = move & (~below | (last_below & (FIRST != 0)));

    always @(posedge clk) begin
        if (move) out_valid <= (below | take) & due_now;
        if (take) column <= (column == LAST_COLUMN) ? {COLUMN_W{1'b0}} : column + COLUMN_1;
        if (end_of_row) row <= (row == LAST_ROW) ? {ROW_W{1'b0}} : row + ROW_1;
        if (move & below) after_column <= end_of_below ? {COLUMN_W{1'b0}} : after_column + COLUMN_1;
        if (end_of_frame) after <= AFTER[AFTER_W-1:0];
        else if (end_of_below) after <= after - AFTER_1;
        if (restart) due <= (below & end_of_row) ? DUE_FIRST - DUE_1 : DUE_FIRST;
        else if (end_of_row | end_of_below) due <= due_now ? DUE_NEXT : due - DUE_1;
        if (~resetn) begin
            out_valid <= 1'b0;
            row <= {ROW_W{1'b0}};
            column <= {COLUMN_W{1'b0}};
            after <= {AFTER_W{1'b0}};
            after_column <= {COLUMN_W{1'b0}};
            due <= DUE_FIRST;
        end
    end

    wire [PIXEL-1:0] newest;
    stream_register #(.WIDTH(PIXEL)) at_hand (.clk(clk), .enable(take), .d(in_data), .q(newest));

    genvar k;
    generate
        if (KERNEL == 1) begin : g_one
            assign out_data = newest;
        end else begin : g_many
            localparam integer ABOVE = KERNEL - 1;

            reg [ABOVE-1:0] have;  // which of the rows above the one at hand are of its frame
            reg [KERNEL-1:0] show; // which pixels at the output are of the frame
            reg keep;              // they are to be written
            wire [ABOVE*PIXEL-1:0] above;
            wire [KERNEL*PIXEL-1:0] pixels = {newest, above};
            wire [KERNEL-1:0] passed = {~below, have};

            always @(posedge clk) begin
                if (restart) begin
                    have <= {ABOVE{1'b0}};
                    have[ABOVE-1] <= below & end_of_row;
                end else if (end_of_row | end_of_below) begin
                    have <= passed[KERNEL-1:1];
                end
                if (move) show <= passed;
                keep <= take | (move & below & ~last_below);
                if (~resetn) begin
                    have <= {ABOVE{1'b0}};
                    show <= {KERNEL{1'b0}};
                    keep <= 1'b0;
                end
            end

            for (k = 0; k < KERNEL; k = k + 1) begin : g_tap
                assign out_data[k*PIXEL +: PIXEL] = show[k] ? pixels[k*PIXEL +: PIXEL] : {PIXEL/FIELD{FILL[FIELD-1:0]}};
            end
            if (COLUMNS == 1) begin : g_word
                // A word is read in the cycle in which it is written.
                wire [ABOVE*PIXEL-1:0] word;
                wire [ABOVE*PIXEL-1:0] now = keep ? pixels[KERNEL*PIXEL-1:PIXEL] : word;
                stream_register #(.WIDTH(ABOVE * PIXEL)) kept (.clk(clk), .enable(keep), .d(now), .q(word));
                stream_register #(.WIDTH(ABOVE * PIXEL)) last (.clk(clk), .enable(move), .d(now), .q(above));
            end else begin : g_memory
                reg [COLUMN_W-1:0] keep_column;
                always @(posedge clk) begin
                    keep_column <= take ? column : after_column;
                    if (~resetn) keep_column <= {COLUMN_W{1'b0}};
                end
                stream_memory #(.WIDTH(ABOVE * PIXEL), .DEPTH(COLUMNS), .ADDR_W(COLUMN_W)) lines (
                    .clk(clk),
                    .write_enable(keep), .write_address(keep_column), .write_data(pixels[KERNEL*PIXEL-1:PIXEL]),
                    .read_enable(move), .read_address(below ? after_column : column), .read_data(above)
                );
            end
        end
    endgenerate
endmodule
