// The windows of window.v out of one memory of a whole frame, tap by tap: a window's
// nine taps are read one after another and pushed through a shift register. Pixels
// are taken only when the next window needs them, so none is overwritten too early.
module window_memory (
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
    reg [4:0]   taken;      // pixels of the frame that are in
    reg [2:0]   y, x;       // the window
    reg [1:0]   ky, kx;     // its tap that is read next
    reg         full;

    wire [2:0] low   = (y == 3'd4) ? 3'd4 : y + 3'd1; // the last pixel that it needs
    wire [2:0] right = (x == 3'd5) ? 3'd5 : x + 3'd1;
    wire [4:0] last  = {2'b0, low} * 5'd6 + {2'b0, right};
    wire       there = taken > last;

    wire [3:0] row    = {1'b0, y} + {2'b0, ky}; // one more than the row, and than the column
    wire [3:0] column = {1'b0, x} + {2'b0, kx};
    wire outside = row == 4'd0 | row == 4'd6 | column == 4'd0 | column == 4'd7;
    wire [4:0] at = ({1'b0, row} - 5'd1) * 5'd6 + {1'b0, column} - 5'd1;
    wire [15:0] pixel = frame[at];

    wire put = in_valid & in_ready;
    wire end_of_window = ky == 2'd2 & kx == 2'd2;
    wire end_of_frame  = y == 3'd4 & x == 3'd5;

    assign in_ready = !there & !full;
    assign out_valid = full;
    assign out_data = taps;

    always @(posedge clk) begin
        if (put) begin
            frame[taken] <= in_data;
            taken <= taken + 5'd1;
        end
        if (there & !full) begin
            taps <= {outside ? 16'd0 : pixel, taps[143:16]};
            kx <= (kx == 2'd2) ? 2'd0 : kx + 2'd1;
            if (kx == 2'd2) ky <= (ky == 2'd2) ? 2'd0 : ky + 2'd1;
            if (end_of_window) full <= 1'b1;
        end
        if (full & out_ready) begin
            full <= 1'b0;
            x <= (x == 3'd5) ? 3'd0 : x + 3'd1;
            if (x == 3'd5) y <= (y == 3'd4) ? 3'd0 : y + 3'd1;
            if (end_of_frame) taken <= 5'd0;
        end
        if (!resetn) begin
            taken <= 5'd0;
            x <= 3'd0; y <= 3'd0;
            kx <= 2'd0; ky <= 2'd0;
            full <= 1'b0;
        end
    end
endmodule
