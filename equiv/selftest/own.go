package selftest

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"strings"

	"github.com/hashiflex/hashiflex/equiv"
	"github.com/hashiflex/hashiflex/fuzz/mutant"
	"github.com/hashiflex/hashiflex/golden"
	"github.com/hashiflex/hashiflex/netlist"
	"github.com/hashiflex/hashiflex/rtl"
	"github.com/hashiflex/hashiflex/rtl/source"
)

// own writes the model of a case as somebody would write it who knows what golden means: wide
// signed words, products, comparisons, tables of a case, some of it in always blocks and
// functions; with registers or without. The widths may be too small, and half of the texts
// have a planted fault: what the text computes is for a simulator to say.
func (c *Case) own(rng *rand.Rand) error {
	model := equiv.ModelOf(c.Layer, c.Unit)
	w := &writer{rng: rng, wide: pick(rng, []int{20, 24, 32, 40, 48}), clocks: max(0, rng.IntN(5)-2)}
	text := w.module(model, rtl.VerilogName(c.Unit.Name), c.Gate.Outputs[0].Name, c.Gate.Width(c.Gate.Outputs[0].Value))
	c.Change, c.What = Own, fmt.Sprintf("%d bits, %d clocks", w.wide, w.clocks)
	if rng.IntN(2) == 0 {
		faults, err := mutant.AnyFaults(source.Sources{Files: []source.File{{Name: "own.v", Text: []byte(text)}}})
		if err != nil {
			return err
		}
		// A port of another width is another module, which no proof is asked about.
		ports, _, _ := strings.Cut(text, ");")
		if f, ok := byKind(rng, faults, func(f mutant.AnyFault) mutant.Kind { return f.Kind }); ok && strings.HasPrefix(string(f.Apply()), ports+");") {
			text, c.What = string(f.Apply()), c.What+", "+f.String()
		}
	}
	c.Text = text
	return nil
}

// writer writes terms as Verilog.
type writer struct {
	rng    *rand.Rand
	wide   int
	clocks int // registers between the accumulator and the output
	b      strings.Builder
}

func (w *writer) line(format string, args ...any) { fmt.Fprintf(&w.b, format+"\n", args...) }

func (w *writer) module(model *equiv.Model, name, output string, width int) string {
	w.line("module %s (", name)
	if w.clocks > 0 {
		w.line("  input clk,")
	}
	for _, v := range model.Vars {
		sign := ""
		if v.Signed {
			sign = " signed"
		}
		w.line("  input%s [%d:0] %s,", sign, v.Width-1, v.Port)
	}
	w.line("  output [%d:0] %s\n);", width-1, output)
	w.line("  function signed [%d:0] choose(input s, input signed [%d:0] a, input signed [%d:0] b);", w.wide-1, w.wide-1, w.wide-1)
	w.line("    choose = s ? a : b;\n  endfunction")
	names := map[golden.Term]string{}
	for _, v := range model.Terms.Reachable(model.Out) {
		names[v] = fmt.Sprint("t", v)
		w.term(model, v, names)
		if v == model.Acc && v != model.Out {
			names[v] = w.after(names[v])
		}
	}
	last := names[model.Out]
	if model.Acc == model.Out {
		last = w.after(last)
	}
	w.line("  assign %s = %s[%d:0];\nendmodule", output, last, width-1)
	return w.b.String()
}

// after is a word some clocks later.
func (w *writer) after(word string) string {
	for i := range w.clocks {
		next := fmt.Sprint("q", i)
		w.line("  reg signed [%d:0] %s;", w.wide-1, next)
		w.line("  always @(posedge clk) %s <= %s;", next, word)
		word = next
	}
	return word
}

