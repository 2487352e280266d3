package verilog

import (
	"fmt"
	"strings"
)

// bounds is one range of a packed array.
type bounds struct{ left, right int }

func (b bounds) size() int { return max(b.left-b.right, b.right-b.left) + 1 }

// packed adds an array of two or three packed dimensions and words that read pieces of
// it. The array is a net, a variable that a process writes in pieces, or an argument.
func (g *gen) packed() {
	g.use("packed array")
	var dims []bounds
	ranges, width := "", 1
	for range g.between(2, 3) {
		b := bounds{left: g.between(0, 3)}
		switch {
		case g.one(6):
			g.use("packed array with an offset")
			b.right = g.between(1, 3)
			b.left += b.right
		case g.one(6):
			g.use("packed array that counts up")
			b = bounds{0, g.between(1, 3)}
		}
		dims = append(dims, b)
		ranges += fmt.Sprintf("[%d:%d]", b.left, b.right)
		width *= b.size()
	}
	p := g.name("p")
	declare := "logic " + ranges + " " + p
	lines := ""
	if g.one(3) {
		g.use("type of a packed array")
		lines = "    typedef logic " + ranges + " " + p + "_t;\n"
		declare = p + "_t " + p
	}
	var kids []*node
	if g.one(2) {
		lines += "    " + declare + ";\n    assign " + p + " = ◦;\n"
		kids = append(kids, g.expression(2).node)
	} else {
		g.use("packed array in pieces")
		lines += "    " + declare + ";\n"
		i := g.name("i")
		body := "        " + p + " = ◦;\n"
		kids = append(kids, g.expression(2).node)
		for range g.between(1, 3) {
			if g.one(3) {
				first := dims[0]
				lo, hi := min(first.left, first.right), max(first.left, first.right)
				body += fmt.Sprintf("        for (%s = %d; %s <= %d; %s = %s + 1) %s[%s] = ◦;\n", i, lo, i, hi, i, i, p, i)
				kids = append(kids, g.expression(1).node)
				continue
			}
			s, ks := g.piece(dims, false)
			body += "        " + p + s + pick(g, " = ", " ^= ", " += ") + "◦;\n"
			kids = append(append(kids, ks...), g.expression(1).node)
		}
		lines += "    integer " + i + ";\n    always @* begin\n" + body + "    end\n"
	}
	var outs []variable
	for range g.between(1, 2) {
		s, ks := g.piece(dims, true)
		d := g.declareOf(g.name("w"), "wire", g.between(1, 8))
		lines += "    " + d.text + ";\n    assign " + d.name + " = " + pick(g, "", "~", "-", "1 + ") + p + s + ";\n"
		kids = append(kids, ks...)
		outs = append(outs, d.variable)
	}
	g.add(form(item, lines, kids...))
	g.vars = append(g.vars, outs...)
	g.vars = append(g.vars, variable{name: p, width: width})
}

// piece selects some of an array: indices, perhaps a slice at the end. Those that are read
// may lie beyond it.
func (g *gen) piece(dims []bounds, read bool) (string, []*node) {
	var s strings.Builder
	var kids []*node
	n := g.between(1, len(dims))
	if len(dims) == 0 {
		return "", nil
	}
	for k, d := range dims[:min(n, len(dims))] {
		lo, hi := min(d.left, d.right), max(d.left, d.right)
		switch {
		case k == n-1 && d.left > d.right && g.one(4):
			g.use("slice of a packed array")
			a := g.between(d.right, d.left)
			b := g.between(d.right, a)
			switch {
			case g.one(2):
				fmt.Fprintf(&s, "[%d:%d]", a, b)
			case read && g.one(2):
				fmt.Fprintf(&s, "[%d -: %d]", a, a-b+1)
			case read:
				fmt.Fprintf(&s, "[%d +: %d]", b, a-b+1)
			default:
				fmt.Fprintf(&s, "[%d:%d]", a, b)
			}
		case k == n-1 && lo <= 1 && g.one(3): // Icarus 11 takes data for the last index only
			g.use("index of a packed array by data")
			bits := 1
			for 2<<bits <= hi+1 {
				bits++
			}
			if g.one(8) {
				bits++ // beyond the array
			}
			less := ""
			if lo == 0 && g.one(3) {
				less = fmt.Sprintf(" - %d'd1", bits) // wraps in its own width
			}
			s.WriteString("[◦" + less + "]")
			kids = append(kids, g.index(bits))
		default:
			fmt.Fprintf(&s, "[%d]", g.between(lo, hi))
		}
	}
	return s.String(), kids
}
