// The programmable head: several dense layers on LANES multipliers.
//
// Every lane computes one output of a layer: in each cycle all lanes get the same
// feature and each its own weight, so that a group of LANES outputs takes as many
// cycles as the layer has features. Then the sums leave the lanes one by one, are
// given their bias, and are requantized: to the feature memory, whose two banks
// the layers use in turn, or in the last layer to the output stream.
//
// Limits: LANES 1..4096, FEATURES 1..65535, ROWS 3..1048575, BIASES 2..65535,
// LAYERS 1..255, and ROWS x (words of a row, rounded up to a power of two) at
// most 1048576.
module npu_head #(
    parameter integer LANES = 4,
    parameter integer FEATURES = 16,
    parameter integer ROWS = 64,
    parameter integer BIASES = 16,
    parameter integer LAYERS = 3
) (
    input  wire        clk,
    input  wire        resetn,

    input  wire        s_axi_awvalid,
    output wire        s_axi_awready,
    input  wire [23:0] s_axi_awaddr,
    input  wire        s_axi_wvalid,
    output wire        s_axi_wready,
    input  wire [31:0] s_axi_wdata,
    input  wire [3:0]  s_axi_wstrb,
    output wire        s_axi_bvalid,
    input  wire        s_axi_bready,
    output wire [1:0]  s_axi_bresp,
    input  wire        s_axi_arvalid,
    output wire        s_axi_arready,
    input  wire [23:0] s_axi_araddr,
    output wire        s_axi_rvalid,
    input  wire        s_axi_rready,
    output wire [31:0] s_axi_rdata,
    output wire [1:0]  s_axi_rresp,

    input  wire        s_axis_tvalid,
    output wire        s_axis_tready,
    input  wire [7:0]  s_axis_tdata,
    input  wire        s_axis_tlast,

    output reg         m_axis_tvalid,
    input  wire        m_axis_tready,
    output reg  [31:0] m_axis_tdata,
    output reg         m_axis_tlast
);
    localparam integer FEATURE_W = (FEATURES > 2) ? $clog2(FEATURES) : 1;
    localparam integer ROW_W = $clog2(ROWS);
    localparam integer BIAS_W = $clog2(BIASES);

    wire        write_pending, write_done, write_error, read_now, read_error;
    wire [23:0] write_address, read_address;
    wire [31:0] write_data, read_data;
    wire [3:0]  write_strobe;

    npu_bus bus (
        .clk(clk), .resetn(resetn),
        .s_axi_awvalid(s_axi_awvalid), .s_axi_awready(s_axi_awready), .s_axi_awaddr(s_axi_awaddr),
        .s_axi_wvalid(s_axi_wvalid), .s_axi_wready(s_axi_wready), .s_axi_wdata(s_axi_wdata), .s_axi_wstrb(s_axi_wstrb),
        .s_axi_bvalid(s_axi_bvalid), .s_axi_bready(s_axi_bready), .s_axi_bresp(s_axi_bresp),
        .s_axi_arvalid(s_axi_arvalid), .s_axi_arready(s_axi_arready), .s_axi_araddr(s_axi_araddr),
        .s_axi_rvalid(s_axi_rvalid), .s_axi_rready(s_axi_rready), .s_axi_rdata(s_axi_rdata), .s_axi_rresp(s_axi_rresp),
        .write_pending(write_pending), .write_address(write_address), .write_data(write_data), .write_strobe(write_strobe),
        .write_done(write_done), .write_error(write_error),
        .read_now(read_now), .read_address(read_address), .read_data(read_data), .read_error(read_error)
    );

    // Program.
    wire        descriptor_write, descriptor_legal, check_start, check_done, check_ok;
    wire [31:0] descriptor_read;
    wire        ready, features_signed;
    wire [7:0]  layers, layer;
    wire [15:0] layer_in, layer_out;
    wire [ROW_W-1:0] layer_row;
    wire [BIAS_W-1:0] layer_bias;
    wire [6:0]  layer_shift;
    wire [2:0]  layer_rounding;
    wire [1:0]  layer_overflow;
    wire [5:0]  layer_width;
    wire        layer_signed, layer_relu;

    npu_program #(
        .LANES(LANES), .FEATURES(FEATURES), .ROWS(ROWS), .BIASES(BIASES), .LAYERS(LAYERS), .ROW_W(ROW_W), .BIAS_W(BIAS_W)
    ) program_store (
        .clk(clk), .resetn(resetn),
        .write_enable(descriptor_write), .write_layer(write_address[12:5]), .write_field(write_address[4:2]),
        .write_data(write_data), .write_legal(descriptor_legal),
        .read_layer(read_address[12:5]), .read_field(read_address[4:2]), .read_data(descriptor_read),
        .layers(layers), .check_start(check_start), .check_done(check_done), .check_ok(check_ok),
        .layer(layer), .layer_in(layer_in), .layer_out(layer_out), .layer_row(layer_row), .layer_bias(layer_bias),
        .layer_shift(layer_shift), .layer_rounding(layer_rounding), .layer_overflow(layer_overflow),
        .layer_width(layer_width), .layer_signed(layer_signed), .layer_relu(layer_relu)
    );

    // Control.
    wire idle, computing, begin_image, frame_error, load, bank, mac, mac_first, take, put, put_last, last_layer;
    wire [FEATURE_W-1:0] load_address, feature_address;
    wire [ROW_W-1:0] row;
    wire [BIAS_W-1:0] bias_address;
    wire [15:0] put_index;
    wire step = ~m_axis_tvalid | m_axis_tready;
    wire image_done = m_axis_tvalid & m_axis_tready & m_axis_tlast;

    npu_sequencer #(
        .LANES(LANES), .FEATURE_W(FEATURE_W), .ROW_W(ROW_W), .BIAS_W(BIAS_W)
    ) sequencer (
        .clk(clk), .resetn(resetn),
        .accept(ready & ~write_pending), .in_valid(s_axis_tvalid), .in_last(s_axis_tlast), .in_ready(s_axis_tready),
        .step(step), .finished(image_done),
        .layers(layers), .layer(layer), .layer_in(layer_in), .layer_out(layer_out),
        .layer_row(layer_row), .layer_bias(layer_bias),
        .idle(idle), .computing(computing), .begin_image(begin_image), .frame_error(frame_error),
        .load(load), .load_address(load_address), .bank(bank), .feature_address(feature_address),
        .row(row), .bias_address(bias_address),
        .mac(mac), .mac_first(mac_first), .take(take), .put(put), .put_index(put_index), .put_last(put_last),
        .last_layer(last_layer)
    );

    // Memories. While the head computes, control addresses them and they hold
    // their output as long as it stands still; otherwise the bus does.
    wire memory_enable = ~computing | step;

    wire [31:0] result;
    wire store = put & step & computing & ~last_layer;
    wire [8:0] feature;
    npu_memory #(.WIDTH(9), .DEPTH(2 << FEATURE_W), .ADDR_W(FEATURE_W + 1)) features (
        .clk(clk),
        .write_enable(load | store),
        .write_address(load ? {1'b0, load_address} : {~bank, put_index[FEATURE_W-1:0]}),
        .write_data(load ? {features_signed & s_axis_tdata[7], s_axis_tdata} : result[8:0]),
        .read_enable(memory_enable), .read_address({bank, feature_address}), .read_data(feature)
    );

    wire bias_write;
    wire [BIAS_W-1:0] bias_write_address, bias_read_address;
    wire [31:0] bias;
    npu_memory #(.WIDTH(32), .DEPTH(BIASES), .ADDR_W(BIAS_W)) biases (
        .clk(clk),
        .write_enable(bias_write), .write_address(bias_write_address), .write_data(write_data),
        .read_enable(memory_enable), .read_address(computing ? bias_address : bias_read_address), .read_data(bias)
    );

    wire weight_write;
    wire [ROW_W-1:0] weight_write_row, weight_read_row;
    wire [19:0] weight_write_word, weight_read_word;
    localparam integer ROW_WORDS = (LANES + 3) / 4;
    wire [ROW_WORDS*32-1:0] weights; // lanes that do not exist read as 0
    wire [(LANES+1)*32-1:0] sums;
    assign sums[LANES*32 +: 32] = 32'd0;

    genvar l;
    generate
        for (l = 0; l < LANES; l = l + 1) begin : g_lane
            localparam [19:0] WORD = l / 4;
            npu_memory #(.WIDTH(8), .DEPTH(ROWS), .ADDR_W(ROW_W)) weight_bank (
                .clk(clk),
                .write_enable(weight_write & (weight_write_word == WORD) & write_strobe[l % 4]),
                .write_address(weight_write_row), .write_data(write_data[(l % 4) * 8 +: 8]),
                .read_enable(memory_enable), .read_address(computing ? row : weight_read_row),
                .read_data(weights[l*8 +: 8])
            );
            npu_lane lane (
                .clk(clk), .enable(mac & computing & step), .first(mac_first), .shift(take & computing & step),
                .feature(feature), .weight(weights[l*8 +: 8]),
                .neighbour(sums[(l+1)*32 +: 32]), .acc(sums[l*32 +: 32])
            );
        end
        for (l = LANES; l < ROW_WORDS * 4; l = l + 1) begin : g_absent
            assign weights[l*8 +: 8] = 8'd0;
        end
    endgenerate
    // Picked by comparison: an index into a row of many words is an operand wider
    // than some readers of Verilog keep.
    reg [31:0] weight_read;
    integer w;
    always @* begin
        weight_read = 32'd0;
        for (w = 0; w < ROW_WORDS; w = w + 1)
            weight_read = weight_read | ({32{weight_read_word == w[19:0]}} & weights[w*32 +: 32]);
    end

    // Results.
    reg [31:0] total;
    reg overflowed;
    wire [32:0] sum = {sums[31], sums[31:0]} + {bias[31], bias};
    always @(posedge clk) begin
        if (begin_image) overflowed <= 1'b0;
        if (take & computing & step) begin
            total <= sum[31:0];
            if (sum[32] != sum[31]) overflowed <= 1'b1;
        end
    end

    npu_requant requant (
        .acc(total), .shift(layer_shift), .rounding(layer_rounding), .overflow(layer_overflow),
        .width(layer_width), .is_signed(layer_signed), .relu(layer_relu), .result(result)
    );

    wire emit = put & computing & last_layer;
    always @(posedge clk) begin
        if (step) begin
            m_axis_tvalid <= emit;
            m_axis_tlast <= emit & put_last;
            if (emit) m_axis_tdata <= result;
        end
        if (~resetn) m_axis_tvalid <= 1'b0;
    end

    wire [15:0] best_index;
    wire [31:0] best_value;
    npu_argmax argmax (
        .clk(clk), .put(emit & step), .first(put_index == 16'd0), .index(put_index), .value(result),
        .best_index(best_index), .best_value(best_value)
    );

    npu_regs #(
        .LANES(LANES), .FEATURES(FEATURES), .ROWS(ROWS), .BIASES(BIASES), .LAYERS(LAYERS), .ROW_W(ROW_W), .BIAS_W(BIAS_W)
    ) regs (
        .clk(clk), .resetn(resetn),
        .write_pending(write_pending), .write_address(write_address), .write_data(write_data), .write_strobe(write_strobe),
        .write_done(write_done), .write_error(write_error),
        .read_now(read_now), .read_address(read_address), .read_data(read_data), .read_error(read_error),
        .descriptor_write(descriptor_write), .descriptor_legal(descriptor_legal), .descriptor_read(descriptor_read),
        .check_start(check_start), .check_done(check_done), .check_ok(check_ok),
        .bias_write(bias_write), .bias_write_address(bias_write_address), .bias_read_address(bias_read_address), .bias_read(bias),
        .weight_write(weight_write), .weight_write_row(weight_write_row), .weight_write_word(weight_write_word),
        .weight_read_row(weight_read_row), .weight_read_word(weight_read_word), .weight_read(weight_read),
        .ready(ready), .layers(layers), .features_signed(features_signed),
        .busy(~idle), .frame_error(frame_error), .image_done(image_done), .image_overflow(overflowed),
        .image_class(best_index), .image_value(best_value)
    );
endmodule
