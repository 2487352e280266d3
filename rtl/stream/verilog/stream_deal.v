// Gives the items to its OUTS outputs in turn: item n to output n modulo OUTS. An
// output has to take its item before the next one gets its own.
module stream_deal #(
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
    reg [OUTS-1:0] turn; // one bit is 1: whose item it is

    wire item;
    wire take = item & (|(turn & out_ready));

    assign out_valid = {OUTS{item}} & turn;

    stream_queue #(.WIDTH(WIDTH), .PLACES(2)) queue (
        .clk(clk), .resetn(resetn),
        .in_valid(in_valid), .in_ready(in_ready), .in_data(in_data),
        .out_valid(item), .out_ready(take), .out_data(out_data)
    );

    always @(posedge clk) begin
        if (take) turn <= {turn[OUTS-2:0], turn[OUTS-1]};
        if (~resetn) turn <= {{OUTS-1{1'b0}}, 1'b1};
    end
endmodule
