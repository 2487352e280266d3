package stream

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/hashiflex/hashiflex/equiv"
	"github.com/hashiflex/hashiflex/rtl"
	"github.com/hashiflex/hashiflex/rtl/stream"
	"github.com/hashiflex/hashiflex/spec/verdict"
	"github.com/hashiflex/hashiflex/spec/words"
)

// late judges FIFOs that cost clocks: a simulator executes the same blocks from the
// Verilog, and each frame must end in the clock that the timetables say.
func (p *prover) late(ctx context.Context, c *chip, r *pacer, is, best *paced, f *equiv.Fact) error {
	f.Reason, f.Detail = verdict.StandStill, p.wasted(r, is, best)
	shown, err := p.measure(ctx, c, r, is)
	if err != nil {
		return err
	}
	if !shown.Shown {
		f.Detail += "; " + shown.What
		return nil
	}
	if p.Late == nil {
		p.Late = map[string]*Replay{}
	}
	p.Late[f.Name] = shown
	f.Verdict, f.Reason = verdict.Refuted, ""
	f.Trace = fmt.Sprintf("%s.\nIn simulation, %s. To see it again: %s\n\n%s\n%s", f.Detail, shown.What, again(p.o.Sources), shown.Files[len(shown.Files)-1].Text, c.stalls(r, is))
	return nil
}

// wasted says which FIFO is too small.
func (p *prover) wasted(r *pacer, is, best *paced) string {
	s := fmt.Sprintf("%s, but %s behind FIFOs without bounds", is.say(), best.say())
	if is.stands {
		s = fmt.Sprintf("the blocks stand still, but give %s behind FIFOs without bounds", best.say())
	}
	for i := range r.nodes {
		n := &r.nodes[i]
		if !n.counts || is.stands {
			continue
		}
		in := slices.IndexFunc(r.links, func(l pacerLink) bool { return l.to == i })
		refused := is.waits[in][held]
		if refused == 0 {
			continue
		}
		s += fmt.Sprintf("; %s holds %d of %s", n.name, is.most[i], words.Count(p.Blocks[n.block].Cap[0], "item"))
		if row := p.Blocks[n.block].Row; row > 0 {
			s += fmt.Sprintf(" (%.1f rows of %d)", float64(is.most[i])/float64(row), row)
		}
		s += fmt.Sprintf(" when another one comes, which waits %s a frame", words.Count(max(1, refused/is.frames), "clock"))
	}
	return s
}

// stalls is a table of the streams that wait.
func (c *chip) stalls(r *pacer, is *paced) string {
	if is.stands {
		return ""
	}
	var b strings.Builder
	fmt.Fprintf(&b, "%-56s %22s %22s\n", "stream", "clocks a frame without", "clocks a frame in which")
	fmt.Fprintf(&b, "%-56s %22s %22s\n", "", "an item", "its reader is not ready")
	for i := range r.links {
		l, w := &r.links[i], is.waits[i]
		from, to := "outside", "outside"
		if l.from != outside {
			n := &r.nodes[l.from]
			from = c.mp.Blocks[n.block].Instance + "." + c.mp.Blocks[n.block].Outs[l.out].Data
		}
		if l.to != outside {
			n := &r.nodes[l.to]
			to = c.mp.Blocks[n.block].Instance + "." + c.mp.Blocks[n.block].Ins[l.in].Data
		}
		fmt.Fprintf(&b, "%-56s %22s %22s\n", from+" to "+to, words.Number(w[starved]/is.frames), words.Number(w[held]/is.frames))
	}
	return b.String()
}

