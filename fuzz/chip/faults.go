package chip

import (
	"fmt"
	"strings"

	"github.com/hashiflex/hashiflex/rtl"
)

// Fault is a named change of a design's Verilog: in File, the only occurrence of Old
// becomes New.
type Fault struct {
	Name string
	File string
	Old  string
	New  string
	On   Field
	Seed uint32 // of stalls that show it
}

// Field says which design and trial show a fault.
type Field string

// The fields.
const (
	OnFrames    Field = "frames"    // of tiny, one behind the other
	OnStalls    Field = "stalls"    // the layers of tiny behind the first, whose frames come faster than the head takes them
	OnRegisters Field = "registers" // likewise, with registers among the adders
	OnKernels   Field = "kernels"   // windows of five with two rows and columns of padding on each side
	OnLanes     Field = "lanes"     // three pixels a beat, windows two a beat
	OnTurns     Field = "turns"     // the layers behind the first, with three heads
	OnBroken    Field = "broken"    // frames of tiny that break the protocol
)

// Faults lists possible mistakes in the streaming library or in the generated Verilog
// around it.
func Faults() []Fault { return faults }

var faults = []Fault{
	// Rows of windows.
	{"no padding above", "stream_rows.v", "wire [KERNEL-1:0] passed = {~below, have};", "wire [KERNEL-1:0] passed = {~below, {ABOVE{1'b1}} | have};", OnFrames, 0},
	{"no padding below", "stream_rows.v", "wire [KERNEL-1:0] passed = {~below, have};", "wire [KERNEL-1:0] passed = {1'b1, have};", OnFrames, 0},
	{"line buffer one word short", "stream_rows.v", ".DEPTH(COLUMNS)", ".DEPTH(COLUMNS - 1)", OnFrames, 0},
	{"line buffer one column long", "stream_rows.v", "LAST_COLUMN = COLUMNS[COLUMN_W-1:0] - COLUMN_1;", "LAST_COLUMN = COLUMNS[COLUMN_W-1:0];", OnFrames, 0},
	{"line buffer written a column late", "stream_rows.v", "keep_column <= take ? column : after_column;", "keep_column <= take ? column + COLUMN_1 : after_column;", OnFrames, 0},
	{"line buffer read while stalled", "stream_rows.v", ".read_enable(move)", ".read_enable(1'b1)", OnStalls, 0},
	{"rows of the line buffer swapped", "stream_rows.v", "pixels = {newest, above};", "pixels = {newest, above[PIXEL-1:0], above[ABOVE*PIXEL-1:PIXEL]};", OnFrames, 0},
	{"rows that complete no windows are not kept", "stream_rows.v", "keep <= take |", "keep <= (take & due_now) |", OnFrames, 0},
	{"last row not flushed", "stream_rows.v", "if (end_of_frame) after <= AFTER[AFTER_W-1:0];\n        else if", "if", OnFrames, 0},
	{"one row too many flushed", "stream_rows.v", "after <= AFTER[AFTER_W-1:0];", "after <= AFTER[AFTER_W-1:0] + AFTER_1;", OnFrames, 0},
	{"rows below move without the line buffer", "stream_rows.v", "(move & below & ~last_below)", "1'b0", OnKernels, 0},
	{"next frame comes in too early", "stream_rows.v", "move & (~below | (last_below & (FIRST != 0)))", "move", OnKernels, 0},
	{"row stride one too long", "stream_rows.v", "DUE_NEXT = STRIDE[DUE_W-1:0] - DUE_1;", "DUE_NEXT = STRIDE[DUE_W-1:0];", OnFrames, 0},
	{"row phase outlives the frame", "stream_rows.v", "if (restart) due <= (below & end_of_row) ? DUE_FIRST - DUE_1 : DUE_FIRST;\n        else if", "if", OnFrames, 0},
	{"row phase ignores the row that came in", "stream_rows.v", "(below & end_of_row) ? DUE_FIRST - DUE_1 : DUE_FIRST", "DUE_FIRST", OnFrames, 0},
	{"padding outlives the row that came in", "stream_rows.v", "have[ABOVE-1] <= below & end_of_row;", "have[ABOVE-1] <= 1'b0;", OnFrames, 0},
	{"frame counter not reset", "stream_rows.v", "row <= (row == LAST_ROW) ? {ROW_W{1'b0}} : row + ROW_1;", "row <= row + ROW_1;", OnFrames, 0},
	{"pixel register without its enable", "stream_rows.v", "at_hand (.clk(clk), .enable(take),", "at_hand (.clk(clk), .enable(1'b1),", OnStalls, 0},
	{"column lost while stalled", "stream_rows.v", "if (move) out_valid <=", "out_valid <=", OnStalls, 0},
	{"rows survive a reset", "stream_rows.v", "            after <= {AFTER_W{1'b0}};\n", "", OnFrames, 0},

	// Columns of windows.
	{"no padding on the left", "stream_columns.v", "assign show = {whole & {LANES{~beyond}}, have};", "assign show = {whole & {LANES{~beyond}}, {LEFT{1'b1}} | have};", OnFrames, 0},
	{"no padding on the right", "stream_columns.v", "assign show = {whole & {LANES{~beyond}}, have};", "assign show = {whole, have};", OnFrames, 0},
	{"last column not flushed", "stream_columns.v", "if (end_of_row) after <= AFTER[AFTER_W-1:0];\n        else if", "if", OnFrames, 0},
	{"columns move while stalled", "stream_columns.v", ".clk(clk), .enable(take | fall),", ".clk(clk), .enable(in_valid | fall),", OnStalls, 0},
	{"window without data", "stream_columns.v", "assign out_valid = (beyond | in_valid) & due_now;", "assign out_valid = due_now;", OnFrames, 0},
	{"column phase outlives the row", "stream_columns.v", "if (restart) due <= (beyond & take) ? DUE_FIRST - DUE_1 : DUE_FIRST;\n        else if", "if", OnFrames, 0},
	{"column phase ignores the column that came in", "stream_columns.v", "(beyond & take) ? DUE_FIRST - DUE_1 : DUE_FIRST", "DUE_FIRST", OnFrames, 0},
	{"next row comes in too early", "stream_columns.v", "move & (~beyond | (last_beyond & (FIRST != 0)))", "move", OnKernels, 0},
	{"taps of a window transposed", "stream_window.v", "windows[((l*COLUMN_KERNEL+c)*ROW_KERNEL+r)*PIXEL +: PIXEL]", "windows[((l*ROW_KERNEL+r)*COLUMN_KERNEL+c)*PIXEL +: PIXEL]", OnFrames, 0},

	// Several pixels a beat.
	{"lanes of a beat in reverse", "stream_window.v", "rows[(r*LANES+l)*PIXEL +: PIXEL]", "rows[(r*LANES+LANES-1-l)*PIXEL +: PIXEL]", OnLanes, 0},
	{"lanes behind a row's end taken for pixels", "stream_columns.v", "assign whole[k] = (k < LAST) | (beat != LAST_BEAT);", "assign whole[k] = 1'b1;", OnLanes, 0},
	{"every lane gets the first window", "stream_columns.v", "? items[(q*STEP+k)*ITEM +: ITEM] :", "? items[k*ITEM +: ITEM] :", OnLanes, 0},
	{"a row's last beat waits for the next row", "stream_lanes.v", "assign out_valid = held >= out_beat;", "assign out_valid = held >= OUT;", OnLanes, 0},
	{"lanes behind a row's end counted as pixels", "stream_lanes.v", "wire [COUNT_W-1:0] in_beat = in_last ? in_left : IN;", "wire [COUNT_W-1:0] in_beat = IN;", OnLanes, 0},
	{"adapter drops a row's last beat", "stream_lanes.v", "held <= rest + (put ? in_beat : {COUNT_W{1'b0}});", "held <= rest + ((put & ~in_last) ? in_beat : {COUNT_W{1'b0}});", OnLanes, 0},
	{"adapter gives and does not move up", "stream_lanes.v", "(rest <= PLACE) ? g_in[INS-1].came : moved)", "(rest <= PLACE) ? g_in[INS-1].came : behind[i*PIXEL +: PIXEL])", OnLanes, 0},

	// Borders.
	{"queue takes when it is full", "stream_queue.v", "assign in_ready = ~full[PLACES-1];", "assign in_ready = 1'b1;", OnFrames, 0},
	{"queue does not move up", "stream_queue.v", ".d(behind[i] ? items[(i+1)*WIDTH +: WIDTH] : in_data)", ".d(in_data)", OnFrames, 0},
	{"queue forgets what comes as it gives", "stream_queue.v", "if (take & ~put) full <= behind;", "if (take) full <= behind;", OnFrames, 0},
	{"queue keeps what was taken", "stream_queue.v", "if (take & ~put) full <= behind;", "", OnFrames, 0},
	{"item leaves the datapath too early", "stream_apply.v", "assign arrives = moving[LATENCY-1];", "assign arrives = (LATENCY > 1) ? moving[0] : moving[LATENCY-1];", OnRegisters, 0},
	{"more items in the datapath than places behind it", "stream_apply.v", "assign in_ready = held != FULL;", "assign in_ready = 1'b1;", OnRegisters, 0},
	{"a register missing on one path", "depthwise_000.v", "l1_4_q3 <= l1_4_q2;", "l1_4_q3 <= l1_4_q1;", OnRegisters, 0},
	{"a register too many on one path", "depthwise_layer.v", "    depthwise_datapath datapath (\n        .clk(clk), .x(in_data), .y(y)\n    );", "    wire [47:0] early;\n    reg [7:0] late;\n    always @(posedge clk) late <= early[15:8];\n    assign y = {early[47:16], late, early[7:0]};\n    depthwise_datapath datapath (\n        .clk(clk), .x(in_data), .y(early)\n    );", OnRegisters, 0},

	// Forks, FIFOs, joins.
	{"fork gives an item twice", "stream_fork.v", "done <= all ? {OUTS{1'b0}} : served;", "done <= {OUTS{1'b0}};", OnStalls, 0},
	{"fork goes on when one has taken", "stream_fork.v", "wire all = &served;", "wire all = |served;", OnStalls, 0},
	{"FIFO takes more than it holds", "stream_fifo.v", "FULL = DEPTH[COUNT_W-1:0];", "FULL = DEPTH[COUNT_W-1:0] + COUNT_1 + COUNT_1;", OnStalls, 3},
	{"FIFO's pointer does not turn", "stream_fifo.v", "write_at <= (write_at == LAST) ? {ADDR_W{1'b0}} : write_at + ADDR_1;", "write_at <= write_at + ADDR_1;", OnFrames, 0},
	{"FIFO gives what is not there", "stream_fifo.v", "wire more = out_valid ? held > COUNT_1 : held != {COUNT_W{1'b0}};", "wire more = held != {COUNT_W{1'b0}};", OnFrames, 0},
	{"FIFO counts what it gives twice", "stream_fifo.v", "if (take & ~put) held <= held - COUNT_1;", "if (take) held <= held - COUNT_1;", OnFrames, 0},
	{"join gives one without the other", "stream_join.v", "assign out_valid = both;", "assign out_valid = a_item | b_item;", OnFrames, 0},
	{"join takes one without the other", "stream_join.v", ".out_valid(b_item), .out_ready(out_ready & both)", ".out_valid(b_item), .out_ready(out_ready)", OnFrames, 0},
	{"branches swapped", "stream_join.v", ".out_ready(out_ready & both), .out_data(out_data[A_WIDTH-1:0])", ".out_ready(out_ready & both), .out_data(out_data[B_WIDTH +: A_WIDTH])", OnFrames, 0},

	// The pool and the features.
	{"pool begins with the frame before", "stream_pool.v", "assign acc = (count == {COUNT_W{1'b0}}) ? NOTHING : sum;", "assign acc = sum;", OnFrames, 0},
	{"pool one position short", "stream_pool.v", "LAST = ITEMS[COUNT_W-1:0] - ONE;", "LAST = ITEMS[COUNT_W-1:0] - ONE - ONE;", OnFrames, 0},
	{"pool goes on while its sum waits", "stream_pool.v", "assign in_ready = ~out_valid;", "assign in_ready = 1'b1;", OnStalls, 3},
	{"pool's counter survives a reset", "stream_pool.v", "            count <= {COUNT_W{1'b0}};\n            out_valid", "            out_valid", OnFrames, 0},
	{"last feature marked early", "stream_serial.v", "assign out_last = count == LAST;", "assign out_last = count == LAST - ONE;", OnFrames, 0},
	{"features in reverse", "stream_serial.v", "assign out_data = rest[WIDTH-1:0];", "assign out_data = rest[(ITEMS-1)*WIDTH +: WIDTH];", OnFrames, 0},
	{"features of the next frame over those of this", "stream_serial.v", "assign in_ready = ~out_valid;", "assign in_ready = 1'b1;", OnStalls, 0},

	// Heads in turn.
	{"every frame to the same head", "stream_deal.v", "if (take) turn <= {turn[OUTS-2:0], turn[OUTS-1]};", "", OnTurns, 0},
	{"turns in the other direction", "stream_deal.v", "turn <= {turn[OUTS-2:0], turn[OUTS-1]};", "turn <= {turn[0], turn[OUTS-1:1]};", OnTurns, 0},
	{"a head left out", "stream_deal.v", "turn <= {turn[OUTS-2:0], turn[OUTS-1]};", "turn <= turn[OUTS-2] ? {{OUTS-1{1'b0}}, 1'b1} : {turn[OUTS-2:0], 1'b0};", OnTurns, 0},
	{"turn moves on while the head waits", "stream_deal.v", "if (take) turn <=", "if (item) turn <=", OnTurns, 22},
	{"frame to all heads", "stream_deal.v", "assign out_valid = {OUTS{item}} & turn;", "assign out_valid = {OUTS{item}};", OnTurns, 0},
	{"frame to the next head as well", "stream_deal.v", "assign out_valid = {OUTS{item}} & turn;", "assign out_valid = {OUTS{item}} & (turn | {turn[OUTS-2:0], 1'b0});", OnTurns, 0},
	{"frame gone when another head is ready", "stream_deal.v", "wire take = item & (|(turn & out_ready));", "wire take = item & (|out_ready);", OnTurns, 22},
	{"frame never gone", "stream_deal.v", "wire take = item & (|(turn & out_ready));", "wire take = 1'b0;", OnTurns, 0},
	{"begins with the last head", "stream_deal.v", "turn <= {{OUTS-1{1'b0}}, 1'b1};", "turn <= {1'b1, {OUTS-1{1'b0}}};", OnTurns, 0},
	{"turn survives a reset", "stream_deal.v", "        if (~resetn) turn <= {{OUTS-1{1'b0}}, 1'b1};\n", "", OnTurns, 0},
	{"a head that takes another's frame", "tiny_stream.v", ".in_valid(frames1_valid)", ".in_valid(frames2_valid)", OnTurns, 0},
	{"features of another head", "tiny_stream.v", ".s_axis_tdata(features2_data)", ".s_axis_tdata(features0_data)", OnTurns, 0},
	{"mark of another head's last feature", "tiny_stream.v", ".s_axis_tlast(features1_last)", ".s_axis_tlast(features0_last)", OnTurns, 0},
	{"results of another head", "tiny_stream.v", ".m_axis_tdata(m_axis1_tdata)", ".m_axis_tdata(m_axis2_tdata)", OnTurns, 0},
	{"a head on another's bus", "tiny_stream.v", ".s_axi_wdata(s_axi2_wdata)", ".s_axi_wdata({s_axi2_wdata[31:1], s_axi1_wvalid})", OnTurns, 0},

	// The entry.
	{"tuser and tlast swapped", "tiny_stream.v", ".in_first(s_axis_tuser), .in_last(s_axis_tlast)", ".in_first(s_axis_tlast), .in_last(s_axis_tuser)", OnFrames, 0},
	{"frames begin anywhere", "stream_framer.v", "wire pass = beat & (first != begun);", "wire pass = beat;", OnBroken, 0},
	{"a broken frame is not filled", "stream_framer.v", "end else if (beat & first & begun) begin\n            fill <= 1'b1;", "end else if (beat & first & begun) begin\n            begun <= 1'b0;", OnBroken, 0},
	{"tlast is not looked at", "stream_framer.v", "(fill | (last != end_of_row))", "fill", OnBroken, 0},
	{"filled with the pixel that waits", "stream_framer.v", "assign out_data = pixel & {WIDTH{~fill}};", "assign out_data = pixel;", OnBroken, 0},
	{"the next beginning is lost in the fill", "stream_framer.v", "wire next = ~fill & ((pass & out_ready) | drop);", "wire next = (pass & out_ready) | drop | (fill & beat & first & (row == LAST_ROW));", OnBroken, 0},
}

// Plant returns sources with the fault in them, or an error if the fault does not fit.
func Plant(sources []rtl.Source, f Fault) ([]rtl.Source, error) {
	out := append([]rtl.Source(nil), sources...)
	for i, s := range out {
		if s.Name != f.File {
			continue
		}
		if n := strings.Count(string(s.Text), f.Old); n != 1 {
			return nil, fmt.Errorf("chip: fault %q: %d places in %s, want 1", f.Name, n, f.File)
		}
		out[i].Text = []byte(strings.Replace(string(s.Text), f.Old, f.New, 1))
		return out, nil
	}
	return nil, fmt.Errorf("chip: fault %q: no file %s", f.Name, f.File)
}
