package verilog

import (
	"fmt"
)

// declared is a variable with the text that declares it, without a semicolon.
type declared struct {
	variable
	text string
}

// declare makes a random declaration. what is the text before the type, "wire",
// "reg" or a port's direction.
func (g *gen) declare(name, what string) declared {
	width := g.between(1, 8)
	if g.one(12) {
		width = g.between(9, 20)
	}
	return g.declareOf(name, what, width)
}

func (g *gen) declareOf(name, what string, width int) declared {
	v := variable{name: name, width: width, msb: width - 1, ranged: width > 1 || g.one(4)}
	if (what == "reg" || what == "wire") && g.sv(3) {
		g.use("logic")
		what = "logic"
	}
	if g.one(3) {
		g.use("signed net")
		v.signed = true
		what += " signed"
	}
	if v.ranged {
		switch {
		case g.one(20):
			g.use("ascending range")
			v.msb, v.lsb = 0, width-1
		case g.one(15):
			g.use("range with an offset")
			v.lsb = g.between(1, 6)
			v.msb = v.lsb + width - 1
		}
		what += fmt.Sprintf(" [%d:%d]", v.msb, v.lsb)
	}
	return declared{v, what + " " + name}
}

// register is declare for a variable, with the types that only variables have.
func (g *gen) register(name string) declared {
	switch {
	case g.one(25):
		g.use("integer")
		return declared{variable{name: name, width: 32, signed: true, msb: 31, ranged: true}, "integer " + name}
	case g.sv(20):
		g.use("byte and int")
		t := pick(g, "byte", "shortint", "int")
		w := map[string]int{"byte": 8, "shortint": 16, "int": 32}[t]
		return declared{variable{name: name, width: w, signed: true, msb: w - 1, ranged: true}, t + " " + name}
	case g.sv(25):
		// Two fields, of which the text reads the whole word and one field.
		g.use("packed struct")
		a, b := g.between(1, 5), g.between(1, 5)
		return declared{variable{name: name, width: a + b}, fmt.Sprintf("struct packed { logic [%d:0] hi; logic signed [%d:0] lo; } %s", a-1, b-1, name)}
	}
	return g.declare(name, "reg")
}

// add appends an item.
func (g *gen) add(n *node) { g.items = append(g.items, n) }

// parameters declares constants of every form, and reports what an instance may
// override.
func (g *gen) parameters(n int) (names []string) {
	for range n {
		v := variable{name: g.name("P"), width: 32, signed: true}
		word, what := "parameter", ""
		if g.one(2) {
			word = "localparam"
			g.use("localparam")
		}
		value := g.constant(2)
		v.signed = value.signed
		switch g.IntN(6) {
		case 0, 1:
			g.use("parameter")
			v.width = value.width
		case 2, 3:
			v.width = g.between(1, 8)
			v.msb, v.ranged = v.width-1, true
			v.signed = g.one(2)
			if v.signed {
				g.use("signed parameter with a range")
				what = fmt.Sprintf(" signed [%d:0]", v.msb)
			} else {
				g.use("parameter with a range")
				what = fmt.Sprintf(" [%d:0]", v.msb)
			}
		case 4:
			g.use("integer parameter")
			what, v.signed = " integer", true
		case 5:
			if g.one(8) {
				g.use("signed parameter without a range")
				what, v.signed = " signed", true
			}
			v.width = value.width
		}
		g.add(form(item, "    "+word+what+" "+v.name+" = ◦;\n", value.node))
		if word == "parameter" {
			names = append(names, v.name)
		}
		g.consts = append(g.consts, v)
	}
	return names
}

