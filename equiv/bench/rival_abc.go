package bench

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"github.com/hashiflex/hashiflex/rtl/tool"
	"github.com/hashiflex/hashiflex/spec/verdict"
)

// ABC gets both circuits as and-inverter graphs. Its default limit of 1,000 conflicts
// is raised: it would give up within seconds.
var abcCEC = Rival{
	Name: "ABC &cec", Tool: tool.ABC, How: "berkeley-abc &cec -C 1000000000 gold.aig gate.aig", Refutes: true,
	prepare: writeAIGER, verdict: abcVerdict,
	args: func(time.Duration) []string {
		return []string{"-q", "&cec -C " + strconv.Itoa(1e9) + " gold.aig gate.aig"}
	},
}

// prepareLimit bounds the writing of and-inverter graphs.
const prepareLimit = 5 * time.Minute

// writeAIGER has Yosys map both circuits to and-inverter graphs. ABC pairs inputs by
// position, so writeAIGER also checks the order of the ports.
func writeAIGER(ctx context.Context, dir string, p *Point) error {
	if err := writeVerilog(dir, p); err != nil {
		return err
	}
	found, err := tool.Yosys.Find()
	if err != nil {
		return err
	}
	var ports [2]map[string]string
	for i, m := range []string{"gold", "gate"} {
		script := fmt.Sprintf("read_verilog %s.v; hierarchy -check -top %s; proc; opt; techmap; opt; aigmap; write_aiger -map %s.map %s.aig", m, m, m, m)
		run, err := execute(ctx, dir, found.Path, prepareLimit, "-Q", "-T", "-q", "-p", script)
		if err != nil {
			return err
		}
		if run.exit != 0 || run.late {
			return fmt.Errorf("yosys: %s", said(run.exit, run.stdout, run.stderr))
		}
		text, err := os.ReadFile(filepath.Join(dir, m+".map"))
		if err != nil {
			return err
		}
		ports[i] = positions(string(text))
	}
	for at, name := range ports[0] {
		// The map leaves out constant outputs.
		if other, ok := ports[1][at]; other != name && (ok || strings.HasPrefix(at, "input")) {
			return fmt.Errorf("%s is %s in gold.aig and %q in gate.aig", at, name, other)
		}
	}
	return nil
}

// positions reads the map of a graph's ports: from "input 3" to "x0[3]".
func positions(text string) map[string]string {
	at := map[string]string{}
	for _, line := range strings.Split(text, "\n") {
		if f := strings.Fields(line); len(f) == 4 { // kind, position, bit, name
			at[f[0]+" "+f[1]] = f[3] + "[" + f[2] + "]"
		}
	}
	return at
}

// abcVerdict reads the line with ABC's result. The exit status is always 0.
func abcVerdict(exit int, stdout, stderr string) (verdict.Verdict, string) {
	var found []verdict.Verdict
	for _, line := range strings.Split(stdout, "\n") {
		switch {
		case strings.HasPrefix(line, "Networks are equivalent."):
			found = append(found, verdict.Proved)
		case strings.HasPrefix(line, "Networks are NOT EQUIVALENT."):
			found = append(found, verdict.Refuted)
		case strings.HasPrefix(line, "Networks are UNDECIDED."):
			found = append(found, verdict.Unknown)
		}
	}
	if exit != 0 || len(found) != 1 || found[0] == verdict.Unknown {
		return verdict.Unknown, said(exit, stdout, stderr)
	}
	return found[0], ""
}
