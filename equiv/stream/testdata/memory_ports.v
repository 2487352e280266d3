// Blocks around memories of several ports.

// The windows of window.v, all nine taps of one read in the same clock.
module window_nine (
    input  wire         clk,
    input  wire         resetn,
    input  wire         in_valid,
    output wire         in_ready,
    input  wire [15:0]  in_data,
    output wire         out_valid,
    input  wire         out_ready,
    output wire [143:0] out_data
);
    reg [15:0]  frame [0:29];
    reg [143:0] taps;
    reg [4:0]   taken;
    reg [2:0]   y, x;
    reg         full;

    wire [2:0] low   = (y == 3'd4) ? 3'd4 : y + 3'd1;
    wire [2:0] right = (x == 3'd5) ? 3'd5 : x + 3'd1;
    wire       there = taken > {2'b0, low} * 5'd6 + {2'b0, right};
    wire [4:0] middle = {2'b0, y} * 5'd6 + {2'b0, x};
    wire top = y != 3'd0, bottom = y != 3'd4, left = x != 3'd0, end_right = x != 3'd5;

    assign in_ready = !there & !full;
    assign out_valid = full;
    assign out_data = taps;

    always @(posedge clk) begin
        if (in_valid & in_ready) begin
            frame[taken] <= in_data;
            taken <= taken + 5'd1;
        end
        if (there & !full) begin
            taps[15:0]    <= top & left ? frame[middle - 5'd7] : 16'd0;
            taps[31:16]   <= top ? frame[middle - 5'd6] : 16'd0;
            taps[47:32]   <= top & end_right ? frame[middle - 5'd5] : 16'd0;
            taps[63:48]   <= left ? frame[middle - 5'd1] : 16'd0;
            taps[79:64]   <= frame[middle];
            taps[95:80]   <= end_right ? frame[middle + 5'd1] : 16'd0;
            taps[111:96]  <= bottom & left ? frame[middle + 5'd5] : 16'd0;
            taps[127:112] <= bottom ? frame[middle + 5'd6] : 16'd0;
            taps[143:128] <= bottom & end_right ? frame[middle + 5'd7] : 16'd0;
            full <= 1'b1;
        end
        if (full & out_ready) begin
            full <= 1'b0;
            x <= (x == 3'd5) ? 3'd0 : x + 3'd1;
            if (x == 3'd5) y <= (y == 3'd4) ? 3'd0 : y + 3'd1;
            if (x == 3'd5 & y == 3'd4) taken <= 5'd0;
        end
        if (!resetn) begin
            taken <= 5'd0;
            x <= 3'd0; y <= 3'd0;
            full <= 1'b0;
        end
    end
endmodule

// Two pixels a beat become one. Both are written in the same clock.
module two_writes (
    input  wire        clk,
    input  wire        resetn,
    input  wire        in_valid,
    output wire        in_ready,
    input  wire [31:0] in_data,
    output wire        out_valid,
    input  wire        out_ready,
    output wire [15:0] out_data
);
    reg [15:0] words [0:7];
    reg [2:0] to, from;
    reg [3:0] held;
    wire put  = in_valid & in_ready;
    wire take = out_valid & out_ready;

    assign in_ready  = held < 4'd7;
    assign out_valid = held != 4'd0;
    assign out_data  = words[from];

    always @(posedge clk) begin
        if (put) begin
            words[to] <= in_data[15:0];
            words[to + 3'd1] <= in_data[31:16];
            to <= to + 3'd2;
        end
        if (take) from <= from + 3'd1;
        held <= held + {2'd0, put, 1'b0} - {3'd0, take};
        if (!resetn) begin
            to <= 3'd0; from <= 3'd0;
            held <= 4'd0;
        end
    end
endmodule

// A FIFO that wipes the word which comes after the one that it writes, and at times the very
// same: what is written last stays.
module wipes (
    input  wire        clk,
    input  wire        resetn,
    input  wire        in_valid,
    output wire        in_ready,
    input  wire [15:0] in_data,
    output wire        out_valid,
    input  wire        out_ready,
    output wire [15:0] out_data
);
    reg [15:0] words [0:1];
    reg to, from, step;
    reg [1:0] held;
    wire put  = in_valid & in_ready;
    wire take = out_valid & out_ready;

    assign in_ready  = held == 2'd0;
    assign out_valid = held != 2'd0;
    assign out_data  = words[from];

    always @(posedge clk) begin
        if (put) begin
            words[to ^ step] <= 16'd0;
            words[to] <= in_data;
            to <= !to;
        end
        step <= !step;
        if (take) from <= !from;
        held <= held + {1'b0, put} - {1'b0, take};
        if (!resetn) begin
            to <= 1'b0; from <= 1'b0; step <= 1'b0;
            held <= 2'd0;
        end
    end
endmodule
