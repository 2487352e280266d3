package lift

import (
	"github.com/hashiflex/hashiflex/equiv/term"
	"github.com/hashiflex/hashiflex/golden"
)

// Golden lifts node v of the reference model's terms, whose variable i is
// vars[i]. Terms are integers, so forms are exact here. ok is false if a comparison
// depends on more than one linear form and no table can hold it.
type Golden struct {
	Space *term.Space
	Terms *golden.Terms
	Vars  []term.Form

	forms []term.Form
	state []int8 // 0 not lifted, 1 lifted, -1 not expressible
	args  []term.Form
}

// Form lifts node v and what it depends on.
func (g *Golden) Form(v golden.Term) (term.Form, bool) {
	if n := len(g.Terms.Nodes); len(g.state) < n {
		g.forms = append(g.forms, make([]term.Form, n-len(g.forms))...)
		g.state = append(g.state, make([]int8, n-len(g.state))...)
	}
	need := make([]bool, v+1)
	need[v] = true
	for i := v; i >= 0; i-- {
		if need[i] && g.state[i] == 0 {
			for _, a := range g.Terms.Nodes[i].Args {
				need[a] = true
			}
		}
	}
	for i := golden.Term(0); i <= v; i++ {
		if !need[i] || g.state[i] != 0 {
			continue
		}
		f, ok := g.node(i)
		g.forms[i], g.state[i] = f, -1
		if ok {
			g.state[i] = 1
		}
	}
	return g.forms[v], g.state[v] == 1
}

func (g *Golden) node(v golden.Term) (term.Form, bool) {
	n := &g.Terms.Nodes[v]
	args := g.args[:0]
	for _, a := range n.Args {
		if g.state[a] != 1 {
			return term.Form{}, false
		}
		args = append(args, g.forms[a])
	}
	g.args = args
	switch n.Op {
	case golden.TermConst:
		return term.Int(n.K), true
	case golden.TermVar:
		return g.Vars[n.K], true
	case golden.TermSum:
		return term.Sum(args), true
	case golden.TermNeg:
		return args[0].Neg(), true
	case golden.TermMul:
		switch {
		case args[0].IsConst():
			return args[1].Scale(args[0].Const), true
		case args[1].IsConst():
			return args[0].Scale(args[1].Const), true
		}
	case golden.TermShl:
		return args[0].Scale(1 << n.K), true
	case golden.TermShr:
		return g.Space.Floor(args[0], int(n.K)), true
	case golden.TermIfLess:
		return g.Space.Apply("if less", func(a []term.Curve) term.Curve {
			return term.Select(a[0].Less(a[1]), a[2], a[3])
		}, args...)
	}
	return term.Form{}, false
}
