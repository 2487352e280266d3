package stream

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/hashiflex/hashiflex/equiv"
	"github.com/hashiflex/hashiflex/rtl"
	"github.com/hashiflex/hashiflex/rtl/stream"
	"github.com/hashiflex/hashiflex/spec"
	"github.com/hashiflex/hashiflex/spec/verdict"
	"github.com/hashiflex/hashiflex/spec/words"
)

// A frame that counting cannot move may still move, since blocks may do more than they
// promise. So the design is executed: the environment offers frames without pause and
// takes every output. If no item crosses any border for longer than any block waits,
// the design is in deadlock. This needs no data, since no data reaches control.

// standStill executes the design until nothing moves. The replay is not Shown if every
// offered frame came out, or if Icarus reached its limits first; What says which. An
// error comes from the context or the machine.
func (p *prover) standStill(ctx context.Context, c *chip, results int) (*Replay, error) {
	ports, err := p.design.Ports(p.o.Map.Top)
	if err != nil {
		return nil, err
	}
	patience := 64
	for _, x := range p.Blocks {
		patience = max(patience, 4*x.Longest)
	}
	frames := c.frames() + 1
	text := stillBench(p.o.Map, ports, c.ends, p.o.Network, patience, frames, frames*results)
	said, waves, err := rtl.Icarus{Limits: p.o.Yosys}.Play(ctx, p.o.Sources, text, nil, "wave.vcd")
	if ctx.Err() != nil {
		return nil, ctx.Err()
	}
	if errors.Is(err, context.DeadlineExceeded) {
		return &Replay{What: "a simulation of it did not come to an end in time"}, nil
	}
	if err != nil {
		return nil, err
	}
	s, err := readStill(said, p.o.Map)
	if err != nil {
		return nil, &rtl.ToolError{Tool: "vvp", Err: err, Log: string(said[:min(len(said), 2000)])}
	}
	if s.given >= frames*results {
		return &Replay{What: "in a simulation all that was offered came out"}, nil
	}
	out := &Replay{Shown: true, What: p.waiting(c, s, patience), Files: []rtl.Source{{Name: "bench.v", Text: text}}}
	for _, f := range waves {
		f.Text = undated(f.Text)
		out.Files = append(out.Files, f)
	}
	out.Files = append(out.Files, rtl.Source{Name: "table.txt", Text: s.table(p.o.Map)})
	return out, nil
}

// standing is a design in which nothing moves any more.
type standing struct {
	clock  int // from reset on, of the last move
	sent   int // beats of frames that went in
	given  int // features that came out
	blocks []sides
}

// sides is how many items crossed each border of a block, and its handshake at the end.
type sides struct{ ins, outs []crossing }

type crossing struct {
	moved        int
	valid, ready string // 0, 1, or x
}

// stuck judges a design that counting cannot move on to its end: deadlocked says where it
// stands.
func (p *prover) stuck(ctx context.Context, c *chip, results int, deadlocked error, f *equiv.Fact) error {
	f.Reason, f.Detail = verdict.StandStill, deadlocked.Error()
	shown, err := p.standStill(ctx, c, results)
	if err != nil {
		return err
	}
	if !shown.Shown {
		// Blocks may do more than they promise: nobody has seen them stand still.
		f.Detail += "; " + shown.What
		return nil
	}
	p.Still = shown
	f.Verdict, f.Reason, f.Detail = verdict.Refuted, "", "deadlock: "+shown.What
	f.Trace = fmt.Sprintf("Counting: %s.\nIn simulation, %s. To see it again: %s\n\n%s", deadlocked, shown.What, again(p.o.Sources), shown.Files[len(shown.Files)-1].Text)
	return nil
}

// table shows every border.
func (s *standing) table(mp *stream.Map) []byte {
	var w bytes.Buffer
	fmt.Fprintf(&w, "last move in clock %d; %d beats in, %d features out\n\n%-40s %-14s %12s  valid ready\n", s.clock, s.sent, s.given, "block", "stream", "items so far")
	for i := range s.blocks {
		b := &mp.Blocks[i]
		for k, x := range s.blocks[i].ins {
			fmt.Fprintf(&w, "%-40s %-14s %12d  %-5s %s\n", b.Instance, b.Ins[k].Data, x.moved, x.valid, x.ready)
		}
		for k, x := range s.blocks[i].outs {
			fmt.Fprintf(&w, "%-40s %-14s %12d  %-5s %s\n", b.Instance, b.Outs[k].Data, x.moved, x.valid, x.ready)
		}
	}
	return w.Bytes()
}

