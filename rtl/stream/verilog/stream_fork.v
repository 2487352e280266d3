// Gives every item to each of OUTS outputs, to each as soon as it is ready. An item
// makes room for the next one when all have taken it.
module stream_fork #(
    parameter integer WIDTH = 8,
    parameter integer OUTS = 2
) (
    input  wire             clk,
    input  wire             resetn,

    input  wire             in_valid,
    output wire             in_ready,
    input  wire [WIDTH-1:0] in_data,

    output wire [OUTS-1:0]  out_valid,
    input  wire [OUTS-1:0]  out_ready,
    output wire [WIDTH-1:0] out_data
);
    reg [OUTS-1:0] done; // outputs that have taken the item which others still wait to take

    wire item;
    wire [OUTS-1:0] served = done | out_ready;
    wire all = &served;

    assign out_valid = {OUTS{item}} & ~done;

    stream_queue #(.WIDTH(WIDTH), .PLACES(2)) queue (
        .clk(clk), .resetn(resetn),
        .in_valid(in_valid), .in_ready(in_ready), .in_data(in_data),
        .out_valid(item), .out_ready(all), .out_data(out_data)
    );

    always @(posedge clk) begin
        if (item) done <= all ? {OUTS{1'b0}} : served;
        if (~resetn) done <= {OUTS{1'b0}};
    end
endmodule
