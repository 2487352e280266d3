package verilog

import (
	"fmt"
	"math/rand/v2"
	"slices"

	"github.com/hashiflex/hashiflex/rtl"
	"github.com/hashiflex/hashiflex/rtl/source"
)

// Dialect is the language that a module is written in.
type Dialect uint8

const (
	Verilog2005 Dialect = iota
	SystemVerilog
	// PackedArrays is SystemVerilog that exercises arrays of several packed dimensions.
	PackedArrays
)

// Ext is the file name extension by which every reader recognizes the dialect.
func (d Dialect) Ext() string {
	if d != Verilog2005 {
		return ".sv"
	}
	return ".v"
}

// Module is one top module with the modules that it instantiates, in one text.
type Module struct {
	Name    string
	Dialect Dialect
	// Ins are the data inputs, at most maxInputBits bits together; Outs have 1 to
	// 64 bits each.
	Ins, Outs []rtl.Signal
	Clock     string   // an input of one bit, or "" for a combinational module
	Text      string   // all of it
	Kinds     []string // the constructs in it, sorted, from Constructs

	tree *node
}

// Source returns the module as a file.
func (m *Module) Source() source.File {
	return source.File{Name: m.Name + m.Dialect.Ext(), Text: []byte(m.Text)}
}

// renamed is m's tree, or another one in its place, as a module called name.
func (m *Module) renamed(name string, tree *node) *Module {
	c := *m
	c.Name, c.tree, c.Text = name, tree, tree.print(name)
	return &c
}

const (
	maxInputBits = 16
	maxWidth     = 40 // of a word that is declared; operations on wider ones have no field
	maxConcat    = 48
)

// Generate makes the module of a seed. Equal seeds give equal text. Modules with
// different names share no macro, module or file name.
func Generate(name string, seed uint64, dialect Dialect) *Module {
	g := &gen{
		Rand:    rand.New(rand.NewPCG(seed, uint64(dialect))),
		dialect: dialect,
		kinds:   map[string]bool{},
	}
	tree, ins, outs, clock := g.top()
	m := &Module{Name: name, Dialect: dialect, Ins: ins, Outs: outs, Clock: clock, tree: tree, Text: tree.print(name)}
	for k := range g.kinds {
		m.Kinds = append(m.Kinds, k)
	}
	slices.Sort(m.Kinds)
	return m
}

// gen is the state of one module's making.
type gen struct {
	*rand.Rand
	dialect Dialect
	kinds   map[string]bool // constructs in the text so far
	count   int             // of names given
	before  []*node         // macros and modules in front of the module
	items   []*node         // of the module under construction
	scope
}

// scope is what an expression may read at a place.
type scope struct {
	vars   []variable
	consts []variable // parameters
	macros []macro
	calls  []function
	result string // the function that is being written
}

// variable is something with a declared width that can be read.
type variable struct {
	name   string
	width  int
	signed bool
	msb    int // of the declared range
	lsb    int
	ranged bool // it has a range, so that parts of it can be selected
	used   bool
}

type macro struct {
	name string
	args int
}

type function struct {
	name   string
	args   []variable
	width  int
	signed bool
	pure   bool // it may stand in a constant expression
}

type task struct {
	name string
	args []variable
	outs []variable
}

// use notes that a construct is in the text.
func (g *gen) use(kind string) {
	if !constructs[kind] {
		panic("verilog: construct " + kind + " is not in the table")
	}
	g.kinds[kind] = true
}

// one is true once in n times.
func (g *gen) one(n int) bool { return g.IntN(n) == 0 }

// name is a fresh name.
func (g *gen) name(prefix string) string {
	g.count++
	return fmt.Sprintf("%s%d", prefix, g.count)
}

// between is a number from lo to hi.
func (g *gen) between(lo, hi int) int { return lo + g.IntN(hi-lo+1) }

func pick[T any](g *gen, of ...T) T { return of[g.IntN(len(of))] }

// sv reports whether the module is SystemVerilog, once in n times.
func (g *gen) sv(n int) bool { return g.dialect == SystemVerilog && g.one(n) }
