// Flow around a datapath of LATENCY registers that always move: y is the datapath's
// output for the item at the input LATENCY cycles ago. An item is taken only if the
// queue at the output has a place for it by the time it gets there.
module stream_apply #(
    parameter integer WIDTH = 8,
    parameter integer LATENCY = 0
) (
    input  wire             clk,
    input  wire             resetn,

    input  wire             in_valid,
    output wire             in_ready,
    input  wire [WIDTH-1:0] y,

    output wire             out_valid,
    input  wire             out_ready,
    output wire [WIDTH-1:0] out_data
);
    // One place for each register, and two, so that an item can move in every cycle.
    localparam integer PLACES = LATENCY + 2;

    wire arrives, queue_ready;

    stream_queue #(.WIDTH(WIDTH), .PLACES(PLACES)) queue (
        .clk(clk), .resetn(resetn),
        .in_valid(arrives), .in_ready(queue_ready), .in_data(y),
        .out_valid(out_valid), .out_ready(out_ready), .out_data(out_data)
    );

    generate
        if (LATENCY == 0) begin : g_wires
            assign arrives = in_valid;
            assign in_ready = queue_ready;
        end else begin : g_registers
            localparam integer COUNT_W = $clog2(PLACES + 1);
            localparam [COUNT_W-1:0] ONE = 1;
            localparam [COUNT_W-1:0] FULL = PLACES[COUNT_W-1:0];

            reg [LATENCY-1:0] moving; // which registers of the datapath hold an item
            reg [COUNT_W-1:0] held;   // items in the datapath and in the queue
            wire put = in_valid & in_ready;
            wire take = out_valid & out_ready;
            wire unused_ready = queue_ready; // held says so before

            assign arrives = moving[LATENCY-1];
            assign in_ready = held != FULL;

            always @(posedge clk) begin
                if (put & ~take) held <= held + ONE;
                if (take & ~put) held <= held - ONE;
                if (~resetn) held <= {COUNT_W{1'b0}};
            end
            if (LATENCY == 1) begin : g_one
                always @(posedge clk) begin
                    moving <= put;
                    if (~resetn) moving <= 1'b0;
                end
            end else begin : g_many
                always @(posedge clk) begin
                    moving <= {moving[LATENCY-2:0], put};
                    if (~resetn) moving <= {LATENCY{1'b0}};
                end
            end
        end
    endgenerate
endmodule
