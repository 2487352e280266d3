package rtl

import (
	"context"
	"errors"
	"strings"

	"github.com/hashiflex/hashiflex/rtl/tool"
)

// Verilator lints Verilog and executes it. The zero value is ready.
type Verilator struct {
	Limits Limits
	// Uncounted makes Compile omit line coverage. This halves the cost if only values
	// are compared.
	Uncounted bool
}

// lintArgs enables every warning except two about the distribution of modules over
// files: DECLFILENAME wants one module in a file of its name, MULTITOP one module that
// uses all others.
var lintArgs = []string{"--lint-only", "-Wall", "-Wno-fatal", "-Wno-DECLFILENAME", "-Wno-MULTITOP"}

// Lint returns every warning about the sources. The text of a warning begins with its
// code, as in "UNUSEDSIGNAL: …". The error is a *SourceError for Verilog that does not
// parse, or a *ToolError.
func (v Verilator) Lint(ctx context.Context, sources Sources) ([]Message, error) {
	dir, err := newWorkdir(sources)
	if err != nil {
		return nil, err
	}
	defer dir.remove()
	log, err := dir.run(ctx, tool.Verilator, v.Limits, append(append([]string(nil), lintArgs...), dir.names()...)...)
	var failed *ToolError
	if errors.As(err, &failed) {
		return nil, failed
	}
	var warnings []Message
	for _, line := range strings.Split(log, "\n") {
		if text, ok := strings.CutPrefix(line, "%Warning-"); ok {
			warnings = append(warnings, dir.message(text))
		}
	}
	errs := dir.verilatorErrors(log)
	switch {
	case err != nil && len(errs) > 0:
		return nil, &SourceError{"verilator", errs}
	case err != nil:
		return nil, &ToolError{"verilator", err, tail(log)}
	case len(warnings) == 0 && strings.TrimSpace(log) != "":
		return nil, &ToolError{"verilator", errors.New("output that is no warning"), tail(log)}
	}
	return warnings, nil
}
