package verilog

import (
	"fmt"
	"math/bits"
	"strings"
)

// word is an expression with its self-determined width and its signedness. Both only
// guide the generator.
type word struct {
	*node
	width  int
	signed bool
	// loose is an expression whose width no operand gives: the language does not
	// let it stand in a concatenation.
	loose bool
}

// expression is a random expression over the scope, depth operators deep.
func (g *gen) expression(depth int) word {
	if depth <= 0 || g.one(5) {
		return g.leaf()
	}
	switch g.IntN(24) {
	case 0, 1, 2, 3, 4:
		return g.binary(depth)
	case 5, 6:
		return g.shift(depth)
	case 7, 8:
		return g.comparison(depth)
	case 9:
		g.use("logical")
		a, b := g.expression(depth-1), g.expression(depth-1)
		return word{form(expr, "(◦ "+pick(g, "&&", "||")+" ◦)", a.node, b.node), 1, false, false}
	case 10:
		if g.one(3) {
			g.use("logical")
			return word{form(expr, "!(◦)", g.expression(depth-1).node), 1, false, false}
		}
		g.use("reduction")
		return word{form(expr, pick(g, "&", "|", "^", "~&", "~|", "~^", "^~")+"(◦)", g.expression(depth-1).node), 1, false, false}
	case 11, 12:
		a := g.expression(depth - 1)
		op := pick(g, "-", "-", "~", "~", "+")
		if op == "~" {
			g.use("bitwise")
		} else {
			g.use("+ - *")
		}
		return word{form(expr, op+"(◦)", a.node), a.width, a.signed, a.loose}
	case 13, 14, 15:
		g.use("conditional")
		c, a, b := g.expression(depth-1), g.expression(depth-1), g.expression(depth-1)
		return word{form(expr, "(◦ ? ◦ : ◦)", c.node, a.node, b.node), max(a.width, b.width), a.signed && b.signed, a.loose || b.loose}
	case 16, 17:
		return g.concatenation(depth)
	case 18:
		g.use("$signed and $unsigned")
		a := g.expression(depth - 1)
		s := g.one(2)
		return word{form(expr, map[bool]string{true: "$signed(◦)", false: "$unsigned(◦)"}[s], a.node), a.width, s, a.loose}
	case 19, 20:
		return g.selection()
	case 21:
		return g.call(depth)
	case 22:
		return g.macroUse(depth)
	}
	if g.sv(1) {
		g.use("size cast")
		a, w := g.expression(depth-1), g.between(1, 12)
		return word{form(expr, fmt.Sprintf("%d'(◦)", w), a.node), w, a.signed, false}
	}
	return g.selection()
}

func (g *gen) binary(depth int) word {
	a, b := g.expression(depth-1), g.expression(depth-1)
	op := pick(g, "+", "+", "-", "-", "*", "&", "|", "^", "~^", "^~")
	switch op {
	case "+", "-", "*":
		g.use("+ - *")
	default:
		g.use("bitwise")
	}
	if g.one(250) {
		g.use("/ % of data")
		op = pick(g, "/", "%")
	}
	return word{form(expr, "(◦ "+op+" ◦)", a.node, b.node), max(a.width, b.width), a.signed && b.signed, a.loose || b.loose}
}

func (g *gen) shift(depth int) word {
	a := g.expression(depth - 1)
	op := pick(g, "<<", ">>", ">>>", ">>>", "<<<")
	if len(op) == 3 {
		g.use("arithmetic shift")
	}
	if g.one(2) {
		g.use("shift by a constant")
		return word{form(expr, fmt.Sprintf("(◦ %s %d)", op, g.IntN(9)), a.node), a.width, a.signed, a.loose}
	}
	g.use("shift by data")
	by := g.expression(depth - 1).node
	if g.result != "" && len(by.kids) == 0 && by.parts[0] == g.result {
		// Icarus cannot link a shift by the name of the function that it is in.
		by = form(expr, "{◦}", by)
	}
	return word{form(expr, "(◦ "+op+" ◦)", a.node, by), a.width, a.signed, a.loose}
}

func (g *gen) comparison(depth int) word {
	a, b := g.expression(depth-1), g.expression(depth-1)
	op := pick(g, "<", "<=", ">", ">=", "==", "!=", "===", "!==")
	switch {
	case len(op) == 3:
		g.use("=== and !==")
	case strings.ContainsAny(op, "<>"):
		g.use("relational")
	default:
		g.use("equality")
	}
	return word{form(expr, "(◦ "+op+" ◦)", a.node, b.node), 1, false, false}
}

