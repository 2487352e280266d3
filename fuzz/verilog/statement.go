package verilog

import (
	"fmt"
	"math/bits"
	"slices"
	"strings"
)

// behaviour is what the statements of one block may do.
type behaviour struct {
	targets []variable // may be assigned, and hold a value wherever one is read
	assign  string     // "=" or "<="
	tasks   []task
	loops   []string // integers that may count, each for one loop at a time
	blocks  bool     // blocks may have names and variables of their own
}

// block is statements between begin and end.
func (g *gen) block(b *behaviour, n, depth int, indent string) *node {
	var kids []*node
	for range n {
		kids = append(kids, g.statement(b, depth, indent+"    "))
	}
	return form(stmt, "begin\n"+hole+indent+"end\n", list(kids...))
}

// statement is one random statement, with its line's indentation.
func (g *gen) statement(b *behaviour, depth int, indent string) *node {
	if depth <= 0 {
		return g.assignment(b, indent)
	}
	switch g.IntN(14) {
	case 0, 1, 2:
		g.use("if")
		c := g.expression(1).node
		then := g.block(b, 1, depth-1, indent)
		if g.one(3) {
			g.use("if without else")
			return form(stmt, indent+"if (◦) ◦", c, then)
		}
		if g.one(3) {
			return form(stmt, indent+"if (◦) ◦"+indent+"else if (◦) ◦"+indent+"else ◦", c, then,
				g.expression(1).node, g.block(b, 1, depth-1, indent), g.block(b, 1, depth-1, indent))
		}
		return form(stmt, indent+"if (◦) ◦"+indent+"else ◦", c, then, g.block(b, 1, depth-1, indent))
	case 3, 4, 5:
		return g.cases(b, depth, indent)
	case 6, 7:
		if len(b.loops) > 0 {
			return g.loop(b, depth, indent)
		}
	case 8, 9:
		if len(b.tasks) > 0 {
			return g.taskCall(b, indent)
		}
	case 10:
		if b.blocks {
			return g.named(b, depth, indent)
		}
	}
	return g.assignment(b, indent)
}

// target is a variable of the block.
func (g *gen) target(b *behaviour) *variable { return &b.targets[g.IntN(len(b.targets))] }

func (g *gen) assignment(b *behaviour, indent string) *node {
	t := g.target(b)
	e := g.expression(g.between(1, 2)).node
	switch g.IntN(10) {
	case 0, 1:
		if t.ranged {
			if g.one(2) {
				g.use("assignment to a part")
				lo := g.IntN(t.width)
				n := g.between(1, t.width-lo)
				if g.one(3) {
					return form(stmt, fmt.Sprintf("%s%s[%d] %s ◦;\n", indent, t.name, t.at(lo), b.assign), e)
				}
				return form(stmt, fmt.Sprintf("%s%s[%d:%d] %s ◦;\n", indent, t.name, t.at(lo+n-1), t.at(lo), b.assign), e)
			}
			if k := bits.Len(uint(t.width)) - 1; k > 0 && t.lsb == 0 {
				g.use("assignment to a variable part")
				if g.one(2) && k > 1 && t.msb > 0 {
					k--
					return form(stmt, fmt.Sprintf("%s%s[◦ +: %d] %s ◦;\n", indent, t.name, g.between(1, t.width-1<<k+1), b.assign), g.index(k), e)
				}
				return form(stmt, fmt.Sprintf("%s%s[◦] %s ◦;\n", indent, t.name, b.assign), g.index(k), e)
			}
		}
	case 2:
		if len(b.targets) > 1 {
			g.use("assignment to a concatenation")
			i := g.IntN(len(b.targets) - 1)
			return form(stmt, fmt.Sprintf("%s{%s, %s} %s ◦;\n", indent, b.targets[i].name, b.targets[i+1].name, b.assign), e)
		}
	case 3:
		if b.assign == "=" && g.sv(1) {
			g.use("operator assignment")
			if g.one(4) {
				return text(stmt, indent+t.name+pick(g, "++", "--")+";\n")
			}
			return form(stmt, indent+t.name+" "+pick(g, "+", "-", "*", "&", "|", "^")+"= ◦;\n", e)
		}
	}
	return form(stmt, indent+t.name+" "+b.assign+" ◦;\n", e)
}

// cases is a case statement of some sort.
func (g *gen) cases(b *behaviour, depth int, indent string) *node {
	s := g.expression(1)
	switch {
	case g.one(20) && len(g.consts) > 0:
		g.use("case on a constant")
		s = g.constant(1)
	case g.one(2) || s.width > 8:
		// A short word makes arms that are met.
		s = g.selector(g.between(2, 4))
	}
	return g.casesOf(s, indent, !g.one(6), func(indent string) *node { return g.statement(b, depth-1, indent) })
}

