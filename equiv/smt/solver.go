package smt

import (
	"fmt"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"github.com/hashiflex/hashiflex/rtl/tool"
)

// Solver is how an SMT-LIB 2 solver is started.
type Solver struct {
	Name    string   // for reports: "z3"
	Path    string   // absolute
	Args    []string // such that it reads commands from standard input and answers each at once
	TimeArg string   // prefix of the argument that limits each query, in milliseconds; "" if it has none
	StepArg string   // prefix of the argument that limits each query, in steps that are counted alike on every machine; "" if it counts none
	Steps   int64    // of a second opinion; see NewSecond
	Logic   string   // SMT-LIB name; "" is ALL
}

// WithLogic is s for the logic. It makes no measurable difference to integers.
// Z3 takes half the time for bit vectors of 32 bits under QF_BV, since only there
// does a session use its SAT solver; cvc5 gains a tenth.
func (s Solver) WithLogic(logic string) Solver {
	s.Logic = logic
	return s
}

// Z3 is the Z3 on PATH.
func Z3() (Solver, error) {
	f, err := tool.Z3.Find()
	if err != nil {
		return Solver{}, err
	}
	return z3(f.Path), nil
}

// CVC5 is the cvc5 on PATH.
func CVC5() (Solver, error) {
	f, err := tool.CVC5.Find()
	if err != nil {
		return Solver{}, err
	}
	return cvc5(f.Path), nil
}

// CVC5BVAsInt is the cvc5 on PATH in the mode that turns bit vectors into
// integers, which proves sums of bit vectors that no bit-blaster can.
func CVC5BVAsInt() (Solver, error) {
	f, err := tool.CVC5.Find()
	if err != nil {
		return Solver{}, err
	}
	return cvc5BVAsInt(f.Path), nil
}

// CVC5BVAsIntBounds is the same without the Diophantine solver, for wide sums:
// where bounds alone decide, and not parities, it reaches several times the
// operands.
func CVC5BVAsIntBounds() (Solver, error) {
	f, err := tool.CVC5.Find()
	if err != nil {
		return Solver{}, err
	}
	s := cvc5(f.Path)
	s.Name = "cvc5-bv-as-int-bounds"
	s.Args = append(s.Args, "--solve-bv-as-int=sum", "--no-dio-solver")
	return s, nil
}

// The steps of a second opinion were measured on the questions about the head. Those
// that are answered in milliseconds take cvc5 at most 14,000 steps; the hard ones take
// it a second of CPU time for 15,000 to 40,000 steps, and Z3 for 2 to 4 million.

func z3(path string) Solver {
	return Solver{Name: "z3", Path: path, Args: []string{"-in", "-smt2"}, TimeArg: "-t:", StepArg: "rlimit=", Steps: 6_000_000}
}

func cvc5(path string) Solver {
	return Solver{Name: "cvc5", Path: path, Args: []string{"--incremental", "--lang=smt2"}, TimeArg: "--tlimit-per=", StepArg: "--rlimit-per=", Steps: 40_000}
}

func cvc5BVAsInt(path string) Solver {
	s := cvc5(path)
	s.Name = "cvc5-bv-as-int"
	// The Diophantine solver is needed where parities decide (RND_CONV). Ten turns
	// of it for each of branching, the default, take five times as long where bounds
	// decide; with one, some parities are never found.
	s.Args = append(s.Args, "--solve-bv-as-int=sum", "--dio-turns=3")
	return s
}

// Resolve is the solver that a user names: z3, cvc5, cvc5-bv-as-int, or a
// program, by path or by its name on PATH, with its arguments after spaces. If
// the whole text is a program, spaces belong to its name. A program called z3 or
// cvc5 without arguments gets those of the preset.
func Resolve(command string) (Solver, error) {
	switch command {
	case "z3":
		return Z3()
	case "cvc5":
		return CVC5()
	case "cvc5-bv-as-int":
		return CVC5BVAsInt()
	}
	program, args := command, []string(nil)
	path, err := exec.LookPath(program)
	if words := strings.Fields(command); err != nil && len(words) > 1 {
		program, args = words[0], words[1:]
		path, err = exec.LookPath(program)
	}
	if err != nil {
		return Solver{}, fmt.Errorf("solver %q: %w", command, err)
	}
	if path, err = filepath.Abs(path); err != nil {
		return Solver{}, fmt.Errorf("solver %q: %w", command, err)
	}
	base := filepath.Base(path)
	if len(args) == 0 && base == "z3" {
		return z3(path), nil
	}
	if len(args) == 0 && base == "cvc5" {
		return cvc5(path), nil
	}
	return Solver{Name: base, Path: path, Args: args}, nil
}

// arguments are those of a process whose queries have these limits.
func (s Solver) arguments(l Limits) []string {
	args := append([]string(nil), s.Args...)
	if s.TimeArg != "" {
		args = append(args, s.TimeArg+strconv.FormatInt(max(1, l.Query.Milliseconds()), 10))
	}
	if s.StepArg != "" && l.Steps > 0 {
		args = append(args, s.StepArg+strconv.FormatInt(l.Steps, 10))
	}
	return args
}

// Limits bound what a session may use. The zero value is a minute, 2 GiB and
// 2,000 queries.
type Limits struct {
	Query   time.Duration // per query, by the solver's clock; 0 is a minute
	Steps   int64         // per query, as the solver counts; 0, or where it does not count, is no limit
	Memory  int64         // address space of a process in bytes; 0 is 2 GiB
	Recycle int           // queries after which a process is replaced; 0 is 2,000
}

func (l Limits) withDefaults() Limits {
	if l.Query <= 0 {
		l.Query = time.Minute
	}
	if l.Memory <= 0 {
		l.Memory = 2 << 30
	}
	if l.Recycle <= 0 {
		l.Recycle = 2000
	}
	return l
}

// hard is when a query that the solver did not end by itself is killed.
func (l Limits) hard() time.Duration { return l.Query + l.Query/4 + 100*time.Millisecond }
