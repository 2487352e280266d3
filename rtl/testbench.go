package rtl

import (
	"bytes"
	"context"
	"fmt"
	"io"

	"github.com/hashiflex/hashiflex/rtl/verilated"
)

// Testbench is several modules side by side. Each of its inputs is one word that may
// drive ports of several modules. All modules with a clock share it.
//
// Both simulators read the same wrapper around the modules. Its two ports are the
// concatenated inputs and the concatenated outputs. So simulators can differ only in
// how they read the modules.
type Testbench struct {
	Inputs []Signal
	Under  []Instance
}

// Instance is one module under test.
type Instance struct {
	Module string
	Clock  string // its port; "" is none
	Ins    []Drive
	Outs   []Signal
}

// Drive connects a port to an input of the test bench, of the same width.
type Drive struct {
	Port  string
	Input int
}

// Clocked reports whether some module has a clock.
func (tb *Testbench) Clocked() bool {
	for _, in := range tb.Under {
		if in.Clock != "" {
			return true
		}
	}
	return false
}

// Outputs are the outputs of all modules, one module after another.
func (tb *Testbench) Outputs() (outs []Signal) {
	for _, in := range tb.Under {
		outs = append(outs, in.Outs...)
	}
	return outs
}

// Simulation is a test bench that one simulator has compiled.
type Simulation interface {
	// Simulator is the name of its tool.
	Simulator() string
	// Run applies the inputs of one lane after another, with a clock cycle after each.
	// It returns the settled outputs before that cycle: by output, by lane. in is by
	// input, by lane; bits above an input's width are ignored. seed sets the registers
	// at power-up if the simulator has no x.
	//
	// The error is a *ToolError: a limit, a simulator failure, a design that ends the
	// simulation, or a result of unexpected shape.
	Run(ctx context.Context, seed uint64, in [][]uint64) ([][]Bits, error)
	// Close removes what Run needs.
	Close() error
}

// Covering is a Simulation with line coverage.
type Covering interface {
	Simulation
	// Entered returns how often all runs together entered each block and branch of the
	// sources, by the user's file names.
	Entered() map[verilated.Point]int64
}

// wrapper is the module around the modules under test.
const wrapper = "hashiflex_wrapper"

// Ports of the wrapper. They always have more than 64 bits, for which Verilator's model
// has arrays of words. So every test bench is driven in the same way.
const narrowest = 65

// layout is where the words lie in the wrapper's two ports.
type layout struct {
	in, out int // bits of the ports
	outs    []Signal
}

func (tb *Testbench) layout() (layout, error) {
	l := layout{outs: tb.Outputs()}
	for _, s := range tb.Inputs {
		if s.Width < 1 || s.Width > 64 {
			return l, fmt.Errorf("input %q has %d bits, want 1 to 64", s.Name, s.Width)
		}
		l.in += s.Width
	}
	for _, s := range l.outs {
		if s.Width < 1 || s.Width > 64 {
			return l, fmt.Errorf("output %q has %d bits, want 1 to 64", s.Name, s.Width)
		}
		l.out += s.Width
	}
	l.in, l.out = max(l.in, narrowest), max(l.out, narrowest)
	return l, nil
}

// wrapperText is the wrapper. It comes before all other text. So it sets the default
// time scale of the design, and the design's `default_nettype does not affect it.
func (tb *Testbench) wrapperText() ([]byte, error) {
	l, err := tb.layout()
	if err != nil {
		return nil, err
	}
	var b bytes.Buffer
	fmt.Fprintf(&b, "`timescale 1ns/1ps\nmodule %s (\n    input  wire clk,\n    input  wire [%d:0] in,\n    output wire [%d:0] out\n);\n", wrapper, l.in-1, l.out-1)
	at := make([]int, len(tb.Inputs))
	bits := 0
	for i, s := range tb.Inputs {
		at[i] = bits
		bits += s.Width
	}
	out := 0
	for i, inst := range tb.Under {
		module, err := escaped(inst.Module)
		if err != nil {
			return nil, err
		}
		fmt.Fprintf(&b, "    %s under%d (", module, i)
		sep := "\n"
		connect := func(port, to string) error {
			name, err := escaped(port)
			if err == nil {
				fmt.Fprintf(&b, "%s        .%s(%s)", sep, name, to)
				sep = ",\n"
			}
			return err
		}
		if inst.Clock != "" {
			if err := connect(inst.Clock, "clk"); err != nil {
				return nil, err
			}
		}
		for _, d := range inst.Ins {
			if d.Input < 0 || d.Input >= len(tb.Inputs) {
				return nil, fmt.Errorf("port %q of module %q: no input %d", d.Port, inst.Module, d.Input)
			}
			lo := at[d.Input]
			if err := connect(d.Port, fmt.Sprintf("in[%d:%d]", lo+tb.Inputs[d.Input].Width-1, lo)); err != nil {
				return nil, err
			}
		}
		for _, s := range inst.Outs {
			if err := connect(s.Name, fmt.Sprintf("out[%d:%d]", out+s.Width-1, out)); err != nil {
				return nil, err
			}
			out += s.Width
		}
		b.WriteString("\n    );\n")
	}
	if out < l.out {
		fmt.Fprintf(&b, "    assign out[%d:%d] = %d'd0;\n", l.out-1, out, l.out-out)
	}
	b.WriteString("endmodule\n")
	return b.Bytes(), nil
}

// lanes checks inputs against the test bench and says how many lanes they have. A
// test bench without inputs has one.
func (tb *Testbench) lanes(in [][]uint64) (int, error) {
	if len(in) != len(tb.Inputs) {
		return 0, fmt.Errorf("vectors for %d inputs, want %d", len(in), len(tb.Inputs))
	}
	if len(in) == 0 {
		return 1, nil
	}
	for i, v := range in {
		if len(v) != len(in[0]) {
			return 0, fmt.Errorf("input %q has %d vectors, want %d", tb.Inputs[i].Name, len(v), len(in[0]))
		}
	}
	return len(in[0]), nil
}

// pack puts the words of one lane after another into 32-bit words, the first in the
// lowest bits.
func pack(to []uint32, signals []Signal, in [][]uint64, lane int) {
	clear(to)
	at := 0
	for i, s := range signals {
		v := in[i][lane] & ones(s.Width)
		for left := s.Width; left > 0; {
			n := min(left, 32-at%32)
			to[at/32] |= uint32(v&ones(n)) << (at % 32)
			v >>= n
			at += n
			left -= n
		}
	}
}

// unpack is pack's inverse.
func unpack(from []uint32, signals []Signal, put func(i int, word uint64)) {
	at := 0
	for i, s := range signals {
		v := uint64(0)
		for done := 0; done < s.Width; {
			n := min(s.Width-done, 32-at%32)
			v |= uint64(from[at/32]>>(at%32)) & ones(n) << done
			at += n
			done += n
		}
		put(i, v)
	}
}

// response is room for the outputs of all lanes.
func response(outs []Signal, lanes int) [][]Bits {
	all := make([][]Bits, len(outs))
	for i := range all {
		all[i] = make([]Bits, lanes)
	}
	return all
}

// readLane reads one lane's words or says which lane is not there.
func readLane(r io.Reader, buf []byte, lane, lanes int) error {
	if _, err := io.ReadFull(r, buf); err != nil {
		return fmt.Errorf("the results end at lane %d of %d: %w", lane, lanes, err)
	}
	return nil
}
