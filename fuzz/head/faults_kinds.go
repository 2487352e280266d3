package head

// Kinded is a fault of a kind that no other fault has.
type Kinded struct {
	Kind string
	Fault
}

// Kinds lists faults of further kinds, each of which a campaign must find, too.
func Kinds() []Kinded { return kinds }

var kinds = []Kinded{
	// The bus: channels, and their order.
	{"a valid of the bus withdrawn", Fault{"read data are withdrawn while the master is not ready", "npu_bus.v", "if (s_axi_rvalid & s_axi_rready) s_axi_rvalid <= 1'b0;", "s_axi_rvalid <= 1'b0;"}},
	{"the order of address and data", Fault{"data that come before their address are lost", "npu_bus.v", "            has_data <= 1'b1;", "            has_data <= has_address | s_axi_awvalid;"}},
	{"an address latched late", Fault{"the address follows its pins until the data are there", "npu_bus.v", "            write_address <= s_axi_awaddr;\n        end", "        end\n        if (~has_address | ~has_data) write_address <= s_axi_awaddr;"}},
	{"strobes latched at another time than data", Fault{"strobes are taken only if no address waits", "npu_bus.v", "            write_strobe <= s_axi_wstrb;", "            if (~has_address) write_strobe <= s_axi_wstrb;"}},
	{"a buffer overwritten while it is full", Fault{"data of the next write replace those that wait behind a response", "npu_bus.v", "if (s_axi_wvalid & s_axi_wready) begin", "if (s_axi_wvalid & (s_axi_wready | s_axi_bvalid)) begin"}},
	{"an answer that depends on the one before", Fault{"the second of two refused writes is answered OKAY", "npu_bus.v", "s_axi_bresp <= write_error ? SLVERR : OKAY;", "s_axi_bresp <= (write_error & ~s_axi_bresp[1]) ? SLVERR : OKAY;"}},
	{"the wrong code of a response", Fault{"refused accesses are answered DECERR", "npu_bus.v", "localparam [1:0] SLVERR = 2'b10;", "localparam [1:0] SLVERR = 2'b11;"}},
	{"data with a refusal", Fault{"a refused read shows what it refuses", "npu_bus.v", "s_axi_rdata <= read_error ? 32'd0 : read_data;", "s_axi_rdata <= read_data;"}},
	{"response and data that part", Fault{"a read's response is that of a write", "npu_bus.v", "s_axi_rresp <= read_error ? SLVERR : OKAY;", "s_axi_rresp <= (read_error & ~has_address) ? SLVERR : OKAY;"}},

	// Registers.
	{"a value decoded in part", Fault{"CONTROL halts for every value with bit 1", "npu_regs.v", "wire w_halt = write_data == `NPU_CONTROL_HALT;", "wire w_halt = write_data[1:0] == 2'd2;"}},
	{"bits of a register exchanged", Fault{"READY and BUSY are exchanged in STATUS", "npu_regs.v", "{30'd0, busy, ready}", "{30'd0, ready, busy}"}},
	{"a read with an effect", Fault{"a read of VALUE clears CLASS", "npu_regs.v", "        if (image_done) begin", "        if (read_now & r_register & (r_index == `NPU_REG_VALUE)) class_index <= 16'd0;\n        if (image_done) begin"}},
	{"a read that clears what it reads", Fault{"a read of ERROR clears OVERFLOW", "npu_regs.v", "errors <= (errors & ~cleared) | raised;", "errors <= (errors & ~cleared & ~{read_now & r_register & (r_index == `NPU_REG_ERROR), 5'd0}) | raised;"}},
	{"a result that is not held", Fault{"CLASS shows the image in flight", "npu_regs.v", "register_read = {16'd0, class_index};", "register_read = {16'd0, image_class};"}},
	{"control while busy", Fault{"CONTROL is taken while an image is in flight", "npu_regs.v", "wire w_busy = busy & ~w_errors;", "wire w_busy = busy & ~w_errors & ~w_control;"}},
	{"a register that is too narrow", Fault{"LAYERS keeps seven bits", "npu_regs.v", "layers <= write_data[7:0];", "layers <= {1'b0, write_data[6:0]};"}},
	{"a constant of another register", Fault{"LAYERS_MAX shows the lanes", "npu_regs.v", "`NPU_REG_MAX_LAYERS:  register_read = LAYERS;", "`NPU_REG_MAX_LAYERS:  register_read = LANES;"}},
	{"the wrong reason of a refusal", Fault{"VALUE and PROGRAM are exchanged in ERROR", "npu_regs.v", "assign raised[`NPU_ERROR_VALUE] = w_failed & w_mapped & ~w_busy & ~w_legal;\n    assign raised[`NPU_ERROR_PROGRAM] = w_failed & refused_program;", "assign raised[`NPU_ERROR_PROGRAM] = w_failed & w_mapped & ~w_busy & ~w_legal;\n    assign raised[`NPU_ERROR_VALUE] = w_failed & refused_program;"}},
	{"an order of reasons", Fault{"a value is looked at before an image in flight", "npu_regs.v", "assign raised[`NPU_ERROR_BUSY] = (w_failed & w_mapped & w_busy) |", "assign raised[`NPU_ERROR_BUSY] = (w_failed & w_mapped & w_busy & w_legal) |"}},
	{"a command that does nothing", Fault{"HALT leaves the program committed", "npu_regs.v", "if (accepted & w_control & write_done) ready <= w_commit & check_ok;", "if (accepted & w_control & write_done & w_commit) ready <= check_ok;"}},
	{"two results of different images", Fault{"VALUE is not published for a class of 0", "npu_regs.v", "            class_value <= image_value;", "            if (image_class != 16'd0) class_value <= image_value;"}},

	// Programs.
	{"a word that is read back wrong", Fault{"the highest bit of WEIGHTS is not read back", "npu_program.v", "read_data = {12'd0, rows[read_layer*20 +: 20]};", "read_data = {13'd0, rows[read_layer*20 +: 19]};"}},
	{"fields exchanged", Fault{"SIGNED and RELU are exchanged", "npu_program.v", "assign layer_signed = tail[18];\n    assign layer_relu = tail[19];", "assign layer_signed = tail[19];\n    assign layer_relu = tail[18];"}},
	{"configuration of the layer before", Fault{"the second layer has the tail of the first", "npu_program.v", "wire [19:0] tail = tails[layer*20 +: 20];", "wire [19:0] tail = tails[((layer == 8'd1) ? 8'd0 : layer)*20 +: 20];"}},
	{"biases of the layer before", Fault{"the third layer has the biases of the second", "npu_program.v", "assign layer_bias = biases[layer*16 +: BIAS_W];", "assign layer_bias = biases[((layer == 8'd2) ? 8'd1 : layer)*16 +: BIAS_W];"}},
	{"weights of the layer before", Fault{"the third layer has the weights of the second", "npu_program.v", "assign layer_row = rows[layer*20 +: ROW_W];", "assign layer_row = rows[((layer == 8'd2) ? 8'd1 : layer)*20 +: ROW_W];"}},
	{"a check against another layer", Fault{"layers are compared with the first one", "npu_program.v", "previous <= k_out;", "if (k == 8'd0) previous <= k_out;"}},
	{"a check that ends early", Fault{"layers from the fourth on are not checked", "npu_program.v", "wire k_last = (k + 8'd1) == layers;", "wire k_last = ((k + 8'd1) == layers) | (k == 8'd3);"}},
	{"a check of a part", Fault{"rows of the last group are not counted", "npu_program.v", "wire fits = next_end <= ROWS_N;", "wire fits = last_group | (next_end <= ROWS_N);"}},
	{"a check that keeps what it counted", Fault{"rows are counted on from the layer before", "npu_program.v", "row_end <= {1'b0, k_row};", "row_end <= ((k == 8'd0) | ({1'b0, k_row} > row_end)) ? {1'b0, k_row} : row_end;"}},

	// Sequence.
	{"lanes beyond the outputs", Fault{"the last group gives an output for every lane", "npu_sequencer.v", "                    if (last_result) begin", "                    if ((result >= layer_out - 16'd1) & (lane == LAST_LANE)) begin"}},
	{"a pipeline that ends early", Fault{"the flush takes one cycle", "npu_sequencer.v", "                    if (flushed) begin", "                    if (1'b1) begin"}},
	{"a comparison that is too narrow", Fault{"the last output is compared in eight bits", "npu_sequencer.v", "wire last_result = result == layer_out - 16'd1;", "wire last_result = result[7:0] == layer_out[7:0] - 8'd1;"}},
	{"an index of the wrong counter", Fault{"biases are numbered by lane", "npu_sequencer.v", "layer_bias + result[BIAS_W-1:0]", "layer_bias + lane[BIAS_W-1:0]"}},
	{"a pointer that goes back", Fault{"the second group has the rows of the first", "npu_sequencer.v", "                        lane <= 16'd0;\n                        state <= RUN;", "                        lane <= 16'd0;\n                        row <= layer_row;\n                        state <= RUN;"}},
	{"a step too many", Fault{"the row goes on while results leave", "npu_sequencer.v", "                    lane <= lane + 16'd1;", "                    lane <= lane + 16'd1;\n                    if (lane == 16'd1) row <= row + {{ROW_W-1{1'b0}}, 1'b1};"}},
	{"an end that is not seen", Fault{"a frame's last feature counts in SKIP alone", "npu_sequencer.v", "            if (in_last) begin", "            if (in_last & ~(idle & (layer_in == 16'd2))) begin"}},

	// Memories.
	{"strobes of another byte", Fault{"strobes are in reverse order", "npu_head.v", "& write_strobe[l % 4]),", "& write_strobe[3 - l % 4]),"}},
	{"the order of bytes", Fault{"bytes of a weight word are in reverse order", "npu_head.v", "write_data[(l % 4) * 8 +: 8]", "write_data[(3 - l % 4) * 8 +: 8]"}},
	{"the order of lanes", Fault{"each lane has the weights of its neighbour", "npu_head.v", ".feature(feature), .weight(weights[l*8 +: 8]),", ".feature(feature), .weight(weights[((l + 1) % LANES)*8 +: 8]),"}},
	{"words of a row that mix", Fault{"the third word of a row is read with the first", "npu_head.v", "({32{weight_read_word == w[19:0]}}", "({32{weight_read_word[0] == w[0]}}"}},
	{"words of a row that are written together", Fault{"words of a row are told by one bit", "npu_head.v", "(weight_write_word == WORD)", "(weight_write_word[0] == WORD[0])"}},
	{"scratch banks exchanged", Fault{"features between layers are stored where they are read", "npu_head.v", ": {~bank, put_index[FEATURE_W-1:0]}", ": {bank, put_index[FEATURE_W-1:0]}"}},
	{"the first bank", Fault{"an image is loaded into the other bank", "npu_head.v", "load ? {1'b0, load_address}", "load ? {1'b1, load_address}"}},
	{"a refused access disturbs", Fault{"a refused read takes the address of the biases", "npu_head.v", ".read_address(computing ? bias_address : bias_read_address), .read_data(bias)", ".read_address((computing & ~read_now) ? bias_address : bias_read_address), .read_data(bias)"}},
	{"a write under a reader", Fault{"a write that waits takes the address of the weights", "npu_head.v", ".read_enable(memory_enable), .read_address(computing ? row : weight_read_row),", ".read_enable(memory_enable), .read_address((computing & ~write_pending) ? row : weight_read_row),"}},

	// Results.
	{"saturation where there is none", Fault{"a sum beyond 32 bits saturates", "npu_head.v", "total <= sum[31:0];", "total <= (sum[32] != sum[31]) ? {sum[32], {31{~sum[32]}}} : sum[31:0];"}},
	{"saturation on the wrong side", Fault{"above is the least and below the greatest", "npu_requant.v", "fitted = above ? top : below ? bottom : scaled;", "fitted = above ? bottom : below ? top : scaled;"}},
	{"limits of the other sign", Fault{"unsigned values saturate where signed ones do", "npu_requant.v", "(is_signed ? {1'b0, span[63:1]} : span)", "{1'b0, span[63:1]}"}},
	{"modes exchanged", Fault{"ties toward zero and away from it are exchanged", "npu_requant.v", "`NPU_RND_RND_ZERO:  constant = negative ? half : below_half;\n            `NPU_RND_RND_INF:   constant = negative ? below_half : half;", "`NPU_RND_RND_ZERO:  constant = negative ? below_half : half;\n            `NPU_RND_RND_INF:   constant = negative ? half : below_half;"}},
	{"rounding where nothing is shifted", Fault{"a shift by nothing rounds", "npu_requant.v", "wire exact = left | (places == 6'd0);", "wire exact = left;"}},
	{"the parity of another bit", Fault{"even is looked for a place above", "npu_requant.v", "wire odd = wide[places];", "wire odd = wide[places + 6'd1];"}},
	{"a clamp that one mode skips", Fault{"ReLU is skipped where values wrap", "npu_requant.v", "(relu & fitted[31])", "(relu & fitted[31] & (overflow != 2'd0))"}},
	{"two modes at once", Fault{"ReLU is skipped where signed values saturate symmetrically", "npu_requant.v", "(relu & fitted[31])", "(relu & fitted[31] & ~(is_signed & (overflow == `NPU_OVF_SAT_SYM)))"}},
	{"last that depends on a stall", Fault{"last is shown only if no logit was there before", "npu_head.v", "m_axis_tlast <= emit & put_last;", "m_axis_tlast <= emit & put_last & ~m_axis_tvalid;"}},
	{"a comparison of low bits", Fault{"the greatest logit is looked for in 16 bits", "npu_argmax.v", "$signed(value) > $signed(best_value)", "$signed(value[15:0]) > $signed(best_value[15:0])"}},

	// Counters: by a state that was written, and by a head of the greatest size.
	{"a counter that stops", Fault{"images stop at 2^24 - 1", "npu_regs.v", "images <= images + 32'd1;", "images <= images + {31'd0, images != 32'h00ffffff};"}},
	{"a counter that ends", Fault{"images do not begin again after 2^32", "npu_regs.v", "images <= images + 32'd1;", "images <= images + {31'd0, images != 32'hffffffff};"}},
	{"a carry beyond every campaign", Fault{"images lose the carry at 2^20", "npu_regs.v", "images <= images + 32'd1;", "images <= {images[31:20], images[19:0] + 20'd1};"}},
	{"a carry of the widest row", Fault{"weight rows lose the carry at 2^19", "npu_sequencer.v", "row <= row + {{ROW_W-1{1'b0}}, 1'b1};", "row <= ((ROW_W == 20) & (row == {1'b0, {ROW_W-1{1'b1}}})) ? {ROW_W{1'b0}} : row + {{ROW_W-1{1'b0}}, 1'b1};"}},
	{"a borrow of the check", Fault{"rows that are counted lose the carry at 2^18", "npu_program.v", "row_end <= next_end;", "row_end <= {row_end[20:18], next_end[17:0]};"}},
}

