// Control of one image: when to accept features, which memory words to read,
// which lane and which result is due. No data enters this module.
//
//   idle   nothing in flight; the first feature is accepted when accept is set
//   load   features of the image
//   skip   the frame was too long: drop beats until its last
//   start  one cycle before each layer
//   run    a feature and a weight row per cycle
//   drain  a result per cycle leaves the lanes
//   flush  two cycles until the layer's last result is through
//   finish the image's last logit waits to be taken
//
// step is false while a logit waits; everything from start to flush then stands
// still.
module npu_sequencer #(
    parameter integer LANES = 4,
    parameter integer FEATURE_W = 4,
    parameter integer ROW_W = 6,
    parameter integer BIAS_W = 4
) (
    input  wire                 clk,
    input  wire                 resetn,

    input  wire                 accept,
    input  wire                 in_valid,
    input  wire                 in_last,
    output wire                 in_ready,
    input  wire                 step,
    input  wire                 finished,

    input  wire [7:0]           layers,
    output reg  [7:0]           layer,
    input  wire [15:0]          layer_in,
    input  wire [15:0]          layer_out,
    input  wire [ROW_W-1:0]     layer_row,
    input  wire [BIAS_W-1:0]    layer_bias,

    output wire                 idle,
    output wire                 computing,
    output wire                 begin_image,
    output wire                 frame_error,

    output wire                 load,
    output wire [FEATURE_W-1:0] load_address,
    output reg                  bank,
    output wire [FEATURE_W-1:0] feature_address,
    output reg  [ROW_W-1:0]     row,
    output wire [BIAS_W-1:0]    bias_address,

    output reg                  mac,
    output reg                  mac_first,
    output reg                  take,
    output reg                  put,
    output reg  [15:0]          put_index,
    output reg                  put_last,
    output wire                 last_layer
);
    localparam [2:0] IDLE = 3'd0, LOAD = 3'd1, SKIP = 3'd2, START = 3'd3, RUN = 3'd4, DRAIN = 3'd5, FLUSH = 3'd6, FINISH = 3'd7;
    localparam [15:0] LAST_LANE = LANES[15:0] - 16'd1;

    reg [2:0] state;
    reg [15:0] index;   // of the feature that is loaded or read
    reg [15:0] result;  // of the output that is drained
    reg [15:0] lane;
    reg flushed;
    reg [15:0] take_index;
    reg take_last;

    assign idle = state == IDLE;
    assign computing = (state == START) | (state == RUN) | (state == DRAIN) | (state == FLUSH);
    assign in_ready = (idle & accept) | (state == LOAD) | (state == SKIP);

    wire beat = in_valid & in_ready;
    wire last_index = index == layer_in - 16'd1;
    wire last_result = result == layer_out - 16'd1;
    assign begin_image = beat & idle;
    assign load = beat & (state != SKIP);
    assign load_address = index[FEATURE_W-1:0];
    assign frame_error = load & (in_last != last_index);

    assign feature_address = index[FEATURE_W-1:0];
    assign bias_address = layer_bias + result[BIAS_W-1:0];
    assign last_layer = (layer + 8'd1) == layers;

    always @(posedge clk) begin
        if (beat) begin
            index <= index + 16'd1;
            if (in_last) begin
                state <= (load & last_index) ? START : IDLE;
                index <= 16'd0;
            end else if (load & last_index) begin
                state <= SKIP;
            end else if (idle) begin
                state <= LOAD;
            end
        end
        if (computing & step) begin
            mac <= state == RUN;
            mac_first <= index == 16'd0;
            take <= state == DRAIN;
            take_index <= result;
            take_last <= last_result;
            put <= take;
            put_index <= take_index;
            put_last <= take_last;
            case (state)
                START: begin
                    row <= layer_row;
                    index <= 16'd0;
                    result <= 16'd0;
                    lane <= 16'd0;
                    flushed <= 1'b0;
                    state <= RUN;
                end
                RUN: begin
                    row <= row + {{ROW_W-1{1'b0}}, 1'b1};
                    index <= index + 16'd1;
                    if (last_index) begin
                        index <= 16'd0;
                        state <= DRAIN;
                    end
                end
                DRAIN: begin
                    result <= result + 16'd1;
                    lane <= lane + 16'd1;
                    if (last_result) begin
                        state <= FLUSH;
                    end else if (lane == LAST_LANE) begin
                        lane <= 16'd0;
                        state <= RUN;
                    end
                end
                default: begin
                    flushed <= 1'b1;
                    if (flushed) begin
                        state <= last_layer ? FINISH : START;
                        layer <= last_layer ? 8'd0 : layer + 8'd1;
                        bank <= last_layer ? 1'b0 : ~bank;
                    end
                end
            endcase
        end
        if (finished) state <= IDLE;
        if (~resetn) begin
            state <= IDLE;
            index <= 16'd0;
            layer <= 8'd0;
            bank <= 1'b0;
            mac <= 1'b0;
            take <= 1'b0;
            put <= 1'b0;
        end
    end
endmodule
