package stream

import (
	"bytes"
	"context"
	"crypto/sha256"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	fuzzchip "github.com/hashiflex/hashiflex/fuzz/chip"
	"github.com/hashiflex/hashiflex/golden"
	"github.com/hashiflex/hashiflex/rtl"
	"github.com/hashiflex/hashiflex/rtl/stream"
	"github.com/hashiflex/hashiflex/spec"
	"github.com/hashiflex/hashiflex/spec/verdict"
)

// design is a generated design, and faults may be planted in all of its text.
type design struct {
	network *spec.Network
	how     stream.Options
}

// judge plants a fault, and returns the facts that are not proved, but for those that
// only follow from others.
func (d *design) judge(t *testing.T, f fuzzchip.Fault) map[verdict.ID]verdict.Verdict {
	t.Helper()
	o := generated(t, d.network, d.how)
	planted := false
	plant := func(files []rtl.Source) []rtl.Source {
		if !slices.ContainsFunc(files, func(s rtl.Source) bool { return s.Name == f.File && bytes.Contains(s.Text, []byte(f.Old)) }) {
			return files
		}
		changed, err := fuzzchip.Plant(files, f)
		require.NoError(t, err)
		planted = true
		return changed
	}
	o.Sources.Files, o.Jobs, o.read = plant(hollowHead(t, o.Sources.Files)), 1, readOnce
	datapaths := o.Datapaths
	o.Datapaths = func(layer string) (rtl.Sources, error) {
		s, err := datapaths(layer)
		s.Files = plant(s.Files)
		return s, err
	}
	modules := o.Modules
	o.Modules = func(layer string) ([]rtl.Source, error) {
		files, err := modules(layer)
		return plant(files), err
	}
	r, err := Prove(context.Background(), o)
	require.NoError(t, err)
	require.True(t, planted, "the fault does not fit")
	left := map[verdict.ID]verdict.Verdict{}
	for _, x := range r.Facts {
		if x.Verdict == verdict.Proved {
			continue
		}
		if x.Verdict == verdict.Refuted {
			require.NotEmpty(t, x.Trace)
			if x.Kind == verdict.StreamFlow {
				require.NotNil(t, r.Still)
				require.Contains(t, x.Detail, "deadlock: after clock")
				t.Log(x.Detail)
			}
		}
		if x.Kind == verdict.StreamRate && x.Verdict == verdict.Refuted {
			require.True(t, r.Late[x.Name].Shown)
			t.Log(x.Detail)
		}
		follows := x.Kind == verdict.StreamFlow || x.Kind == verdict.StreamRate
		if x.Kind != verdict.StreamWhole && (!follows || x.Verdict == verdict.Refuted || x.Reason == verdict.StandStill) {
			left[x.ID()] = x.Verdict
		}
	}
	return left
}

// designs are those that readOnce has read.
var designs sync.Map

// readOnce reads Verilog that was not read before.
func readOnce(ctx context.Context, s rtl.Sources) (*rtl.Design, error) {
	h := sha256.New()
	for _, f := range s.Files {
		fmt.Fprintf(h, "%q %q\n", f.Name, f.Text)
	}
	key := string(h.Sum(nil))
	if d, ok := designs.Load(key); ok {
		return d.(*rtl.Design), nil
	}
	d, _, err := rtl.Yosys{}.Read(ctx, s)
	if err == nil {
		designs.Store(key, d)
	}
	return d, err
}

// hollowHead empties the programmable head, which is no part of these proofs.
func hollowHead(t *testing.T, files []rtl.Source) (out []rtl.Source) {
	for _, f := range files {
		if f.Name == "npu_head.v" {
			ports, _, ok := bytes.Cut(f.Text, []byte("\n);\n"))
			require.True(t, ok)
			out = append(out, rtl.Source{Name: f.Name, Text: append(ports, "\n);\nendmodule\n"...)})
		} else if !strings.HasPrefix(f.Name, "npu_") {
			out = append(out, f)
		}
	}
	return out
}

// holds are the kinds of blocks that have a library module in them.
var holds = map[string][]stream.Kind{
	"stream_rows.v":    {stream.KindWindow},
	"stream_columns.v": {stream.KindWindow},
	"stream_window.v":  {stream.KindWindow},
	"stream_apply.v":   {stream.KindApply},
	"stream_fork.v":    {stream.KindFork},
	"stream_deal.v":    {stream.KindDeal},
	"stream_fifo.v":    {stream.KindFIFO},
	"stream_join.v":    {stream.KindJoin},
	"stream_pool.v":    {stream.KindPool},
	"stream_serial.v":  {stream.KindAdapter},
	"stream_framer.v":  {stream.KindFramer},
	"stream_lanes.v":   {stream.KindAdapter},
	"stream_queue.v":   {stream.KindFramer, stream.KindWindow, stream.KindApply, stream.KindFork, stream.KindDeal, stream.KindJoin},
}

