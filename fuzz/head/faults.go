package head

import (
	"fmt"
	"slices"
	"strings"

	"github.com/hashiflex/hashiflex/rtl"
	"github.com/hashiflex/hashiflex/rtl/npu"
)

// Fault is a named change of the Verilog: in File, the only occurrence of Old
// becomes New.
type Fault struct {
	Name string
	File string
	Old  string
	New  string
}

// Faults lists the faults that a campaign must find. It has no special check for any of
// them.
func Faults() []Fault { return slices.Concat(faults, rareFaults) }

var faults = []Fault{
	// Lanes and sums.
	{"weight read as unsigned", "npu_lane.v", "$signed(feature) * $signed(weight)", "$signed(feature) * $signed({1'b0, weight})"},
	{"feature's sign bit lost", "npu_lane.v", "$signed(feature) * $signed(weight)", "$signed({1'b0, feature}) * $signed(weight)"},
	{"product extended with zeros", "npu_lane.v", "{{15{product[16]}}, product}", "{15'd0, product}"},
	{"accumulator not cleared between groups", "npu_lane.v", "first ? 32'd0 : acc", "acc"},
	{"first product lost", "npu_lane.v", "else if (enable) acc <= kept + addend", "else if (enable) acc <= first ? 32'd0 : kept + addend"},
	{"results leave the lanes in reverse", "npu_head.v", ".neighbour(sums[(l+1)*32 +: 32])", ".neighbour(sums[((l == 0) ? LANES - 1 : l - 1)*32 +: 32])"},
	{"bias added twice", "npu_head.v", "{bias[31], bias};", "{bias[30:0], 1'b0, 1'b0} + {bias[31], bias} - {bias[30:0], 1'b0, 1'b0} + {bias[31], bias};"},
	{"bias extended with zeros", "npu_head.v", "+ {bias[31], bias};", "+ {1'b0, bias};"},
	{"bias of the neighbour", "npu_sequencer.v", "layer_bias + result[BIAS_W-1:0]", "layer_bias + result[BIAS_W-1:0] + (result != 16'd0 ? {BIAS_W{1'b1}} : {BIAS_W{1'b0}})"},
	{"overflow of a sum not noticed from below", "npu_head.v", "if (sum[32] != sum[31])", "if (~sum[32] & sum[31])"},
	{"overflow kept from the image before", "npu_head.v", "if (begin_image) overflowed", "if (~resetn) overflowed"},
	{"overflow noticed in the last layer only", "npu_head.v", "if (sum[32] != sum[31]) overflowed", "if ((sum[32] != sum[31]) & last_layer) overflowed"},
	{"overflow forgotten at the second layer", "npu_head.v", "if (begin_image) overflowed", "if (begin_image | (mac & mac_first & (layer == 8'd1))) overflowed"},
	{"a second overflow clears the flag", "npu_head.v", "if (sum[32] != sum[31]) overflowed <= 1'b1;", "if (sum[32] != sum[31]) overflowed <= ~overflowed;"},

	// Requantization.
	{"negative ties rounded up", "npu_requant.v", "`NPU_RND_RND_INF:   constant = negative ? below_half : half;", "`NPU_RND_RND_INF:   constant = half;"},
	{"negative ties rounded away", "npu_requant.v", "`NPU_RND_RND_ZERO:  constant = negative ? half : below_half;", "`NPU_RND_RND_ZERO:  constant = below_half;"},
	{"ties to odd", "npu_requant.v", "below_half + {63'd0, odd}", "below_half + {63'd0, ~odd}"},
	{"toward zero becomes floor", "npu_requant.v", "negative ? one - 64'd1 : 64'd0", "64'd0"},
	{"rounding constant one bit too low", "npu_requant.v", "{1'b0, one[63:1]};", "{2'b00, one[63:2]};"},
	{"logical for arithmetic shift", "npu_requant.v", "biased >>> places", "biased >> places"},
	{"saturation one too low", "npu_requant.v", "fitted = above ? top : below ? bottom : scaled;", "fitted = above ? top - 64'sd1 : below ? bottom : scaled;"},
	{"least value saturates to its neighbour", "npu_requant.v", "wire below = scaled < bottom;", "wire below = scaled <= bottom + 64'sd1;"},
	{"symmetric saturation forgotten", "npu_requant.v", "below_sym ? floor_sym", "below ? bottom"},
	{"wrapped value keeps no sign", "npu_requant.v", "is_signed ? low_bits - (sign_bit << 1) : low_bits", "low_bits"},
	{"ReLU by the wrong bit", "npu_requant.v", "(relu & fitted[31])", "(relu & fitted[30])"},
	{"left shift ignored", "npu_requant.v", "exact ? raised : lowered", "exact ? wide : lowered"},
	{"ReLU on the layer before", "npu_program.v", "assign layer_relu = tail[19];", "assign layer_relu = tails[((layer == 8'd0) ? 8'd0 : layer - 8'd1)*20+19 +: 1];"},
	{"convergent rounding floors at shift 33", "npu_requant.v", "below_half + {63'd0, odd}", "(places == 6'd33) ? 64'd0 : below_half + {63'd0, odd}"},
	{"tie at shift 32 rounds down", "npu_requant.v", "`NPU_RND_RND:       constant = half;", "`NPU_RND_RND:       constant = (places == 6'd32) ? below_half : half;"},
	{"parity by five bits of the shift", "npu_requant.v", "wire odd = wide[places];", "wire odd = wide[{1'b0, places[4:0]}];"},
	{"one bit with sign is unsigned", "npu_requant.v", "$signed((is_signed ? {1'b0", "$signed(((is_signed & (width != 6'd1)) ? {1'b0"},
	{"31 bits unsigned saturate one too late", "npu_requant.v", "wire above = scaled > top;", "wire above = scaled > top + {63'd0, (width == 6'd31) & ~is_signed};"},
	{"left shift by 16 and more loses a bit of the amount", "npu_requant.v", "$signed(wide << places)", "$signed(wide << places[3:0])"},
	{"saturation to zero lets negatives pass unsigned", "npu_requant.v", "(above | below) ? 64'sd0", "(above | (below & is_signed)) ? 64'sd0"},

	// Sequencing.
	{"last feature not counted in", "npu_sequencer.v", "mac <= state == RUN;", "mac <= (state == RUN) & (~last_index | (layer_in == 16'd1));"},
	{"one group too few lanes drained", "npu_sequencer.v", "localparam [15:0] LAST_LANE = LANES[15:0] - 16'd1;", "localparam [15:0] LAST_LANE = LANES[15:0] - 16'd2;"},
	{"banks not swapped between layers", "npu_sequencer.v", "bank <= last_layer ? 1'b0 : ~bank;", "bank <= 1'b0;"},
	{"bank not returned after an image", "npu_sequencer.v", "bank <= last_layer ? 1'b0 : ~bank;", "bank <= ~bank;"},
	{"row pointer not reloaded", "npu_sequencer.v", "row <= layer_row;", "if (layer == 8'd0) row <= layer_row;"},
	{"index survives a dropped frame", "npu_sequencer.v", "state <= (load & last_index) ? START : IDLE;\n                index <= 16'd0;", "state <= (load & last_index) ? START : IDLE;\n                if (load & last_index) index <= 16'd0;"},
	{"index survives a reset", "npu_sequencer.v", "        if (~resetn) begin\n            state <= IDLE;\n            index <= 16'd0;", "        if (~resetn) begin\n            state <= IDLE;"},
	{"layer survives a reset", "npu_sequencer.v", "            layer <= 8'd0;\n            bank <= 1'b0;\n            mac <= 1'b0;", "            bank <= 1'b0;\n            mac <= 1'b0;"},
	{"bank survives a reset", "npu_sequencer.v", "            bank <= 1'b0;\n            mac <= 1'b0;", "            mac <= 1'b0;"},
	{"sign of features survives a reset", "npu_regs.v", "            features_signed <= 1'b0;\n", ""},
	{"result in the pipe survives a reset", "npu_sequencer.v", "            take <= 1'b0;\n            put <= 1'b0;\n        end", "        end"},
	{"too long a frame is computed", "npu_sequencer.v", "end else if (load & last_index) begin\n                state <= SKIP;", "end else if (load & last_index) begin\n                state <= START;\n                index <= 16'd0;"},
	{"frame error not reported", "npu_sequencer.v", "load & (in_last != last_index)", "load & in_last & ~last_index"},
	{"feature taken while skipping is stored", "npu_sequencer.v", "beat & (state != SKIP)", "beat"},
	{"ready for the next image too early", "npu_sequencer.v", "(state == LOAD) | (state == SKIP);", "(state == LOAD) | (state == SKIP) | (state == FINISH);"},
	{"frame of one feature never too long", "npu_sequencer.v", "load & (in_last != last_index)", "load & (in_last != last_index) & ((layer_in != 16'd1) | in_last)"},
	{"a frame one too long is computed", "npu_sequencer.v", "(load & last_index) ? START : IDLE", "((load & last_index) | (~load & (index == layer_in))) ? START : IDLE"},
	{"third layer reads the bank it writes", "npu_sequencer.v", "bank <= last_layer ? 1'b0 : ~bank;", "bank <= last_layer ? 1'b0 : (layer == 8'd1) ? bank : ~bank;"},
	{"feature address too narrow above a power of two", "npu_head.v", "(FEATURES > 2) ? $clog2(FEATURES) : 1", "(FEATURES > 2) ? $clog2(FEATURES - 1) : 1"},

	// Streams.
	{"logit lost under a stall", "npu_head.v", "wire step = ~m_axis_tvalid | m_axis_tready;", "wire step = 1'b1;"},
	{"valid dropped under a stall", "npu_head.v", "        if (step) begin\n            m_axis_tvalid <= emit;", "        m_axis_tvalid <= emit & step;\n        if (step) begin"},
	{"memory output lost under a stall", "npu_head.v", "wire memory_enable = ~computing | step;", "wire memory_enable = 1'b1;"},
	{"lanes run on under a stall", "npu_head.v", ".enable(mac & computing & step)", ".enable(mac & computing)"},
	{"last marks the wrong logit", "npu_sequencer.v", "take_last <= last_result;", "take_last <= result == layer_out - 16'd2;"},
	{"last of every layer ends the image", "npu_head.v", "wire emit = put & computing & last_layer;", "wire emit = put & computing & (last_layer | put_last);"},
	{"features taken as signed", "npu_head.v", "features_signed & s_axis_tdata[7]", "s_axis_tdata[7]"},
	{"greatest of equals is the last", "npu_argmax.v", "$signed(value) > $signed(best_value)", "$signed(value) >= $signed(best_value)"},
	{"greatest compared without sign", "npu_argmax.v", "$signed(value) > $signed(best_value)", "value > best_value"},
	{"greatest of the image before", "npu_head.v", ".first(put_index == 16'd0)", ".first(1'b0)"},
	{"results published too early", "npu_head.v", "m_axis_tvalid & m_axis_tready & m_axis_tlast;", "m_axis_tvalid & m_axis_tready & (m_axis_tlast | (put_last & put));"},
	{"ties at high indices go to the last", "npu_argmax.v", "($signed(value) > $signed(best_value))", "($signed(value) > $signed(best_value)) | ((value == best_value) & (index > 16'd4))"},
	{"eight unsigned bits between layers read as signed", "npu_head.v", ": result[8:0])", ": {result[7], result[7:0]})"},
	{"a logit that waits survives a reset", "npu_head.v", "if (~resetn) m_axis_tvalid", "if (~resetn & step) m_axis_tvalid"},
	{"image counter survives a reset", "npu_regs.v", "            images <= 32'd0;\n", ""},
	{"an image that ends under a write is not counted", "npu_regs.v", "images <= images + 32'd1;", "if (~write_pending) images <= images + 32'd1;"},
	{"overflow lost while any error is cleared", "npu_regs.v", "(errors & ~cleared) | raised;", "(errors & ~cleared) | (raised & ~{cleared != 6'd0, 5'd0});"},
	{"VALUE reads its top bit as 0 after two images", "npu_regs.v", "register_read = class_value;", "register_read = class_value & ~{images[1], 31'd0};"},

	// Programs.
	{"stale weight after reprogramming", "npu_regs.v", "assign weight_write = accepted & w_weight;", "assign weight_write = accepted & w_weight & (~ready | (w_row[0] == 1'b0));"},
	{"byte strobes ignored", "npu_head.v", "(weight_write_word == WORD) & write_strobe[l % 4]", "(weight_write_word == WORD)"},
	{"rows counted one too many", "npu_program.v", "wire fits = next_end <= ROWS_N;", "wire fits = next_end < ROWS_N;"},
	{"rows counted one too few", "npu_program.v", "wire fits = next_end <= ROWS_N;", "wire fits = next_end <= ROWS_N + 21'd1;"},
	{"partial group not counted", "npu_program.v", "wire last_group = left <= LANES_N;", "wire last_group = left < LANES_N + LANES_N;"},
	{"biases may end one too late", "npu_program.v", "<= BIASES_N);", "<= BIASES_N + 17'd1);"},
	{"layers that do not meet are accepted", "npu_program.v", "((k == 8'd0) | (k_in == previous))", "1'b1"},
	{"wide layers inside are accepted", "npu_program.v", "~k_last ? 6'd8 :", "~k_last ? 6'd9 :"},
	{"a descriptor changes under a committed program", "npu_regs.v", "if (accepted & (w_layers | w_descriptor)) ready <= 1'b0;", "if (accepted & w_layers) ready <= 1'b0;"},
	{"bias memory one too short", "npu_head.v", ".DEPTH(BIASES)", ".DEPTH(BIASES - 1)"},
	{"weight memory one too short", "npu_head.v", ".DEPTH(ROWS)", ".DEPTH(ROWS - 1)"},
	{"a memory word that is looked at is not written", "npu_memory.v", "if (write_enable) words", "if (write_enable & ~(read_enable & (read_address == write_address))) words"},
	{"a strobe beyond the lanes writes lane 0", "npu_head.v", "& write_strobe[l % 4]),", "& (write_strobe[l % 4] | ((l == 0) & (LANES % 4 != 0) & (write_strobe == 4'b1000)))),"},
	{"absent lanes read as 1", "npu_head.v", "assign weights[l*8 +: 8] = 8'd0;", "assign weights[l*8 +: 8] = 8'h01;"},
	{"row count wraps at 20 bits", "npu_program.v", "row_end + {5'd0, k_in};", "{1'b0, row_end[19:0] + {4'd0, k_in}};"},
	{"bias count wraps at 16 bits", "npu_program.v", "({1'b0, k_bias} + {1'b0, k_out})", "{1'b0, k_bias + k_out}"},
	{"tails survive a reset", "npu_program.v", "            tails <= {LAYERS*20{1'b0}};\n", ""},
	{"the last descriptor is locked by a commit", "npu_regs.v", "assign descriptor_write = accepted & w_descriptor;", "assign descriptor_write = accepted & w_descriptor & ~(ready & (w_index[10:3] == LAYERS_N - 8'd1));"},

	// Bus.
	{"write while busy takes effect", "npu_regs.v", "wire w_busy = busy & ~w_errors;", "wire w_busy = 1'b0;"},
	{"refused write takes effect", "npu_regs.v", "assign bias_write = accepted & w_bias;", "assign bias_write = write_pending & w_bias & w_aligned;"},
	{"SLVERR for OKAY on errors while busy", "npu_regs.v", "wire w_busy = busy & ~w_errors;", "wire w_busy = busy;"},
	{"OKAY for SLVERR on a bad commit", "npu_regs.v", "assign write_error = ~accepted | refused_program;", "assign write_error = ~accepted;"},
	{"unmapped read answers OKAY", "npu_regs.v", "assign read_error = ~r_mapped | r_busy;", "assign read_error = (~r_mapped & (r_region != `NPU_REGION_BIASES)) | r_busy;"},
	{"one word past the biases is mapped", "npu_regs.v", "wire w_bias = (w_region == `NPU_REGION_BIASES) & (w_index < BIASES_N);", "wire w_bias = (w_region == `NPU_REGION_BIASES) & (w_index <= BIASES_N);"},
	{"clearing an error clears all", "npu_regs.v", "(accepted & w_errors) ? write_data[5:0] : 6'd0", "(accepted & w_errors) ? 6'h3f : 6'd0"},
	{"an error that comes while cleared is lost", "npu_regs.v", "errors <= (errors & ~cleared) | raised;", "errors <= (errors | raised) & ~cleared;"},
	{"response dropped when the master waits", "npu_bus.v", "if (s_axi_bvalid & s_axi_bready) s_axi_bvalid <= 1'b0;", "s_axi_bvalid <= 1'b0;"},
	{"read data replaced while it waits", "npu_bus.v", "read_now <= has_read & ~s_axi_rvalid & ~write_waits & ~read_now;", "read_now <= has_read & ~write_waits & ~read_now;"},
	{"address taken twice", "npu_bus.v", "            has_address <= 1'b0;\n            has_data <= 1'b0;\n            s_axi_bvalid <= 1'b1;", "            has_data <= 1'b0;\n            s_axi_bvalid <= 1'b1;"},
	{"response kept through a reset", "npu_bus.v", "            s_axi_bvalid <= 1'b0;\n            s_axi_rvalid <= 1'b0;\n        end\n    end", "            s_axi_bvalid <= 1'b0;\n        end\n    end"},
	{"ready without a committed program", "npu_head.v", ".accept(ready & ~write_pending)", ".accept((ready | (layers != 8'd0)) & ~write_pending)"},
	{"an image may begin under a write", "npu_head.v", ".accept(ready & ~write_pending)", ".accept(ready)"},
	{"a write cut off by a reset takes effect", "npu_regs.v", "& ~w_busy & w_legal & resetn;", "& ~w_busy & w_legal;"},
	{"a write is accepted in the last cycle of an image", "npu_head.v", ".busy(~idle)", ".busy(~idle & ~image_done)"},
	{"a read and a write at once", "npu_bus.v", "~s_axi_rvalid & ~write_waits & ~read_now;", "~s_axi_rvalid & ~read_now;"},
	{"top strobe not looked at", "npu_regs.v", "(write_strobe == 4'b1111)", "(write_strobe[2:0] == 3'b111)"},
	{"unaligned read by two answered", "npu_regs.v", "wire r_aligned = read_address[1:0] == 2'd0;", "wire r_aligned = read_address[0] == 1'b0;"},
	{"a sixth word of a descriptor is mapped", "npu_regs.v", "(w_index[10:3] < LAYERS_N) & (w_index[2:0] <= `NPU_FIELD_TAIL)", "(w_index[10:3] < LAYERS_N) & (w_index[2:0] <= 3'd5)"},
	{"frame error survives a reset", "npu_regs.v", "errors <= 6'd0;", "errors <= errors & 6'h10;"},
}

// Plant is the head's Verilog with the fault in it.
func (f Fault) Plant(p npu.Params) ([]rtl.Source, error) {
	sources, err := npu.Sources(p)
	if err != nil {
		return nil, err
	}
	for i, s := range sources {
		if s.Name != f.File {
			continue
		}
		if n := strings.Count(string(s.Text), f.Old); n != 1 {
			return nil, fmt.Errorf("head: fault %q: its place stands %d times in %s, want once", f.Name, n, f.File)
		}
		sources[i].Text = []byte(strings.Replace(string(s.Text), f.Old, f.New, 1))
		return sources, nil
	}
	return nil, fmt.Errorf("head: fault %q: no file %s", f.Name, f.File)
}