// measure executes the blocks of a pacer in Icarus until as many frames are out as in its
// run, and compares the clocks in which they ended, and in which each stream waited. The
// replay is Shown if they are the same, or if both stand still. An error comes from the context or the
// machine.
func (p *prover) measure(ctx context.Context, c *chip, r *pacer, is *paced) (*Replay, error) {
	ends := is.ends
	text := p.paceBench(c, r, len(ends), is.stands)
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
	var saw []int
	var waits [][2]int
	stood := false
	for in := bytes.NewReader(said); ; {
		var what string
		var a, b int
		if _, err := fmt.Fscan(in, &what, &a, &b); err != nil {
			break
		}
		switch what {
		case "frame":
			saw = append(saw, a)
		case "waits":
			waits = append(waits, [2]int{a, b})
		case "stands":
			stood = true
		}
	}
	var table bytes.Buffer
	fmt.Fprintf(&table, "frame  ends in clock  as executed\n")
	same := len(saw) == len(ends) && stood == is.stands
	for k, w := range is.all {
		if k >= len(waits) || waits[k] != w {
			same = false
			fmt.Fprintf(&table, "stream %d waits otherwise than executed: %v\n", k, w)
		}
	}
	for i, want := range ends {
		got := "never"
		if i < len(saw) {
			got = fmt.Sprint(saw[i])
			same = same && saw[i] == want
		}
		fmt.Fprintf(&table, "%5d %14s %12d\n", i, got, want)
	}
	if !same {
		return &Replay{What: fmt.Sprintf("in a simulation frames end in clocks %v, and by the blocks' timetables in %v; %s", saw, ends, table.String())}, nil
	}
	out := &Replay{Shown: true, What: fmt.Sprintf("the last items of the frames leave in clocks %v", saw), Files: []rtl.Source{{Name: "bench.v", Text: text}}}
	for _, f := range waves {
		f.Text = undated(f.Text)
		out.Files = append(out.Files, f)
	}
	out.Files = append(out.Files, rtl.Source{Name: "table.txt", Text: table.Bytes()})
	return out, nil
}