// What shows in simulation is refuted by proof, in the blocks that have it in them and
// nowhere else. Frames that break the protocol are out of contract: a design that does
// wrong with them alone is proved.
func TestWhatShowsInSimulationIsRefuted(t *testing.T) {
	tiny := openNetwork(t, "tiny")
	on := map[fuzzchip.Field]*design{
		fuzzchip.OnFrames:    {network: tiny},
		fuzzchip.OnStalls:    {network: tiny},
		fuzzchip.OnRegisters: {tiny, stream.Options{Pipeline: 1}},
		fuzzchip.OnKernels:   {network: fives(t)},
		fuzzchip.OnLanes:     {sevens(t), stream.Options{Pixels: map[string]int{spec.InputName: 3, "w": 2}}},
		fuzzchip.OnTurns:     {tiny, stream.Options{Heads: 3, Lanes: 1}},
		fuzzchip.OnBroken:    {network: tiny},
	}
	for _, f := range fuzzchip.Faults() {
		t.Run(f.Name, func(t *testing.T) {
			t.Parallel()
			d := on[f.On]
			left := d.judge(t, f)
			if f.On == fuzzchip.OnBroken {
				require.Empty(t, left)
				return
			}
			require.NotEmpty(t, left)
			o := generated(t, d.network, d.how)
			kinds, library := holds[f.File]
			for i := range o.Map.Blocks {
				b := &o.Map.Blocks[i]
				id := verdict.StreamBlock.ID(b.Instance)
				if v, ok := left[id]; library && ok {
					require.Contains(t, kinds, b.Kind)
					require.Equal(t, verdict.Refuted, v)
					delete(left, id)
				}
			}
			if library {
				require.Empty(t, left)
			}
		})
	}
}

// Words of more than a register's field and a memory's bank are proved, and so are faults
// refuted that only such words show.
func TestWideWords(t *testing.T) {
	t.Parallel()
	n := windowNet(t)
	n.Input.Shape.C = 80 // of 8 bits each: 640 bits
	n.Layers[0].Op.(*spec.Conv).Codes = slices.Repeat([]spec.Code{1}, 18*40)
	n.Layers = append(n.Layers, &spec.Layer{Name: "sum", Inputs: []string{"w", spec.InputName}, Op: &spec.Add{},
		Out: spec.Requant{Format: spec.Format{Width: 8, Frac: 8}, Overflow: spec.SAT}})
	conv := n.Layers[0].Op.(*spec.Conv)
	conv.OutC, conv.Codes = 80, slices.Repeat(conv.Codes, 80)
	conv.Base, conv.Bias = make([]int32, 80), make([]int32, 80)
	require.NoError(t, n.Validate())
	d := &design{network: n}
	right := fuzzchip.Fault{Name: "none", File: "stream_memory.v", Old: "write_data[low +: BITS]", New: "write_data[low +: BITS]"}
	require.Empty(t, d.judge(t, right))
	window, fifo := verdict.StreamBlock.ID("w.window"), verdict.StreamBlock.ID("sum.fifo_b")
	for _, f := range []struct {
		fuzzchip.Fault
		at []verdict.ID
	}{
		{fuzzchip.Fault{Name: "every bank writes the first", File: "stream_memory.v", Old: "write_data[low +: BITS]", New: "write_data[BITS-1:0]"}, []verdict.ID{window, fifo}},
		{fuzzchip.Fault{Name: "a bank that is always written", File: "stream_memory.v", Old: "if (write_enable)", New: "if (write_enable | (low != 0))"}, []verdict.ID{window}},
		{fuzzchip.Fault{Name: "a bank that is read while the others wait", File: "stream_memory.v", Old: "if (read_enable)", New: "if (read_enable | (low != 0))"}, []verdict.ID{window, fifo}},
		{fuzzchip.Fault{Name: "a bank read at the address of writing", File: "stream_memory.v", Old: "words[read_address]", New: "words[(low != 0) ? write_address : read_address]"}, []verdict.ID{window, fifo}},
		{fuzzchip.Fault{Name: "a field that always moves", File: "stream_register.v", Old: "if (enable)", New: "if (enable | (low != 0))"}, []verdict.ID{window}},
		{fuzzchip.Fault{Name: "a field of another", File: "stream_register.v", Old: "bits <= d[low +: BITS]", New: "bits <= d[BITS-1:0]"}, []verdict.ID{window}},
	} {
		t.Run(f.Name, func(t *testing.T) {
			left := d.judge(t, f.Fault)
			for _, id := range f.at {
				require.Equal(t, verdict.Refuted, left[id], "%s: %v", id, left)
			}
		})
	}
}

