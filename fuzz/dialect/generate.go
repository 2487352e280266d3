package dialect

import (
	"fmt"
	"math/rand/v2"
	"strings"

	"github.com/hashiflex/hashiflex/fuzz/verilog"
	"github.com/hashiflex/hashiflex/rtl"
)

// Generate makes the module of a seed: of the dialect, with inputs of at most 16 bits
// together. Modules with different names share no module name.
func Generate(name string, seed uint64) *verilog.Module {
	g := &gen{Rand: rand.New(rand.NewPCG(seed, 0xd1a1ec7))}
	m := &verilog.Module{Name: name}
	g.top(m)
	m.Text = g.out.String()
	return m
}

// gen is the state of one module's making.
type gen struct {
	*rand.Rand
	out  strings.Builder
	nets []net // that may be read
	n    int   // of names given
}

type net struct {
	name   string
	width  int
	vector bool
}

const (
	maxNet = 24
	deep   = 3
)

func (g *gen) one(n int) bool { return g.IntN(n) == 0 }

func (g *gen) line(format string, args ...any) {
	if g.one(12) {
		g.out.WriteString([]string{"// a comment ; endmodule\n", "/* wire */", "", "\t", "/* two\n   lines */"}[g.IntN(5)])
	}
	fmt.Fprintf(&g.out, format, args...)
	g.out.WriteString([]string{"\n", "\n", "\n", " ", "\r\n"}[g.IntN(5)])
}

// dims is the range of a net.
func (g *gen) dims(n *net) string {
	n.vector = n.width > 1 || g.one(4)
	if !n.vector {
		return " "
	}
	return fmt.Sprintf(" [%d:0] ", n.width-1)
}

func (g *gen) fresh() string {
	g.n++
	return fmt.Sprintf("%s%d", []string{"n", "w_", "Q", "_t"}[g.IntN(4)], g.n)
}

func (g *gen) top(m *verilog.Module) {
	leaf := g.one(3)
	if leaf && g.one(2) {
		g.leaf(m.Name)
	}
	clocked := g.one(3)
	var ports []string
	if clocked {
		m.Clock = "clk"
		ports = append(ports, "input wire clk")
	}
	for left := 16; left > 0 && len(m.Ins) < 4; {
		n := net{name: g.fresh(), width: 1 + g.IntN(min(left, 8))}
		left -= n.width
		ports = append(ports, []string{"input", "input wire"}[g.IntN(2)]+g.dims(&n)+n.name)
		m.Ins = append(m.Ins, rtl.Signal{Name: n.name, Width: n.width})
		g.nets = append(g.nets, n)
	}
	var outs []net
	for range 1 + g.IntN(3) {
		n := net{name: g.fresh(), width: 1 + g.IntN(maxNet)}
		ports = append(ports, []string{"output", "output wire"}[g.IntN(2)]+g.dims(&n)+n.name)
		m.Outs = append(m.Outs, rtl.Signal{Name: n.name, Width: n.width})
		outs = append(outs, n)
	}
	g.line("module %s (\n  %s\n);", m.Name, strings.Join(ports, ",\n  "))
	var regs []net
	if clocked {
		for range 1 + g.IntN(3) {
			n := net{name: g.fresh(), width: 1 + g.IntN(12)}
			g.line("reg%s%s;", g.dims(&n), n.name)
			regs = append(regs, n)
			if g.one(3) {
				continue // read by the outputs alone
			}
		}
	}
	for range 2 + g.IntN(8) {
		g.wire()
	}
	if leaf {
		n := net{name: g.fresh(), width: 3}
		g.line("wire%s%s;", g.dims(&n), n.name)
		g.line("%s_leaf u0 (.i(%s), .o(%s));", m.Name, g.operand(5, deep), n.name)
		g.nets = append(g.nets, n)
		g.wire()
	}
	// Registers take their values from what does not depend on them: a pipeline.
	for len(regs) > 0 {
		k := 1 + g.IntN(len(regs))
		if k == 1 && g.one(2) {
			g.line("always @(posedge clk) %s <= %s;", regs[0].name, g.value(regs[0].width))
		} else {
			g.line("always @(posedge clk) begin")
			for _, r := range regs[:k] {
				g.line("  %s <= %s;", r.name, g.value(r.width))
			}
			g.line("end")
		}
		g.nets = append(g.nets, regs[:k]...)
		regs = regs[k:]
		g.wire()
	}
	for _, o := range outs {
		if o.width > 2 && g.one(3) {
			at := 1 + g.IntN(o.width-1)
			low := fmt.Sprintf("%s[%d:0]", o.name, at-1)
			g.line("assign %s[%d:%d] = %s, %s = %s;", o.name, o.width-1, at, g.value(o.width-at), low, g.value(at))
			continue
		}
		g.line("assign %s = %s;", o.name, g.value(o.width))
	}
	g.line("endmodule")
	if leaf && !strings.Contains(g.out.String(), "module "+m.Name+"_leaf") {
		g.leaf(m.Name)
	}
}

