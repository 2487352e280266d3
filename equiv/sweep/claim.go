package sweep

import (
	"slices"
	"strconv"

	"github.com/hashiflex/hashiflex/equiv/smt"
)

// writer writes claims as SMT-LIB 2. Each claim has names of its own.
type writer struct {
	g     *graph
	out   smt.Builder
	wrong []string // that a claim does not hold, by claim
}

func (w *writer) lit(prefix string, l lit) string {
	switch l {
	case zero:
		return "false"
	case one:
		return "true"
	}
	name := prefix + strconv.Itoa(int(l.node()))
	if l.flip() == 1 {
		return "(not " + name + ")"
	}
	return name
}

// window claims that both sides of x are equal for all values of its leaves.
func (w *writer) window(x *window) {
	p := "c" + strconv.Itoa(len(w.wrong)) + "n"
	for _, n := range x.leaves {
		if n != 0 {
			w.out.Str("(declare-const ").Str(w.lit(p, lit(2*n))).Str(" Bool)")
		}
	}
	for _, n := range slices.Sorted(slices.Values(x.cone)) {
		op := "and"
		if w.g.nodes[n].kind == xor {
			op = "xor"
		}
		w.out.Str("(define-fun ").Str(w.lit(p, lit(2*n))).Str(" () Bool (").Str(op).Str(" ").
			Str(w.lit(p, w.g.nodes[n].a)).Str(" ").Str(w.lit(p, w.g.nodes[n].b)).Str("))\n")
	}
	w.wrong = append(w.wrong, "(xor "+w.lit(p, x.a)+" "+w.lit(p, x.b)+")")
}

// text is the query that some claim does not hold.
func (w *writer) text() string {
	w.out.Str("(assert (or false")
	for _, x := range w.wrong {
		w.out.Str("\n ").Str(x)
	}
	w.out.Str("))\n")
	return w.out.String()
}

// whole is the window from the inputs on, or from nodes of shut, or nil if it is too large.
func (g *graph) whole(a, b lit, most int, shut map[int32]bool) *window {
	w := &window{a: a, b: b}
	met := map[int32]bool{}
	stack := []int32{a.node(), b.node()}
	for len(stack) > 0 {
		n := stack[len(stack)-1]
		stack = stack[:len(stack)-1]
		if met[n] {
			continue
		}
		met[n] = true
		if g.nodes[n].kind == source || shut[n] && n != a.node() && n != b.node() {
			w.leaves = append(w.leaves, n)
			continue
		}
		w.cone = append(w.cone, n)
		if len(w.cone) > most {
			return nil
		}
		stack = append(stack, g.nodes[n].a.node(), g.nodes[n].b.node())
	}
	slices.Sort(w.cone)
	return w
}