// fives is a network of one convolution whose windows reach two rows and columns beyond
// the frame on each side.
func fives(t *testing.T) *spec.Network {
	n := windowNet(t)
	l := n.Layers[0]
	l.Op = &spec.Conv{OutC: 1, Kernel: [2]int{5, 5}, Stride: [2]int{1, 1}, Pad: [4]int{2, 2, 2, 2}, Groups: 1, Bits: 4,
		Codes: slices.Repeat([]spec.Code{1}, 50), Base: make([]int32, 1), Bias: make([]int32, 1)}
	require.NoError(t, n.Validate())
	return n
}

// sevens is a network of one convolution over rows of seven pixels.
func sevens(t *testing.T) *spec.Network {
	n := windowNet(t)
	n.Input.Shape.W = 7
	n.Layers[0].Op.(*spec.Conv).Codes = slices.Repeat([]spec.Code{1}, 18)
	require.NoError(t, n.Validate())
	return n
}

// Mistakes in what is generated around the library are refuted where they are.
func TestFaultsAreRefutedWhereTheyAre(t *testing.T) {
	block, datapath := verdict.StreamBlock.ID, verdict.StreamDatapath.ID
	wiring := verdict.StreamWiring.ID("tiny_stream")
	for _, f := range []struct {
		name, file, old, new string
		at                   verdict.ID
	}{
		// Sizes that wrappers give.
		{"one row too few", "depthwise_layer.v", ".ROWS(6)", ".ROWS(5)", block("depthwise.window")},
		{"one column too many", "grouped_layer.v", ".BEATS(6)", ".BEATS(7)", block("grouped.window")},
		{"no padding below", "depthwise_layer.v", ".ROW_AFTER(1)", ".ROW_AFTER(0)", block("depthwise.window")},
		{"no padding on the right", "depthwise_layer.v", ".COLUMN_AFTER(1)", ".COLUMN_AFTER(0)", block("depthwise.window")},
		{"padding above twice", "depthwise_layer.v", ".ROW_FIRST(1)", ".ROW_FIRST(0)", block("depthwise.window")},
		{"phase of the row stride", "stem_layer.v", ".ROW_FIRST(2)", ".ROW_FIRST(1)", block("stem.window")},
		{"phase of the column stride", "stem_layer.v", ".COLUMN_FIRST(2)", ".COLUMN_FIRST(1)", block("stem.window")},
		{"no row stride", "stem_layer.v", ".ROW_STRIDE(2)", ".ROW_STRIDE(1)", block("stem.window")},
		{"no column stride", "stem_layer.v", ".COLUMN_STRIDE(2)", ".COLUMN_STRIDE(1)", block("stem.window")},
		{"pool over one pixel too few", "pool_layer.v", ".ITEMS(36)", ".ITEMS(35)", block("pool.sum")},
		{"pool over one pixel too many", "pool_layer.v", ".ITEMS(36)", ".ITEMS(37)", block("pool.sum")},
		{"one feature too few", "tiny_stream.v", ".ITEMS(12)", ".ITEMS(11)", block("features")},
		{"features in nibbles", "tiny_stream.v", ".WIDTH(8), .ITEMS(12)", ".WIDTH(4), .ITEMS(24)", block("features")},
		// Between the library and a block's borders.
		{"pixel from before the datapath", "expand_layer.v", ".y(y), .out_valid(out_valid)", ".y({8{in_data}}), .out_valid(out_valid)", block("expand.apply")},
		{"channels of a pixel swapped", "expand_layer.v", ".x(in_data), .y(y)", ".x({in_data[39:0], in_data[47:40]}), .y(y)", block("expand.apply")},
		{"a bit of a result lost", "project_layer.v", ".in_ready(in_ready), .y(y)", ".in_ready(in_ready), .y({y[47:1], 1'b0})", block("project.apply")},
		{"outputs of the fork swapped", "depthwise_layer.v", ".out_ready({out1_ready, out0_ready})", ".out_ready({out0_ready, out1_ready})", block("depthwise.split")},
		{"one output of the fork early", "depthwise_layer.v", "assign out1_data = data;", "assign out1_data = in_data;", block("depthwise.split")},
		{"branches swapped in the join", "residual_layer.v", ".out_data(out_data)\n    );\nendmodule\n\n// Layer residual, the arithmetic", ".out_data({out_data[53:0], out_data[101:54]})\n    );\nendmodule\n\n// Layer residual, the arithmetic", block("residual.pair")},
		{"sum not fed back", "pool_layer.v", ".acc(acc), .x(in_data), .next(next)", ".acc(168'd0), .x(in_data), .next(next)", block("pool.sum")},
		{"valid without data", "last_layer.v", ".in_valid(in_valid), .in_ready(in_ready), .y(y)", ".in_valid(1'b1), .in_ready(in_ready), .y(y)", block("last.apply")},
		{"reset not connected", "stem_layer.v", ".FILL(0)) core (\n        .clk(clk), .resetn(resetn)", ".FILL(0)) core (\n        .clk(clk), .resetn(1'b1)", block("stem.window")},
		// Datapaths.
		{"taps swapped", "depthwise_layer.v", ".x0_1_0(x[151:144]), .x0_1_1(x[199:192])", ".x0_1_0(x[199:192]), .x0_1_1(x[151:144])", datapath("depthwise.apply")},
		{"channels swapped", "depthwise_layer.v", ".x5_2_2(x[431:424]), .y(y[47:40])", ".x5_2_2(x[423:416]), .y(y[47:40])", datapath("depthwise.apply")},
		{"another channel's module", "depthwise_layer.v", "depthwise_c4 c4 (\n        .x4_0_0(x[39:32]), .x4_0_1(x[87:80]), .x4_0_2(x[135:128]), .x4_1_0(x[183:176]), .x4_2_0(x[327:320]),\n        .x4_2_2(x[423:416]), .y(y[39:32])\n", "depthwise_c2 c4 (\n        .y(y[39:32])\n", datapath("depthwise.apply")},
		{"operands of an addition swapped", "residual_layer.v", ".a(a[8:0]), .b(b[7:0])", ".a({1'b0, b[7:0]}), .b(a[7:0])", datapath("residual.apply")},
		{"a sum added to another channel", "pool_layer.v", ".acc(acc[13:0])", ".acc(acc[27:14])", datapath("pool.sum")},
		{"a mean of another channel", "pool_layer.v", ".acc(x[13:0])", ".acc(x[27:14])", datapath("pool.apply")},
		// The layers and the top level.
		{"readers of the fork swapped", "tiny_stream.v", ".in_data(depthwise_0_data), .out_valid(grouped_valid)", ".in_data(depthwise_1_data), .out_valid(grouped_valid)", wiring},
		{"a ready of another layer", "tiny_stream.v", ".out_valid(stem_valid), .out_ready(stem_ready)", ".out_valid(stem_valid), .out_ready(expand_ready)", wiring},
		{"channels swapped between layers", "tiny_stream.v", ".in_data(expand_data)", ".in_data({expand_data[7:0], expand_data[383:8]})", wiring},
		{"branches of the residual swapped", "residual_layer.v", ".in_valid(b_valid), .in_ready(b_ready), .in_data(b_data)", ".in_valid(a_valid), .in_ready(a_ready), .in_data(a_data[47:0])", wiring},
		{"pixels into the wrong lanes", "tiny_stream.v", ".in_data(s_axis_tdata)", ".in_data({s_axis_tdata[7:0], s_axis_tdata[15:8], s_axis_tdata[23:16]})", wiring},
		{"a wrong clock", "tiny_stream.v", "pool_layer pool (\n        .clk(clk)", "pool_layer pool (\n        .clk(resetn)", wiring},
		{"a layer that is never reset", "tiny_stream.v", "pool_layer pool (\n        .clk(clk), .resetn(resetn)", "pool_layer pool (\n        .clk(clk), .resetn(1'b1)", wiring},
		{"a valid that is gated", "tiny_stream.v", ".in_valid(last_valid)", ".in_valid(last_valid & last_ready)", wiring},
		{"last feature not marked", "tiny_stream.v", ".s_axis_tlast(features_last)", ".s_axis_tlast(1'b0)", wiring},
		{"features' sign lost", "tiny_stream.v", ".s_axis_tdata(features_data)", ".s_axis_tdata({1'b0, features_data[6:0]})", wiring},
		{"a layer left out", "tiny_stream.v", ".in_valid(residual_valid), .in_ready(residual_ready),\n        .in_data(residual_data)", ".in_valid(project_valid), .in_ready(residual_ready),\n        .in_data(project_data)", wiring},
	} {
		t.Run(f.name, func(t *testing.T) {
			t.Parallel()
			d := design{network: openNetwork(t, "tiny")}
			left := d.judge(t, fuzzchip.Fault{Name: f.name, File: f.file, Old: f.old, New: f.new})
			require.Equal(t, verdict.Refuted, left[f.at], "%v", left)
		})
	}
}

