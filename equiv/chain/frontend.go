package chain

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/hashiflex/hashiflex/equiv"
	"github.com/hashiflex/hashiflex/internal/plant"
	"github.com/hashiflex/hashiflex/netlist"
	"github.com/hashiflex/hashiflex/rtl"
	"github.com/hashiflex/hashiflex/rtl/strict"
	"github.com/hashiflex/hashiflex/rtl/tool"
	"github.com/hashiflex/hashiflex/spec/crash"
	"github.com/hashiflex/hashiflex/spec/verdict"
	"github.com/hashiflex/hashiflex/spec/words"
)

// FrontEnd says who reads the Verilog.
type FrontEnd string

const (
	ByYosys  FrontEnd = ""       // Yosys alone
	ByStrict FrontEnd = "strict" // package rtl/strict where the text is in its dialect, else Yosys
	// ByBoth is Yosys, whose netlist is proved, and package rtl/strict beside it where the
	// text is in its dialect. The two netlists must be the same.
	ByBoth FrontEnd = "both"
)

// FrontEnds lists the names of all, the one that a signoff takes first.
func FrontEnds() []string { return []string{string(ByBoth), string(ByStrict), tool.Yosys.Name} }

// ParseFrontEnd is the front end of a name.
func ParseFrontEnd(name string) (FrontEnd, error) {
	switch f := FrontEnd(name); {
	case f == ByStrict || f == ByBoth:
		return f, nil
	case name == tool.Yosys.Name:
		return ByYosys, nil
	}
	return "", fmt.Errorf("front end %q: want %s%s", name, strings.Join(FrontEnds(), ", "), words.DidYouMean(name, FrontEnds()))
}

func (f FrontEnd) String() string {
	if f == ByYosys {
		return tool.Yosys.Name
	}
	return string(f)
}

// StrictReader is the name of package rtl/strict among the readers of a file.
const StrictReader = "strict"

// designs is one text as its front ends have read it.
type designs struct {
	design *rtl.Design // what is proved
	beside *rtl.Design // by the other reader; nil: there is none
	parted []string    // the modules on which the two differ, and how
	held   int         // modules that were compared
}

// front reads sources by the front ends of the run, and notes in rec who did and why not
// who did not.
func (p *prover) front(ctx context.Context, sources rtl.Sources, rec *ChunkRecord, took Phases) (*designs, error) {
	ds := &designs{}
	if p.o.FrontEnd != ByYosys {
		begin := time.Now()
		d, err := strictly(planted(ctx, plant.Beside, sources, rec.Name))
		took.since(Strict, begin)
		var refused *strict.Refusal
		switch {
		case errors.As(err, &refused):
			rec.Refused = err.Error()
		case err != nil:
			return nil, err
		case p.o.FrontEnd == ByStrict:
			ds.design, rec.Readers = d, []string{StrictReader}
			return ds, nil
		default:
			ds.beside = d
		}
	}
	begin := time.Now()
	d, log, err := rtl.Yosys{Limits: p.o.Yosys}.Read(ctx, sources)
	took.add(Yosys, time.Since(begin), log.PeakRSS)
	rec.Script, rec.Readers = log.Script, []string{tool.Yosys.Name}
	for _, w := range log.Warnings {
		rec.Warnings = append(rec.Warnings, w.String())
	}
	if ds.beside != nil {
		rec.Readers = append(rec.Readers, StrictReader)
	}
	ds.design = d
	return ds, err
}

// strictly reads sources by package rtl/strict.
func strictly(sources rtl.Sources) (d *rtl.Design, err error) {
	defer crash.Recover("package rtl/strict", func(e *crash.Error) { err = e })
	return strict.Read(sources)
}

// elaborated is a module of the design that is proved. If there are two readings, their
// netlists are compared, and an error says that they are not the same.
func (ds *designs) elaborated(elaborate func(*rtl.Design, string) (*netlist.Module, error), name string) (*netlist.Module, error) {
	m, err := elaborate(ds.design, name)
	if ds.beside == nil {
		return m, err
	}
	ds.held++
	other, second := elaborate(ds.beside, name)
	var differ error
	switch {
	case err == nil && second == nil:
		differ = netlist.Same(m, other)
	case err == nil || second == nil:
		differ = errors.Join(err, second)
	}
	if differ != nil {
		err = &partedError{name, differ}
		ds.parted = append(ds.parted, err.Error())
	}
	return m, err
}

// partedError says that two front ends read one module as two netlists.
type partedError struct {
	module string
	differ error
}

func (e *partedError) Error() string {
	return fmt.Sprintf("Yosys and the strict reader read module %s as two netlists: %v", e.module, e.differ)
}

// fact is that the two front ends read the same, if there are two.
func (ds *designs) fact(c *chunk, out *Outcome) {
	if ds.beside == nil {
		return
	}
	f := equiv.Fact{
		Kind: verdict.FrontEnd, Name: c.name, Layer: c.task.layer.Name, Method: "compared", Basis: verdict.Computed, Verdict: verdict.Proved,
		Claim: fmt.Sprintf("Yosys and the strict reader read the same netlists from %s of %s", words.Count(ds.held, "module"), c.name),
	}
	if len(ds.parted) > 0 {
		f.Verdict, f.Reason, f.Detail = verdict.Failed, verdict.TwoReadings, ds.parted[0]
		if more := len(ds.parted) - 1; more > 0 {
			f.Detail += fmt.Sprintf("; and %s", words.Count(more, "more module"))
		}
	}
	out.Readings = append(out.Readings, f)
}