func (g *gen) concatenation(depth int) word {
	// The operands of a concatenation need a width of their own.
	var kids []*node
	width := 0
	for range g.between(1, 3) {
		a := g.expression(depth - 1)
		if a.loose {
			a = g.sized(g.between(1, 5), g.one(2), 0)
		}
		if width+a.width > maxConcat {
			continue
		}
		kids, width = append(kids, a.node), width+a.width
	}
	if kids == nil {
		return g.leaf()
	}
	g.use("concatenation")
	w := word{form(expr, "{"+strings.Repeat(", ◦", len(kids))[2:]+"}", kids...), width, false, false}
	if n := g.between(1, 4); g.one(3) && n*width <= maxConcat {
		g.use("replication")
		count := fmt.Sprint(n)
		if g.one(3) {
			count = fmt.Sprintf("(%d-%d)", n+2, 2)
		}
		w = word{form(expr, "{"+count+"◦}", w.node), n * width, false, false}
	}
	return w
}

// leaf is a variable, a parameter or a literal.
func (g *gen) leaf() word {
	if n := g.IntN(10); n < 7 && len(g.vars) > 0 {
		v := g.variable()
		return word{text(expr, v.name), v.width, v.signed, false}
	} else if n == 7 && len(g.consts) > 0 {
		p := &g.consts[g.IntN(len(g.consts))]
		return word{text(expr, p.name), p.width, p.signed, true}
	}
	return g.literal()
}

// variable prefers what nothing has read yet, so that little is dead.
func (g *gen) variable() *variable {
	i := g.IntN(len(g.vars))
	for range 3 {
		if !g.vars[i].used {
			break
		}
		i = g.IntN(len(g.vars))
	}
	g.vars[i].used = true
	return &g.vars[i]
}

func (g *gen) literal() word {
	switch g.IntN(8) {
	case 0, 1:
		g.use("unsized literal")
		return word{text(expr, fmt.Sprint(pick(g, 0, 1, 2, 3, 5, 7, 8, 15, 16, 100, 255))), 32, true, true}
	case 2:
		g.use("unsized based literal")
		if g.one(3) {
			g.use("signed literal")
			return word{text(expr, fmt.Sprintf("'sh%x", g.IntN(300))), 32, true, true}
		}
		return word{text(expr, fmt.Sprintf("'%s%d", pick(g, "d", "d"), g.IntN(300))), 32, false, true}
	case 3:
		if g.sv(2) {
			g.use("'0 and '1")
			return word{text(expr, pick(g, "'0", "'1")), 1, false, true}
		}
	}
	g.use("sized literal")
	return g.sized(g.between(1, 8), g.one(3), 3000)
}

// sized is a literal of a width; rarely its digits need more.
func (g *gen) sized(width int, signed bool, rare int) word {
	v := g.Uint64() & (1<<width - 1)
	if rare > 0 && g.one(rare) {
		g.use("truncated literal")
		v |= 1 << width
	}
	s := ""
	if signed {
		g.use("signed literal")
		s = "s"
	}
	digits := map[string]string{"b": fmt.Sprintf("b%0*b", width, v), "h": fmt.Sprintf("h%x", v), "d": fmt.Sprintf("d%d", v), "o": fmt.Sprintf("o%o", v)}[pick(g, "b", "h", "d", "o")]
	if width > 4 && digits[0] == 'b' && g.one(3) {
		digits = digits[:3] + "_" + digits[3:]
	}
	return word{text(expr, fmt.Sprintf("%d'%s%s", width, s, digits)), width, signed, false}
}

// at is where bit i of v, counted from the least significant, is declared.
func (v *variable) at(i int) int {
	if v.msb >= v.lsb {
		return v.lsb + i
	}
	return v.lsb - i
}

// index is a word of k bits without sign, for a place that data chooses.
func (g *gen) index(k int) *node {
	var wide []*variable
	for i := range g.vars {
		if g.vars[i].ranged && g.vars[i].width >= k {
			wide = append(wide, &g.vars[i])
		}
	}
	if len(wide) == 0 {
		return text(expr, fmt.Sprintf("%d'd%d", k, g.IntN(1<<k)))
	}
	v := wide[g.IntN(len(wide))]
	v.used = true
	lo := g.IntN(v.width - k + 1)
	if k == 1 {
		return text(expr, fmt.Sprintf("%s[%d]", v.name, v.at(lo)))
	}
	return text(expr, fmt.Sprintf("%s[%d:%d]", v.name, v.at(lo+k-1), v.at(lo)))
}

