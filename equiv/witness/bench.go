package witness

import (
	"context"
	"fmt"
	"regexp"
	"strings"

	"github.com/hashiflex/hashiflex/equiv"
	"github.com/hashiflex/hashiflex/netlist"
	"github.com/hashiflex/hashiflex/rtl"
)

// point is the hardware of one compare point as Verilog.
type point struct {
	design         rtl.Sources
	adapter        []byte // beside it
	clocked        *Clocked
	module, shared *netlist.Module
}

// clock is the wrapper's input for the module's clock, if that has one.
const clock = "hashiflex_clock"

// wrapper is the module that joins a point to the layer's shared terms.
const wrapper = "hashiflex_point"

var plain = regexp.MustCompile(`^[A-Za-z_][A-Za-z0-9_$]*$`)

// id is a Verilog name as a reference to it.
func id(name string) string {
	if name = rtl.VerilogName(name); plain.MatchString(name) {
		return name
	}
	return `\` + name + " "
}

func bits(width int) string {
	if width == 1 {
		return ""
	}
	return fmt.Sprintf("[%d:0] ", width-1)
}

// inputs are the ports of the point: those that the shared terms do not drive.
func (p point) inputs() (ports []netlist.Port) {
	seen := map[string]bool{}
	if p.shared != nil {
		for _, o := range p.shared.Outputs {
			seen[o.Name] = true
		}
	}
	for _, m := range []*netlist.Module{p.module, p.shared} {
		if m == nil {
			continue
		}
		for _, q := range m.Inputs {
			if !seen[q.Name] {
				seen[q.Name] = true
				ports = append(ports, q)
			}
		}
	}
	return ports
}

// Names of Verilog beside the design in what is read.
const (
	adapterFile = "adapter.v"
	wrapperFile = "wrapper.v"
)

// sources is the design with its adapter and more files.
func (p point) sources(more ...rtl.Source) rtl.Sources {
	if len(p.adapter) > 0 {
		more = append([]rtl.Source{{Name: adapterFile, Text: p.adapter}}, more...)
	}
	return p.design.With(more...)
}

// wrap writes the wrapper.
func (p point) wrap() string {
	var b strings.Builder
	out := p.module.Outputs[0]
	fmt.Fprintf(&b, "module %s (\n", wrapper)
	if p.module.Clock != "" {
		fmt.Fprintf(&b, "    input  wire %s,\n", clock)
	}
	for _, q := range p.inputs() {
		fmt.Fprintf(&b, "    input  wire %s%s,\n", bits(q.Width), id(q.Name))
	}
	fmt.Fprintf(&b, "    output wire %s%s\n);\n", bits(out.Width), id(out.Name))
	if p.shared != nil {
		for _, o := range p.shared.Outputs {
			fmt.Fprintf(&b, "    wire %s%s;\n", bits(o.Width), id(o.Name))
		}
		p.instance(&b, p.shared, "shared")
	}
	p.instance(&b, p.module, "dut")
	b.WriteString("endmodule\n")
	return b.String()
}

func (p point) instance(b *strings.Builder, m *netlist.Module, name string) {
	fmt.Fprintf(b, "    %s %s (", id(m.Name), name)
	sep := ""
	if m.Clock != "" {
		fmt.Fprintf(b, "\n        .%s(%s)", id(m.Clock), clock)
		sep = ","
	}
	for _, ports := range [][]netlist.Port{m.Inputs, m.Outputs} {
		for _, q := range ports {
			fmt.Fprintf(b, "%s\n        .%s(%s)", sep, id(q.Name), id(q.Name))
			sep = ","
		}
	}
	b.WriteString("\n    );\n")
}

// simulate runs the point in Icarus and returns the output as the model reads it:
// that of a sequence by equiv.Stray.
func (p point) simulate(ctx context.Context, limits rtl.Limits, ins []Input, signed bool, gold int64) (int64, error) {
	before, after := 0, 1 // lanes
	if p.clocked != nil {
		before, after = p.clocked.Settle, p.clocked.Settle+1
	}
	res, err := p.run(ctx, limits, ins, before, after)
	if err != nil {
		return 0, err
	}
	if p.clocked == nil || !p.clocked.Sequence {
		before = len(res) - 1
	}
	outs, err := p.known(res[before:], signed)
	if err != nil {
		return 0, err
	}
	if len(outs) == 1 {
		return outs[0], nil
	}
	_, got := equiv.Stray(outs, p.clocked.GoldBefore, gold)
	return got, nil
}

// run runs the point in Icarus, for some clocks with the inputs' earlier values and for
// some with their final values. It returns the output of every clock.
func (p point) run(ctx context.Context, limits rtl.Limits, ins []Input, before, after int) ([]rtl.Bits, error) {
	value := map[string]Input{}
	for _, in := range ins {
		value[in.Port] = in
	}
	var signals []rtl.Signal
	var lanes [][]uint64
	for _, q := range p.inputs() {
		// What the model has no variable for is read by shared terms of other
		// channels alone.
		signals = append(signals, rtl.Signal{Name: rtl.VerilogName(q.Name), Width: q.Width})
		var lane []uint64
		for range before {
			lane = append(lane, uint64(value[q.Name].first())&(1<<q.Width-1))
		}
		for range after {
			lane = append(lane, uint64(value[q.Name].Value)&(1<<q.Width-1))
		}
		lanes = append(lanes, lane)
	}
	out := p.module.Outputs[0]
	icarus := rtl.Icarus{Limits: limits}
	if p.module.Clock != "" {
		icarus.Clock = clock
	}
	res, err := icarus.Run(ctx, p.sources(rtl.Source{Name: wrapperFile, Text: []byte(p.wrap())}), wrapper, signals,
		[]rtl.Signal{{Name: rtl.VerilogName(out.Name), Width: out.Width}}, lanes)
	if err != nil {
		return nil, err
	}
	return res[0], nil
}

// known are words without an x as the model reads them.
func (p point) known(words []rtl.Bits, signed bool) (outs []int64, err error) {
	out := p.module.Outputs[0]
	for _, got := range words {
		if got.Unknown != 0 {
			return nil, fmt.Errorf("module %s: output %s is %v", p.module.Name, out.Name, got)
		}
		outs = append(outs, number(got.Value, out.Width, signed))
	}
	return outs, nil
}

// first is what an input is before it has its value.
func (in Input) first() int64 {
	if in.Moved {
		return in.Before
	}
	return in.Value
}

// number is what w bits stand for.
func number(b uint64, w int, signed bool) int64 {
	if signed {
		return int64(b) << (64 - w) >> (64 - w)
	}
	return int64(b)
}

// bench writes the test bench: inputs at rest, then the witness, then the check.
func (p point) bench(w *Witness, signed bool) ([]byte, error) {
	var b strings.Builder
	value := map[string]Input{}
	for _, in := range w.Inputs {
		value[in.Port] = in
	}
	fmt.Fprintf(&b, "// %s, %s: the model gives %d, this hardware %d.\n", w.Unit, w.Edge, w.Gold, w.hardware())
	sequence := p.clocked != nil && p.clocked.Sequence
	if sequence {
		b.WriteString("// Inputs are held, then they change: in between the output belongs to neither.\n")
	} else {
		b.WriteString("// The first step has the inputs that matter at 0, the second has the witness.\n")
	}
	for _, c := range w.Explanation.Causes {
		fmt.Fprintf(&b, "// %s\n", ascii(c.Words))
	}
	b.WriteString("`timescale 1ns / 1ps\nmodule bench;\n")
	for _, q := range p.inputs() {
		fmt.Fprintf(&b, "    reg %s%s;\n", bits(q.Width), id(q.Name))
	}
	out := p.module.Outputs[0]
	if p.module.Clock != "" {
		fmt.Fprintf(&b, "    reg %s;\n    integer n;\n", clock)
	}
	fmt.Fprintf(&b, "    wire %s%s;\n    %s point (\n", bits(out.Width), id(out.Name), wrapper)
	if p.module.Clock != "" {
		fmt.Fprintf(&b, "        .%s(%s),\n", clock, clock)
	}
	for _, q := range p.inputs() {
		fmt.Fprintf(&b, "        .%s(%s),\n", id(q.Name), id(q.Name))
	}
	fmt.Fprintf(&b, "        .%s(%s)\n    );\n    initial begin\n        if ($test$plusargs(\"vcd\")) begin\n            $dumpfile(\"repro.vcd\");\n            $dumpvars(0, bench);\n        end\n", id(out.Name), id(out.Name))
	for _, q := range p.inputs() {
		fmt.Fprintf(&b, "        %s = %s;\n", id(q.Name), literal(value[q.Name].first(), q.Width))
	}
	if p.clocked != nil {
		fmt.Fprintf(&b, "        %s = 0;\n", clock)
	}
	b.WriteString("        #10;\n" + p.cycles())
	for _, q := range p.inputs() {
		if value[q.Name].Moved {
			fmt.Fprintf(&b, "        %s = %s;\n", id(q.Name), literal(value[q.Name].Value, q.Width))
		}
	}
	display := id(out.Name)
	if signed {
		display = "$signed(" + id(out.Name) + ")"
	}
	if sequence {
		p.between(&b, w, display)
	} else {
		b.WriteString(p.cycles())
	}
	fmt.Fprintf(&b, `        #10;
        if (%s !== %s) begin
            $display("FAIL: %s is %%0d, the model gives %d", %s);
`+"`ifdef HASHIFLEX_ICARUS\n            $finish_and_return(1);\n`else\n            $stop;\n`endif\n"+`        end else begin
            $display("PASS: %s is %%0d, as the model gives", %s);
            $finish;
        end
    end
endmodule
`, id(out.Name), literal(w.Gold, out.Width), out.Name, w.Gold, display, out.Name, display)
	b.WriteString("\n// What the test bench drives.\n" + string(p.adapter) + p.wrap())
	return []byte(b.String()), nil
}