// unseen are faults that take a value of thousands of millions, or show in when something
// happens and not in what: no campaign looks for them, and the proofs find them.
var unseen = []Kinded{
	{"one word of all", Fault{"one word of weights is stored as another", "npu_head.v", ".write_data(write_data[(l % 4) * 8 +: 8])", ".write_data(write_data[(l % 4) * 8 +: 8] ^ {7'd0, write_data == 32'h13579bdf})"}},
	{"one sum of all", Fault{"one sum is one too large", "npu_head.v", "total <= sum[31:0];", "total <= sum[31:0] + {31'd0, sum[31:0] == 32'h00bc614e};"}},
	{"one accumulator of all", Fault{"one accumulator at one shift rounds up", "npu_requant.v", "wire signed [63:0] biased = $signed(wide + constant);", "wire signed [63:0] biased = $signed(wide + constant + (((acc == 32'h12345678) & (places == 6'd9)) ? 64'd512 : 64'd0));"}},
	{"one response of all", Fault{"one unmapped address is answered OKAY after one word", "npu_regs.v", "assign write_error = ~accepted | refused_program;", "assign write_error = (~accepted & ~((write_address == 24'h5a5a5a) & (write_data == 32'hcafe1234))) | refused_program;"}},
	{"a stall for one word", Fault{"a write of one word takes for ever", "npu_regs.v", "assign write_done = write_pending & (~check_start | check_done);", "assign write_done = write_pending & (~check_start | check_done) & ~(write_data == 32'h76543210);"}},
}

// Unseen lists faults for the proofs alone.
func Unseen() []Kinded { return unseen }

// alike are changes that change nothing, each for a reason beside it.
var alike = []Fault{
	// A program that is committed fits, and what is written to it ends the commit.
	{"a refused commit leaves the old one", "npu_regs.v", "if (accepted & w_control & write_done) ready <= w_commit & check_ok;", "if (accepted & w_control & write_done & ~refused_program) ready <= w_commit & check_ok;"},
	// While a logit waits, it is compared with itself.
	{"the greatest logit is looked for while one waits", "npu_head.v", ".clk(clk), .put(emit & step), .first", ".clk(clk), .put(emit), .first"},
}

// Alike lists changes of which every claim is proved. They are no faults.
func Alike() []Fault { return alike }