// selection is some bits of a variable or of a parameter.
func (g *gen) selection() word {
	from, constant := g.vars, false
	if (g.one(8) || len(from) == 0) && len(g.consts) > 0 {
		from, constant = g.consts, true
	}
	if len(from) == 0 {
		return g.leaf()
	}
	v := &from[g.IntN(len(from))]
	if !v.ranged {
		return g.leaf()
	}
	v.used = true
	if constant {
		g.use("select of a parameter")
	}
	s, width := g.part(v)
	return word{s, width, false, false}
}

// part is a random selection of v, by constants or by data, within its range.
func (g *gen) part(v *variable) (*node, int) {
	n := g.between(1, v.width)
	lo := g.IntN(v.width - n + 1)
	name := v.name
	k := bits.Len(uint(v.width)) - 1 // any k bits are within the range
	descends := v.msb >= v.lsb
	switch g.IntN(6) {
	case 0:
		g.use("bit select")
		return text(expr, fmt.Sprintf("%s[%d]", name, v.at(lo))), 1
	case 1:
		if k > 0 && v.lsb == 0 {
			g.use("variable bit select")
			return form(expr, name+"[◦]", g.index(k)), 1
		}
	case 2:
		g.use("indexed part select")
		base := v.at(lo)
		if !descends {
			base = v.at(lo + n - 1)
		}
		return text(expr, fmt.Sprintf("%s[%d +: %d]", name, base, n)), n
	case 3:
		g.use("descending indexed part select")
		base := v.at(lo + n - 1)
		if !descends {
			base = v.at(lo)
		}
		return text(expr, fmt.Sprintf("%s[%d -: %d]", name, base, n)), n
	case 4:
		if k > 1 && descends && v.lsb == 0 {
			// Any place of k-1 bits leaves room for the rest of the word.
			k--
			n := g.between(1, v.width-1<<k+1)
			if g.one(12) {
				g.use("descending indexed part select")
				return form(expr, fmt.Sprintf("%s[(◦ + %d) -: %d]", name, n-1, n), g.index(k)), n
			}
			g.use("variable indexed part select")
			return form(expr, fmt.Sprintf("%s[◦ +: %d]", name, n), g.index(k)), n
		}
	}
	g.use("part select")
	return text(expr, fmt.Sprintf("%s[%d:%d]", name, v.at(lo+n-1), v.at(lo))), n
}

func (g *gen) call(depth int) word {
	if len(g.calls) == 0 {
		return g.binary(depth)
	}
	f := g.calls[g.IntN(len(g.calls))]
	var kids []*node
	for range f.args {
		kids = append(kids, g.expression(depth-1).node)
	}
	return word{form(expr, f.name+"("+strings.Repeat(", ◦", len(kids))[2:]+")", kids...), f.width, f.signed, false}
}

func (g *gen) macroUse(depth int) word {
	if len(g.macros) == 0 {
		return g.shift(depth)
	}
	m := g.macros[g.IntN(len(g.macros))]
	if m.args == 0 {
		return word{text(expr, "`"+m.name), 32, true, true}
	}
	var kids []*node
	for range m.args {
		kids = append(kids, g.expression(depth-1).node)
	}
	return word{form(expr, "`"+m.name+"("+strings.Repeat(", ◦", len(kids))[2:]+")", kids...), 32, false, true}
}

// constant is a random expression over parameters and literals.
func (g *gen) constant(depth int) word {
	outer := g.scope
	g.vars, g.calls, g.macros = nil, nil, nil
	for _, f := range outer.calls {
		if f.pure && g.one(3) {
			g.calls = append(g.calls, f)
		}
	}
	defer func() { g.scope = outer }()
	if depth > 0 && g.one(8) {
		if g.one(2) {
			g.use("/ % of constants")
			a := g.expression(depth - 1)
			return word{form(expr, "(◦ "+pick(g, "/", "%")+fmt.Sprintf(" %d)", g.between(1, 7)), a.node), 32, a.signed, true}
		}
		g.use("** of constants")
		return word{text(expr, fmt.Sprintf("(2 ** %d)", g.IntN(9))), 32, true, true}
	}
	w := g.expression(depth)
	if len(w.kids) > 0 && !w.signed && g.calls != nil {
		g.use("constant function")
	}
	return w
}
