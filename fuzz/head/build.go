package head

import (
	"context"
	_ "embed"
	"errors"
	"regexp"
	"slices"

	"github.com/hashiflex/hashiflex/rtl"
	"github.com/hashiflex/hashiflex/rtl/npu"
	"github.com/hashiflex/hashiflex/rtl/verilated"
)

//go:embed testbench/bench.cpp
var bench string

// Build describes the simulator to build.
type Build struct {
	Params   npu.Params
	Coverage verilated.Coverage // what to count; "" is nothing
	Quick    bool               // compile fast rather than run fast
	Cache    string             // folder of built simulators; "" is the user's cache folder
	Sources  []rtl.Source       // replace npu.Sources(Params), such as for a head with a fault
}

// Make builds a simulator, or finds the one that was built from the same text by
// the same tools. A missing tool is a *tool.MissingError, Verilog that does not
// compile a *rtl.ToolError with what was said about it.
func (b Build) Make(ctx context.Context) (*Simulator, error) {
	sources := b.Sources
	if sources == nil {
		var err error
		if sources, err = npu.Sources(b.Params); err != nil {
			return nil, err
		}
	}
	// Comparisons with the largest size of a field are constant, and right. Lanes are copies
	// of a loop, of which Verilator makes 1024 unless it is told otherwise.
	m := verilated.Model{
		Top: npu.Top, Prefix: "Vhead", Args: []string{"-O3", "--x-initial", "unique", "-Wno-CMPCONST", "-Wno-UNSIGNED", "--unroll-count", "4097"}, Main: bench,
		Coverage: b.Coverage, Quick: b.Quick, Cache: b.Cache,
	}
	counted := countsImages(sources)
	if counted {
		m.Files = append(m.Files, verilated.File{Name: "images.vlt", Text: []byte(countedConfig)})
	}
	for _, s := range sources {
		m.Files = append(m.Files, verilated.File{Name: s.Name, Text: s.Text})
	}
	path, err := m.Make(ctx)
	var failed *verilated.StageError
	switch {
	case errors.As(err, &failed):
		const most = 2000
		return nil, &rtl.ToolError{Tool: failed.Tool, Err: failed.Err, Log: failed.Log[:min(len(failed.Log), most)]}
	case err != nil:
		return nil, err
	}
	return &Simulator{path: path, Params: b.Params, coverage: b.Coverage != "", Counted: counted}, nil
}

// countedConfig lets the test bench find the counter of images by its name.
const countedConfig = "`verilator_config\npublic_flat_rw -module \"npu_regs\" -var \"images\"\n"

// What a text says that has the counter of images where the shipped head has it.
var countedText = []*regexp.Regexp{
	regexp.MustCompile(`\bmodule\s+npu_regs\b`),
	regexp.MustCompile(`\)\s*regs\s*\(`),
	regexp.MustCompile(`\breg\s*\[31:0\]\s*images\s*;`),
}

// countsImages reports whether a head has its counter of images under the shipped head's
// name.
func countsImages(sources []rtl.Source) bool {
	for _, want := range countedText {
		if !slices.ContainsFunc(sources, func(s rtl.Source) bool { return want.Match(s.Text) }) {
			return false
		}
	}
	return true
}
