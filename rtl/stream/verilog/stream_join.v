// Gives the items of two inputs together, a in the least significant bits.
module stream_join #(
    parameter integer A_WIDTH = 8,
    parameter integer B_WIDTH = 8
) (
    input  wire                       clk,
    input  wire                       resetn,

    input  wire                       a_valid,
    output wire                       a_ready,
    input  wire [A_WIDTH-1:0]         a_data,

    input  wire                       b_valid,
    output wire                       b_ready,
    input  wire [B_WIDTH-1:0]         b_data,

    output wire                       out_valid,
    input  wire                       out_ready,
    output wire [A_WIDTH+B_WIDTH-1:0] out_data
);
    wire a_item, b_item;
    wire both = a_item & b_item;

    assign out_valid = both;

    stream_queue #(.WIDTH(A_WIDTH), .PLACES(2)) a_queue (
        .clk(clk), .resetn(resetn),
        .in_valid(a_valid), .in_ready(a_ready), .in_data(a_data),
        .out_valid(a_item), .out_ready(out_ready & both), .out_data(out_data[A_WIDTH-1:0])
    );
    stream_queue #(.WIDTH(B_WIDTH), .PLACES(2)) b_queue (
        .clk(clk), .resetn(resetn),
        .in_valid(b_valid), .in_ready(b_ready), .in_data(b_data),
        .out_valid(b_item), .out_ready(out_ready & both), .out_data(out_data[A_WIDTH +: B_WIDTH])
    );
endmodule
