// The horizontal half of a window: windows of KERNEL columns, the left one in the
// least significant bits; zeros left and right of the row. A column is an item here,
// and nothing in it is looked at.
//
// When a row's last column is in, AFTER columns to its right follow it without further
// input. The next row's first column completes no window if FIRST is not 0, and then it
// may come in with the last of these.
module stream_columns #(
    parameter integer ITEM = 72,
    parameter integer COLUMNS = 4,
    parameter integer KERNEL = 3,
    parameter integer STRIDE = 1,
    parameter integer FIRST = 1, // the column that completes the first window
    parameter integer AFTER = 1  // columns to the right of the row that windows reach
) (
    input  wire                   clk,
    input  wire                   resetn,

    input  wire                   in_valid,
    output wire                   in_ready,
    input  wire [ITEM-1:0]        in_data,

    output wire                   out_valid,
    input  wire                   out_ready,
    output wire [KERNEL*ITEM-1:0] out_data
);
    localparam integer COLUMN_W = (COLUMNS > 2) ? $clog2(COLUMNS) : 1;
    localparam integer AFTER_W = $clog2(AFTER + 2);
    localparam integer DUE_W = $clog2(FIRST + STRIDE + 1);
    localparam [COLUMN_W-1:0] COLUMN_1 = 1;
    localparam [AFTER_W-1:0] AFTER_1 = 1;
    localparam [DUE_W-1:0] DUE_1 = 1;
    localparam [COLUMN_W-1:0] LAST_COLUMN = COLUMNS[COLUMN_W-1:0] - COLUMN_1;
    localparam [DUE_W-1:0] DUE_FIRST = FIRST[DUE_W-1:0];
    localparam [DUE_W-1:0] DUE_NEXT = STRIDE[DUE_W-1:0] - DUE_1;

    reg [COLUMN_W-1:0] column; // that comes next
    reg [AFTER_W-1:0] after;   // columns to the right that are still to go
    reg [DUE_W-1:0] due;       // columns until the next window

    wire beyond = after != {AFTER_W{1'b0}};
    wire last_beyond = after == AFTER_1;
    wire due_now = due == {DUE_W{1'b0}};
    wire move = ~due_now | out_ready;
    wire take = in_valid & in_ready;
    wire end_of_row = take & (column == LAST_COLUMN);
    wire fall = move & beyond;
    // The next row begins, with a column in this cycle or later.
    wire restart = (fall & last_beyond) | ((AFTER == 0) & end_of_row);

    assign in_ready = move & (~beyond | (last_beyond & (FIRST != 0)));
    assign out_valid = (beyond | in_valid) & due_now;

    always @(posedge clk) begin
        if (take) column <= (column == LAST_COLUMN) ? {COLUMN_W{1'b0}} : column + COLUMN_1;
        if (end_of_row) after <= AFTER[AFTER_W-1:0];
        else if (fall) after <= after - AFTER_1;
        if (restart) due <= (beyond & take) ? DUE_FIRST - DUE_1 : DUE_FIRST;
        else if (take | fall) due <= due_now ? DUE_NEXT : due - DUE_1;
        if (~resetn) begin
            column <= {COLUMN_W{1'b0}};
            after <= {AFTER_W{1'b0}};
            due <= DUE_FIRST;
        end
    end

    genvar k;
    generate
        if (KERNEL == 1) begin : g_one
            assign out_data = in_data;
        end else begin : g_many
            localparam integer LEFT = KERNEL - 1;

            reg [LEFT*ITEM-1:0] left;
            reg [LEFT-1:0] have; // which of them are of the row
            wire [KERNEL*ITEM-1:0] items = {in_data, left};
            wire [KERNEL-1:0] show = {~beyond, have};

            always @(posedge clk) begin
                if (take | fall) left <= items[KERNEL*ITEM-1:ITEM];
                if (restart) begin
                    have <= {LEFT{1'b0}};
                    have[LEFT-1] <= beyond & take;
                end else if (take | fall) begin
                    have <= show[KERNEL-1:1];
                end
                if (~resetn) have <= {LEFT{1'b0}};
            end

            for (k = 0; k < KERNEL; k = k + 1) begin : g_tap
                assign out_data[k*ITEM +: ITEM] = items[k*ITEM +: ITEM] & {ITEM{show[k]}};
            end
        end
    endgenerate
endmodule
