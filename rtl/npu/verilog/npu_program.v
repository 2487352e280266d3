`include "npu_defs.vh"
// The layer descriptors, and the check of a whole program.
//
// One descriptor at a time is shown for execution (layer) and one field of one
// descriptor for reading back (read_layer, read_field).
//
// check_start, held until check_done, runs the check: a cycle per layer for its
// fields and a cycle per group of LANES outputs to count its weight rows, since
// a multiplier of its own would not be used for anything else. check_ok says
// on check_done whether the program fits this head:
//   1..LAYERS layers; in of a layer is out of the layer before, 1..FEATURES;
//   out is 1 or more; all weight rows below ROWS, all biases below BIASES;
//   shift, rounding and width in range; at most 8 bits between layers.
module npu_program #(
    parameter integer LANES = 4,
    parameter integer FEATURES = 16,
    parameter integer ROWS = 64,
    parameter integer BIASES = 16,
    parameter integer LAYERS = 3,
    parameter integer ROW_W = 6,
    parameter integer BIAS_W = 4
) (
    input  wire               clk,
    input  wire               resetn,

    input  wire               write_enable,
    input  wire [7:0]         write_layer,
    input  wire [2:0]         write_field,
    input  wire [31:0]        write_data,
    output wire               write_legal,
    input  wire [7:0]         read_layer,
    input  wire [2:0]         read_field,
    output reg  [31:0]        read_data,

    input  wire [7:0]         layers,
    input  wire               check_start,
    output wire               check_done,
    output wire               check_ok,

    input  wire [7:0]         layer,
    output wire [15:0]        layer_in,
    output wire [15:0]        layer_out,
    output wire [ROW_W-1:0]   layer_row,
    output wire [BIAS_W-1:0]  layer_bias,
    output wire [6:0]         layer_shift,
    output wire [2:0]         layer_rounding,
    output wire [1:0]         layer_overflow,
    output wire [5:0]         layer_width,
    output wire               layer_signed,
    output wire               layer_relu
);
    localparam [16:0] LANES_N = LANES[16:0];
    localparam [15:0] FEATURES_N = FEATURES[15:0];
    localparam [20:0] ROWS_N = ROWS[20:0];
    localparam [16:0] BIASES_N = BIASES[16:0];
    localparam [7:0] LAYERS_N = LAYERS[7:0];

    reg [LAYERS*16-1:0] ins;
    reg [LAYERS*16-1:0] outs;
    reg [LAYERS*20-1:0] rows;
    reg [LAYERS*16-1:0] biases;
    reg [LAYERS*20-1:0] tails;

    // The tail's fields, packed without the reserved bits between them.
    wire [19:0] tail_in = {write_data[`NPU_TAIL_RELU], write_data[`NPU_TAIL_SIGNED], write_data[`NPU_TAIL_WIDTH],
                           write_data[`NPU_TAIL_OVERFLOW], write_data[`NPU_TAIL_ROUNDING], write_data[`NPU_TAIL_SHIFT]};

    reg [31:0] reserved;
    always @* begin
        case (write_field)
            `NPU_FIELD_IN:      reserved = ~32'h0000ffff;
            `NPU_FIELD_OUT:     reserved = ~32'h0000ffff;
            `NPU_FIELD_WEIGHTS: reserved = ~32'h000fffff;
            `NPU_FIELD_BIAS:    reserved = ~32'h0000ffff;
            default:            reserved = ~`NPU_TAIL_MASK;
        endcase
    end
    assign write_legal = (write_data & reserved) == 32'd0;

    always @(posedge clk) begin
        if (write_enable) begin
            case (write_field)
                `NPU_FIELD_IN:      ins[write_layer*16 +: 16] <= write_data[15:0];
                `NPU_FIELD_OUT:     outs[write_layer*16 +: 16] <= write_data[15:0];
                `NPU_FIELD_WEIGHTS: rows[write_layer*20 +: 20] <= write_data[19:0];
                `NPU_FIELD_BIAS:    biases[write_layer*16 +: 16] <= write_data[15:0];
                default:            tails[write_layer*20 +: 20] <= tail_in;
            endcase
        end
        if (~resetn) begin
            ins <= {LAYERS*16{1'b0}};
            outs <= {LAYERS*16{1'b0}};
            rows <= {LAYERS*20{1'b0}};
            biases <= {LAYERS*16{1'b0}};
            tails <= {LAYERS*20{1'b0}};
        end
    end
    wire [19:0] read_tail = tails[read_layer*20 +: 20];
    always @* begin
        case (read_field)
            `NPU_FIELD_IN:      read_data = {16'd0, ins[read_layer*16 +: 16]};
            `NPU_FIELD_OUT:     read_data = {16'd0, outs[read_layer*16 +: 16]};
            `NPU_FIELD_WEIGHTS: read_data = {12'd0, rows[read_layer*20 +: 20]};
            `NPU_FIELD_BIAS:    read_data = {16'd0, biases[read_layer*16 +: 16]};
            default: begin
                read_data = 32'd0;
                read_data[`NPU_TAIL_SHIFT] = read_tail[6:0];
                read_data[`NPU_TAIL_ROUNDING] = read_tail[9:7];
                read_data[`NPU_TAIL_OVERFLOW] = read_tail[11:10];
                read_data[`NPU_TAIL_WIDTH] = read_tail[17:12];
                read_data[`NPU_TAIL_SIGNED] = read_tail[18];
                read_data[`NPU_TAIL_RELU] = read_tail[19];
            end
        endcase
    end

    assign layer_in = ins[layer*16 +: 16];
    assign layer_out = outs[layer*16 +: 16];
    assign layer_row = rows[layer*20 +: ROW_W];
    assign layer_bias = biases[layer*16 +: BIAS_W];
    wire [19:0] tail = tails[layer*20 +: 20];
    assign layer_shift = tail[6:0];
    assign layer_rounding = tail[9:7];
    assign layer_overflow = tail[11:10];
    assign layer_width = tail[17:12];
    assign layer_signed = tail[18];
    assign layer_relu = tail[19];

    // The check. counting says that the rows of layer k are being counted: left
    // outputs to go, the next row being row_end.
    reg counting;
    reg [7:0] k;
    reg [15:0] previous;
    reg [16:0] left;
    reg [20:0] row_end;

    wire [15:0] k_in = ins[k*16 +: 16];
    wire [15:0] k_out = outs[k*16 +: 16];
    wire [15:0] k_bias = biases[k*16 +: 16];
    wire [19:0] k_row = rows[k*20 +: 20];
    wire signed [6:0] k_shift = $signed(tails[k*20 +: 7]);
    wire [2:0] k_rounding = tails[k*20+7 +: 3];
    wire [5:0] k_width = tails[k*20+12 +: 6];
    wire k_signed = tails[k*20+18 +: 1];

    wire count_ok = (layers != 8'd0) & (layers <= LAYERS_N);
    wire k_last = (k + 8'd1) == layers;
    wire [5:0] most = ~k_last ? 6'd8 : k_signed ? 6'd32 : 6'd31;
    wire in_ok = (k_in != 16'd0) & (k_in <= FEATURES_N) & ((k == 8'd0) | (k_in == previous));
    wire out_ok = (k_out != 16'd0) & (({1'b0, k_bias} + {1'b0, k_out}) <= BIASES_N);
    wire tail_ok = (k_shift >= -7'sd31) & (k_shift <= 7'sd33) & (k_rounding <= 3'd6) & (k_width != 6'd0) & (k_width <= most);
    wire fields_ok = count_ok & in_ok & out_ok & tail_ok;
    wire [20:0] next_end = row_end + {5'd0, k_in};
    wire fits = next_end <= ROWS_N;
    wire last_group = left <= LANES_N;

    assign check_ok = counting & fits;
    assign check_done = check_start & (counting ? ~fits | (last_group & k_last) : ~fields_ok);

    always @(posedge clk) begin
        if (~resetn | ~check_start | check_done) begin
            counting <= 1'b0;
            k <= 8'd0;
        end else if (~counting) begin
            counting <= 1'b1;
            left <= {1'b0, k_out};
            row_end <= {1'b0, k_row};
            previous <= k_out;
        end else begin
            left <= left - LANES_N;
            row_end <= next_end;
            if (last_group) begin
                counting <= 1'b0;
                k <= k + 8'd1;
            end
        end
    end
endmodule
