package smt

import (
	"slices"
	"time"

	"github.com/hashiflex/hashiflex/rtl/tool"
)

// Row is a solver that is known by name: how it is started, limited and spoken to, and
// what may be asked of it. A new solver is a row of Table. Its program is a row of
// package tool's table, as every program is, since several solvers may be one program
// with other arguments.
type Row struct {
	Name string // as a user names it
	Tool tool.Tool

	// Args to Once are those of Solver.
	Args     []string
	TimeArg  string
	StepArgs []string
	Steps    int64
	Wait     time.Duration
	Logics   []string
	Once     bool

	// Alone ranks those that are asked by default where another solver's word would
	// stand alone; 0 is never.
	Alone int
}

// Logics by their SMT-LIB names.
const (
	LogicAll  = "ALL"
	LogicBits = "QF_BV"
)

// Table lists the solvers that are known by name. Of the rows of one program, the first
// is what the program is run as where only its path is given.
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
		// Sums of bit-vectors as integers, which proves what no bit-blaster can.
		// The Diophantine solver is needed where parities decide (RND_CONV). Ten turns
		// of it for each of branching, the default, take five times as long where bounds
		// decide; with one, some parities are never found.
		Name: "cvc5-bv-as-int", Tool: tool.CVC5,
		Args: cvc5Args("--solve-bv-as-int=sum", "--dio-turns=3"), TimeArg: "--tlimit-per=", StepArgs: cvc5Steps, Steps: 500_000,
	},
	{
		// The same without the Diophantine solver, for wide sums, where bounds alone decide.
		Name: "cvc5-bv-as-int-bounds", Tool: tool.CVC5,
		Args: cvc5Args("--solve-bv-as-int=sum", "--no-dio-solver"), TimeArg: "--tlimit-per=", StepArgs: cvc5Steps, Steps: 500_000,
	},
	{
		// Bit-vectors; most questions in milliseconds.
		// Its SAT solver has limits of its own, which Boolector sets anew again and
		// again: it cannot be limited in steps. Without --no-fork it leaves a copy of
		// itself behind when it is killed.
		Name: "boolector", Tool: tool.Boolector,
		Args: []string{"--smt2", "--model", "--no-fork"}, Wait: time.Minute, Logics: []string{LogicBits}, Once: true, Alone: 3,
	},
}

// A conflict of cvc5's solver for bits takes as long as ten rewritings and more. With
// the same weight, questions about much hardware would end before they have begun.
var cvc5Steps = []string{"--rweight=BvSatStep=10", "--rlimit-per="}

func cvc5Args(more ...string) []string {
	return append([]string{"--incremental", "--lang=smt2"}, more...)
}

// AloneNames lists the solvers that are asked by default where another one's word would
// stand alone, in the order in which they are.
func AloneNames() []string {
	rows := slices.DeleteFunc(slices.Clone(Table), func(r Row) bool { return r.Alone == 0 })
	slices.SortFunc(rows, func(a, b Row) int { return a.Alone - b.Alone })
	var names []string
	for _, r := range rows {
		names = append(names, r.Name)
	}
	return names
}

// row is the row that meets a condition.
func row(is func(Row) bool) (Row, bool) {
	i := slices.IndexFunc(Table, is)
	if i < 0 {
		return Row{}, false
	}
	return Table[i], true
}

// find is the row's solver on PATH.
func (r Row) find() (Solver, error) {
	f, err := r.Tool.Find()
	if err != nil {
		return Solver{}, err
	}
	return r.solver(f.Path, f.Version), nil
}

// at is the row's solver at a path. Who does not say its version in SMT-LIB is asked for
// it on the command line.
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