// paceBench writes the test bench: the blocks of a pacer, wired valid to valid and ready
// to ready. It ends after so many frames, or one more if it should stand still instead, or
// when nothing moves any more.
func (p *prover) paceBench(c *chip, r *pacer, frames int, stands bool) []byte {
	var w bytes.Buffer
	fmt.Fprintf(&w, "// Blocks of %s alone, with items always offered and always taken. results.txt has the clocks\n// in which frames end; wave.vcd has every handshake.\n`timescale 1ns/1ps\nmodule %s;\n",
		rtl.Comment(c.mp.Top), rtl.BenchModule)
	w.WriteString("    reg clk = 1'b0, resetn = 1'b0;\n    integer clock = 0, idle = 0, given = 0, to;\n")
	for k := range r.links {
		fmt.Fprintf(&w, "    wire valid%d, ready%d;\n    wire moves%d = (valid%d & ready%d) === 1'b1;\n", k, k, k, k, k)
		if r.links[k].from == outside {
			fmt.Fprintf(&w, "    assign valid%d = resetn;\n", k)
		}
		if r.links[k].to == outside {
			fmt.Fprintf(&w, "    assign ready%d = 1'b1;\n", k)
		}
	}
	var each, watched []string
	for k := range r.links {
		each = append(each, fmt.Sprintf("moves%d", k))
		if r.links[k].watched {
			watched = append(watched, fmt.Sprintf("moves%d", k))
		}
	}
	var updates, report bytes.Buffer
	for k := range r.links {
		fmt.Fprintf(&w, "    integer starved%d = 0, held_up%d = 0;\n", k, k)
		fmt.Fprintf(&updates, "        if (ready%d & ~valid%d) starved%d <= starved%d + 1;\n        if (valid%d & ~ready%d) held_up%d <= held_up%d + 1;\n", k, k, k, k, k, k, k, k)
		fmt.Fprintf(&report, "            $fdisplay(to, \"waits %%0d %%0d\", starved%d + (ready%d & ~valid%d), held_up%d + (valid%d & ~ready%d));\n", k, k, k, k, k, k)
	}
	if stands {
		frames++
	}
	for i := range r.nodes {
		n := &r.nodes[i]
		ins, outs := map[int]int{}, map[int]int{} // links
		for k, l := range r.links {
			if l.to == i {
				ins[l.in] = k
			}
			if l.from == i {
				outs[l.out] = k
			}
		}
		if n.counts {
			fmt.Fprintf(&w, "    integer held%d = 0; // items in %s\n", i, rtl.Comment(n.name))
			fmt.Fprintf(&updates, "        held%d <= held%d + moves%d - moves%d;\n", i, i, ins[0], outs[0])
		}
		if n.timetable == nil {
			fmt.Fprintf(&w, "    assign ready%d = 1'b1, valid%d = held%d > 0;\n", ins[0], outs[0], i)
			continue
		}
		b := &c.mp.Blocks[n.block]
		list := []string{fmt.Sprintf("        .%s(clk)", name(c.mp.Clock)), fmt.Sprintf("        .%s(resetn)", name(c.mp.ResetN))}
		port := func(port, to string) { list = append(list, fmt.Sprintf("        .%s(%s)", name(port), to)) }
		for j, s := range b.Ins {
			k := ins[j]
			gate := ""
			if n.places > 0 {
				gate = fmt.Sprintf(" & (held%d < %d)", i, n.places)
			}
			fmt.Fprintf(&w, "    wire taken%d; // by %s\n    assign ready%d = taken%d%s;\n", k, rtl.Comment(n.name), k, k, gate)
			port(s.Valid, fmt.Sprintf("valid%d%s", k, gate))
			port(s.Ready, fmt.Sprintf("taken%d", k))
			p.marks(&w, &updates, n.block, s, j, k, port)
		}
		for j, s := range b.Outs {
			port(s.Valid, fmt.Sprintf("valid%d", outs[j]))
			port(s.Ready, fmt.Sprintf("ready%d", outs[j]))
		}
		fmt.Fprintf(&w, "    %s block%d (\n%s\n    );\n", name(b.Module), i, strings.Join(list, ",\n"))
	}
	fmt.Fprintf(&w, `    initial begin
        to = $fopen("results.txt", "w");
        $dumpfile("wave.vcd");
        $dumplimit(67108864);
        $dumpvars(1, %s);
        repeat (32) #5 clk = ~clk;
        resetn = 1'b1;
        forever #5 clk = ~clk;
    end
    wire [31:0] now = %s;
    always @(posedge clk) if (resetn) begin
        clock <= clock + 1;
        idle <= (%s) ? 0 : idle + 1;
        given <= given + now;
%s        if ((given + now) / %d != given / %d) begin
            $fdisplay(to, "frame %%0d 0", clock);
        end
        if (idle > %d) $fdisplay(to, "stands 0 0");
        if ((given + now) / %d >= %d || idle > %d) begin
%s            $fclose(to);
            $finish;
        end
    end
endmodule
`, rtl.BenchModule, strings.Join(watched, " + "), strings.Join(each, " | "), updates.String(), r.frame, r.frame, p.patience(), r.frame, frames, p.patience(), report.String())
	return w.Bytes()
}

// marks drives the marks of a stream from outside as a well-formed frame has them.
func (p *prover) marks(w, updates *bytes.Buffer, block int, s stream.Stream, in, link int, port func(port, to string)) {
	if s.First == "" && s.Last == "" {
		return
	}
	x, frame := p.Blocks[block], p.contracts[block].ins[in].frame
	fmt.Fprintf(w, "    integer item%d = 0;\n", link)
	fmt.Fprintf(updates, "        if (moves%d) item%d <= (item%d == %d) ? 0 : item%d + 1;\n", link, link, link, frame-1, link)
	if s.First != "" {
		port(s.First, fmt.Sprintf("item%d == 0", link))
	}
	if s.Last != "" {
		port(s.Last, fmt.Sprintf("item%d %% %d == %d", link, x.Row, x.Row-1))
	}
}