// leaf is a module of one input of 5 bits and one output of 3.
func (g *gen) leaf(of string) {
	kept := g.nets
	g.nets = []net{{"i", 5, true}}
	g.line("module %s_leaf (input wire [4:0] i, output wire [2:0] o);", of)
	g.wire()
	g.line("assign o = %s;\nendmodule", g.value(3))
	g.nets = kept
}

// wire declares a net and drives it.
func (g *gen) wire() {
	n := net{name: g.fresh(), width: 1 + g.IntN(maxNet)}
	if g.one(3) {
		g.line("wire%s%s;", g.dims(&n), n.name)
		g.line("assign %s = %s;", n.name, g.value(n.width))
	} else {
		g.line("wire%s%s = %s;", g.dims(&n), n.name, g.value(n.width))
	}
	g.nets = append(g.nets, n)
}

// value is the right side of an assignment.
func (g *gen) value(w int) string {
	if g.one(4) {
		return g.operand(w, deep)
	}
	if g.one(8) {
		return g.shifted(w)
	}
	return g.operation(w, deep)
}

// shifted is a word with copies of its sign shifted in.
func (g *gen) shifted(w int) string {
	return fmt.Sprintf("$signed(%s) >>> %s", g.live(w, deep-1), g.amount())
}

func (g *gen) amount() string {
	if g.one(2) {
		return g.constant(1 + g.IntN(4))
	}
	return g.operand(1+g.IntN(4), 0)
}

// operation is an expression of w bits with an operator, without parentheses.
func (g *gen) operation(w, depth int) string {
	d := depth - 1
	if w == 1 && g.one(2) {
		v := 1 + g.IntN(10)
		switch g.IntN(6) {
		case 0:
			return []string{"&", "|", "^"}[g.IntN(3)] + g.live(v, d)
		case 1:
			return g.live(v, d) + []string{" == ", " != ", "==", "!="}[g.IntN(4)] + g.operand(v, d)
		case 2:
			return g.live(v, d) + []string{" < ", " <= ", " > ", " >= "}[g.IntN(4)] + g.operand(v, d)
		case 3:
			return fmt.Sprintf("$signed(%s) %s %s", g.live(v, d), []string{"<", "<=", ">", ">="}[g.IntN(4)], g.sign(v, d))
		case 4:
			return g.live(1, d) + []string{" && ", " || "}[g.IntN(2)] + g.operand(1, d)
		default:
			return "!" + g.live(1, d)
		}
	}
	switch g.IntN(8) {
	case 0:
		return []string{"~", "-"}[g.IntN(2)] + g.live(w, d)
	case 1:
		return fmt.Sprintf("%s ? %s : %s", g.live(1, d), g.operand(w, d), g.operand(w, d))
	case 2:
		return g.live(w, d) + []string{" << ", " >> "}[g.IntN(2)] + g.amount()
	case 3:
		op := []string{" + ", " & ", " | ", " ^ ", " * "}[g.IntN(5)]
		return g.live(w, d) + op + g.operand(w, d) + op + g.operand(w, d)
	case 4:
		return g.constant(w) + []string{" + ", " - ", " & ", " * ", " << ", " >> "}[g.IntN(6)] + g.live(w, d)
	default:
		return g.live(w, d) + []string{" + ", " - ", " & ", " | ", " ^ ", " * ", " ~^ ", "+", "-"}[g.IntN(9)] + g.operand(w, d)
	}
}

// sign is a signed operand.
func (g *gen) sign(w, depth int) string {
	if g.one(2) {
		return fmt.Sprintf("%s%d'sd%d", []string{"", "-"}[g.IntN(2)], w, g.Uint64N(1<<w))
	}
	return fmt.Sprintf("$signed(%s)", g.live(w, depth))
}