// waiting describes the deadlock: which blocks are full, and which have only one of
// their inputs.
func (p *prover) waiting(c *chip, s *standing, patience int) string {
	var says []string
	for i := range s.blocks {
		b, x := &p.o.Map.Blocks[i], &s.blocks[i]
		full := len(x.ins) > 0
		for k := range x.ins {
			full = full && x.ins[k].valid == "1" && x.ins[k].ready == "0"
		}
		switch {
		case b.Kind == stream.KindFIFO && full:
			held := x.ins[0].moved - x.outs[0].moved
			text := fmt.Sprintf("%s is full with %s", b.Instance, words.Count(held, "item"))
			if row := p.Blocks[i].Row; row > 0 {
				text += fmt.Sprintf(", %.1f rows", float64(held)/float64(row))
			}
			says = append(says, text)
		case len(x.ins) > 1 && !full:
			for k := range x.ins {
				if x.ins[k].valid == "0" {
					says = append(says, fmt.Sprintf("%s waits for item %d of %s", b.Instance, x.ins[k].moved, b.Ins[k].Data))
				}
			}
		}
	}
	return fmt.Sprintf("after clock %d no item crosses any border for %s, though frames are offered and features taken: %s",
		s.clock, words.Count(patience, "clock"), strings.Join(says, "; "))
}

