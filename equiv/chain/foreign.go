package chain

import (
	"slices"

	"github.com/hashiflex/hashiflex/rtl"
)

// Foreign is hardware that somebody else wrote, in the place of what would be
// generated. A unit is the module of its name, with the ports that package
// shiftadd would give it or with more, of taps whose weight is zero; its logic may
// lie in modules below it, and may be a pipeline; see pipeline.go. Shared terms between units are inside of it, too.
type Foreign struct {
	Source rtl.Source
	// Adapter is Verilog with the modules that Source has under other names or
	// with other ports; it may be empty.
	Adapter []byte
}

// Whole is what front ends and simulators read: the source, line by line where it
// was, and after it the adapter.
func (f *Foreign) Whole() rtl.Source {
	return rtl.Source{Name: f.Source.Name, Text: slices.Concat(f.Source.Text, []byte("\n"), f.Adapter)}
}
