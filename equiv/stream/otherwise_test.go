package stream

import (
	"context"
	"os"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/hashiflex/hashiflex/rtl"
	"github.com/hashiflex/hashiflex/rtl/stream"
	"github.com/hashiflex/hashiflex/spec"
	"github.com/hashiflex/hashiflex/spec/verdict"
)

// poolNet is a network of one average pool over frames of 2 x 3 pixels.
func poolNet(t *testing.T) *spec.Network {
	l := openNetwork(t, "tiny").Layer("pool")
	l.Name, l.Inputs = "p", []string{spec.InputName}
	n := &spec.Network{
		Name:   "p",
		Input:  spec.Input{Shape: spec.Shape{C: 1, H: 2, W: 3}, Format: spec.Format{Width: 8}},
		Layers: []*spec.Layer{l},
	}
	require.NoError(t, n.Validate())
	return n
}

// dealing is a block that gives its items to three outputs in turn.
func dealing(module string) *stream.Block {
	b := block(stream.KindDeal, module, spec.InputName)
	b.Outs = nil
	for _, out := range []string{"out0", "out1", "out2"} {
		b.Outs = append(b.Outs, stream.Stream{Valid: out + "_valid", Ready: out + "_ready", Data: out + "_data", Lanes: 1})
	}
	return b
}

// halving is a block that makes one pixel a beat of two.
func halving() *stream.Block {
	b := block(stream.KindAdapter, "two_writes", spec.InputName)
	b.Ins[0].Lanes = 2
	return b
}

// Blocks that are built otherwise than the library's are proved: no proof depends on
// how a block is made, or on a name.
func TestBlocksBuiltOtherwiseAreProved(t *testing.T) {
	fork := block(stream.KindFork, "fork_registers", spec.InputName)
	fork.Outs = []stream.Stream{
		{Valid: "out0_valid", Ready: "out0_ready", Data: "out0_data", Lanes: 1},
		{Valid: "out1_valid", Ready: "out1_ready", Data: "out1_data", Lanes: 1},
	}
	elastic := block(stream.KindApply, "elastic", "w")
	elastic.Datapath = &stream.Datapath{Instance: "datapath", Module: "datapath", Ins: []string{"x"}, Out: "y", Latency: 2, Enable: "en"}
	pool := block(stream.KindPool, "pool_down", "p")
	pool.Datapath = &stream.Datapath{Instance: "step", Module: "step", Ins: []string{"acc", "x"}, Out: "next"}
	zeros := block(stream.KindPool, "pool_zeros", "p")
	zeros.Datapath = pool.Datapath
	serial := func(module string) *stream.Block {
		b := block(stream.KindAdapter, module, spec.InputName)
		b.Ins[0].Lanes, b.Outs[0].Last = 4, "out_last"
		return b
	}
	features := poolNet(t)
	features.Input.Shape = spec.Shape{C: 4, H: 1, W: 1}
	for _, c := range []struct {
		file  string
		block *stream.Block
		net   *spec.Network
		keeps bool
	}{
		{"window.v", block(stream.KindWindow, "window", "w"), windowNet(t), false},
		{"window_memory.v", block(stream.KindWindow, "window_memory", "w"), windowNet(t), false},
		{"blocks.v", elastic, windowNet(t), false},
		{"blocks.v", block(stream.KindFIFO, "fifo_shift", spec.InputName), windowNet(t), false},
		{"blocks.v", fork, windowNet(t), false},
		{"blocks.v", pool, poolNet(t), false},
		{"blocks.v", zeros, poolNet(t), false},
		{"blocks.v", serial("serial_mux"), features, false},
		{"blocks.v", serial("serial_case"), features, false},
		{"blocks.v", dealing("deal_counter"), windowNet(t), false},
		{"blocks.v", dealing("deal_places"), windowNet(t), false},
		{"blocks.v", block(stream.KindFIFO, "asks_first", spec.InputName), windowNet(t), true},
		{"memory_ports.v", block(stream.KindWindow, "window_nine", "w"), windowNet(t), false},
		{"memory_ports.v", halving(), windowNet(t), false},
		{"memory_ports.v", block(stream.KindFIFO, "wipes", spec.InputName), windowNet(t), false},
	} {
		t.Run(c.block.Module, func(t *testing.T) {
			d := readAll(t, c.file)
			k, err := contractOf(c.block, c.net)
			require.NoError(t, err)
			m, err := open(d, plainMap, c.block, k)
			require.NoError(t, err)
			x, err := m.explore(context.Background(), maxStates)
			require.NoError(t, err)
			require.Nil(t, x.Broken)
			require.Empty(t, x.Unclear)
			require.Equal(t, c.keeps, x.Keeps)
			text, err := os.ReadFile("testdata/" + c.file)
			require.NoError(t, err)
			p := &prover{design: d, o: Options{Network: c.net, Map: plainMap, Sources: rtl.Sources{Files: []rtl.Source{{Name: c.file, Text: text}}}}}
			f, err := p.reading(t.Context(), c.block, m, x)
			require.NoError(t, err)
			require.Equal(t, verdict.Proved, f.Verdict, "%s: %s", f.Reason, f.Detail)
			t.Logf("%d states, %d steps", x.States, x.Steps)
		})
	}
}