// casesOf is a case statement over s.
func (g *gen) casesOf(s word, indent string, whole bool, arm func(indent string) *node) *node {
	word := pick(g, "case", "case", "casez")
	if g.one(40) {
		word = "casex"
	}
	g.use(word)
	unique := ""
	if g.sv(40) {
		g.use("unique case")
		unique = "unique "
	}
	kids := []*node{s.node}
	body := ""
	for range g.between(1, 3) {
		body += indent + "    ◦: begin\n◦" + indent + "    end\n"
		kids = append(kids, g.labels(s, word), arm(indent+"        "))
	}
	if whole {
		body += indent + "    default: begin\n◦" + indent + "    end\n"
		kids = append(kids, arm(indent+"        "))
	} else {
		g.use("case without default")
	}
	return form(stmt, indent+unique+word+" (◦)\n"+body+indent+"endcase\n", kids...)
}

// selector is k bits of data.
func (g *gen) selector(k int) word {
	s := g.index(k)
	if g.one(3) {
		g.use("$signed and $unsigned")
		return word{form(expr, "$signed(◦)", s), k, true, false}
	}
	return word{s, k, false, false}
}

// labels is the items of one arm.
func (g *gen) labels(s word, which string) *node {
	one := func() *node {
		width := min(s.width, 8)
		signed := s.signed
		if g.one(30) {
			g.use("case item of another sign")
			signed = !signed
		}
		if g.one(15) {
			width = max(1, width+pick(g, -1, 1, 2))
		}
		switch {
		case g.one(25):
			g.use("case item that is data")
			return g.expression(1).node
		case which != "case" && g.one(2):
			digits := ""
			for range width {
				digits += pick(g, "0", "1", pick(g, "?", "z", "?"))
			}
			sign := ""
			if signed {
				sign = "s"
			}
			return text(expr, fmt.Sprintf("%d'%sb%s", width, sign, digits))
		case g.one(4) && signed:
			return text(expr, fmt.Sprint(g.IntN(1<<min(width, 5))))
		}
		return g.sized(width, signed, 0).node
	}
	if g.one(4) {
		return form(glue, "◦, ◦", one(), one())
	}
	return one()
}

// loop counts a variable over a few values.
func (g *gen) loop(b *behaviour, depth int, indent string) *node {
	g.use("for")
	i := b.loops[0]
	inner := *b
	inner.loops = b.loops[1:]
	outer := g.vars
	g.vars = append(g.vars[:len(g.vars):len(g.vars)], variable{name: i, width: 32, signed: true})
	defer func() { g.vars = outer }()
	t := g.target(b)
	n := g.between(2, 4)
	if t.ranged && t.lsb == 0 && t.msb > 0 && g.one(2) {
		n = t.width
	}
	var body *node
	if t.ranged && t.lsb == 0 && t.msb >= n-1 && g.one(2) {
		body = form(stmt, fmt.Sprintf("%s    %s[%s] %s ◦;\n", indent, t.name, i, b.assign), g.expression(2).node)
	} else {
		body = g.statement(&inner, depth-1, indent+"    ")
	}
	first, test, step := "0", fmt.Sprintf("%s < %d", i, n), fmt.Sprintf("%s = %s + 1", i, i)
	if g.one(4) {
		first, test, step = fmt.Sprint(n-1), i+" >= 0", fmt.Sprintf("%s = %s - 1", i, i)
	}
	return form(stmt, fmt.Sprintf("%sfor (%s = %s; %s; %s) begin\n◦%send\n", indent, i, first, test, step, indent), body)
}

func (g *gen) taskCall(b *behaviour, indent string) *node {
	t := b.tasks[g.IntN(len(b.tasks))]
	var holes []string
	var kids []*node
	for range t.args {
		holes, kids = append(holes, hole), append(kids, g.expression(2).node)
	}
	for i, o := range t.outs {
		// Verilator takes outputs of the variable's width alone.
		fit := slices.IndexFunc(b.targets[min(i, len(b.targets)-1):], func(v variable) bool { return v.width == o.width })
		if fit < 0 && !g.one(10) {
			return g.assignment(b, indent)
		}
		holes = append(holes, b.targets[min(i, len(b.targets)-1)+max(fit, 0)].name)
	}
	return form(stmt, indent+t.name+"("+strings.Join(holes, ", ")+");\n", kids...)
}

// named is a block with a variable of its own.
func (g *gen) named(b *behaviour, depth int, indent string) *node {
	g.use("local variable of a block")
	v := g.declare(g.name("l"), "reg")
	outer := g.vars
	first := g.expression(2).node
	g.vars = append(g.vars[:len(g.vars):len(g.vars)], v.variable)
	defer func() { g.vars = outer }()
	rest := list(g.statement(b, depth-1, indent+"    "), g.assignment(b, indent+"    "))
	return form(stmt, indent+"begin : "+g.name("b")+"\n"+indent+"    "+v.text+";\n"+indent+"    "+v.name+" = ◦;\n◦"+indent+"end\n", first, rest)
}
