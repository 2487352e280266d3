package bench

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/hashiflex/hashiflex/rtl/tool"
	"github.com/hashiflex/hashiflex/spec/verdict"
)

// The solvers get the unlifted query of package equiv as a file, not in a session:
// their preprocessing works best on files.
var (
	z3Bits = Rival{
		Name: "Z3 QF_BV", Tool: tool.Z3, How: "z3 -smt2 query.smt2", Refutes: true,
		prepare: writeQuery, verdict: smtVerdict,
		args: func(time.Duration) []string { return []string{"-smt2", queryFile} },
	}
	cvc5Bits = Rival{
		Name: "cvc5 QF_BV", Tool: tool.CVC5, How: "cvc5 query.smt2", Refutes: true,
		prepare: writeQuery, verdict: smtVerdict,
		args: func(time.Duration) []string { return []string{"--lang=smt2", queryFile} },
	}
	cvc5Integers = Rival{
		Name: "cvc5 as int", Tool: tool.CVC5, How: "cvc5 --solve-bv-as-int=sum query.smt2", Refutes: true,
		prepare: writeQuery, verdict: smtVerdict,
		args: func(time.Duration) []string { return []string{"--lang=smt2", "--solve-bv-as-int=sum", queryFile} },
	}
)

const queryFile = "query.smt2"

func writeQuery(_ context.Context, dir string, p *Point) error {
	q, err := p.Unlifted()
	if err != nil {
		return err
	}
	q.Read = nil // request no values
	text, err := q.Standalone("QF_BV")
	if err != nil {
		return err
	}
	return os.WriteFile(filepath.Join(dir, queryFile), text, 0o600)
}

// smtVerdict reads the answer to "do they differ somewhere": the one line of a solver
// that ended without an error.
func smtVerdict(exit int, stdout, stderr string) (verdict.Verdict, string) {
	if exit == 0 {
		switch strings.TrimSpace(stdout) {
		case "unsat":
			return verdict.Proved, ""
		case "sat":
			return verdict.Refuted, ""
		}
	}
	return verdict.Unknown, said(exit, stdout, stderr)
}
