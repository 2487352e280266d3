// The horizontal half of a window: in each beat OUTS windows of KERNEL columns, STEP
// columns apart, the left one in the least significant bits; FILL left and right of the
// row, for every FIELD bits of a column. A column is an item here, and nothing in it is looked at.
//
// A beat brings LANES columns, the last of a row only LAST of them; the LEFT columns
// before it are kept. When a row's last beat is in, AFTER beats to its right follow it
// without further input. The next row's first beat completes no windows if FIRST is not
// 0, and then it may come in with the last of these.
module stream_columns #(
    parameter integer ITEM = 72, // width of a column
    parameter integer LANES = 1,
    parameter integer BEATS = 4, // of a row
    parameter integer LAST = 1,
    parameter integer KERNEL = 3,
    parameter integer STEP = 1,
    parameter integer OUTS = 1,
    parameter integer LEFT = 2,
    parameter integer STRIDE = 1, // beats from one with windows to the next
    parameter integer FIRST = 1,  // the beat that completes the first windows
    parameter integer AFTER = 1,
    parameter integer WINDOWS = 4, // beats with windows
    parameter integer FIELD = 1,
    parameter integer FILL = 0
) (
    input  wire                        clk,
    input  wire                        resetn,

    input  wire                        in_valid,
    output wire                        in_ready,
    input  wire [LANES*ITEM-1:0]       in_data,

    output wire                        out_valid,
    input  wire                        out_ready,
    output wire [OUTS*KERNEL*ITEM-1:0] out_data
);
    localparam integer BEAT_W = (BEATS > 2) ? $clog2(BEATS) : 1;
    localparam integer AFTER_W = $clog2(AFTER + 2);
    localparam integer DUE_W = $clog2(FIRST + STRIDE + 1);
    localparam [BEAT_W-1:0] BEAT_1 = 1;
    localparam [AFTER_W-1:0] AFTER_1 = 1;
    localparam [DUE_W-1:0] DUE_1 = 1;
    localparam [BEAT_W-1:0] LAST_BEAT = BEATS[BEAT_W-1:0] - BEAT_1;
    localparam [DUE_W-1:0] DUE_FIRST = FIRST[DUE_W-1:0];
    localparam [DUE_W-1:0] DUE_NEXT = STRIDE[DUE_W-1:0] - DUE_1;

    reg [BEAT_W-1:0] beat;   // that comes next
    reg [AFTER_W-1:0] after; // beats to the right that are still to go
    reg [DUE_W-1:0] due;     // beats until the next windows

    wire beyond = after != {AFTER_W{1'b0}};
    wire last_beyond = after == AFTER_1;
    wire wanted; // windows reach this beat
    wire due_now = (due == {DUE_W{1'b0}}) & wanted;
    wire move = ~due_now | out_ready;
    wire take = in_valid & in_ready;
    wire end_of_row = take & (beat == LAST_BEAT);
    wire fall = move & beyond;
    // The next row begins, with a beat in this cycle or later.
    wire restart = (fall & last_beyond) | ((AFTER == 0) & end_of_row);

    assign in_ready = move & (~beyond | (last_beyond & (FIRST != 0)));
    assign out_valid = (beyond | in_valid) & due_now;

    always @(posedge clk) begin
        if (take) beat <= (beat == LAST_BEAT) ? {BEAT_W{1'b0}} : beat + BEAT_1;
        if (end_of_row) after <= AFTER[AFTER_W-1:0];
        else if (fall) after <= after - AFTER_1;
        if (restart) due <= (beyond & take) ? DUE_FIRST - DUE_1 : DUE_FIRST;
        else if (take | fall) due <= (due == {DUE_W{1'b0}}) ? DUE_NEXT : due - DUE_1;
        if (~resetn) begin
            beat <= {BEAT_W{1'b0}};
            after <= {AFTER_W{1'b0}};
            due <= DUE_FIRST;
        end
    end

    // Which lanes of the beat that comes in are of the row.
    wire [LANES-1:0] whole;
    wire [(LEFT+LANES)*ITEM-1:0] items;
    wire [LEFT+LANES-1:0] show;

    genvar k, q;
    generate
        if (LANES > 1 && FIRST + WINDOWS < BEATS) begin : g_wanted
            localparam [BEAT_W-1:0] WANTED = FIRST[BEAT_W-1:0] + WINDOWS[BEAT_W-1:0] - BEAT_1;
            assign wanted = beyond | (beat <= WANTED);
        end else begin : g_all_wanted
            assign wanted = 1'b1;
        end
        for (k = 0; k < LANES; k = k + 1) begin : g_lane
            assign whole[k] = (k < LAST) | (beat != LAST_BEAT);
        end
        if (LEFT == 0) begin : g_beat
            assign items = in_data;
            assign show = whole & {LANES{~beyond}};
        end else begin : g_left
            wire [LEFT*ITEM-1:0] left;
            reg [LEFT-1:0] have; // which of them are of the row
            wire [LEFT+LANES-1:0] begun = {whole & {LANES{beyond & take}}, {LEFT{1'b0}}};
            wire unused_begun = |begun[LANES-1:0];
            assign items = {in_data, left};
            assign show = {whole & {LANES{~beyond}}, have};

            stream_register #(.WIDTH(LEFT * ITEM)) columns (
                .clk(clk), .enable(take | fall), .d(items[(LEFT+LANES)*ITEM-1:LANES*ITEM]), .q(left)
            );
            always @(posedge clk) begin
                if (restart) have <= begun[LEFT+LANES-1:LANES];
                else if (take | fall) have <= show[LEFT+LANES-1:LANES];
                if (~resetn) have <= {LEFT{1'b0}};
            end
        end
        for (q = 0; q < OUTS; q = q + 1) begin : g_window
            for (k = 0; k < KERNEL; k = k + 1) begin : g_tap
                assign out_data[(q*KERNEL+k)*ITEM +: ITEM] = show[q*STEP+k] ? items[(q*STEP+k)*ITEM +: ITEM] : {ITEM/FIELD{FILL[FIELD-1:0]}};
            end
        end
        if (KERNEL < STEP) begin : g_between
            wire unused_items = (^items) ^ (^show); // columns between windows
        end
    endgenerate
endmodule
