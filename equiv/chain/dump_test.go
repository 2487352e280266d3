package chain

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/hashiflex/hashiflex/equiv/smt"
	"github.com/hashiflex/hashiflex/fuzz/everyday"
)

func TestDumpQueries(t *testing.T) {
	ms, _ := everyday.Modules(960)
	p := byZ3(t, 1)
	p.conf.Answers.All = true
	p.conf.Answers.Keep = func(hash string, q smt.Query, logic string) {
		os.WriteFile(filepath.Join(os.Getenv("DUMP"), hash[:8]+".smt2"), q.Text, 0o644)
	}
	for _, m := range ms {
		if m.Name == os.Getenv("ONLY") {
			judgeText(t, p, &m, m.Text)
		}
	}
}
