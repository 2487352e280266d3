package bench

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"time"

	"golang.org/x/sys/unix"

	"github.com/hashiflex/hashiflex/equiv/chain"
	"github.com/hashiflex/hashiflex/equiv/mapped"
	"github.com/hashiflex/hashiflex/equiv/smt"
	"github.com/hashiflex/hashiflex/fuzz/everyday"
	"github.com/hashiflex/hashiflex/netlist/shiftadd"
	"github.com/hashiflex/hashiflex/rtl"
	"github.com/hashiflex/hashiflex/rtl/portmap"
	"github.com/hashiflex/hashiflex/rtl/source"
	"github.com/hashiflex/hashiflex/rtl/tool"
	"github.com/hashiflex/hashiflex/spec"
	"github.com/hashiflex/hashiflex/spec/verdict"
)

// Styles says which hand-written modules are proved, each a layer of one channel.
type Styles struct {
	FanIns []int    // of word-level styles
	Bits   int      // fan-in of those that work on bits of words
	Gates  int      // fan-in of the netlists of gates
	From   []string // word-level styles that these are made from
}

// Style is the proof of one hand-written module.
type Style struct {
	Name   string `json:"name"`   // of the template
	Style  string `json:"style"`  // in words
	FanIn  int    `json:"fan_in"` // taps, zero weights included
	Bits   bool   `json:"bits"`   // it works on bits of words
	Gates  bool   `json:"gates"`  // after synthesis, with its RTL beside it
	Open   string `json:"open,omitempty"`
	Proved bool   `json:"proved"`
	// Read is the front end's time, Proof that of the strategies and of Z3, Whole that of
	// the command, with both simulators and with what the proof does not wait for.
	Read  time.Duration `json:"read_ns"`
	Proof time.Duration `json:"proof_ns"`
	Whole time.Duration `json:"whole_ns"`
	Busy  time.Duration `json:"busy_ns"` // processor time in all, that of tools included
}

// styles proves the templates of the everyday corpus at several fan-ins, and gates made of
// some. What is not proved is a figure and no error.
func styles(ctx context.Context, c *Styles, say func(string, ...any)) (all []Style, err error) {
	z3, err := smt.Z3()
	if err != nil {
		return nil, err
	}
	one := func(m *everyday.Module, s Style, gates []byte) error {
		s.Name, s.Style, s.FanIn, s.Bits = m.Template, m.Style, m.FanIn, m.Bits
		if err := s.prove(ctx, m, gates, z3); err != nil {
			return fmt.Errorf("%s: %w", m.Name, err)
		}
		say("%s of %d operands: %v", s.Name, s.FanIn, s.Whole)
		all = append(all, s)
		return ctx.Err()
	}
	for _, fanIn := range c.FanIns {
		ms, err := everyday.Of(fanIn)
		if err != nil {
			return nil, err
		}
		for i := range ms {
			if m := &ms[i]; !m.Bits {
				if err := one(m, Style{}, nil); err != nil {
					return nil, err
				}
			}
		}
	}
	for _, fanIn := range []int{c.Bits, c.Gates} {
		if fanIn == 0 {
			continue
		}
		ms, err := everyday.Of(fanIn)
		if err != nil {
			return nil, err
		}
		for i := range ms {
			m := &ms[i]
			switch {
			case fanIn == c.Bits && m.Bits:
				err = one(m, Style{}, nil)
			case fanIn == c.Gates && slices.Contains(c.From, m.Template):
				var gates []byte
				if gates, err = synthesize(ctx, m); err == nil {
					err = one(m, Style{Gates: true}, gates)
				}
			}
			if err != nil {
				return nil, err
			}
		}
	}
	return all, nil
}

// prove proves a module, or gates made of it, as command prove does, and measures that.
func (s *Style) prove(ctx context.Context, m *everyday.Module, gates []byte, z3 smt.Solver) error {
	layer := m.Network.Layer(everyday.Layer)
	began, before := time.Now(), busyInAll()
	f := &chain.Foreign{Sources: source.One(m.File, m.Text)}
	if gates != nil {
		from := f.Sources
		f.Sources, f.RTL = source.One("gates.v", gates), &from
	}
	if m.Map != "" {
		pm, err := portmap.Parse("ports.toml", []byte(m.Map))
		if err != nil {
			return err
		}
		l, err := mapped.Layer(layer, nil)
		if err != nil {
			return err
		}
		begin := time.Now()
		d, _, err := (rtl.Yosys{}).Read(ctx, f.Sources)
		if err != nil {
			return err
		}
		s.Read += time.Since(begin)
		if f.Adapter, err = pm.Adapt(d, l); err != nil {
			return err
		}
		if f.RTL != nil {
			whole := (&chain.Foreign{Sources: *f.RTL, Adapter: f.Adapter}).Whole()
			f.RTL = &whole
		}
		f.Joint, f.Clock = pm.Join(d, l), pm.Clock(d, l)
		f.Protocol, f.Items = pm.Protocol(), pm.Items(l)
		if f.Latency, err = pm.Latency(l); err != nil {
			return err
		}
	}
	p, err := proof(ctx, m.Network, m.Name, chain.Options{
		Layers: []string{everyday.Layer}, Edges: []verdict.Edge{verdict.GoldenRTL}, Jobs: 1, Seed: 1,
		Knobs: shiftadd.For(layer.Op.(*spec.Conv).Acc), Opinions: []smt.Opinion{{Solver: z3}},
		Foreign: map[string]*chain.Foreign{everyday.Layer: f},
	})
	if err != nil {
		return err
	}
	s.Whole, s.Busy = time.Since(began), busyInAll()-before
	s.Open, s.Proved = p.Open, p.Open == ""
	for _, ph := range p.Phases {
		switch ph.Name {
		case chain.Yosys, chain.Elaborate:
			s.Read += ph.Busy
		case chain.Settle, chain.Confirm, chain.Tails:
			s.Proof += ph.Busy
		}
	}
	return nil
}

// synthesize makes gates of a module, flat, as Yosys does for no library in particular.
func synthesize(ctx context.Context, m *everyday.Module) ([]byte, error) {
	yosys, err := tool.Yosys.Find()
	if err != nil {
		return nil, err
	}
	dir, err := os.MkdirTemp("", "hashiflex-bench-")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(dir)
	if err := os.WriteFile(filepath.Join(dir, m.File), m.Text, 0o600); err != nil {
		return nil, err
	}
	cmd := exec.CommandContext(ctx, yosys.Path, "-q", "-p",
		"read_verilog -sv "+m.File+"; synth -flatten -auto-top; abc -g AND,OR,XOR,MUX,NAND,NOR,XNOR; opt_clean; write_verilog -noattr gates.v")
	cmd.Dir = dir
	if said, err := cmd.CombinedOutput(); err != nil {
		return nil, fmt.Errorf("%w: %s", err, said)
	}
	return os.ReadFile(filepath.Join(dir, "gates.v"))
}

// busyInAll is the processor time of this process and of all children that have ended.
func busyInAll() time.Duration {
	var u unix.Rusage
	if unix.Getrusage(unix.RUSAGE_CHILDREN, &u) != nil {
		return 0
	}
	return busy() + time.Duration(u.Utime.Nano()+u.Stime.Nano())
}