// functions adds one function that reads its arguments only.
func (g *gen) function() {
	g.use("function")
	outer := g.scope
	f := function{name: g.name("f")}
	auto := ""
	if g.one(2) {
		g.use("automatic function")
		auto = " automatic"
	}
	g.vars, g.macros, g.calls = nil, outer.macros, nil
	ansi := g.one(2)
	var header, lines string
	for range g.between(1, 3) {
		a := g.declare(g.name("a"), "input")
		f.args = append(f.args, a.variable)
		header += ", " + a.text
		lines += "        " + a.text + ";\n"
		g.vars = append(g.vars, a.variable)
	}
	result := g.declare(f.name, "reg").variable
	f.width, f.signed = result.width, result.signed
	text := "    function" + auto
	if f.signed {
		g.use("signed function")
		text += " signed"
	}
	if result.ranged {
		text += fmt.Sprintf(" [%d:%d]", result.msb, result.lsb)
	}
	text += " " + f.name
	if ansi {
		text += "(" + header[2:] + ");\n"
	} else {
		text += ";\n" + lines
	}
	b := behaviour{targets: []variable{result}, assign: "="}
	body := list()
	add := func(n *node) { body = list(append(body.kids, n)...) }
	first := g.expression(2).node
	for range g.IntN(2) {
		g.use("function with locals")
		l := g.declare(g.name("l"), "reg")
		text += "        " + l.text + ";\n"
		add(form(glue, "            "+l.name+" = ◦;\n", g.expression(2).node))
		b.targets = append(b.targets, l.variable)
		g.vars = append(g.vars, l.variable)
	}
	if g.one(2) {
		i := g.name("i")
		text += "        integer " + i + ";\n"
		b.loops = []string{i}
	}
	add(form(glue, "            "+f.name+" = ◦;\n", first))
	// The result may be read once it has a value.
	g.vars, g.result = append(g.vars, result), f.name
	for range g.between(0, 1) {
		add(g.statement(&b, 2, "            "))
	}
	f.pure = true
	g.scope = outer
	g.calls = append(g.calls, f)
	g.add(form(item, text+"        begin\n◦        end\n    endfunction\n", body))
}

// task adds one task that reads its arguments only.
func (g *gen) task() task {
	g.use("task")
	outer := g.scope
	t := task{name: g.name("t")}
	g.vars, g.calls = nil, nil
	text := "    task " + t.name + ";\n"
	for range g.between(1, 2) {
		a := g.declare(g.name("a"), "input")
		t.args = append(t.args, a.variable)
		text += "        " + a.text + ";\n"
		g.vars = append(g.vars, a.variable)
	}
	b := behaviour{assign: "="}
	var first []*node
	for range g.between(1, 2) {
		dir := "output"
		if g.one(30) {
			g.use("task with inout")
			dir = "inout"
		}
		width := 4 // of most tasks' outputs, so that a variable of the same width is likely
		if g.one(10) {
			g.use("task with a narrower output")
			width = g.between(1, 6)
		}
		o := g.declareOf(g.name("o"), dir, width)
		t.outs = append(t.outs, o.variable)
		text += "        " + o.text + ";\n"
		b.targets = append(b.targets, o.variable)
		first = append(first, form(glue, "            "+o.name+" = ◦;\n", g.expression(2).node))
	}
	g.vars = append(g.vars, b.targets...)
	for range g.between(0, 2) {
		first = append(first, g.statement(&b, 2, "            "))
	}
	g.scope = outer
	g.add(form(item, text+"        begin\n◦        end\n    endtask\n", list(first...)))
	return t
}

// macro adds a definition in front of the module.
func (g *gen) macro() {
	m := macro{name: g.name("M_" + stand + "_")}
	if g.one(2) {
		g.use("macro")
		g.before = append(g.before, form(item, "`define "+m.name+" ◦\n", g.sized(g.between(1, 7), g.one(2), 0).node))
	} else {
		g.use("macro with arguments")
		m.args = 2
		op := pick(g, "+", "-", "^", "<<", ">>>", "<")
		body := pick(g, "((a) "+op+" (b))", "(a "+op+" b)", "{(a) == 0, (b) != 1}")
		g.before = append(g.before, text(item, "`define "+m.name+"(a, b) "+body+"\n"))
	}
	g.macros = append(g.macros, m)
}
