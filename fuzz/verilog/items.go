package verilog

import (
	"fmt"
	"strings"

	"github.com/hashiflex/hashiflex/rtl"
)

// top makes a whole top module with its submodules and macros.
func (g *gen) top() (tree *node, ins, outs []rtl.Signal, clock string) {
	for g.one(4) && len(g.macros) < 2 {
		g.macro()
	}
	var ports []declared
	left := g.between(4, maxInputBits)
	for left > 0 && len(ports) < 4 {
		d := g.declareOf(g.name("x"), "input", min(left, g.between(1, 8)))
		if d.signed {
			g.use("signed port")
		}
		left -= d.width
		ports = append(ports, d)
		ins = append(ins, rtl.Signal{Name: d.name, Width: d.width})
	}
	clocked := g.one(4)
	if clocked {
		clock = "clk"
	}
	inner := g.body(ports, clock, true)
	g.before = append(g.before, inner.tree)
	for _, o := range inner.outs {
		outs = append(outs, rtl.Signal{Name: o.name, Width: o.width})
	}
	return list(g.before...), ins, outs, clock
}

// finished is a module and its ports.
type finished struct {
	tree       *node
	outs       []declared
	parameters []string
}

// body makes a module called stand (or sub) with the given inputs.
func (g *gen) body(ports []declared, clock string, top bool) finished {
	name := stand
	if !top {
		name = stand + "_" + g.name("m")
	}
	var f finished
	outerItems, outerScope := g.items, g.scope
	g.items = nil
	g.scope = scope{macros: outerScope.macros}
	if g.one(2) || !top {
		f.parameters = g.parameters(g.between(1, 3))
	}
	for _, p := range ports {
		g.vars = append(g.vars, p.variable)
	}
	var tasks []task
	n := 1
	if top {
		for g.one(3) && len(g.calls) < 2 {
			g.function()
			if g.one(8) {
				g.parameters(1)
			}
		}
		if g.one(5) {
			tasks = append(tasks, g.task())
		}
		n = 1 + g.IntN(5)/2
	}
	edge := "posedge"
	if g.one(4) {
		edge = "negedge"
	}
	for range n {
		if g.dialect == PackedArrays {
			g.packed()
			continue
		}
		switch g.IntN(13) {
		case 0, 1, 2:
			g.net()
		case 3, 4, 5:
			g.combinational(tasks)
			// A static task in two blocks has one set of variables: they race.
			tasks = nil
		case 6, 7:
			if top {
				g.instance()
			} else {
				g.net()
			}
		case 8:
			g.generateFor()
		case 9:
			g.generateChoice()
		case 10:
			g.array()
		case 11:
			g.conditionalText()
		case 12:
			g.special()
		}
		if clock != "" && g.one(2) {
			g.clocked(clock, edge)
		}
	}
	if clock != "" {
		g.clocked(clock, edge)
	}
	for range 1 + g.IntN(3)/2 {
		f.outs = append(f.outs, g.output(tasks))
		tasks = nil
	}
	f.tree = g.module(name, ports, f.outs, clock)
	g.items, g.scope = outerItems, outerScope
	if !top {
		g.before = append(g.before, f.tree)
	}
	return f
}

// module is the text around the items.
func (g *gen) module(name string, ins, outs []declared, clock string) *node {
	var all []declared
	if clock != "" {
		all = append(all, declared{text: "input " + clock, variable: variable{name: clock}})
	}
	all = append(append(all, ins...), outs...)
	head, lines := "", ""
	for _, p := range all {
		if g.one(2) {
			head += ",\n    " + p.text
		} else {
			head += ", " + p.text
		}
	}
	if g.one(4) {
		g.use("port list without types")
		head = ""
		for _, p := range all {
			head += ", " + p.name
			lines += "    " + p.text + ";\n"
		}
	}
	items := list(g.items...)
	return form(glue, "module "+name+" ("+strings.TrimLeft(head, ", \n")+");\n"+lines+"◦endmodule\n", items)
}

// net is a wire with an assignment, or several that each drive a part.
func (g *gen) net() {
	d := g.declare(g.name("w"), "wire")
	switch {
	case g.one(3) && !strings.HasPrefix(d.text, "logic"):
		g.add(form(item, "    "+d.text+" = ◦;\n", g.expression(2).node))
	case g.one(3) && d.ranged && d.width > 1:
		g.use("assignment to parts of a net")
		cut := g.between(1, d.width-1)
		g.add(form(item, fmt.Sprintf("    %s;\n    assign %s[%d:%d] = ◦;\n    assign %s[%d:%d] = ◦;\n", d.text,
			d.name, d.at(d.width-1), d.at(cut), d.name, d.at(cut-1), d.at(0)), g.expression(2).node, g.expression(2).node))
	case g.one(5):
		g.use("assignment to a concatenation")
		e := g.declare(g.name("w"), "wire")
		g.add(form(item, fmt.Sprintf("    %s;\n    %s;\n    assign {%s, %s} = ◦;\n", d.text, e.text, d.name, e.name), g.expression(2).node))
		g.vars = append(g.vars, e.variable)
	default:
		g.add(form(item, fmt.Sprintf("    %s;\n    assign %s = ◦;\n", d.text, d.name), g.expression(2).node))
	}
	g.vars = append(g.vars, d.variable)
}

