package rules

import (
	"fmt"
	"math/big"
	"slices"

	"github.com/hashiflex/hashiflex/rtl/source"
)

// maxRounds is how often the largest loop of a text may go round. Each round becomes
// hardware of its own.
const maxRounds = 1 << 20

// Endless finds loops that go round more often than any hardware can, mostly those that
// never end: the counter moves away from its bound. Tools unroll loops, so such a text
// takes all of a machine's memory, and must not reach one. A loop whose numbers are not
// known here, or which has another shape than "for (i = A; i < B; i = i + C)", is none. A
// module that contains itself has no end either, and crashes tools, unless a generate
// construct may leave the instance out.
func Endless(t *source.Text) (all []source.Message) {
	c := newChecker(parse(tokens(t)))
	say := func(s *scope, st *stmt) {
		if at, words := c.endless(s, st); words != "" {
			all = append(all, source.Message{File: at.file, Line: at.line, Text: words})
		}
	}
	for _, m := range c.text.modules {
		for _, l := range m.loops {
			say(l.scope, l.stmt)
		}
	}
	c.statements(func(s *scope, st *stmt) {
		if st.kind == stmtFor {
			say(s, st)
		}
	})
	return append(all, c.nested()...)
}

// nested finds modules that contain themselves, each circle once.
func (c *checker) nested() (all []source.Message) {
	of := map[string]*module{}
	for _, m := range c.text.modules {
		of[m.name] = m
	}
	done := map[*module]bool{}
	var path []*module
	var visit func(m *module)
	visit = func(m *module) {
		if m == nil || done[m] {
			return
		}
		path = append(path, m)
		for _, in := range m.insts {
			if in.gate || in.chosen {
				continue
			}
			inner := of[in.module]
			at := slices.Index(path, inner)
			if inner == nil || at < 0 {
				visit(inner)
				continue
			}
			way := inner.name
			for _, m := range append(path[at+1:len(path):len(path)], inner) {
				way += " contains " + m.name
			}
			all = append(all, source.Message{File: in.pos.file, Line: in.pos.line, Text: "a module that contains itself has no end: " + way})
		}
		path = path[:len(path)-1]
		done[m] = true
	}
	for _, m := range c.text.modules {
		visit(m)
	}
	return all
}

// loop is a generate loop. It has a for statement's parts, and no body.
type loop struct {
	scope *scope
	stmt  *stmt
}

// endless says why a loop does not end, or "".
func (c *checker) endless(s *scope, st *stmt) (at pos, words string) {
	if len(st.init) != 1 || len(st.step) != 1 || st.cond == nil || st.init[0].op != "=" {
		return at, ""
	}
	d := c.ty.declOf(s, st.init[0].lhs)
	by := c.by(s, st.step[0], d)
	relation, bound := c.until(s, st.cond, d)
	from := c.ty.value(s, st.init[0].rhs)
	if d == nil || by == nil || bound == nil || from == nil || c.leaves(st, d) {
		return at, ""
	}
	if !goesRound(from, by, bound, relation) {
		return at, ""
	}
	return st.pos, fmt.Sprintf("a loop that goes round more than %d times: %s begins with %v and changes by %v while %s %s %v", maxRounds, d.name, from, by, d.name, relation, bound)
}

// goesRound reports whether a counter is still within its bound after maxRounds.
func goesRound(from, by, bound *big.Int, relation string) bool {
	within := func(v *big.Int) bool {
		cmp := v.Cmp(bound)
		switch relation {
		case "<":
			return cmp < 0
		case "<=":
			return cmp <= 0
		case ">":
			return cmp > 0
		case ">=":
			return cmp >= 0
		}
		return cmp != 0
	}
	last := new(big.Int).Mul(by, big.NewInt(maxRounds))
	last.Add(last, from)
	if !within(from) || !within(last) {
		return false
	}
	if relation != "!=" && relation != "!==" {
		return true
	}
	// It hits the bound on its way, or never.
	way := new(big.Int).Sub(bound, from)
	if by.Sign() == 0 {
		return true
	}
	rounds, rest := new(big.Int).QuoRem(way, by, new(big.Int))
	return rest.Sign() != 0 || rounds.Sign() < 0 || rounds.Cmp(big.NewInt(maxRounds)) > 0
}

// by is what a step adds to a counter; nil if it is not known.
func (c *checker) by(s *scope, st *stmt, d *decl) *big.Int {
	if st.lhs == nil || c.ty.declOf(s, st.lhs) != d {
		return nil
	}
	is := func(e *expr) bool { return e.kind == exprName && c.ty.declOf(s, e) == d }
	negated := func(v *big.Int) *big.Int {
		if v == nil {
			return nil
		}
		return new(big.Int).Neg(v)
	}
	switch st.op {
	case "++", "+=":
		return c.ty.value(s, st.rhs)
	case "--", "-=":
		return negated(c.ty.value(s, st.rhs))
	case "=":
	default:
		return nil
	}
	e := st.rhs
	switch {
	case e.kind != exprBinary:
	case e.text == "+" && is(e.args[0]):
		return c.ty.value(s, e.args[1])
	case e.text == "+" && is(e.args[1]):
		return c.ty.value(s, e.args[0])
	case e.text == "-" && is(e.args[0]):
		return negated(c.ty.value(s, e.args[1]))
	}
	return nil
}

// until is the relation of a counter to its bound; nil if that is not known.
func (c *checker) until(s *scope, e *expr, d *decl) (relation string, bound *big.Int) {
	mirrored := map[string]string{"<": ">", "<=": ">=", ">": "<", ">=": "<=", "!=": "!=", "!==": "!=="}
	if e.kind != exprBinary || mirrored[e.text] == "" {
		return "", nil
	}
	is := func(e *expr) bool { return e.kind == exprName && c.ty.declOf(s, e) == d }
	switch {
	case is(e.args[0]):
		return e.text, c.ty.value(s, e.args[1])
	case is(e.args[1]):
		return mirrored[e.text], c.ty.value(s, e.args[0])
	}
	return "", nil
}

// leaves reports whether a loop's body may end it: it assigns the counter,
// jumps, or calls a task.
func (c *checker) leaves(st *stmt, d *decl) (yes bool) {
	v := &visitor{
		ty:    c.ty,
		write: func(_ *scope, _ *expr, w *decl, _ *stmt) { yes = yes || w == d },
		stmt: func(_ *scope, in *stmt) {
			yes = yes || in.kind == stmtJump || in.kind == stmtUnread || in.kind == stmtCall
		},
	}
	for _, b := range st.body {
		v.visit(st.scope, b)
	}
	return yes
}
