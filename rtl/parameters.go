package rtl

import (
	"context"
	"maps"
	"strings"

	"github.com/hashiflex/hashiflex/rtl/tool"
)

// Parameters elaborates the sources with one module as the top and returns what its
// parameters are worth there, by name: those that are whole numbers. It does not look
// at what the module computes, so that it is quick. Errors are those of Read.
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

// Parameters is what the parameters of a module are worth, by name: those that are whole
// numbers of at most 64 bits. A module that is not there has none.
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
