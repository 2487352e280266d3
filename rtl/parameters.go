package rtl

import (
	"context"
	"maps"
	"strings"

	"github.com/hashiflex/hashiflex/rtl/tool"
)

// Parameters elaborates the sources with one module as the top and returns the values
// of its integer parameters by name. It is quick, since it ignores the module's logic.
// Errors are those of Read.
func (y Yosys) Parameters(ctx context.Context, sources Sources, top string) (map[string]int64, error) {
	found, err := tool.Yosys.Find()
	if err != nil {
		return nil, &ToolError{Tool: "yosys", Err: err}
	}
	dir, err := plainWorkdir(sources)
	if err != nil {
		return nil, err
	}
	defer dir.remove()
	ctx, cancel := y.Limits.context(ctx)
	defer cancel()
	text := reading(dir.names()) + "hierarchy -check -keep_portwidths -top " + top + "; write_rtlil -"
	d, _, err := y.run(ctx, found, dir, text)
	if err != nil {
		return nil, err
	}
	return d.Parameters(top), nil
}

// Parameters returns the values of a module's parameters by name: those that are
// integers of at most 64 bits. A missing module has none.
func (d *Design) Parameters(module string) map[string]int64 {
	m := d.index[`\`+module]
	if m == nil {
		return nil
	}
	return maps.Clone(m.values)
}

// reading is the part of a script that reads files.
func reading(names []string) string {
	var b strings.Builder
	for _, n := range names {
		// Nothing is left to preprocess: see source.Text.Plain; what is generated has no
		// directives.
		b.WriteString("read_verilog -nopp ")
		if strings.HasSuffix(n, ".sv") {
			b.WriteString("-sv ")
		}
		b.WriteString(n + "; ")
	}
	return b.String()
}
