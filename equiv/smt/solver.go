package smt

import (
	"fmt"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"
)

// Solver says how to start an SMT-LIB 2 solver and which queries it accepts.
type Solver struct {
	Name    string   // for reports: "z3"
	Path    string   // absolute
	Args    []string // that make it read commands from standard input and answer each at once
	TimeArg string   // prefix of the argument that limits each query, in milliseconds; "" if it has none
	// StepArgs limits each query in steps, whose count is the same on every machine.
	// The number is appended to the last argument. Nil: the solver counts no steps.
	StepArgs []string
	Steps    int64         // of a second opinion
	Wait     time.Duration // for a second opinion of a solver that counts no steps; 0: SecondLimit
	Logics   []string      // supported logics, by their SMT-LIB names; nil: all
	Logic    string        // the logic of its queries; "": ALL

	// Once says that a process answers only one query, at the end of its input. The
	// solver supports declare-fun, assert and check-sat, but no sessions. It does not
	// report its version, so Version has it.
	Once    bool
	Version string
}

// Takes reports whether the solver supports a logic; "" is ALL.
func (s Solver) Takes(logic string) bool {
	return s.Logics == nil || slices.Contains(s.Logics, logicName(logic))
}

// WithLogic is s for the logic. It makes no measurable difference to integers.
// Z3 takes half the time for bit vectors of 32 bits under QF_BV, since only there
// does a session use its SAT solver; cvc5 gains a tenth.
func (s Solver) WithLogic(logic string) Solver {
	s.Logic = logic
	return s
}

// Z3 is the Z3 on PATH.
func Z3() (Solver, error) { return Resolve("z3") }

// CVC5 is the cvc5 on PATH.
func CVC5() (Solver, error) { return Resolve("cvc5") }

// CVC5BVAsInt is the cvc5 on PATH in the mode that turns bit vectors into integers.
func CVC5BVAsInt() (Solver, error) { return Resolve("cvc5-bv-as-int") }

// CVC5BVAsIntBounds is the same without the Diophantine solver.
func CVC5BVAsIntBounds() (Solver, error) { return Resolve("cvc5-bv-as-int-bounds") }

// Resolve finds the solver that a user names: a name of Table, or a program by path or
// name on PATH, followed by its arguments after spaces. If the whole text is a program,
// spaces belong to its name. A program of Table without arguments gets those of its
// row.
func Resolve(command string) (Solver, error) {
	if r, ok := row(func(r Row) bool { return r.Name == command }); ok {
		return r.find()
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
	if r, ok := row(func(r Row) bool { return r.Tool.Name == base }); ok && len(args) == 0 {
		return r.at(path)
	}
	return Solver{Name: base, Path: path, Args: args}, nil
}

// arguments returns the arguments of a process whose queries have these limits.
func (s Solver) arguments(l Limits) []string {
	args := append([]string(nil), s.Args...)
	if s.TimeArg != "" {
		args = append(args, s.TimeArg+strconv.FormatInt(max(1, l.Query.Milliseconds()), 10))
	}
	if s.StepArgs != nil && l.Steps > 0 {
		args = append(args, s.StepArgs...)
		args[len(args)-1] += strconv.FormatInt(l.Steps, 10)
	}
	return args
}

// Limits limits what a session may use. The zero value is a minute, 2 GiB and 2,000
// queries.
type Limits struct {
	Query   time.Duration // per query, by the solver's clock; 0 is a minute. Once more and longer on a busy machine
	Steps   int64         // per query, as the solver counts them; 0: no limit
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

// hard is the time after which a query is killed if the solver did not end it.
func (l Limits) hard() time.Duration { return l.Query + l.Query/4 + 100*time.Millisecond }
