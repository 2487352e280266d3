`include "npu_defs.vh"
// The programmer's view: decodes addresses, answers accesses, keeps the
// registers, the errors that stay until cleared and the result of the last image.
//
// An access that is refused changes nothing but its bit in ERROR. The reasons, in
// the order in which they are looked for: no such word, or one that cannot be
// written; an image in flight; a value with reserved bits or a word with missing
// bytes; a program that does not fit.
module npu_regs #(
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

    input  wire               write_pending,
    input  wire [23:0]        write_address,
    input  wire [31:0]        write_data,
    input  wire [3:0]         write_strobe,
    output wire               write_done,
    output wire               write_error,
    input  wire               read_now,
    input  wire [23:0]        read_address,
    output reg  [31:0]        read_data,
    output wire               read_error,

    output wire               descriptor_write,
    input  wire               descriptor_legal,
    input  wire [31:0]        descriptor_read,
    output wire               check_start,
    input  wire               check_done,
    input  wire               check_ok,
    output wire               bias_write,
    output wire [BIAS_W-1:0]  bias_write_address,
    output wire [BIAS_W-1:0]  bias_read_address,
    input  wire [31:0]        bias_read,
    output wire               weight_write,
    output wire [ROW_W-1:0]   weight_write_row,
    output wire [19:0]        weight_write_word,
    output wire [ROW_W-1:0]   weight_read_row,
    output wire [19:0]        weight_read_word,
    input  wire [31:0]        weight_read,

    output reg                ready,
    output reg  [7:0]         layers,
    output reg                features_signed,
    input  wire               busy,
    input  wire               frame_error,
    input  wire               image_done,
    input  wire               image_overflow,
    input  wire [15:0]        image_class,
    input  wire [31:0]        image_value
);
    localparam [7:0] LAYERS_N = LAYERS[7:0];
    localparam [19:0] BIASES_N = BIASES[19:0];
    localparam [20:0] ROWS_N = ROWS[20:0];
    // Words of a weight row in the address space: a power of two.
    localparam integer ROW_WORDS_LOG = $clog2((LANES + 3) / 4);
    localparam [19:0] WORD_MASK = (20'd1 << ROW_WORDS_LOG) - 20'd1;

    // Writing.
    wire [1:0] w_region = write_address[23:22];
    wire [19:0] w_index = write_address[21:2];
    wire [19:0] w_row = w_index >> ROW_WORDS_LOG;
    wire w_aligned = write_address[1:0] == 2'd0;
    wire w_control = (w_region == `NPU_REGION_REGISTERS) & (w_index == `NPU_REG_CONTROL);
    wire w_errors = (w_region == `NPU_REGION_REGISTERS) & (w_index == `NPU_REG_ERROR);
    wire w_layers = (w_region == `NPU_REGION_REGISTERS) & (w_index == `NPU_REG_LAYERS);
    wire w_descriptor = (w_region == `NPU_REGION_DESCRIPTORS) & (w_index[19:11] == 9'd0) &
                        (w_index[10:3] < LAYERS_N) & (w_index[2:0] <= `NPU_FIELD_TAIL);
    wire w_bias = (w_region == `NPU_REGION_BIASES) & (w_index < BIASES_N);
    wire w_weight = (w_region == `NPU_REGION_WEIGHTS) & ({1'b0, w_row} < ROWS_N);

    wire w_mapped = w_aligned & (w_control | w_errors | w_layers | w_descriptor | w_bias | w_weight);
    wire w_busy = busy & ~w_errors;
    wire w_commit = write_data == `NPU_CONTROL_COMMIT;
    wire w_halt = write_data == `NPU_CONTROL_HALT;
    wire w_legal_bits = (~w_control | w_commit | w_halt) &
                        (~w_errors | ((write_data & ~`NPU_ERROR_MASK) == 32'd0)) &
                        (~w_layers | ((write_data & ~`NPU_LAYERS_MASK) == 32'd0)) &
                        (~w_descriptor | descriptor_legal);
    wire w_legal = w_weight | ((write_strobe == 4'b1111) & w_legal_bits);

    // A reset that cuts an access off also keeps it from the memories, so that
    // what was not answered has had no effect.
    wire accepted = write_pending & w_mapped & ~w_busy & w_legal & resetn;
    assign check_start = accepted & w_control & w_commit;
    wire refused_program = check_start & ~check_ok;
    assign write_done = write_pending & (~check_start | check_done);
    assign write_error = ~accepted | refused_program;

    assign descriptor_write = accepted & w_descriptor;
    assign bias_write = accepted & w_bias;
    assign bias_write_address = w_index[BIAS_W-1:0];
    assign weight_write = accepted & w_weight;
    assign weight_write_row = w_row[ROW_W-1:0];
    assign weight_write_word = w_index & WORD_MASK;

    // Reading.
    wire [1:0] r_region = read_address[23:22];
    wire [19:0] r_index = read_address[21:2];
    wire [19:0] r_row = r_index >> ROW_WORDS_LOG;
    wire r_aligned = read_address[1:0] == 2'd0;
    wire r_register = (r_region == `NPU_REGION_REGISTERS) & (r_index < `NPU_REGISTERS);
    wire r_descriptor = (r_region == `NPU_REGION_DESCRIPTORS) & (r_index[19:11] == 9'd0) &
                        (r_index[10:3] < LAYERS_N) & (r_index[2:0] <= `NPU_FIELD_TAIL);
    wire r_bias = (r_region == `NPU_REGION_BIASES) & (r_index < BIASES_N);
    wire r_weight = (r_region == `NPU_REGION_WEIGHTS) & ({1'b0, r_row} < ROWS_N);
    wire r_mapped = r_aligned & (r_register | r_descriptor | r_bias | r_weight);
    wire r_busy = busy & (r_bias | r_weight);
    assign read_error = ~r_mapped | r_busy;
    assign bias_read_address = r_index[BIAS_W-1:0];
    assign weight_read_row = r_row[ROW_W-1:0];
    assign weight_read_word = r_index & WORD_MASK;

    reg [5:0] errors;
    reg [31:0] images;
    reg [15:0] class_index;
    reg [31:0] class_value;

    reg [31:0] register_read;
    always @* begin
        case (r_index)
            `NPU_REG_ID:          register_read = `NPU_ID;
            `NPU_REG_LANES:       register_read = LANES;
            `NPU_REG_FEATURES:    register_read = FEATURES;
            `NPU_REG_ROWS:        register_read = ROWS;
            `NPU_REG_BIASES:      register_read = BIASES;
            `NPU_REG_MAX_LAYERS:  register_read = LAYERS;
            `NPU_REG_STATUS:      register_read = {30'd0, busy, ready};
            `NPU_REG_ERROR:       register_read = {26'd0, errors};
            `NPU_REG_LAYERS:      register_read = {23'd0, features_signed, layers};
            `NPU_REG_IMAGES:      register_read = images;
            `NPU_REG_CLASS:       register_read = {16'd0, class_index};
            `NPU_REG_VALUE:       register_read = class_value;
            default:              register_read = 32'd0;
        endcase
        case (r_region)
            `NPU_REGION_REGISTERS:   read_data = register_read;
            `NPU_REGION_DESCRIPTORS: read_data = descriptor_read;
            `NPU_REGION_BIASES:      read_data = bias_read;
            default:                 read_data = weight_read;
        endcase
    end

    // Errors.
    wire [5:0] cleared = (accepted & w_errors) ? write_data[5:0] : 6'd0;
    wire w_failed = write_done & write_error;
    wire r_failed = read_now & read_error;
    wire [5:0] raised;
    assign raised[`NPU_ERROR_ADDRESS] = (w_failed & ~w_mapped) | (r_failed & ~r_mapped);
    assign raised[`NPU_ERROR_BUSY] = (w_failed & w_mapped & w_busy) | (r_failed & r_mapped);
    assign raised[`NPU_ERROR_VALUE] = w_failed & w_mapped & ~w_busy & ~w_legal;
    assign raised[`NPU_ERROR_PROGRAM] = w_failed & refused_program;
    assign raised[`NPU_ERROR_FRAME] = frame_error;
    assign raised[`NPU_ERROR_OVERFLOW] = image_done & image_overflow;

    always @(posedge clk) begin
        errors <= (errors & ~cleared) | raised;
        if (accepted & w_control & write_done) ready <= w_commit & check_ok;
        if (accepted & w_layers) begin
            layers <= write_data[7:0];
            features_signed <= write_data[8];
        end
        // What was checked is no longer what is there.
        if (accepted & (w_layers | w_descriptor)) ready <= 1'b0;
        if (image_done) begin
            images <= images + 32'd1;
            class_index <= image_class;
            class_value <= image_value;
        end
        if (~resetn) begin
            errors <= 6'd0;
            ready <= 1'b0;
            layers <= 8'd0;
            features_signed <= 1'b0;
            images <= 32'd0;
            class_index <= 16'd0;
            class_value <= 32'd0;
        end
    end
endmodule
