package bench

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"github.com/hashiflex/hashiflex/netlist"
	"github.com/hashiflex/hashiflex/rtl"
	"github.com/hashiflex/hashiflex/rtl/tool"
	"github.com/hashiflex/hashiflex/spec/verdict"
)

// Rival is a program that can be asked whether gold and gate are equal.
type Rival struct {
	Name string
	Tool tool.Tool
	How  string // its options, for a reader
	// Refutes says that it distinguishes a difference from a missing proof.
	Refutes bool

	prepare func(ctx context.Context, dir string, p *Point) error
	args    func(limit time.Duration) []string
	// verdict interprets the program's output. An unexpected output is Unknown, with
	// the output as its reason.
	verdict func(exit int, stdout, stderr string) (verdict.Verdict, string)
}

// Rivals lists all of them.
func Rivals() []Rival {
	return []Rival{cvc5Integers, z3Bits, cvc5Bits, abcCEC, yosysEquiv}
}

// Answer is a rival's answer on a point.
type Answer struct {
	Verdict verdict.Verdict `json:"-"`                // in a record, Proved or Unknown
	Reason  string          `json:"reason,omitempty"` // of Unknown
	// Solved says that the rival decided the point. If not, Time is the limit.
	Solved bool `json:"solved"`
	// NotRun says that the rival was not run, since it failed at smaller sizes.
	NotRun bool          `json:"not_run"`
	Time   time.Duration `json:"ns"`         // without the preparation of its files
	Peak   int64         `json:"peak_bytes"` // resident
}

// maxRivalMemory bounds a rival's address space, in bytes.
const maxRivalMemory = 4 << 30

const timedOut = "time limit"

// Ask runs the rival on p. An error comes from the machine, from ctx, or from preparing
// files. Whatever the rival itself does is an Answer.
func (r *Rival) Ask(ctx context.Context, p *Point, limit time.Duration) (Answer, error) {
	found, err := r.Tool.Find()
	if err != nil {
		return Answer{}, err
	}
	dir, err := os.MkdirTemp("", "hashiflex-bench-")
	if err != nil {
		return Answer{}, err
	}
	defer os.RemoveAll(dir)
	if err := r.prepare(ctx, dir, p); err != nil {
		return Answer{}, fmt.Errorf("%s: files of fan-in %d: %w", r.Name, p.FanIn, err)
	}
	begin := time.Now()
	run, err := execute(ctx, dir, found.Path, limit, r.args(limit)...)
	if err != nil {
		return Answer{}, fmt.Errorf("%s: %w", r.Name, err)
	}
	a := Answer{Time: time.Since(begin), Peak: run.peak}
	if run.late {
		a.Reason = timedOut
	} else {
		a.Verdict, a.Reason = r.verdict(run.exit, run.stdout, run.stderr)
	}
	a.Solved = a.Verdict == verdict.Proved || a.Verdict == verdict.Refuted
	if !a.Solved {
		a.Time = limit
	}
	return a, nil
}

// Check checks the rival's setup. It must prove p and must not prove faulty, whose gate
// is wrong. If it can refute, it must refute faulty.
func (r *Rival) Check(ctx context.Context, p, faulty *Point, limit time.Duration) error {
	a, err := r.Ask(ctx, p, limit)
	if err != nil {
		return err
	}
	if a.Verdict != verdict.Proved {
		return fmt.Errorf("%s: equal circuits of fan-in %d: %v (%s), not proved: the rival is not set up well", r.Name, p.FanIn, a.Verdict, a.Reason)
	}
	if a, err = r.Ask(ctx, faulty, limit); err != nil {
		return err
	}
	switch {
	case a.Verdict == verdict.Refuted:
		return nil
	case !r.Refutes && a.Verdict == verdict.Unknown && a.Reason == unproven:
		return nil
	}
	return fmt.Errorf("%s: circuits of fan-in %d that differ: %v (%s): the rival is not set up well", r.Name, p.FanIn, a.Verdict, a.Reason)
}

// unproven is the reason of a rival that ended without a proof and cannot distinguish a
// difference from a missing proof.
const unproven = "not proved"

// ran is one finished process.
type ran struct {
	exit           int
	late           bool // killed at its limit
	stdout, stderr string
	peak           int64
}

// execute runs a program in dir, where its files have names that we chose.
func execute(ctx context.Context, dir, path string, limit time.Duration, args ...string) (ran, error) {
	limited, cancel := context.WithTimeout(ctx, limit)
	defer cancel()
	cmd := tool.Command(limited, path, args...)
	cmd.Dir = dir
	cmd.Env = []string{"PATH=" + os.Getenv("PATH"), "HOME=" + dir, "TMPDIR=" + dir, "LC_ALL=C"}
	stdout, stderr := tool.Output{Most: 64 << 20}, tool.Output{}
	cmd.Stdout, cmd.Stderr = &stdout, &stderr
	err := tool.Run(cmd, maxRivalMemory)
	if ctx.Err() != nil {
		return ran{}, ctx.Err()
	}
	if cmd.ProcessState == nil {
		return ran{}, err
	}
	return ran{
		exit: cmd.ProcessState.ExitCode(), late: limited.Err() != nil,
		stdout: stdout.String(), stderr: stderr.String(), peak: tool.PeakRSS(cmd),
	}, nil
}

// writeVerilog writes gold.v and gate.v.
func writeVerilog(dir string, p *Point) error {
	var b bytes.Buffer
	for _, m := range []*netlist.Module{p.Gold, p.Gate} {
		b.Reset()
		if err := rtl.WriteVerilog(&b, m); err != nil {
			return err
		}
		if err := os.WriteFile(filepath.Join(dir, m.Name+".v"), b.Bytes(), 0o600); err != nil {
			return err
		}
	}
	return nil
}

// said is the end of a program's output on one line, for use as a reason.
func said(exit int, stdout, stderr string) string {
	const most = 200
	s := string(bytes.Join(bytes.Fields([]byte(stdout+" "+stderr)), []byte(" ")))
	if len(s) > most {
		s = "…" + s[len(s)-most:]
	}
	return fmt.Sprintf("exit %d: %s", exit, s)
}