// cycles are the clocks of the time that hardware with registers needs.
func (p point) cycles() string {
	if p.clocked == nil {
		return ""
	}
	return fmt.Sprintf("        for (n = 0; n < %d; n = n + 1) begin\n            #10 %s = 1;\n            #10 %s = 0;\n        end\n", p.clocked.Settle, clock, clock)
}

// between checks the clocks between two inputs of a sequence; what comes after them
// is checked like any output.
func (p point) between(b *strings.Builder, w *Witness, display string) {
	out := p.module.Outputs[0]
	fmt.Fprintf(b, `        for (n = 0; n < %d; n = n + 1) begin
            #10;
            if (%s !== %s && %s !== %s) begin
                $display("FAIL: %s is %%0d %%0d clocks after the inputs change, the model gives %d before and %d then", %s, n);
`+"`ifdef HASHIFLEX_ICARUS\n                $finish_and_return(1);\n`else\n                $stop;\n`endif\n"+`            end
            %s = 1;
            #10 %s = 0;
        end
`, p.clocked.Settle, id(out.Name), literal(p.clocked.GoldBefore, out.Width), id(out.Name), literal(w.Gold, out.Width),
		out.Name, p.clocked.GoldBefore, w.Gold, display, clock, clock)
}

// literal is v modulo 2^width as a Verilog constant.
func literal(v int64, width int) string {
	return fmt.Sprintf("%d'd%d", width, uint64(v)&(1<<width-1))
}

// ascii is a sentence for a Verilog comment.
func ascii(s string) string {
	return strings.NewReplacer("−", "-", "\n", " ", "…", "...", "·", "*").Replace(s)
}
