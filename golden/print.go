package golden

import (
	"fmt"
	"strings"
)

// String prints v for people: variables as x0, x1, …, constants as numbers,
// << and >> as on mathematical integers (>> is floor), a choice as
// (a < b ? then : else). A node with several users is printed once, on a line
// of its own as t<id>, before the lines that use it; the last line is v. The
// text thus grows with the number of nodes, not with the number of paths.
func (t *Terms) String(v Term) string {
	nodes := t.Reachable(v)
	users := map[Term]int{}
	for _, n := range nodes {
		for _, a := range t.Nodes[n].Args {
			users[a]++
		}
	}
	shared := func(n Term) bool { return users[n] > 1 && len(t.Nodes[n].Args) > 0 }
	var b strings.Builder
	for _, n := range nodes {
		if shared(n) {
			fmt.Fprintf(&b, "t%d = ", n)
			t.print(&b, n, shared)
			b.WriteByte('\n')
		}
	}
	t.print(&b, v, shared)
	return b.String()
}

// print writes node v itself; operands that are shared appear by name.
func (t *Terms) print(b *strings.Builder, v Term, shared func(Term) bool) {
	n := &t.Nodes[v]
	arg := func(i int) {
		a := n.Args[i]
		if shared(a) {
			fmt.Fprintf(b, "t%d", a)
			return
		}
		t.print(b, a, shared)
	}
	switch n.Op {
	case TermConst:
		fmt.Fprintf(b, "%d", n.K)
	case TermVar:
		fmt.Fprintf(b, "x%d", n.K)
	case TermSum:
		b.WriteByte('(')
		for i := range n.Args {
			if i > 0 {
				b.WriteString(" + ")
			}
			arg(i)
		}
		b.WriteByte(')')
	case TermNeg:
		b.WriteByte('-')
		arg(0)
	case TermMul:
		b.WriteByte('(')
		arg(0)
		b.WriteString(" * ")
		arg(1)
		b.WriteByte(')')
	case TermShl:
		b.WriteByte('(')
		arg(0)
		fmt.Fprintf(b, " << %d)", n.K)
	case TermShr:
		b.WriteByte('(')
		arg(0)
		fmt.Fprintf(b, " >> %d)", n.K)
	case TermIfLess:
		b.WriteByte('(')
		arg(0)
		b.WriteString(" < ")
		arg(1)
		b.WriteString(" ? ")
		arg(2)
		b.WriteString(" : ")
		arg(3)
		b.WriteByte(')')
	}
}