// stillBench writes the test bench. It offers so many frames, watches each border, and
// ends if nothing crossed one for patience clocks or if results features are out.
func stillBench(mp *stream.Map, ports []rtl.ModulePort, ends []end, net *spec.Network, patience, frames, results int) []byte {
	var w bytes.Buffer
	in, rows, columns := mp.In, net.Input.Shape.H, (net.Input.Shape.W+mp.In.Lanes-1)/max(mp.In.Lanes, 1)
	fmt.Fprintf(&w, `// Offers frames to %s and takes what comes out, until nothing moves. results.txt says how
// many items crossed each border and how valid and ready stand there; wave.vcd has them all.
`+"`timescale 1ns/1ps\nmodule %s;\n", rtl.Comment(mp.Top), rtl.BenchModule)
	w.WriteString("    reg clk, resetn, valid;\n    integer clock, idle, row, column, sent, to;\n")
	var list []string
	for _, port := range ports {
		to := ""
		switch {
		case port.Name == mp.Clock:
			to = "clk"
		case port.Name == mp.ResetN:
			to = "resetn"
		case port.Name == in.Valid:
			to = "valid"
		case port.Name == in.Ready:
			to = "ready"
			w.WriteString("    wire ready;\n")
		case in.First != "" && port.Name == in.First:
			to = "(row == 0) & (column == 0)"
		case in.Last != "" && port.Name == in.Last:
			to = fmt.Sprintf("column == %d", columns-1)
		case len(mp.Heads) == 0 && port.Name == mp.Out.Ready:
			to = "1'b1"
		case port.In:
			to = fmt.Sprintf("{%d{1'b0}}", port.Width)
		}
		list = append(list, fmt.Sprintf("        .%s(%s)", name(port.Name), to))
	}
	fmt.Fprintf(&w, "    %s dut (\n%s\n    );\n", name(mp.Top), strings.Join(list, ",\n"))
	var dump []string
	border := func(b *stream.Block, s stream.Stream, kind string, i, k int) {
		v, r := path(b.Instance, s.Valid), path(b.Instance, s.Ready)
		fmt.Fprintf(&w, "    integer %s%d_%d;\n    wire %s%d_%d_moves = (%s & %s) === 1'b1;\n", kind, i, k, kind, i, k, v, r)
		dump = append(dump, v, r)
	}
	var moves []string
	each := func(do func(b *stream.Block, s stream.Stream, kind string, i, k int)) {
		for i := range mp.Blocks {
			b := &mp.Blocks[i]
			for k, s := range b.Ins {
				do(b, s, "in", i, k)
			}
			for k, s := range b.Outs {
				do(b, s, "out", i, k)
			}
		}
	}
	each(border)
	each(func(_ *stream.Block, _ stream.Stream, kind string, i, k int) {
		moves = append(moves, fmt.Sprintf("%s%d_%d_moves", kind, i, k))
	})
	fmt.Fprintf(&w, "    wire moves = (ready & valid) === 1'b1\n        | %s;\n", strings.Join(moves, "\n        | "))
	var gave []string
	for _, e := range ends {
		gave = append(gave, fmt.Sprintf("out%d_%d", e.block, e.stream))
	}
	given := strings.Join(gave, " + ")
	w.WriteString("    initial begin\n        $dumpfile(\"wave.vcd\");\n        $dumplimit(67108864);\n")
	fmt.Fprintf(&w, "        $dumpvars(0, clk, resetn, valid, ready, row, column,\n            %s);\n", strings.Join(dump, ",\n            "))
	each(func(_ *stream.Block, _ stream.Stream, kind string, i, k int) {
		fmt.Fprintf(&w, "        %s%d_%d = 0;\n", kind, i, k)
	})
	if len(mp.Heads) > 0 {
		for _, e := range ends {
			b := &mp.Blocks[e.block]
			fmt.Fprintf(&w, "        force %s = 1'b1; // a programmable head takes every feature\n", path(b.Instance, b.Outs[e.stream].Ready))
		}
	}
	fmt.Fprintf(&w, `        clk = 1'b0; resetn = 1'b0; valid = 1'b0;
        clock = 0; idle = 0; row = 0; column = 0; sent = 0;
        repeat (16) begin #5 clk = 1'b1; #5 clk = 1'b0; end
        resetn = 1'b1; valid = 1'b1;
        while (idle < %d && %s < %d) begin
            #4 idle = moves ? 0 : idle + 1;
            if (ready & valid) begin
                sent = sent + 1;
            end
`, patience, given, results)
	each(func(_ *stream.Block, _ stream.Stream, kind string, i, k int) {
		fmt.Fprintf(&w, "            if (%s%d_%d_moves) %s%d_%d = %s%d_%d + 1;\n", kind, i, k, kind, i, k, kind, i, k)
	})
	fmt.Fprintf(&w, `            #1;
            if (ready & valid) begin : next_beat
                integer next_row, next_column;
                next_column = (column == %d) ? 0 : column + 1;
                next_row = (column != %d) ? row : (row == %d) ? 0 : row + 1;
                clk = 1'b1;
                #1 column = next_column; row = next_row;
                if (sent == %d) valid = 1'b0;
                #4 clk = 1'b0;
            end else begin
                clk = 1'b1;
                #5 clk = 1'b0;
            end
            clock = clock + 1;
        end
        to = $fopen("results.txt", "w");
        $fdisplay(to, "%%0d %%0d %%0d", clock - idle, sent, %s);
`, columns-1, columns-1, rows-1, frames*rows*columns, given)
	each(func(b *stream.Block, s stream.Stream, kind string, i, k int) {
		fmt.Fprintf(&w, "        $fdisplay(to, \"%%0d %%b %%b\", %s%d_%d, %s, %s);\n", kind, i, k, path(b.Instance, s.Valid), path(b.Instance, s.Ready))
	})
	w.WriteString("        $fclose(to);\n        $finish;\n    end\nendmodule\n")
	return w.Bytes()
}

// readStill reads what the test bench wrote.
func readStill(said []byte, mp *stream.Map) (*standing, error) {
	s := &standing{blocks: make([]sides, len(mp.Blocks))}
	r := bytes.NewReader(said)
	if _, err := fmt.Fscan(r, &s.clock, &s.sent, &s.given); err != nil {
		return nil, err
	}
	read := func(to *[]crossing, n int) error {
		for range n {
			var x crossing
			if _, err := fmt.Fscan(r, &x.moved, &x.valid, &x.ready); err != nil {
				return err
			}
			*to = append(*to, x)
		}
		return nil
	}
	for i := range mp.Blocks {
		if err := errors.Join(read(&s.blocks[i].ins, len(mp.Blocks[i].Ins)), read(&s.blocks[i].outs, len(mp.Blocks[i].Outs))); err != nil {
			return nil, err
		}
	}
	return s, nil
}