// live is an operand that is no constant.
func (g *gen) live(w, depth int) string {
	if depth > 0 && g.one(2) {
		return "(" + g.operation(w, depth) + ")"
	}
	n := g.nets[g.IntN(len(g.nets))]
	switch {
	case n.width == w:
		return n.name
	case n.width > w && w == 1:
		return fmt.Sprintf("%s[%d]", n.name, g.IntN(n.width))
	case n.width > w:
		lo := g.IntN(n.width - w + 1)
		return fmt.Sprintf("%s[%d:%d]", n.name, lo+w-1, lo)
	}
	return fmt.Sprintf("{%s, %s}", g.operand(w-n.width, depth-1), n.name)
}

// operand is an expression of w bits that may stand at an operator.
func (g *gen) operand(w, depth int) string {
	switch g.IntN(6) {
	case 0:
		return g.constant(w)
	case 1:
		if depth > 0 && w > 1 {
			if w%3 == 0 {
				return fmt.Sprintf("{3{%s}}", g.operand(w/3, depth-1))
			}
			k := 1 + g.IntN(w-1)
			return fmt.Sprintf("{%s,%s}", g.operand(w-k, depth-1), g.live(k, depth-1))
		}
	case 2:
		if depth > 0 {
			return "((" + g.operation(w, depth) + "))"
		}
	case 3:
		if depth > 0 {
			return "~" + g.live(w, depth-1)
		}
	}
	return g.live(w, depth)
}

func (g *gen) constant(w int) string {
	v := g.Uint64N(1 << w)
	switch g.IntN(4) {
	case 0:
		return fmt.Sprintf("%d'h%x", w, v)
	case 1:
		return fmt.Sprintf("%d'b%b", w, v)
	}
	return fmt.Sprintf("%d'd%d", w, v)
}

// tokens are what Mutate puts into a text.
var tokens = []string{
	"signed", "wire", "reg", "assign", "1", "0", "8'd3", "4'sd1", "1'bx", "2'bz", "'d1", "-", "+", "~", "!", "&", "|", "^", "<", "<=", ">", ">>", ">>>", "<<", "<<<", "==", "===", "&&", "?", ":", ",", ";",
	"(", ")", "[", "]", "{", "}", "[0]", "[1:0]", "[0:1]", "[2:1]", "$signed", "$unsigned", "$signed(", "initial", "always @*", "begin", "end", "if", "module", "endmodule", "input", "inout", "parameter P = 3;", "`define X", "// verilator lint_off\n", "/* c */", "// c\n", "(* a *)", "\\e ", "#1", ".i(", "()", "\r\n", "\r", "_", "x", "integer", "supply0", "tri", "posedge", "negedge", "**", "/", "%", "~&", "~^", "+:", "localparam", "genvar", "1'b1", "32'd7",
}

// Mutate changes some tokens of a module's text.
func Mutate(m *verilog.Module, seed uint64) *verilog.Module {
	r := rand.New(rand.NewPCG(seed, 0x0075))
	text := m.Text
	for range 1 + r.IntN(2) {
		cut := boundaries(text)
		i := r.IntN(len(cut) - 1)
		from, to := cut[i], cut[i+1]
		word := text[from:to]
		j := r.IntN(len(cut) - 1)
		switch r.IntN(6) {
		case 0: // a token less
			word = ""
		case 1: // one twice
			word += " " + word
		case 2: // another one of the text in its place
			word = text[cut[j]:cut[j+1]]
		case 3: // one more of the text
			word = text[cut[j]:cut[j+1]] + " " + word
		case 4: // one of the list
			word += " " + tokens[r.IntN(len(tokens))] + " "
		default: // a digit changes by one
			b := []byte(word)
			if len(b) > 0 && b[len(b)-1] >= '0' && b[len(b)-1] <= '9' {
				b[len(b)-1] = '0' + (b[len(b)-1]-'0'+byte(1+8*r.IntN(2)))%10
				word = string(b)
			} else {
				word = tokens[r.IntN(len(tokens))]
			}
		}
		text = text[:from] + word + text[to:]
	}
	c := *m
	c.Text = text
	return &c
}

// boundaries are the places between words, numbers and other characters.
func boundaries(text string) []int {
	kind := func(b byte) int {
		switch {
		case b >= 'a' && b <= 'z', b >= 'A' && b <= 'Z', b >= '0' && b <= '9', b == '_', b == '$', b == '\'':
			return 1
		case b == ' ', b == '\n', b == '\r', b == '\t':
			return 2
		}
		return 3
	}
	all := []int{0}
	for i := 1; i < len(text); i++ {
		if k := kind(text[i]); k != kind(text[i-1]) || k == 3 {
			all = append(all, i)
		}
	}
	return append(all, len(text))
}