// Mistakes in them are refuted, and a simulator shows them.
func TestFaultsOfBlocksBuiltOtherwise(t *testing.T) {
	elastic := block(stream.KindApply, "elastic", "w")
	elastic.Datapath = &stream.Datapath{Instance: "datapath", Module: "datapath", Ins: []string{"x"}, Out: "y", Latency: 2, Enable: "en"}
	pool := block(stream.KindPool, "pool_down", "p")
	pool.Datapath = &stream.Datapath{Instance: "step", Module: "step", Ins: []string{"acc", "x"}, Out: "next"}
	zeros := block(stream.KindPool, "pool_zeros", "p")
	zeros.Datapath = pool.Datapath
	serial := block(stream.KindAdapter, "serial_mux", spec.InputName)
	serial.Ins[0].Lanes, serial.Outs[0].Last = 4, "out_last"
	features := poolNet(t)
	features.Input.Shape = spec.Shape{C: 4, H: 1, W: 1}
	window := block(stream.KindWindow, "window_memory", "w")
	fifo := block(stream.KindFIFO, "fifo_shift", spec.InputName)
	for _, f := range []struct {
		name, file string
		block      *stream.Block
		net        *spec.Network
		old, new   string
	}{
		{"an enable missing", "blocks.v", elastic, windowNet(t), ".en(move)", ".en(1'b1)"},
		{"one valid bit without its enable", "blocks.v", elastic, windowNet(t), "first <= in_valid; second <= first; end", "first <= in_valid; end second <= first;"},
		{"takes while it waits", "blocks.v", elastic, windowNet(t), "assign in_ready = move;", "assign in_ready = 1'b1;"},
		{"valid without data", "blocks.v", fifo, windowNet(t), "if (b_free) b <= a;", "if (b_free) b[7:0] <= a[7:0];\n        if (b_free) b[8] <= in_valid;"},
		{"a sum that stays", "blocks.v", pool, poolNet(t), "sum <= 12'd0; left <= 3'd6; end\n        if (!resetn)", "left <= 3'd6; end\n        if (!resetn)"},
		{"a sum over one more", "blocks.v", pool, poolNet(t), "begin sum <= 12'd0; left <= 3'd6; end\n        if (!resetn)", "begin sum <= 12'd0; left <= 3'd7; end\n        if (!resetn)"},
		{"adds what is no item", "blocks.v", zeros, poolNet(t), "in_data & {8{put}}", "in_data"},
		{"an item that is not added", "blocks.v", zeros, poolNet(t), "in_data & {8{put}}", "in_data & {8{put & left != 3'd2}}"},
		{"features in another order", "blocks.v", serial, features, "word[{at, 3'b000} +: 8]", "word[{~at, 3'b000} +: 8]"},
		{"the next word too early", "blocks.v", serial, features, "assign in_ready = !out_valid | (out_ready & out_last);", "assign in_ready = !out_valid | out_last;"},
		{"a turn that is too long", "blocks.v", dealing("deal_counter"), windowNet(t), "(at == 2'd2) ? 2'd0 : at + 2'd1", "at + 2'd1"},
		{"a turn that is too short", "blocks.v", dealing("deal_counter"), windowNet(t), "(at == 2'd2) ? 2'd0 : at + 2'd1", "{1'b0, !at[0]}"},
		{"another output's ready", "blocks.v", dealing("deal_counter"), windowNet(t), "at == 2'd1 ? out1_ready : out2_ready", "at == 2'd1 ? out2_ready : out1_ready"},
		{"a place that is overwritten", "blocks.v", dealing("deal_places"), windowNet(t), "~|(to & {out2_valid, out1_valid, out0_valid})", "~&{out2_valid, out1_valid, out0_valid}"},
		{"an item in the wrong place", "blocks.v", dealing("deal_places"), windowNet(t), "begin out2_valid <= 1'b1; out2_data <= in_data; end", "begin out2_valid <= 1'b1; out1_data <= in_data; end"},
		{"no zeros on the left", "window_memory.v", window, windowNet(t), " | column == 4'd0", ""},
		{"a window before its last pixel", "window_memory.v", window, windowNet(t), "taken > last", "taken >= last"},
		{"the frame's count not set back", "window_memory.v", window, windowNet(t), "if (end_of_frame) taken <= 5'd0;", ""},
		{"one of nine taps a column late", "memory_ports.v", block(stream.KindWindow, "window_nine", "w"), windowNet(t), "end_right ? frame[middle + 5'd1]", "end_right ? frame[middle]"},
		{"one of nine taps beyond the frame", "memory_ports.v", block(stream.KindWindow, "window_nine", "w"), windowNet(t), "bottom & left ? frame", "bottom ? frame"},
		{"both writes to one word", "memory_ports.v", halving(), windowNet(t), "words[to + 3'd1] <=", "words[to] <="},
		{"the second write lost", "memory_ports.v", halving(), windowNet(t), "            words[to + 3'd1] <= in_data[31:16];\n", ""},
		{"pixels of a beat swapped", "memory_ports.v", halving(), windowNet(t), "words[to] <= in_data[15:0];\n            words[to + 3'd1] <= in_data[31:16];", "words[to] <= in_data[31:16];\n            words[to + 3'd1] <= in_data[15:0];"},
		{"a word that is overwritten", "memory_ports.v", halving(), windowNet(t), "held < 4'd7", "held < 4'd8"},
		{"what is wiped last stays wiped", "memory_ports.v", block(stream.KindFIFO, "wipes", spec.InputName), windowNet(t), "words[to ^ step] <= 16'd0;\n            words[to] <= in_data;", "words[to] <= in_data;\n            words[to ^ step] <= 16'd0;"},
		{"a window that is given again", "window_memory.v", window, windowNet(t), "if (x == 3'd5) y <= (y == 3'd4) ? 3'd0 : y + 3'd1;", "if (x == 3'd5) y <= (y == 3'd4) ? 3'd4 : y + 3'd1;"},
	} {
		t.Run(f.name, func(t *testing.T) {
			text, err := os.ReadFile("testdata/" + f.file)
			require.NoError(t, err)
			require.Equal(t, 1, strings.Count(string(text), f.old))
			s := rtl.Sources{Files: []rtl.Source{{Name: f.file, Text: []byte(strings.Replace(string(text), f.old, f.new, 1))}}}
			d := readText(t, f.file, string(s.Files[0].Text))
			k, err := contractOf(f.block, f.net)
			require.NoError(t, err)
			m, err := open(d, plainMap, f.block, k)
			require.NoError(t, err)
			x, err := m.explore(t.Context(), maxStates)
			require.NoError(t, err)
			require.NotNil(t, x.Broken)
			p, err := replay(t.Context(), d, s, plainMap, m, x.Broken, rtl.Limits{})
			require.NoError(t, err)
			require.True(t, p.Shown, x.Broken)
			t.Log(x.Broken.Detail, "/", p.What)
		})
	}
}

