// Windows of a 3x3 convolution with stride 1 and a border of zeros, of frames of 5
// rows and 6 columns, the rows kept in shift registers. It counts the pixels that
// came and the windows that went; the window's centre lies one row and one pixel
// behind the pixel that comes.
module window (
    input  wire         clk,
    input  wire         resetn,
    input  wire         in_valid,
    output wire         in_ready,
    input  wire [15:0]  in_data,
    output wire         out_valid,
    input  wire         out_ready,
    output wire [143:0] out_data
);
    localparam W = 6;
    localparam H = 5;

    // Pixels from the newest to the one two rows and two columns before it.
    reg [15:0] line [0:2*W+2];
    reg [2:0]  row, column;   // of the pixel that comes next, beyond the frame while it is flushed
    reg        full;          // a window stands in the line

    wire flush  = row >= H;
    wire room   = !full | out_ready;
    wire shift  = room & (in_valid | flush);
    wire first  = row == 3'd0 | (row == 3'd1 & column == 3'd0);

    assign in_ready  = room & !flush;
    assign out_valid = full;

    integer i;
    always @(posedge clk) begin
        if (shift) begin
            line[0] <= in_data;
            for (i = 1; i <= 2*W+2; i = i + 1) line[i] <= line[i-1];
        end
    end

    // Position of the window that stands in the line.
    reg [2:0] y, x;

    always @(posedge clk) begin
        if (!resetn) begin
            row    <= 3'd0;
            column <= 3'd0;
            full   <= 1'b0;
            y      <= 3'd0;
            x      <= 3'd0;
        end else begin
            if (shift) begin
                if (row == H + 1) begin
                    row    <= 3'd0;
                    column <= 3'd0;
                end else if (column == W-1) begin
                    column <= 3'd0;
                    row    <= row + 3'd1;
                end else column <= column + 3'd1;
            end
            if (shift) full <= !first;
            else if (out_ready) full <= 1'b0;
            if (full & out_ready) begin
                if (x == W-1) begin
                    x <= 3'd0;
                    y <= (y == H-1) ? 3'd0 : y + 3'd1;
                end else x <= x + 3'd1;
            end
        end
    end
    genvar ky, kx;
    generate
        for (ky = 0; ky < 3; ky = ky + 1) begin : rows
            for (kx = 0; kx < 3; kx = kx + 1) begin : columns
                wire outside = (ky == 0 & y == 3'd0) | (ky == 2 & y == H-1) | (kx == 0 & x == 3'd0) | (kx == 2 & x == W-1);
                assign out_data[16*(3*ky+kx) +: 16] = outside ? 16'd0 : line[W*(2-ky) + 2-kx];
            end
        end
    endgenerate
endmodule