// term declares the word of a term.
func (w *writer) term(model *equiv.Model, v golden.Term, names map[golden.Term]string) {
	n := &model.Terms.Nodes[v]
	var a []string
	for _, x := range n.Args {
		a = append(a, names[x])
	}
	var text string
	switch n.Op {
	case golden.TermConst:
		text = w.number(n.K)
	case golden.TermVar:
		text = model.Vars[n.K].Port
	case golden.TermSum:
		if w.rng.IntN(3) == 0 {
			w.line("  reg signed [%d:0] %s;\n  always @* begin", w.wide-1, names[v])
			w.line("    %s = %s;", names[v], w.number(0))
			for _, x := range a {
				w.line("    %s = %s + %s;", names[v], names[v], x)
			}
			w.line("  end")
			return
		}
		text = strings.Join(a, " + ")
		if len(a) == 0 {
			text = w.number(0)
		}
	case golden.TermNeg:
		text = "-" + a[0]
	case golden.TermMul:
		text = a[0] + " * " + a[1]
	case golden.TermShl:
		text = fmt.Sprintf("%s <<< %d", a[0], n.K)
	case golden.TermShr:
		text = fmt.Sprintf("%s >>> %d", a[0], n.K)
	case golden.TermIfLess:
		switch w.rng.IntN(4) {
		case 0:
			w.line("  reg signed [%d:0] %s;\n  always @*", w.wide-1, names[v])
			w.line("    if (%s < %s) %s = %s;\n    else %s = %s;", a[0], a[1], names[v], a[2], names[v], a[3])
			return
		case 1:
			w.line("  reg signed [%d:0] %s;\n  always @*", w.wide-1, names[v])
			w.line("    case (%s < %s)\n      1'b1: %s = %s;\n      default: %s = %s;\n    endcase", a[0], a[1], names[v], a[2], names[v], a[3])
			return
		case 2:
			text = fmt.Sprintf("choose(%s < %s, %s, %s)", a[0], a[1], a[2], a[3])
		default:
			text = fmt.Sprintf("(%s < %s) ? %s : %s", a[0], a[1], a[2], a[3])
		}
	}
	w.line("  wire signed [%d:0] %s = %s;", w.wide-1, names[v], text)
}

func (w *writer) number(k int64) string {
	if k < 0 {
		return fmt.Sprintf("-%d'sd%d", w.wide, -k)
	}
	return fmt.Sprintf("%d'sd%d", w.wide, k)
}

// readOwn is what Yosys reads of the case's text, or nil if it refuses it, and whether Icarus
// computes the model with it, on all inputs, after as many clocks as the netlist has registers.
// A text whose paths have different numbers of them is no pipeline, and not equal.
func (c *Case) readOwn(ctx context.Context) (m *netlist.Module, equal bool, at []int64, err error) {
	model := equiv.ModelOf(c.Layer, c.Unit)
	sources := rtl.Sources{Files: []rtl.Source{{Name: "own.v", Text: []byte(c.Text)}}}
	top := rtl.VerilogName(c.Unit.Name)
	d, _, err := rtl.Yosys{Limits: limits}.Read(ctx, sources)
	if err == nil {
		m, err = d.Module(top)
	}
	var broken *rtl.ToolError
	if errors.As(err, &broken) {
		return nil, false, nil, err
	}
	if err != nil {
		return nil, false, nil, nil // the text is refused
	}
	stages, err := netlist.Stages(m, m.Outputs[0].Value)
	var loop *netlist.LoopError
	if errors.As(err, &loop) {
		return m, false, nil, nil
	}
	if err != nil {
		return nil, false, nil, err
	}
	latency, even := stages.Latency()
	all := inputs(model)
	if !even {
		return m, false, all[0], nil
	}
	var ins []rtl.Signal
	var lanes [][]uint64
	for i, v := range model.Vars {
		ins = append(ins, rtl.Signal{Name: v.Port, Width: v.Width})
		lane := make([]uint64, 0, stages.Settle+len(all)+latency)
		for t := -stages.Settle; t < len(all)+latency; t++ {
			lane = append(lane, uint64(all[min(max(t, 0), len(all)-1)][i])&(1<<v.Width-1))
		}
		lanes = append(lanes, lane)
	}
	out := c.Gate.Outputs[0]
	ic := rtl.Icarus{Limits: limits}
	if strings.Contains(c.Text, "input clk") {
		ic.Clock = "clk"
	}
	got, err := ic.Run(ctx, sources, top, ins, []rtl.Signal{{Name: out.Name, Width: c.Gate.Width(out.Value)}}, lanes)
	var text *rtl.SourceError
	if errors.As(err, &text) {
		return nil, false, nil, nil // Icarus refuses it
	}
	if err != nil {
		return nil, false, nil, err
	}
	for i, xs := range all {
		y := got[0][stages.Settle+i+latency]
		if y.Unknown != 0 || y.Value != uint64(model.Run(xs))&(^uint64(0)>>(64-c.Gate.Width(out.Value))) {
			return m, false, xs, nil
		}
	}
	return m, true, nil, nil
}
