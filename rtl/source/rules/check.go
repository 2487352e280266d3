package rules

import (
	"cmp"
	"fmt"
	"slices"
	"sort"

	"github.com/hashiflex/hashiflex/rtl/source"
)

// Finding is one place where readers differ.
type Finding struct {
	Kind     Kind
	Severity Severity
	File     string
	Line     int
	Text     string // what is wrong there, and what to write instead
}

func (f Finding) String() string {
	return fmt.Sprintf("%s:%d: %s (%s)", f.File, f.Line, f.Text, f.Kind)
}

// maxFindings is how many findings are listed of one kind.
const maxFindings = 100

type checker struct {
	text   *text
	ty     *typer
	byName map[string]*module
	row    *Row
	said   map[Finding]bool
	list   []Finding
	counts map[Kind]int

	used      map[*module]*use
	target    map[*assign]map[*decl]bool
	outers    map[*function][]*decl
	assigned  map[*function]map[*decl]bool
	real      map[*decl]bool
	callDepth int
}

func newChecker(t *text) *checker {
	c := &checker{
		text: t, ty: newTyper(t), byName: map[string]*module{}, said: map[Finding]bool{}, counts: map[Kind]int{},
		used: map[*module]*use{}, target: map[*assign]map[*decl]bool{}, outers: map[*function][]*decl{}, assigned: map[*function]map[*decl]bool{}, real: map[*decl]bool{},
	}
	for _, m := range t.modules {
		if c.byName[m.name] == nil {
			c.byName[m.name] = m
		}
	}
	return c
}

func (c *checker) found(kind Kind, at pos, format string, args ...any) {
	f := Finding{Kind: kind, Severity: c.row.Severity, File: at.file, Line: at.line, Text: fmt.Sprintf(format, args...)}
	if c.said[f] {
		return
	}
	c.said[f] = true
	if c.counts[kind]++; c.counts[kind] <= maxFindings {
		c.list = append(c.list, f)
	}
}

// Check looks for every kind in sources and in t, which source.Read made of them. Findings
// are in the order of files and lines.
func Check(s source.Sources, t *source.Text) []Finding {
	c := newChecker(parse(tokens(t)))
	for i := range Kinds {
		c.row = &Kinds[i]
		c.row.check(c, s)
	}
	slices.SortStableFunc(c.list, func(a, b Finding) int {
		return cmp.Or(cmp.Compare(a.File, b.File), cmp.Compare(a.Line, b.Line))
	})
	return c.list
}

// bodies visits every process and every function.
func (c *checker) bodies(v *visitor) {
	for _, m := range c.text.modules {
		for _, p := range m.procs {
			v.visit(p.scope, p.body)
		}
		for _, f := range m.funcs {
			for _, st := range f.body {
				v.visit(f.scope, st)
			}
		}
	}
}

// statements visits every statement, those of functions among them.
func (c *checker) statements(f func(s *scope, st *stmt)) { c.bodies(&visitor{ty: c.ty, stmt: f}) }

// hardware visits every expression that processes, assignments, instances and functions
// read: those of constants are not among them.
func (c *checker) hardware(f func(s *scope, e *expr)) {
	v := &visitor{ty: c.ty, expr: f}
	c.bodies(v)
	for _, m := range c.text.modules {
		for _, a := range m.assigns {
			v.value(a.scope, a.rhs)
		}
		for _, in := range m.insts {
			for _, cn := range in.conns {
				v.value(in.scope, cn.expr)
			}
		}
	}
}

// everywhere visits every expression whose value is read.
func (c *checker) everywhere(f func(s *scope, e *expr)) {
	c.hardware(f)
	v := &visitor{ty: c.ty, expr: f}
	for _, m := range c.text.modules {
		for _, d := range m.decls {
			if d.kind != declVar || !own(d) {
				v.value(d.scope, d.init)
			}
		}
		for _, in := range m.insts {
			for _, p := range in.params {
				v.value(in.scope, p.expr)
			}
		}
		for _, g := range m.gens {
			v.value(g.scope, g.selector)
			for _, e := range g.items {
				v.value(g.scope, e)
			}
		}
	}
}

func (c *checker) names(ds map[*decl]bool) (names []string) {
	for d := range ds {
		names = append(names, d.name)
	}
	sort.Strings(names)
	return names
}

// unread reports text that the parser does not know, since no rule can check it.
func (c *checker) unread() {
	for i, at := range c.text.unread {
		c.found(Unread, at, "what begins with %q here is not known, so that nobody looks whether readers part on it; write it in Verilog-2005, or in the part of SystemVerilog that synthesis reads", c.text.what[i])
	}
}

// twice finds modules, packages and primitives that are defined more than once.
func (c *checker) twice() {
	first := map[string]*module{}
	for _, m := range c.text.modules {
		if m.word == "" || m.name == "" {
			continue
		}
		if at := first[m.name]; at != nil {
			c.found(Twice, m.pos, "%s %s is already defined in %s:%d, and readers take the one or the other; remove one", m.word, m.name, at.pos.file, at.pos.line)
			continue
		}
		first[m.name] = m
		if m.name[0] == '$' {
			c.found(Twice, m.pos, "%s %s has the name of a cell that the front end defines itself; rename it", m.word, m.name)
		}
	}
	for _, m := range c.text.modules {
		names := map[string]*function{}
		for _, f := range m.funcs {
			if f.scope.parent != m.scope {
				continue
			}
			if names[f.name] != nil {
				c.found(Twice, f.pos, "%s is already defined in line %d, and readers take the one or the other; remove one", f.name, names[f.name].pos.line)
			}
			names[f.name] = f
		}
	}
}
