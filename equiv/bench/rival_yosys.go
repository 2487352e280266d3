package bench

import (
	"context"
	"regexp"
	"time"

	"github.com/hashiflex/hashiflex/rtl/tool"
	"github.com/hashiflex/hashiflex/spec/verdict"
)

// Yosys pairs signals of the same name; here these are the ports. It proves or does not
// prove, and never refutes.
var yosysEquiv = Rival{
	Name: "Yosys equiv", Tool: tool.Yosys, How: "yosys " + equivScript,
	prepare: func(_ context.Context, dir string, p *Point) error { return writeVerilog(dir, p) },
	verdict: yosysVerdict,
	args:    func(time.Duration) []string { return []string{"-Q", "-T", "-q", "-p", equivScript} },
}

const equivScript = "read_verilog gold.v gate.v; proc; opt_clean; equiv_make gold gate equiv; " +
	"hierarchy -check -top equiv; equiv_simple; equiv_induct; equiv_status -assert"

var yosysUnproven = regexp.MustCompile(`(?m)^ERROR: Found [1-9]\d* unproven \$equiv cells in 'equiv_status -assert'\.$`)

// yosysVerdict reads the exit status, which -assert sets.
func yosysVerdict(exit int, stdout, stderr string) (verdict.Verdict, string) {
	switch {
	case exit == 0:
		return verdict.Proved, ""
	case exit == 1 && yosysUnproven.MatchString(stderr):
		return verdict.Unknown, unproven
	}
	return verdict.Unknown, said(exit, stdout, stderr)
}