// combinational is a block that gives some variables a value at every input.
func (g *gen) combinational(tasks []task) {
	var targets []declared
	for range g.between(1, 2) {
		r := g.register(g.name("r"))
		if len(tasks) > 0 && g.one(2) {
			r = g.declareOf(r.name, "reg", tasks[0].outs[0].width)
		}
		targets = append(targets, r)
	}
	text := ""
	for _, t := range targets {
		text += "    " + t.text + ";\n"
	}
	g.process(text, targets, tasks)
}

// process adds the block for declared targets.
func (g *gen) process(text string, targets []declared, tasks []task) {
	if g.sv(3) {
		g.alwaysComb(text, targets)
		return
	}
	when := g.sensitivity()
	b := behaviour{assign: "=", tasks: tasks, blocks: true}
	var body []*node
	for _, t := range targets {
		body = append(body, form(glue, "        "+t.name+" = ◦;\n", g.expression(2).node))
		b.targets = append(b.targets, t.variable)
	}
	if g.one(2) {
		for range g.between(1, 2) {
			i := g.name("i")
			text += "    integer " + i + ";\n"
			b.loops = append(b.loops, i)
		}
	}
	g.vars = append(g.vars, b.targets...)
	for range 1 + g.IntN(3)/2 {
		body = append(body, g.statement(&b, 2, "        "))
	}
	if g.one(150) {
		g.use("both kinds of assignment")
		body = append(body, form(stmt, "        "+targets[0].name+" <= ◦;\n", g.expression(1).node))
	}
	g.add(form(item, text+"    always "+when+" begin\n◦    end\n", list(body...)))
}

// sensitivity is what a block of logic waits for: all that it may read, or rarely
// not all of it.
func (g *gen) sensitivity() string {
	if !g.one(12) {
		g.use("always @*")
		return "@*"
	}
	g.use("sensitivity list")
	var names []string
	for _, v := range g.vars {
		names = append(names, v.name)
	}
	if len(names) > 1 && g.one(8) {
		g.use("incomplete sensitivity list")
		names = names[1:]
	}
	return "@(" + strings.Join(names, pick(g, " or ", ", ")) + ")"
}

// alwaysComb is process in SystemVerilog. Every path assigns a variable once, as a
// whole: otherwise Icarus's always_comb may loop forever.
func (g *gen) alwaysComb(text string, targets []declared) {
	g.use("always_comb")
	body := list()
	for _, t := range targets {
		set := func(indent string) *node { return form(stmt, indent+t.name+" = ◦;\n", g.expression(2).node) }
		var s *node
		switch g.IntN(3) {
		case 0:
			s = set("        ")
		case 1:
			g.use("if")
			s = form(stmt, "        if (◦)\n◦        else\n◦", g.expression(2).node, set("            "), set("            "))
		default:
			s = g.casesOf(g.selector(g.between(2, 4)), "        ", true, set)
		}
		body = list(append(body.kids, s)...)
	}
	for _, t := range targets {
		g.vars = append(g.vars, t.variable)
	}
	g.add(form(item, text+"    always_comb begin\n◦    end\n", body))
}

// clocked is registers that read what is there, and each the ones before it.
func (g *gen) clocked(clock, edge string) {
	g.use("clocked")
	if edge == "negedge" {
		g.use("negedge")
	}
	text := ""
	var body []*node
	b := behaviour{assign: "<=", blocks: true}
	outer := len(g.vars)
	if g.one(4) {
		g.use("blocking in clocked")
		t := g.declare(g.name("v"), "reg")
		text += "    " + t.text + ";\n"
		body = append(body, form(glue, "        "+t.name+" = ◦;\n", g.expression(2).node))
		g.vars = append(g.vars, t.variable)
	}
	var regs []variable
	for range g.between(1, 2) {
		q := g.declare(g.name("q"), "reg")
		text += "    " + q.text
		if g.one(8) {
			g.use("variable with an initial value")
			text += fmt.Sprintf(" = %d", g.IntN(2))
		}
		text += ";\n"
		b.targets = []variable{q.variable}
		body = append(body, form(glue, "        "+q.name+" <= ◦;\n", g.expression(2).node))
		for range g.between(0, 2) {
			body = append(body, g.statement(&b, 2, "        "))
		}
		g.vars = append(g.vars, q.variable)
		regs = append(regs, q.variable)
	}
	// Nothing outside reads what the block only passes on.
	g.vars = append(g.vars[:outer:outer], regs...)
	word := "always @(" + edge + " " + clock + ")"
	if g.sv(2) {
		g.use("always_ff")
		word = "always_ff @(" + edge + " " + clock + ")"
	}
	g.add(form(item, text+"    "+word+" begin\n◦    end\n", list(body...)))
}

