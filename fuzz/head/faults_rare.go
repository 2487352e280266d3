package head

// rareFaults are faults that random sequences trigger seldom or never: one address of
// millions, one carry of a counter, one pair of operands, one mode at one shift.
var rareFaults = []Fault{
	// Decoders: a word answers at an address that differs from its own.
	{"biases answer writes with bit 20 of the address set", "npu_regs.v", "wire w_bias = (w_region == `NPU_REGION_BIASES) & (w_index < BIASES_N);", "wire w_bias = (w_region == `NPU_REGION_BIASES) & ({w_index[19], 1'b0, w_index[17:0]} < BIASES_N);"},
	{"biases answer writes with bit 12 of the address set", "npu_regs.v", "wire w_bias = (w_region == `NPU_REGION_BIASES) & (w_index < BIASES_N);", "wire w_bias = (w_region == `NPU_REGION_BIASES) & ((w_index & ~20'h00400) < BIASES_N);"},
	{"one weight row answers a second address", "npu_regs.v", "wire w_weight = (w_region == `NPU_REGION_WEIGHTS) & ({1'b0, w_row} < ROWS_N);", "wire w_weight = (w_region == `NPU_REGION_WEIGHTS) & (({1'b0, w_row} < ROWS_N) | (w_row == 20'd131075));"},
	{"weights answer writes with bit 15 of the address set", "npu_regs.v", "wire w_weight = (w_region == `NPU_REGION_WEIGHTS) & ({1'b0, w_row} < ROWS_N);", "wire w_weight = (w_region == `NPU_REGION_WEIGHTS) & ({1'b0, w_row & ~20'h02000} < ROWS_N);"},
	{"weights answer reads with the highest bit of the word set", "npu_regs.v", "wire r_weight = (r_region == `NPU_REGION_WEIGHTS) & ({1'b0, r_row} < ROWS_N);", "wire r_weight = (r_region == `NPU_REGION_WEIGHTS) & ({2'b00, r_row[18:0]} < ROWS_N);"},
	{"biases answer reads with bit 17 of the address set", "npu_regs.v", "wire r_bias = (r_region == `NPU_REGION_BIASES) & (r_index < BIASES_N);", "wire r_bias = (r_region == `NPU_REGION_BIASES) & ((r_index & ~20'h08000) < BIASES_N);"},
	{"descriptors answer writes with the highest bit of the word set", "npu_regs.v", "(w_index[19:11] == 9'd0)", "(w_index[18:11] == 8'd0)"},
	{"descriptors answer reads with bit 17 of the address set", "npu_regs.v", "(r_index[19:11] == 9'd0)", "({r_index[19:16], r_index[14:11]} == 8'd0)"},
	{"registers answer reads with the highest bit of the word set", "npu_regs.v", "(r_index < `NPU_REGISTERS)", "({1'b0, r_index[18:0]} < `NPU_REGISTERS)"},
	{"LAYERS answers writes with bit 9 of the address set", "npu_regs.v", "(w_index == `NPU_REG_LAYERS)", "({w_index[19:8], 1'b0, w_index[6:0]} == `NPU_REG_LAYERS)"},
	{"CONTROL answers writes with bit 14 of the address set", "npu_regs.v", "(w_index == `NPU_REG_CONTROL)", "({w_index[19:13], 1'b0, w_index[11:0]} == `NPU_REG_CONTROL)"},
	{"ERROR answers writes with bit 18 of the address set", "npu_regs.v", "(w_index == `NPU_REG_ERROR)", "({w_index[19:17], 1'b0, w_index[15:0]} == `NPU_REG_ERROR)"},
	{"a bias answers at an address with two bits wrong", "npu_regs.v", "wire w_bias = (w_region == `NPU_REGION_BIASES) & (w_index < BIASES_N);", "wire w_bias = (w_region == `NPU_REGION_BIASES) & ((w_index < BIASES_N) | (w_index == 20'h41005));"},
	{"a weight is read at an address with two bits wrong", "npu_regs.v", "wire r_weight = (r_region == `NPU_REGION_WEIGHTS) & ({1'b0, r_row} < ROWS_N);", "wire r_weight = (r_region == `NPU_REGION_WEIGHTS) & (({1'b0, r_row} < ROWS_N) | (r_row == 20'h0c011));"},
	{"unaligned write by two taken", "npu_regs.v", "wire w_aligned = write_address[1:0] == 2'd0;", "wire w_aligned = write_address[0] == 1'b0;"},
	{"unaligned read by one answered", "npu_regs.v", "wire r_aligned = read_address[1:0] == 2'd0;", "wire r_aligned = read_address[1] == 1'b0;"},
	{"an address of no word is refused for an image in flight", "npu_regs.v", "(w_failed & ~w_mapped) |", "(w_failed & ~w_mapped & ~(busy & w_index[17])) |"},

	// Memories: an access reaches another word.
	{"row 33 is written in place of row 32", "npu_regs.v", "assign weight_write_row = w_row[ROW_W-1:0];", "assign weight_write_row = w_row[ROW_W-1:0] & ~{{ROW_W-1{1'b0}}, w_row == 20'd33};"},
	{"bias 12 is read as bias 8", "npu_regs.v", "assign bias_read_address = r_index[BIAS_W-1:0];", "assign bias_read_address = (r_index == 20'd12) ? r_index[BIAS_W-1:0] ^ 4 : r_index[BIAS_W-1:0];"},
	{"output 8 of a layer is not stored", "npu_head.v", ".write_enable(load | store),", ".write_enable(load | (store & (put_index != 16'd8))),"},
	{"the last feature of a full middle layer is lost", "npu_sequencer.v", "mac <= state == RUN;", "mac <= (state == RUN) & ~((layer != 8'd0) & last_index & (layer_in == 16'd9));"},
	{"the last feature of the third layer at full width is lost", "npu_sequencer.v", "mac <= state == RUN;", "mac <= (state == RUN) & ~((layer == 8'd2) & last_index & (layer_in == 16'd9));"},

	// Strobes.
	{"strobes 0101 write the byte between", "npu_head.v", "& write_strobe[l % 4]),", "& (write_strobe[l % 4] | ((l % 4 == 1) & (write_strobe == 4'b0101)))),"},
	{"strobes 0110 lose a byte of 3c", "npu_head.v", "& write_strobe[l % 4]),", "& write_strobe[l % 4] & ~((write_strobe == 4'b0110) & (write_data[15:8] == 8'h3c))),"},
	{"strobes 1011 lose the third byte if it is 80", "npu_head.v", "& write_strobe[l % 4]),", "& write_strobe[l % 4] & ~((l % 4 == 0) & (write_strobe == 4'b1011) & (write_data[7:0] == 8'h80))),"},
	{"no strobe writes a zero", "npu_head.v", "& write_strobe[l % 4]),", "& (write_strobe[l % 4] | ((write_strobe == 4'd0) & (write_data == 32'd0)))),"},
	{"three bytes of a bias are taken", "npu_regs.v", "((write_strobe == 4'b1111) & w_legal_bits)", "(((write_strobe == 4'b1111) | (w_bias & (write_strobe == 4'b1101))) & w_legal_bits)"},
	{"a byte of CONTROL commits", "npu_regs.v", "((write_strobe == 4'b1111) & w_legal_bits)", "(((write_strobe == 4'b1111) | (w_control & (write_strobe == 4'b0001))) & w_legal_bits)"},
	{"two bytes of a descriptor are taken", "npu_regs.v", "((write_strobe == 4'b1111) & w_legal_bits)", "(((write_strobe == 4'b1111) | (w_descriptor & (write_strobe == 4'b0011))) & w_legal_bits)"},

	// Products: one pair of operands.
	{"one product is zero", "npu_lane.v", "= {{15{product[16]}}, product};", "= (weight == 8'h5b && feature == 9'h0a7) ? 32'd0 : {{15{product[16]}}, product};"},
	{"the greatest product has the wrong sign", "npu_lane.v", "= {{15{product[16]}}, product};", "= (weight == 8'h80 && feature == 9'h180) ? 32'hffffc000 : {{15{product[16]}}, product};"},
	{"127 by 255 is one too little", "npu_lane.v", "= {{15{product[16]}}, product};", "= {{15{product[16]}}, product} - {31'd0, (weight == 8'h7f) & (feature == 9'h0ff)};"},
	{"nothing by -1 is one", "npu_lane.v", "= {{15{product[16]}}, product};", "= {{15{product[16]}}, product} + {31'd0, (weight == 8'hff) & (feature == 9'd0)};"},
	{"one product of the last lane is wrong", "npu_head.v", ".feature(feature), .weight(weights[l*8 +: 8]),", ".feature(feature), .weight(weights[l*8 +: 8] ^ {7'd0, (l == LANES - 1) & (weights[l*8 +: 8] == 8'h33) & (feature == 9'h044)}),"},
	{"one product with a sign is wrong", "npu_lane.v", "= {{15{product[16]}}, product};", "= (weight == 8'hd2 && feature == 9'h1e9) ? 32'd7 : {{15{product[16]}}, product};"},

	// Tails: one mode at one shift or width.
	{"ties to even at shift 17 round down", "npu_requant.v", "below_half + {63'd0, odd}", "below_half + {63'd0, odd & (places != 6'd17)}"},
	{"ties to even at shift 31 round up", "npu_requant.v", "below_half + {63'd0, odd}", "below_half + {63'd0, odd | (places == 6'd31)}"},
	{"ties down at shift 29 go up", "npu_requant.v", "`NPU_RND_RND_MIN_INF: constant = below_half;", "`NPU_RND_RND_MIN_INF: constant = (places == 6'd29) ? half : below_half;"},
	{"toward zero at shift 23 becomes floor", "npu_requant.v", "negative ? one - 64'd1 : 64'd0", "(negative & (places != 6'd23)) ? one - 64'd1 : 64'd0"},
	{"ties away at shift 11 go up", "npu_requant.v", "`NPU_RND_RND_INF:   constant = negative ? below_half : half;", "`NPU_RND_RND_INF:   constant = (negative & (places != 6'd11)) ? below_half : half;"},
	{"ties toward zero at shift 1 go up", "npu_requant.v", "`NPU_RND_RND_ZERO:  constant = negative ? half : below_half;", "`NPU_RND_RND_ZERO:  constant = (negative | (places == 6'd1)) ? half : below_half;"},
	{"ties up at shift 21 go down", "npu_requant.v", "`NPU_RND_RND:       constant = half;", "`NPU_RND_RND:       constant = (places == 6'd21) ? below_half : half;"},
	{"left by 13 is left by 12", "npu_requant.v", "$signed(wide << places)", "$signed(wide << ((left & (places == 6'd13)) ? 6'd12 : places))"},
	{"left by 31 is left by 30", "npu_requant.v", "$signed(wide << places)", "$signed(wide << ((left & (places == 6'd31)) ? 6'd30 : places))"},
	{"19 bits unsigned saturate one too late", "npu_requant.v", "wire above = scaled > top;", "wire above = scaled > top + {63'd0, (width == 6'd19) & ~is_signed};"},
	{"27 bits saturate without symmetry", "npu_requant.v", "below_sym ? floor_sym", "below_sym ? ((width == 6'd27) ? bottom : floor_sym)"},
	{"ReLU is lost at 5 bits", "npu_requant.v", "(relu & fitted[31])", "(relu & fitted[31] & (width != 6'd5))"},
	{"3 bits wrap without a sign", "npu_requant.v", "is_signed ? low_bits - (sign_bit << 1) : low_bits", "(is_signed & (width != 6'd3)) ? low_bits - (sign_bit << 1) : low_bits"},
	{"below zero at shift 7 saturates to zero no more", "npu_requant.v", "(above | below) ? 64'sd0", "(above | (below & (places != 6'd7))) ? 64'sd0"},

	// Programs: one value of a field.
	{"shift 33 is refused", "npu_program.v", "(k_shift <= 7'sd33)", "(k_shift <= 7'sd32)"},
	{"shift -31 is refused", "npu_program.v", "(k_shift >= -7'sd31)", "(k_shift >= -7'sd30)"},
	{"shift -32 is taken", "npu_program.v", "(k_shift >= -7'sd31)", "(k_shift >= -7'sd32)"},
	{"rounding 7 is taken", "npu_program.v", "(k_rounding <= 3'd6)", "(k_rounding <= 3'd7)"},
	{"no bits are taken", "npu_program.v", "(k_width != 6'd0)", "(k_width <= 6'd63)"},
	{"33 bits are taken", "npu_program.v", "k_signed ? 6'd32 : 6'd31", "k_signed ? 6'd33 : 6'd31"},
	{"32 bits without a sign are taken", "npu_program.v", "k_signed ? 6'd32 : 6'd31", "6'd32"},
	{"one feature too many is taken", "npu_program.v", "(k_in <= FEATURES_N)", "(k_in <= FEATURES_N + 16'd1)"},
	{"one layer too many is taken", "npu_program.v", "(layers <= LAYERS_N)", "(layers <= LAYERS_N + 8'd1)"},
	{"a reserved bit of a tail is taken", "npu_program.v", "reserved = ~`NPU_TAIL_MASK;", "reserved = ~(`NPU_TAIL_MASK | 32'h00000080);"},
	{"a reserved bit of IN is taken", "npu_program.v", "`NPU_FIELD_IN:      reserved = ~32'h0000ffff;", "`NPU_FIELD_IN:      reserved = ~32'h0100ffff;"},
	{"200 layers are refused", "npu_regs.v", "((write_data & ~`NPU_LAYERS_MASK) == 32'd0)", "(((write_data & ~`NPU_LAYERS_MASK) == 32'd0) & (write_data[7:0] != 8'd200))"},
	{"one set of errors clears all", "npu_regs.v", "? write_data[5:0] : 6'd0;", "? ((write_data[5:0] == 6'h2a) ? 6'h3f : write_data[5:0]) : 6'd0;"},

	// Counters: one carry.
	{"images lose the carry at 2^8", "npu_regs.v", "images <= images + 32'd1;", "images <= {images[31:8], images[7:0] + 8'd1};"},
	{"images lose the carry at 2^12", "npu_regs.v", "images <= images + 32'd1;", "images <= {images[31:12], images[11:0] + 12'd1};"},
	{"images lose the carry at 2^16", "npu_regs.v", "images <= images + 32'd1;", "images <= {images[31:16], images[15:0] + 16'd1};"},
	{"features lose the carry at 2^4", "npu_sequencer.v", "index <= index + 16'd1;\n                    if (last_index)", "index <= {index[15:4], index[3:0] + 4'd1};\n                    if (last_index)"},
	{"features lose the carry at 2^8", "npu_sequencer.v", "index <= index + 16'd1;\n                    if (last_index)", "index <= {index[15:8], index[7:0] + 8'd1};\n                    if (last_index)"},
	{"loaded features lose the carry at 2^11", "npu_sequencer.v", "index <= index + 16'd1;\n            if (in_last)", "index <= {index[15:11], index[10:0] + 11'd1};\n            if (in_last)"},
	{"outputs lose the carry at 2^8", "npu_sequencer.v", "result <= result + 16'd1;", "result <= {result[15:8], result[7:0] + 8'd1};"},
	{"outputs lose the carry at 2^15", "npu_sequencer.v", "result <= result + 16'd1;", "result <= {result[15], result[14:0] + 15'd1};"},
	{"lanes lose the carry at 2^6", "npu_sequencer.v", "lane <= lane + 16'd1;", "lane <= {lane[15:6], lane[5:0] + 6'd1};"},
	{"weight rows lose their last carry", "npu_sequencer.v", "row <= row + {{ROW_W-1{1'b0}}, 1'b1};", "row <= {row[ROW_W-1], row[ROW_W-2:0] + {{ROW_W-2{1'b0}}, 1'b1}};"},
	{"layers lose the carry at 2^7", "npu_sequencer.v", "layer + 8'd1;\n", "{layer[7], layer[6:0] + 7'd1};\n"},
	{"checked layers lose the carry at 2^6", "npu_program.v", "k <= k + 8'd1;", "k <= {k[7:6], k[5:0] + 6'd1};"},
	{"checked outputs lose the borrow at 2^8", "npu_program.v", "left <= left - LANES_N;", "left <= {left[16:8], left[7:0] - LANES_N[7:0]};"},
	{"class index cut to 8 bits", "npu_argmax.v", "best_index <= index;", "best_index <= {8'd0, index[7:0]};"},
	{"class index 11 reads as 10", "npu_argmax.v", "best_index <= index;", "best_index <= (index == 16'd11) ? 16'd10 : index;"},
	{"equal logits at the fourth and the ninth place go to the ninth", "npu_argmax.v", "($signed(value) > $signed(best_value))", "($signed(value) > $signed(best_value)) | ((value == best_value) & (index == 16'd8) & (best_index == 16'd3))"},

	// Sums at their limits, and moments.
	{"a sum one above 32 bits is not noticed", "npu_head.v", "if (sum[32] != sum[31]) overflowed", "if ((sum[32] != sum[31]) & (sum[31:0] != 32'h80000000)) overflowed"},
	{"a sum one below 32 bits is not noticed", "npu_head.v", "if (sum[32] != sum[31]) overflowed", "if ((sum[32] != sum[31]) & (sum[31:0] != 32'h7fffffff)) overflowed"},
	{"a frame error that comes while cleared is lost", "npu_regs.v", "(errors & ~cleared) | raised;", "(errors & ~cleared) | (raised & ~{1'b0, cleared[4], 4'd0});"},
	{"an overflow that comes while cleared is lost", "npu_regs.v", "(errors & ~cleared) | raised;", "(errors & ~cleared) | (raised & ~{cleared[5], 5'd0});"},
	{"a read under way survives a reset", "npu_bus.v", "            has_read <= 1'b0;\n            read_now <= 1'b0;\n            s_axi_bvalid", "            has_read <= 1'b0;\n            s_axi_bvalid"},
	{"busy ends a cycle early", "npu_regs.v", "{30'd0, busy, ready}", "{30'd0, busy & ~image_done, ready}"},
}
