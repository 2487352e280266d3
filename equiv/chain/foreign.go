package chain

import (
	"slices"
	"strings"

	"github.com/hashiflex/hashiflex/equiv"
	"github.com/hashiflex/hashiflex/netlist"
	"github.com/hashiflex/hashiflex/rtl"
	"github.com/hashiflex/hashiflex/rtl/portmap"
	"github.com/hashiflex/hashiflex/rtl/source"
	"github.com/hashiflex/hashiflex/spec/verdict"
)

// Foreign is hardware that somebody else wrote, in the place of what would be
// generated. A unit is the module of its name, with the ports that package
// shiftadd would give it or with more, of taps whose weight is zero; its logic may
// lie in modules below it, and may be a pipeline; see pipeline.go. Shared terms between units are inside of it, too.
type Foreign struct {
	Sources rtl.Sources
	// RTL is what Sources were made from if they are a netlist of gates, with the modules
	// of the units; nil if they are none.
	RTL *rtl.Sources `json:",omitempty"`
	// Adapter is Verilog with the modules that Sources have under other names or
	// with other ports; it may be empty.
	Adapter []byte
	// Joint is more Verilog, for simulators: a module portmap.Joint that has all units'
	// outputs and one instance of the user's module; empty where units have modules of
	// their own.
	Joint []byte
	// Refused are the places of the text that readers are known to read in different
	// ways. Nothing is proved of such a text; what both simulators contradict the model
	// on is refuted all the same.
	Refused []source.Message
	// Clock is what the user calls the clock of the modules, "" where they have none or
	// there is no adapter.
	Clock string
	// Outputs say where in the user's modules the units' outputs are, by unit: what is
	// proved. Of an output port that is neither there nor among Unused, nothing is known.
	Outputs map[string]Place
	// Unused are outputs of the user's modules that somebody declares to be nobody's, as
	// in "core.debug".
	Unused []string
	// Left are the bits of inputs and outputs that are so declared, in words.
	Left []string
	// Tied are inputs of the user's modules that are held at a constant.
	Tied map[string]uint64
	// Latency is declared for output channels, in clocks; those that it does not have
	// must have one latency.
	Latency map[int]int
	// Protocol says how modules are used that compute over several clocks, nil where
	// outputs follow inputs by themselves. The latency is then from the start on. Items is
	// how many inputs come one after another, where they do.
	Protocol *portmap.Protocol `json:",omitempty"`
	Items    int               `json:",omitempty"`
}

// Converted is the conversion of the hardware, or of the RTL of a netlist of gates; nil: there
// is none.
func (f *Foreign) Converted() *source.Conversion {
	if f.RTL != nil && f.RTL.Conversion != nil {
		return f.RTL.Conversion
	}
	return f.Sources.Conversion
}

// said puts places in the user's files into what is said about a conversion of them.
func (f *Foreign) said(out *Outcome) {
	c := f.Sources.Conversion
	if c == nil {
		return
	}
	for i := range out.Points {
		out.Points[i].Detail = c.Said(out.Points[i].Detail)
	}
	for i := range out.Readings {
		out.Readings[i].Detail = c.Said(out.Readings[i].Detail)
	}
	for name, cover := range out.Covers {
		cover.Uncovered = slices.Clone(cover.Uncovered)
		for i := range cover.Uncovered {
			u := &cover.Uncovered[i]
			u.Object, u.Source = c.Said(u.Object), c.Said(u.Source)
		}
		out.Covers[name] = cover
	}
}

// elaborated is one of the user's modules as it is proved.
func (f *Foreign) elaborated(d *rtl.Design, name string) (*netlist.Module, error) {
	if f.Protocol != nil {
		return executed(d, name, f.Protocol.Reset)
	}
	return d.Module(name)
}

// parted leaves a fact unknown about a text on which readers part.
func (f *Foreign) parted(fact *equiv.Fact) {
	if len(f.Refused) == 0 {
		return
	}
	var places []string
	for _, m := range f.Refused {
		places = append(places, m.String())
	}
	if fact.Detail != "" {
		places = append(places, fact.Detail)
	}
	fact.Verdict, fact.Reason, fact.Detail = verdict.Unknown, verdict.ReadersPart, strings.Join(places, "; ")
}

// Place is some bits of an output of a module.
type Place struct {
	Module string // as rtl.Design.Module takes it
	Port   string
	Hi, Lo int
}

// AdapterFile is the name of the adapter beside the user's files.
const AdapterFile = "adapter.v"

// clockOf is what the user calls the clock of a circuit, and its edge where it is not
// the rising one.
func (f *Foreign) clockOf(gate *netlist.Module) string {
	name := gate.Clock
	if f.Clock != "" {
		name = f.Clock
	}
	if gate.Falling {
		name += ", falling edge"
	}
	return name
}

// Whole is what front ends and simulators read: the user's files, and after them
// the adapter.
func (f *Foreign) Whole() rtl.Sources {
	if len(f.Adapter) == 0 {
		return f.Sources
	}
	return f.Sources.With(rtl.Source{Name: AdapterFile, Text: f.Adapter})
}