// skipNet adds the windows of a frame to the frame itself.
func skipNet(t *testing.T) *spec.Network {
	n := windowNet(t)
	n.Input.Shape = spec.Shape{C: 2, H: 5, W: 14}
	conv := n.Layers[0].Op.(*spec.Conv)
	conv.OutC, conv.Codes, conv.Base, conv.Bias = 2, slices.Repeat([]spec.Code{1}, 36), make([]int32, 2), make([]int32, 2)
	n.Layers = append(n.Layers, &spec.Layer{Name: "sum", Inputs: []string{"w", spec.InputName}, Op: &spec.Add{},
		Out: spec.Requant{Format: spec.Format{Width: 8, Frac: 8}, Overflow: spec.SAT}})
	require.NoError(t, n.Validate())
	return n
}

// A deadlock before the programmable head shows too, whatever the head would do.
func TestDeadlockBeforeTheHead(t *testing.T) {
	n := skipNet(t)
	n.Layers = append(n.Layers,
		&spec.Layer{Name: "mean", Inputs: []string{"sum"}, Op: &spec.Pool{Recip: 1, RecipFrac: 6}, Out: spec.Requant{Format: spec.Format{Signed: true, Width: 8, Frac: 4}, Overflow: spec.SAT}},
		&spec.Layer{Name: "class", Inputs: []string{"mean"}, Op: &spec.Dense{OutN: 2, Weights: make([]int8, 4), Bias: make([]int32, 2)}, Out: spec.Requant{Format: spec.Format{Signed: true, Width: 8, Frac: 4}, Overflow: spec.SAT}})
	require.NoError(t, n.Validate())
	d := design{network: n}
	left := d.judge(t, fuzzchip.Fault{File: "sum_layer.v", Old: ".DEPTH(19)", New: ".DEPTH(12)"})
	require.Equal(t, map[verdict.ID]verdict.Verdict{verdict.StreamFlow.ID("w_stream"): verdict.Refuted}, left)
}

