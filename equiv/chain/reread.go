package chain

import (
	"bytes"
	"context"
	"fmt"
	"strings"

	"github.com/hashiflex/hashiflex/netlist"
	"github.com/hashiflex/hashiflex/rtl"
)

// Reread reads the Verilog of a chunk of generated hardware again, through Yosys, and
// compares what comes back with the chunk's netlists. The error says which module differs,
// or why the text could not be read.
func Reread(ctx context.Context, limits rtl.Limits, chunk string, verilog, netlists []byte) error {
	sources := rtl.Sources{Files: []rtl.Source{{Name: chunk + ".v", Text: verilog}}, Generated: true}
	design, _, err := rtl.Yosys{Limits: limits}.Read(ctx, sources)
	if err != nil {
		return err
	}
	const begin = "module "
	for part := range strings.SplitSeq("\n"+string(netlists), "\n"+begin) {
		name, _, ok := strings.Cut(part, "\n")
		if !ok {
			continue
		}
		m, err := elaborated(design, name)
		if err != nil {
			return err
		}
		var b bytes.Buffer
		if err := netlist.Dump(&b, bare(m)); err != nil {
			return err
		}
		if strings.TrimSuffix(b.String(), "\n") != begin+strings.TrimSuffix(part, "\n") {
			return fmt.Errorf("module %s: the Verilog does not say what the netlists have", name)
		}
	}
	return nil
}