// output declares and drives an output.
func (g *gen) output(tasks []task) declared {
	name := g.name("y")
	width := g.between(1, 12)
	if g.one(20) {
		width = g.between(13, 33)
	}
	if g.one(4) {
		g.use("output variable")
		d := g.declareOf(name, "output reg", width)
		g.process("", []declared{d}, tasks)
		// Outputs are read by no other.
		g.vars = g.vars[:len(g.vars)-1]
		return d
	}
	d := g.declareOf(name, "output", width)
	if d.signed {
		g.use("signed port")
	}
	g.add(form(item, "    assign "+name+" = ◦;\n", g.expression(3).node))
	return d
}

// instance makes a submodule and one or two instances of it.
func (g *gen) instance() {
	var ports []declared
	for range g.between(1, 3) {
		ports = append(ports, g.declareOf(g.name("x"), "input", g.between(1, 8)))
	}
	sub := g.body(ports, "", false)
	module := strings.Fields(sub.tree.parts[0])[1]
	for range 1 + g.IntN(4)/3 {
		g.use("instance")
		inst := g.name("u")
		var kids []*node
		params := ""
		after := ""
		if len(sub.parameters) > 0 && g.one(2) {
			switch g.IntN(3) {
			case 0:
				g.use("parameter override")
				params = " #(." + pick(g, sub.parameters...) + "(◦))"
				kids = append(kids, g.constant(1).node)
			case 1:
				g.use("ordered parameter override")
				params = " #(◦)"
				kids = append(kids, g.constant(1).node)
			case 2:
				g.use("defparam")
				after = "    defparam " + inst + "." + pick(g, sub.parameters...) + " = ◦;\n"
			}
		}
		lines := ""
		var conns []string
		ordered := g.one(3)
		if ordered {
			g.use("ordered ports")
		}
		connect := func(port, to string) {
			if ordered {
				conns = append(conns, to)
			} else {
				conns = append(conns, "."+port+"("+to+")")
			}
		}
		for _, p := range ports {
			width := p.width
			if g.one(30) {
				g.use("port of another width")
				width = max(1, width+pick(g, -1, 1, 2))
			}
			w := g.declareOf(g.name("w"), "wire", width)
			lines += "    " + w.text + ";\n    assign " + w.name + " = ◦;\n"
			kids = append(kids, g.expression(2).node)
			connect(p.name, w.name)
		}
		// The parameter's hole comes after the connections' in the text.
		if params != "" {
			kids = append(kids[1:], kids[0])
		}
		var made []variable
		for _, o := range sub.outs {
			w := g.declareOf(g.name("w"), "wire", o.width)
			lines += "    " + w.text + ";\n"
			connect(o.name, w.name)
			made = append(made, w.variable)
		}
		if after != "" {
			kids = append(kids, g.constant(1).node)
		}
		g.add(form(item, lines+"    "+module+params+" "+inst+" ("+strings.Join(conns, ", ")+");\n"+after, kids...))
		g.vars = append(g.vars, made...)
	}
}

// generateFor drives a word bit by bit, or bits by bits.
func (g *gen) generateFor() {
	g.use("generate for")
	k, i := g.between(1, 3), g.name("g")
	n := g.between(2, 4)
	d := g.declareOf(g.name("w"), "wire", k*n)
	for d.lsb != 0 || d.msb != k*n-1 {
		d = g.declareOf(d.name, "wire", k*n)
	}
	outer := g.consts
	g.consts = append(outer[:len(outer):len(outer)], variable{name: i, width: 32, signed: true}, variable{name: i, width: 32, signed: true})
	e := g.expression(2).node
	g.consts = outer
	at := i
	if k > 1 {
		at = fmt.Sprintf("%d*%s +: %d", k, i, k)
	}
	body := fmt.Sprintf("            assign %s[%s] = ◦;\n", d.name, at)
	if g.one(3) {
		t := g.declare(g.name("w"), "wire")
		body = fmt.Sprintf("            %s;\n            assign %s = ◦;\n            assign %s[%s] = %s;\n", t.text, t.name, d.name, at, t.name)
	}
	g.add(form(item, fmt.Sprintf("    %s;\n    genvar %s;\n    generate\n        for (%s = 0; %s < %d; %s = %s + 1) begin : %s\n%s        end\n    endgenerate\n",
		d.text, i, i, i, n, i, i, g.name("b"), body), e))
	g.vars = append(g.vars, d.variable)
}

