package bench

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/hashiflex/hashiflex/equiv"
	"github.com/hashiflex/hashiflex/rtl/tool"
)

// ABC gets both circuits as and-inverter graphs. Its limit of conflicts, by
// default 1,000, is lifted: it would give up within seconds.
var abcCEC = Rival{
	Name: "ABC &cec", Tool: tool.ABC, How: "berkeley-abc &cec -C 1000000000 gold.aig gate.aig", Refutes: true,
	prepare: writeAIGER, verdict: abcVerdict,
	args: func(time.Duration) []string {
		return []string{"-q", "&cec -C " + strconv.Itoa(1e9) + " gold.aig gate.aig"}
	},
}

// prepareLimit bounds the writing of and-inverter graphs.
const prepareLimit = 5 * time.Minute

// writeAIGER has Yosys map both circuits to and-inverter graphs. ABC pairs inputs
// by position, so that the order of the ports is compared afterwards.
func writeAIGER(ctx context.Context, dir string, p *Point) error {
	if err := writeVerilog(dir, p); err != nil {
		return err
	}
	found, err := tool.Yosys.Find()
	if err != nil {
		return err
	}
	var symbols [2][]string
	for i, m := range []string{"gold", "gate"} {
		script := fmt.Sprintf("read_verilog %s.v; hierarchy -check -top %s; proc; opt; techmap; opt; aigmap; write_aiger -symbols %s.aig", m, m, m)
		run, err := execute(ctx, dir, found.Path, prepareLimit, "-Q", "-T", "-q", "-p", script)
		if err != nil {
			return err
		}
		if run.exit != 0 || run.late {
			return fmt.Errorf("yosys: %s", said(run.exit, run.stdout, run.stderr))
		}
		text, err := os.ReadFile(filepath.Join(dir, m+".aig"))
		if err != nil {
			return err
		}
		if symbols[i], err = aigerPorts(text); err != nil {
			return fmt.Errorf("%s.aig: %w", m, err)
		}
	}
	if !slices.Equal(symbols[0], symbols[1]) {
		return fmt.Errorf("the ports of gold.aig and gate.aig are not the same")
	}
	return nil
}

// aigerPorts lists the names of inputs and outputs, sorted, each with its
// position: "i0 x0[0]".
func aigerPorts(text []byte) ([]string, error) {
	header, _, _ := bytes.Cut(text, []byte("\n"))
	var vars, in, latches, out, ands int
	if n, err := fmt.Sscanf(string(header), "aig %d %d %d %d %d", &vars, &in, &latches, &out, &ands); n != 5 {
		return nil, fmt.Errorf("no header of a binary graph: %w", err)
	}
	// The graph itself is binary; the names are the last in + out lines before
	// the comment.
	if at := bytes.LastIndex(text, []byte("\nc\n")); at >= 0 {
		text = text[:at]
	}
	lines := strings.Split(strings.TrimSuffix(string(text), "\n"), "\n")
	n := in + out
	if latches != 0 || len(lines) < n {
		return nil, fmt.Errorf("%d latches, %d inputs and outputs, %d lines", latches, n, len(lines))
	}
	ports := lines[len(lines)-n:]
	// The first of them ends the binary part and may have some of it in front.
	for i, p := range ports {
		if at := strings.LastIndexAny(p, "io"); i == 0 && at > 0 {
			ports[i] = p[at:]
		}
		if !strings.HasPrefix(ports[i], "i") && !strings.HasPrefix(ports[i], "o") {
			return nil, fmt.Errorf("port %d of %d has no name", i, n)
		}
	}
	slices.Sort(ports)
	return ports, nil
}

// abcVerdict reads the one line in which ABC says what it found; it exits with 0
// whatever that is.
func abcVerdict(exit int, stdout, stderr string) (equiv.Verdict, string) {
	var found []equiv.Verdict
	for _, line := range strings.Split(stdout, "\n") {
		switch {
		case strings.HasPrefix(line, "Networks are equivalent."):
			found = append(found, equiv.Proved)
		case strings.HasPrefix(line, "Networks are NOT EQUIVALENT."):
			found = append(found, equiv.Refuted)
		case strings.HasPrefix(line, "Networks are UNDECIDED."):
			found = append(found, equiv.Unknown)
		}
	}
	if exit != 0 || len(found) != 1 || found[0] == equiv.Unknown {
		return equiv.Unknown, said(exit, stdout, stderr)
	}
	return found[0], ""
}
