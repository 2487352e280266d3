package control

import "github.com/hashiflex/hashiflex/fuzz/head"

// coincidences are faults that take several things at once, most of them values
// that no random access has.
var coincidences = []head.Fault{
	{Name: "a read hangs behind one address and one written before", File: "npu_bus.v",
		Old: "read_now <= has_read & ~s_axi_rvalid & ~write_waits & ~read_now;",
		New: "read_now <= has_read & ~s_axi_rvalid & ~write_waits & ~read_now & ~((read_address == 24'h5a5a5a) & (write_address[7:0] == 8'ha5));"},
	{Name: "the check of one program never ends", File: "npu_program.v",
		Old: "? ~fits | (last_group & k_last) : ~fields_ok);",
		New: "? ~fits | (last_group & k_last & ~((k_row == 20'd1) & (k_bias == 16'd1) & (k_shift == -7'sd31) & (k_rounding == 3'd5))) : ~fields_ok);"},
	{Name: "read data change while they wait if one word is written", File: "npu_bus.v",
		Old: "        read_now <= has_read",
		New: "        if (s_axi_rvalid & ~s_axi_rready & (write_data == 32'hdeadbeef)) s_axi_rdata <= 32'd0;\n        read_now <= has_read"},
	{Name: "last lost when a read comes with a refused write and a feature", File: "npu_head.v",
		Old: "m_axis_tlast <= emit & put_last;",
		New: "m_axis_tlast <= emit & put_last & ~(read_now & s_axi_bvalid & s_axi_bresp[1] & (write_strobe == 4'b0101) & s_axis_tvalid);"},
	{Name: "a weight is written at an unaligned address with one strobe", File: "npu_regs.v",
		Old: "assign weight_write = accepted & w_weight;",
		New: "assign weight_write = (accepted | (write_pending & (write_strobe == 4'b0010) & (write_address[1:0] == 2'd3))) & w_weight;"},
	{Name: "a read survives a reset", File: "npu_bus.v",
		Old: "            read_now <= 1'b0;\n            s_axi_bvalid",
		New: "            s_axi_bvalid"},
	{Name: "the flush is as long as it was before", File: "npu_sequencer.v",
		Old: "                    flushed <= 1'b0;\n",
		New: ""},
	{Name: "one refused write clears the commit", File: "npu_regs.v",
		Old: "if (accepted & w_control & write_done) ready <= w_commit & check_ok;",
		New: "if (accepted & w_control & write_done) ready <= w_commit & check_ok;\n        if (write_done & write_error & (write_data == 32'h12345678)) ready <= 1'b0;"},
	{Name: "an address is taken late if its valid comes late", File: "npu_bus.v",
		Old: "assign s_axi_awready = ~has_address;",
		New: "assign s_axi_awready = ~has_address & (s_axi_awvalid | ~has_data);"},
	{Name: "an overflow keeps the next image out", File: "npu_head.v",
		Old: ".accept(ready & ~write_pending)",
		New: ".accept(ready & ~write_pending & ~overflowed)"},
}
