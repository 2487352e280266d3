package dialect

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/hashiflex/hashiflex/fuzz/verilog"
	"github.com/hashiflex/hashiflex/netlist"
	"github.com/hashiflex/hashiflex/rtl"
	"github.com/hashiflex/hashiflex/rtl/source"
	"github.com/hashiflex/hashiflex/rtl/strict"
)

// Tally is what became of modules.
type Tally struct {
	Refused  int      // by the strict reader
	Other    int      // accepted, but of another name or with other ports: not compared
	Same     int      // read as one netlist by both, and as that by both simulators
	Unclear  int      // of the accepted: a simulator did not run it, or says x
	Refusals []string // why
	Wrong    []string // what is wrong, with the text
	Alone    []string // of the accepted: one simulator differs from all other readers
}

// Compare reads modules as the package says. Names of modules are distinct. The error is of
// a tool that failed on all of them.
func Compare(ctx context.Context, r verilog.Readers, ms []*verilog.Module, seed uint64) (*Tally, error) {
	t := &Tally{}
	var accepted []*verilog.Module
	for _, m := range ms {
		d, err := strict.Read(source.Of(m.Source()))
		var refused *strict.Refusal
		switch {
		case err == nil && !fits(d, m):
			t.Other++
		case err == nil:
			accepted = append(accepted, m)
		case errors.As(err, &refused):
			t.Refused++
			t.Refusals = append(t.Refusals, refused.Error())
			if refused.Line < 1 || refused.Column < 1 {
				t.wrong(m, "a refusal without a place: %v", err)
			}
		default:
			t.wrong(m, "%v", err)
		}
	}
	if len(accepted) == 0 {
		return t, nil
	}
	t.netlists(ctx, accepted)
	results, err := verilog.Compare(ctx, r, accepted, seed)
	if err != nil {
		return t, err
	}
	for _, res := range results {
		switch res.Outcome {
		case verilog.Agree:
			t.Same++
		case verilog.UnknownInIcarus, verilog.NotExecuted:
			t.Unclear++
		case verilog.AgainstIcarus, verilog.AgainstVerilator:
			t.Alone = append(t.Alone, res.String()+"\n"+res.Module.Text)
		default:
			t.wrong(res.Module, "%v", res)
		}
	}
	return t, nil
}

// fits reports whether a design has a module by its name and with its ports.
func fits(d *rtl.Design, m *verilog.Module) bool {
	ports, err := d.Ports(m.Name)
	if err != nil {
		return false
	}
	var want []rtl.ModulePort
	if m.Clock != "" {
		want = append(want, rtl.ModulePort{Name: m.Clock, Width: 1, In: true})
	}
	for _, s := range m.Ins {
		want = append(want, rtl.ModulePort{Name: s.Name, Width: s.Width, In: true})
	}
	for _, s := range m.Outs {
		want = append(want, rtl.ModulePort{Name: s.Name, Width: s.Width, Out: true})
	}
	return slices.Equal(ports, want)
}

func (t *Tally) wrong(m *verilog.Module, format string, args ...any) {
	t.Wrong = append(t.Wrong, fmt.Sprintf(format, args...)+"\n"+m.Text)
}

// netlists compares what both front ends read. All modules are one design; if Yosys
// refuses that, each is read alone.
func (t *Tally) netlists(ctx context.Context, ms []*verilog.Module) {
	var all source.Sources
	for _, m := range ms {
		all.Files = append(all.Files, m.Source())
	}
	want, _, err := rtl.Yosys{}.Read(ctx, all)
	if err != nil && len(ms) > 1 {
		half := len(ms) / 2
		t.netlists(ctx, ms[:half])
		t.netlists(ctx, ms[half:])
		return
	}
	if err != nil {
		t.wrong(ms[0], "Yosys refuses what the strict reader accepts: %v", err)
		return
	}
	have, err := strict.Read(all)
	for _, m := range ms {
		if err == nil {
			err = same(have, want, m.Name)
		}
		if err != nil {
			t.wrong(m, "%v", err)
			err = nil
		}
	}
}

func same(have, want *rtl.Design, name string) error {
	h, err := have.Module(name)
	if err != nil {
		return err
	}
	w, err := want.Module(name)
	if err != nil {
		return err
	}
	return netlist.Same(h, w)
}