// generateChoice drives a word by what a constant chooses.
func (g *gen) generateChoice() {
	d := g.declare(g.name("w"), "wire")
	drive := func(indent string) string { return indent + "assign " + d.name + " = ◦;\n" }
	c, e1, e2 := g.constant(2), g.expression(2).node, g.expression(2).node
	if g.one(2) {
		g.use("generate if")
		g.add(form(item, "    "+d.text+";\n    generate\n        if (◦)\n"+drive("            ")+"        else\n"+drive("            ")+"    endgenerate\n", c.node, e1, e2))
	} else {
		g.use("generate case")
		g.add(form(item, "    "+d.text+";\n    generate\n        case (◦)\n            ◦:\n"+drive("                ")+"            default:\n"+drive("                ")+"        endcase\n    endgenerate\n",
			c.node, g.sized(min(c.width, 8), c.signed, 0).node, e1, e2))
	}
	g.vars = append(g.vars, d.variable)
}

// array is several words under one name, of nets or of constants.
func (g *gen) array() {
	k := g.between(1, 3)
	element := g.declare(g.name("t"), "wire")
	t := element.name
	out := g.declare(g.name("w"), "wire")
	lines, kids := "", []*node(nil)
	if g.one(2) {
		g.use("array of nets")
		lines = fmt.Sprintf("    %s [0:%d];\n", element.text, 1<<k-1)
		for i := range 1 << k {
			lines += fmt.Sprintf("    assign %s[%d] = ◦;\n", t, i)
			kids = append(kids, g.expression(1).node)
		}
		lines += fmt.Sprintf("    %s;\n    assign %s = %s[◦];\n", out.text, out.name, t)
		kids = append(kids, g.index(k))
	} else {
		element.text = strings.Replace(element.text, "wire", "reg", 1)
		fill, end := "    always @* begin\n", "    end\n"
		lines = fmt.Sprintf("    %s [0:%d];\n", element.text, 1<<k-1)
		read := fmt.Sprintf("    %s;\n    assign %s = %s[◦];\n", out.text, out.name, t)
		if g.one(40) {
			g.use("table by initial")
			fill = "    initial begin\n"
			lines += fill
		} else {
			g.use("table")
			r := g.declare(g.name("r"), "reg")
			lines += "    " + r.text + ";\n" + fill
			end = "        " + r.name + " = " + t + "[◦];\n    end\n"
			read = fmt.Sprintf("    %s;\n    assign %s = %s;\n", out.text, out.name, r.name)
		}
		for i := range 1 << k {
			lines += fmt.Sprintf("        %s[%d] = ◦;\n", t, i)
			kids = append(kids, g.constant(1).node)
		}
		lines += end + read
		kids = append(kids, g.index(k))
	}
	g.add(form(item, lines, kids...))
	g.vars = append(g.vars, out.variable)
}

// conditionalText is a net that a preprocessor's condition chooses.
func (g *gen) conditionalText() {
	g.use("ifdef")
	d := g.declare(g.name("w"), "wire")
	name := g.name("D_" + stand + "_")
	if g.one(2) {
		g.before = append(g.before, text(item, "`define "+name+"\n"))
	}
	word := pick(g, "`ifdef", "`ifndef")
	g.add(form(item, "    "+d.text+";\n"+word+" "+name+"\n    assign "+d.name+" = ◦;\n`else\n    assign "+d.name+" = ◦;\n`endif\n", g.expression(2).node, g.expression(2).node))
	g.vars = append(g.vars, d.variable)
}

// special is what only one dialect has, or what is rare.
func (g *gen) special() {
	if g.one(12) {
		g.use("variable initialised from data")
		d := g.declare(g.name("r"), "reg")
		g.add(form(item, "    "+d.text+" = ◦;\n", g.expression(2).node))
		g.vars = append(g.vars, d.variable)
		return
	}
	if g.dialect != SystemVerilog {
		g.net()
		return
	}
	g.use("enum")
	d := g.name("e")
	width := g.between(2, 4)
	g.add(form(item, fmt.Sprintf("    enum logic [%d:0] {%s_A, %s_B = %d, %s_C} %s;\n    assign %s = ◦ ? %s_A : %s_C;\n", width-1, d, d, g.between(1, 1<<width-2), d, d, d, d, d),
		g.expression(2).node))
	g.vars = append(g.vars, variable{name: d, width: width}, variable{name: d + "_B", width: width})
}
