package chain

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/hashiflex/hashiflex/netlist"
	"github.com/hashiflex/hashiflex/rtl"
	"github.com/hashiflex/hashiflex/rtl/strict"
)

// Reread reads the Verilog of a chunk of generated hardware again, through Yosys and, where
// the text is in its dialect, by package rtl/strict. It compares what comes back with the
// chunk's netlists, which are a dump of what one of the two read. The error says which
// module differs or is there besides, or why the text could not be read.
func Reread(ctx context.Context, limits rtl.Limits, chunk string, verilog, netlists []byte) error {
	sources := rtl.Sources{Files: []rtl.Source{{Name: chunk + ".v", Text: verilog}}, Generated: true}
	design, _, err := rtl.Yosys{Limits: limits}.Read(ctx, sources)
	if err != nil {
		return err
	}
	beside, err := strictly(sources)
	var refused *strict.Refusal
	if err != nil && !errors.As(err, &refused) {
		return err
	}
	missing := map[string]bool{} // of the Verilog's modules, in the netlists
	for _, name := range design.Modules() {
		missing[name] = true
	}
	var shared, besideShared *netlist.Module
	const begin = "module "
	for part := range strings.SplitSeq("\n"+string(netlists), "\n"+begin) {
		name, _, ok := strings.Cut(part, "\n")
		if !ok {
			continue
		}
		delete(missing, rtl.VerilogName(name))
		kept := begin + strings.TrimSuffix(part, "\n") + "\n"
		m, err := linked(design, name, &shared)
		if err != nil {
			return err
		}
		same, err := dumpsAs(m, kept)
		if err == nil && beside != nil && (!same || strings.HasSuffix(name, sharedSuffix)) {
			var other *netlist.Module
			if other, err = linked(beside, name, &besideShared); err == nil && !same {
				if same, err = dumpsAs(other, kept); err == nil {
					err = netlist.Same(m, other)
				}
			}
		}
		if err != nil {
			return err
		}
		if !same {
			return fmt.Errorf("module %s: the Verilog does not say what the netlists have", name)
		}
	}
	for _, name := range design.Modules() {
		if missing[name] {
			return fmt.Errorf("module %s: it is in the Verilog, and not in the netlists", name)
		}
	}
	return nil
}

// sharedSuffix is the end of the name of a layer's module of shared terms. No unit has it.
const sharedSuffix = "_shared"

// linked is a module of a chunk with the shared terms in place. They are a module too, which
// comes before all that take some.
func linked(d *rtl.Design, name string, shared **netlist.Module) (*netlist.Module, error) {
	m, err := elaborated(d, name)
	if err != nil {
		return nil, err
	}
	if strings.HasSuffix(name, sharedSuffix) {
		*shared = m
		return m, nil
	}
	return link(m, *shared)
}

// dumpsAs reports whether kept is the dump of m.
func dumpsAs(m *netlist.Module, kept string) (bool, error) {
	var b bytes.Buffer
	err := netlist.Dump(&b, bare(m))
	return b.String() == kept, err
}