// An addition's FIFO with one place less than generated costs clocks, and with fewer
// still all stands still. Both are refuted, and show in simulation.
func TestSmallestFIFO(t *testing.T) {
	n := skipNet(t)
	d, err := stream.Generate(n, stream.Options{})
	require.NoError(t, err)
	all, err := d.Sources()
	require.NoError(t, err)
	frame := golden.NewTensor(n.Input.Shape)
	trial, err := fuzzchip.Expect(t.Context(), n, d, frame, frame)
	require.NoError(t, err)
	bench, data, err := d.Bench(trial)
	require.NoError(t, err)

	at := slices.IndexFunc(all, func(s rtl.Source) bool { return s.Name == "sum_layer.v" })
	_, text, ok := bytes.Cut(all[at].Text, []byte(".DEPTH("))
	require.True(t, ok)
	var full int
	_, err = fmt.Sscanf(string(text), "%d", &full)
	require.NoError(t, err)
	cycles := 0 // with all places
	for depth := full; ; depth-- {
		require.Positive(t, depth)
		fault := fuzzchip.Fault{File: "sum_layer.v", Old: fmt.Sprintf(".DEPTH(%d)", full), New: fmt.Sprintf(".DEPTH(%d)", depth)}
		left := (&design{network: n}).judge(t, fault)
		changed, err := fuzzchip.Plant(all, fault)
		require.NoError(t, err)
		sim, err := fuzzchip.Icarus(t.Context(), append(changed, bench...))
		require.NoError(t, err)
		p, err := sim.Play(t.Context(), data, 0)
		require.NoError(t, err)
		require.NoError(t, sim.Close())
		rate := map[verdict.ID]verdict.Verdict{verdict.StreamRate.ID("sum.pair"): verdict.Refuted, verdict.StreamRate.ID("w_stream"): verdict.Refuted}
		switch {
		case depth == full:
			require.Empty(t, left)
			require.True(t, p.Pass, p.Said)
			cycles = p.Cycles
			continue
		case p.Pass:
			require.Equal(t, rate, left)
			require.Greater(t, p.Cycles, cycles)
			continue
		}
		require.Equal(t, map[verdict.ID]verdict.Verdict{verdict.StreamFlow.ID("w_stream"): verdict.Refuted}, left)
		require.Contains(t, p.Said, "nothing moves")
		require.Less(t, depth, full-1, "one place less only costs rate")
		t.Logf("%d places as generated, deadlock with %d", full, depth)
		return
	}
}
