package smt

import (
	"slices"
	"time"

	"github.com/hashiflex/hashiflex/rtl/tool"
)

// Row is a solver that is known by name: how to start it, limit it and talk to it, and
// which queries it accepts. A new solver is a row of Table. Its program is a row of
// package tool's table, since several solvers may be one program with different
// arguments.
type Row struct {
	Name string // the name that users type
	Tool tool.Tool

	// Args to Once are fields of Solver.
	Args     []string
	TimeArg  string
	StepArgs []string
	Steps    int64
	Wait     time.Duration
	Logics   []string
	Once     bool

	// Alone ranks the solvers that are asked by default if only one solver says unsat;
	// 0: never.
	Alone int
}

// Logics by their SMT-LIB names.
const (
	LogicAll  = "ALL"
	LogicBits = "QF_BV"
)

// Table lists the solvers that are known by name. If a user gives only the path of a
// program, its first row applies.
//
// The steps of a second opinion were measured on the questions about the head. Of the
// hard ones cvc5 takes 150,000 steps a second on idle hardware, and Z3 2 to 4 million.
var Table = []Row{
	{
		// Integers and bit-vectors; the fastest in a long session.
		Name: "z3", Tool: tool.Z3,
		Args: []string{"-in", "-smt2"}, TimeArg: "-t:", StepArgs: []string{"rlimit="}, Steps: 6_000_000, Alone: 2,
	},
	{
		// Integers and bit-vectors.
		Name: "cvc5", Tool: tool.CVC5,
		Args: cvc5Args(), TimeArg: "--tlimit-per=", StepArgs: cvc5Steps, Steps: 500_000, Alone: 1,
	},
	{
		// Sums of bit-vectors as integers, which proves what no bit-blaster can. The
		// Diophantine solver is needed if parities decide (RND_CONV). Its default, ten
		// rounds for each round of branching, takes five times as long if bounds
		// decide. With one round, some parities are never found.
		Name: "cvc5-bv-as-int", Tool: tool.CVC5,
		Args: cvc5Args("--solve-bv-as-int=sum", "--dio-turns=3"), TimeArg: "--tlimit-per=", StepArgs: cvc5Steps, Steps: 500_000,
	},
	{
		// The same without the Diophantine solver, for wide sums, which bounds alone
		// decide.
		Name: "cvc5-bv-as-int-bounds", Tool: tool.CVC5,
		Args: cvc5Args("--solve-bv-as-int=sum", "--no-dio-solver"), TimeArg: "--tlimit-per=", StepArgs: cvc5Steps, Steps: 500_000,
	},
	{
		// Bit-vectors; most queries take milliseconds. It cannot be limited in steps,
		// since Boolector resets the limits of its SAT solver repeatedly. Without
		// --no-fork, a killed Boolector leaves a child process behind.
		Name: "boolector", Tool: tool.Boolector,
		Args: []string{"--smt2", "--model", "--no-fork"}, Wait: time.Minute, Logics: []string{LogicBits}, Once: true, Alone: 3,
	},
}

// A conflict of cvc5's bit-vector solver takes as long as ten rewrites or more. With
// equal weights, rewriting alone would use up the limit on large hardware.
var cvc5Steps = []string{"--rweight=BvSatStep=10", "--rlimit-per="}

func cvc5Args(more ...string) []string {
	return append([]string{"--incremental", "--lang=smt2"}, more...)
}

// AloneNames lists the solvers that are asked by default if only one solver says unsat,
// in the order in which they are asked.
func AloneNames() []string {
	rows := slices.DeleteFunc(slices.Clone(Table), func(r Row) bool { return r.Alone == 0 })
	slices.SortFunc(rows, func(a, b Row) int { return a.Alone - b.Alone })
	var names []string
	for _, r := range rows {
		names = append(names, r.Name)
	}
	return names
}

// row returns the first row that meets a condition.
func row(is func(Row) bool) (Row, bool) {
	i := slices.IndexFunc(Table, is)
	if i < 0 {
		return Row{}, false
	}
	return Table[i], true
}

// find returns the row's solver on PATH.
func (r Row) find() (Solver, error) {
	f, err := r.Tool.Find()
	if err != nil {
		return Solver{}, err
	}
	return r.solver(f.Path, f.Version), nil
}

// at returns the row's solver at a path. If the solver does not report its version in
// SMT-LIB, at asks for it on the command line.
func (r Row) at(path string) (Solver, error) {
	if !r.Once {
		return r.solver(path, ""), nil
	}
	f, err := r.Tool.At(path)
	if err != nil {
		return Solver{}, err
	}
	return r.solver(path, f.Version), nil
}

func (r Row) solver(path, version string) Solver {
	s := Solver{
		Name: r.Name, Path: path, Args: slices.Clone(r.Args), TimeArg: r.TimeArg,
		StepArgs: r.StepArgs, Steps: r.Steps, Wait: r.Wait, Logics: r.Logics, Once: r.Once,
	}
	if r.Once {
		s.Version = version
	}
	return s
}