// Ports of a memory whose words are wider than a netlist's values are told apart, too. Two
// processes that may write one word are in no order, so that nobody knows it.
func TestPortsOfMemories(t *testing.T) {
	whole, err := os.ReadFile("testdata/memory_ports.v")
	require.NoError(t, err)
	wide := strings.NewReplacer("[15:0]", "[79:0]", "[31:0]", "[159:0]", "[31:16]", "[159:80]").Replace(string(whole))
	swapped := strings.NewReplacer("[79:0];\n            words[to + 3'd1] <= in_data[159:80]", "[159:80];\n            words[to + 3'd1] <= in_data[79:0]").Replace(wide)
	lost := strings.NewReplacer("words[to + 3'd1] <= in_data[159:80]", "words[to + 3'd1] <= {in_data[159:145], 1'b0, in_data[143:80]}").Replace(wide)
	apart := strings.NewReplacer("            words[to ^ step] <= 16'd0;\n", "", "    assign in_ready  = held == 2'd0;\n", "    assign in_ready  = held == 2'd0;\n    always @(posedge clk) if (put) words[to ^ step] <= 16'd0;\n").Replace(string(whole))
	for _, c := range []struct {
		name, text string
		block      *stream.Block
		proved     bool
	}{
		{"wide", wide, halving(), true},
		{"wide, pixels swapped", swapped, halving(), false},
		{"wide, a bit lost in the last field", lost, halving(), false},
		{"two processes", apart, block(stream.KindFIFO, "wipes", spec.InputName), false},
	} {
		t.Run(c.name, func(t *testing.T) {
			x, err := verdictOf(t, c.text, c.block, windowNet(t))
			require.NoError(t, err)
			require.Empty(t, x.Unclear)
			require.Equal(t, c.proved, x.Broken == nil, "%v", x.Broken)
		})
	}
	require.NotEqual(t, wide, swapped)
	require.NotEqual(t, wide, lost)
}
