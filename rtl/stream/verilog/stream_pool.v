// Sums over frames of ITEMS items. The addition is a datapath beside: next is acc
// plus the item at the input. The first item of a frame is added to 0. After a
// frame's last item the sum is offered, and the next item waits until it is taken.
module stream_pool #(
    parameter integer WIDTH = 8, // of the sum
    parameter integer ITEMS = 4
) (
    input  wire             clk,
    input  wire             resetn,

    input  wire             in_valid,
    output wire             in_ready,

    output wire [WIDTH-1:0] acc,
    input  wire [WIDTH-1:0] next,

    output reg              out_valid,
    input  wire             out_ready,
    output wire [WIDTH-1:0] out_data
);
    localparam integer COUNT_W = (ITEMS > 2) ? $clog2(ITEMS) : 1;
    localparam [COUNT_W-1:0] ONE = 1;
    localparam [COUNT_W-1:0] LAST = ITEMS[COUNT_W-1:0] - ONE;
    localparam [WIDTH-1:0] NOTHING = 0;

    wire [WIDTH-1:0] sum;
    reg [COUNT_W-1:0] count; // items of the frame that the sum holds

    wire put = in_valid & in_ready;

    assign in_ready = ~out_valid;
    assign acc = (count == {COUNT_W{1'b0}}) ? NOTHING : sum;
    assign out_data = sum;

    stream_register #(.WIDTH(WIDTH)) total (.clk(clk), .enable(put), .d(next), .q(sum));

    always @(posedge clk) begin
        if (put) count <= (count == LAST) ? {COUNT_W{1'b0}} : count + ONE;
        if (put & (count == LAST)) out_valid <= 1'b1;
        else if (out_ready) out_valid <= 1'b0;
        if (~resetn) begin
            count <= {COUNT_W{1'b0}};
            out_valid <= 1'b0;
        end
    end
endmodule
