// Sets the pixels of a beat that lie beyond the end of a row to 0. A row has BEATS beats
// of LANES pixels, and the last of them has LAST.
module stream_trim #(
    parameter integer PIXEL = 24,
    parameter integer LANES = 2,
    parameter integer BEATS = 4,
    parameter integer LAST = 1
) (
    input  wire                   clk,
    input  wire                   resetn,

    input  wire                   move, // a beat comes in
    input  wire [LANES*PIXEL-1:0] in_data,
    output wire [LANES*PIXEL-1:0] out_data
);
    localparam integer COUNT_W = (BEATS > 2) ? $clog2(BEATS) : 1;
    localparam [COUNT_W-1:0] ONE = 1;
    localparam [COUNT_W-1:0] END = BEATS[COUNT_W-1:0] - ONE;

    reg [COUNT_W-1:0] beat; // of the row, which comes next

    wire last = beat == END;

    assign out_data[LAST*PIXEL-1:0] = in_data[LAST*PIXEL-1:0];
    assign out_data[LANES*PIXEL-1:LAST*PIXEL] = {(LANES-LAST)*PIXEL{~last}} & in_data[LANES*PIXEL-1:LAST*PIXEL];

    always @(posedge clk) begin
        if (move) beat <= last ? {COUNT_W{1'b0}} : beat + ONE;
        if (~resetn) beat <= {COUNT_W{1'b0}};
    end
endmodule
