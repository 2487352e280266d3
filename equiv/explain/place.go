package explain

import (
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/hashiflex/hashiflex/equiv"
	"github.com/hashiflex/hashiflex/equiv/explain/repair"
	"github.com/hashiflex/hashiflex/netlist"
)

// stretch is lines of a file.
type stretch struct {
	file        string
	first, last int
}

// stretches are where a cell was written, the narrowest first: "a.v:3.4-3.9|a.v:2.1-5.7".
func stretches(location string) (all []stretch) {
	for _, part := range strings.Split(location, "|") {
		at := strings.LastIndexByte(part, ':')
		if at < 0 {
			continue
		}
		from, to, ok := strings.Cut(part[at+1:], "-")
		if !ok {
			to = from
		}
		row := func(s string) int {
			n, _ := strconv.Atoi(digits.FindString(s))
			return n
		}
		if s := (stretch{part[:at], row(from), row(to)}); s.first > 0 {
			all = append(all, s)
		}
	}
	slices.SortStableFunc(all, func(a, b stretch) int { return (a.last - a.first) - (b.last - b.first) })
	return all
}

// text is the user's file of a name, read; nil where it is none of the user's.
func (e *explanation) text(file string) *document {
	if t, ok := e.texts[file]; ok {
		return t
	}
	var t *document
	for _, l := range e.Listings {
		// The whole file says more than one module of it.
		if l.File == file && (t == nil || l.Line == 1) {
			t = readText(file, l.Text, l.Line)
		}
	}
	e.texts[file] = t
	return t
}

// spot is a line of the user's text.
type spot struct {
	t    *document
	line int
}

func (s spot) String() string {
	if s.t == nil {
		return ""
	}
	return fmt.Sprintf("%s:%d", s.t.file, s.line)
}

// writtenAt is where a cell was written, its own or, for wiring, the reader's.
func (e *explanation) writtenAt(v netlist.Value) (narrow, wide stretch, t *document) {
	for u := v; ; {
		for _, s := range stretches(e.gate.source(u)) {
			if x := e.text(s.file); x != nil {
				if t == nil {
					narrow, t = s, x
				}
				wide = s
			}
		}
		if t != nil || len(e.gate.users[u]) == 0 {
			return narrow, wide, t
		}
		u = slices.Min(e.gate.users[u])
	}
}

// lineOf is the line to mend for a repair.
func (e *explanation) lineOf(r repair.Repair) spot {
	v := r.Cell
	narrow, wide, t := e.writtenAt(v)
	if t == nil {
		return spot{}
	}
	// Names mean what they mean in their module. One that stands for several instances
	// may be left for the text that instantiates it.
	e.top = e.Gate.Name
	if in, ok := t.module(narrow.first); ok && t.instances(in.name) < 2 {
		e.top, t = in.name, t.only(in)
	}
	at := spot{t, narrow.first}
	if narrow.last > narrow.first && (r.Arg == 1 || r.Arg == repair.Result) {
		switch e.gate.op(v) {
		case netlist.OpAdd, netlist.OpSub, netlist.OpAnd, netlist.OpOr, netlist.OpXor:
			// The operands of a long sum stand on lines of their own.
			at.line = narrow.last
		}
	}
	switch r.Kind {
	case repair.Constant:
		return e.constantAt(r, at, narrow, wide)
	case repair.Input, repair.Swapped:
		return e.inputAt(r, at)
	case repair.Lacking:
		return e.lackingAt(r, at)
	case repair.Width:
		return e.widthAt(r, at)
	case repair.Shift:
		return e.shiftAt(r, at, wide)
	case repair.Clamp:
		return e.clampAt(r, at)
	case repair.Extension, repair.Sign:
		return e.leafAt(r, at)
	}
	if s, ok := e.calledFrom(r, at); ok {
		return s
	}
	return at
}

// changed is the net that a repair changes.
func (e *explanation) changed(r repair.Repair) netlist.Value {
	if r.Arg == repair.Result {
		return r.Cell
	}
	return e.gate.args(r.Cell)[r.Arg]
}

// wired is the definition of the wiring that a repair changes, where that has a name and
// is more than a name.
func (e *explanation) wired(r repair.Repair, at spot) (spot, bool) {
	v := e.changed(r)
	// What is made of it by wiring alone, for one reader.
	for u := r.Cell; e.gate.op(u).IsWiring() || r.Arg == repair.Result; {
		if s, ok := e.definition(e.gate.m.Names[u], at); ok {
			return s, true
		}
		if len(e.gate.users[u]) == 0 || !e.gate.op(slices.Min(e.gate.users[u])).IsWiring() {
			break
		}
		u = slices.Min(e.gate.users[u])
	}
	for e.gate.op(v).IsWiring() {
		if s, ok := e.definition(e.gate.m.Names[v], at); ok {
			return s, true
		}
		next := netlist.Value(0)
		for _, a := range e.gate.args(v) {
			if e.gate.op(a) != netlist.OpConst {
				next = a
			}
		}
		if next == 0 {
			return spot{}, false
		}
		v = next
	}
	return spot{}, false
}

// definition is the one statement that gives a net's name a value.
func (e *explanation) definition(name string, at spot) (spot, bool) {
	if name == "" {
		return spot{}, false
	}
	if i := strings.Index(name, "$func$"); i >= 0 {
		function := name[strings.LastIndexByte(name[:i], '.')+1 : i]
		if s, ok := at.t.onlyCall(function); ok {
			return s, true
		}
		if n, ok := call(name, function); ok {
			return spot{at.t, n}, true
		}
	}
	local := name[strings.LastIndexByte(name, '.')+1:]
	defs := at.t.defs[local]
	if len(defs) != 1 {
		return spot{}, false
	}
	s := &at.t.statements[defs[0]]
	if s.value >= len(s.words) || len(s.words)-s.value == 1 && isName(s.words[s.value].text) {
		return spot{}, false
	}
	return spot{at.t, s.words[s.value].line}, true
}

// onlyCall is what a function gives, where it is called once.
func (t *document) onlyCall(function string) (spot, bool) {
	if d := t.defs[function]; t.calls(function) == 1 && len(d) > 0 {
		s := &t.statements[d[len(d)-1]]
		return spot{t, s.first}, true
	}
	return spot{}, false
}

// calls is how often a function is called from outside of it.
func (t *document) calls(function string) (n int) {
	for _, s := range t.statements {
		if in, ok := t.within(s.first); !s.header && s.target != function && (!ok || in.name != function) {
			n += len(s.mentions(function))
		}
	}
	return n
}

// others are cells of the cone that the same words of the text became and that a repair
// leaves as they are. Wiring stands where its reader does.
func (e *explanation) others(r repair.Repair) int {
	n, v := 0, r.Cell
	for (e.gate.op(v).IsWiring() || e.gate.op(v) == netlist.OpConst) && len(e.gate.users[v]) > 0 {
		v = slices.Min(e.gate.users[v])
	}
	src := e.gate.m.Cells[v].Src
	for u := range e.gate.cone {
		c := &e.gate.m.Cells[u]
		if e.gate.cone[u] && c.Src == src && c.Op == e.gate.op(v) && netlist.Value(u) != v && !slices.Contains(r.Cells, netlist.Value(u)) {
			n++
		}
	}
	return n
}

// calledFrom leaves a function, a module or a loop whose text is right elsewhere, for
// the place that calls it, or for the data that it reads.
func (e *explanation) calledFrom(r repair.Repair, at spot) (spot, bool) {
	in, ok := at.t.within(at.line)
	if !ok || len(r.Cells) > 1 && r.Kind != repair.Moved && r.Kind != repair.Swapped || e.others(r) == 0 {
		return spot{}, false
	}
	if in.function {
		if at.t.calls(in.name) < 2 {
			return spot{}, false
		}
		for _, name := range e.namesAround(r.Cell) {
			if n, ok := call(name, in.name); ok {
				return spot{at.t, n}, true
			}
		}
		return spot{}, false
	}
	if in.name != "" && in.name != e.top {
		for _, name := range e.namesAround(r.Cell) {
			if s, ok := e.instance(at.t, in.name, name); ok {
				return s, true
			}
		}
		return spot{}, false
	}
	return e.data(r, at)
}

// namesAround are names of nets near a cell: its own, those downstream, those of what
// it reads.
func (e *explanation) namesAround(v netlist.Value) (names []string) {
	for u, i := v, 0; i < 12; i++ {
		if n := e.gate.m.Names[u]; n != "" {
			names = append(names, n)
		}
		if len(e.gate.users[u]) == 0 {
			break
		}
		u = slices.Min(e.gate.users[u])
	}
	for _, a := range e.gate.args(v) {
		if n := e.gate.m.Names[a]; n != "" {
			names = append(names, n)
		}
	}
	return names
}

// instance is the line of an instance of a module that a net is in, or that it is
// connected to.
func (e *explanation) instance(t *document, module, net string) (spot, bool) {
	prefix, _, inside := strings.Cut(net, ".")
	for _, s := range t.statements {
		if s.module != module {
			continue
		}
		if inside && s.instance == prefix {
			return spot{t, s.first}, true
		}
		if lines := s.mentions(net); !inside && len(lines) > 0 {
			return spot{t, lines[0]}, true
		}
	}
	return spot{}, false
}

// data is the constant that a loop reads what is wrong from.
func (e *explanation) data(r repair.Repair, at spot) (spot, bool) {
	var best spot
	score := 0
	for i, s := range at.t.statements {
		if s.target == "" && s.instance == "" && !slices.ContainsFunc(s.words, func(w lexeme) bool { return w.text == "if" }) {
			continue
		}
		if s.last < at.line-6 || s.first > at.line+6 {
			continue
		}
		shifts := slices.ContainsFunc(s.words, func(w lexeme) bool { return strings.HasPrefix(w.text, "<<") || w.text == "*" })
		chooses := slices.ContainsFunc(s.words, func(w lexeme) bool { return w.text == "if" || w.text == "?" })
		for _, name := range s.reads() {
			d := at.t.defs[name]
			if len(d) != 1 || d[0] == i || !at.t.constant(d[0], 2) {
				continue
			}
			def := &at.t.statements[d[0]]
			n := 1
			if len(def.words)-def.value > 1 {
				n++
			}
			if shifts && (r.Kind == repair.Shift) || chooses && (r.Kind == repair.Operator || r.Kind == repair.Sign) {
				n += 4
			}
			if n > score {
				best, score = spot{at.t, def.words[def.value].line}, n
			}
		}
	}
	return best, score > 1
}

// constantAt is the line that has the constant which a repair replaces.
func (e *explanation) constantAt(r repair.Repair, at spot, narrow, wide stretch) spot {
	a := e.changed(r)
	w := e.gate.m.Width(a)
	bits := e.gate.m.Cells[a].Aux
	values := []int64{bits & (1<<w - 1), bits << (64 - w) >> (64 - w)}
	t := at.t
	for _, s := range []stretch{narrow, wide} {
		for _, v := range values {
			line := e.literalIn(t, v, w, s.first, s.last)
			if s.file != t.file || line == 0 {
				continue
			}
			if in, ok := t.within(line); ok && (in.function || in.name != e.top) {
				if x, ok := e.calledFrom(r, spot{t, line}); ok {
					return x
				}
			}
			return spot{t, line}
		}
	}
	if e.gate.op(r.Cell) != netlist.OpMux {
		// A name for it, here or where this was called.
		places := []spot{at}
		if in, ok := t.within(at.line); ok && (in.function || in.name != e.top) {
			if s, ok := e.calledFrom(r, at); ok {
				places = []spot{s, at}
			}
		}
		for _, p := range places {
			for _, v := range values {
				if line := e.literalIn(t, v, w, p.line, p.line); line > 0 {
					return p
				}
			}
			for _, i := range t.on(p.line) {
				if s, ok := e.constantNamed(t, i, values, w, 3); ok {
					return s
				}
			}
		}
		at = places[0]
	}
	for _, v := range values {
		if lines := e.literals(t, v, w); len(lines) == 1 && (v > 3 || v < -3) {
			return spot{t, lines[0]}
		}
	}
	return at
}

// literals are the lines that have a literal of a value.
func (e *explanation) literals(t *document, value int64, w int) (lines []int) {
	for _, s := range t.statements {
		if s.words[0].text == "parameter" || s.words[0].text == "localparam" {
			continue
		}
		if line := s.has(value, w, s.first, s.last); line > 0 && !s.header && !slices.Contains(lines, line) {
			lines = append(lines, line)
		}
	}
	return lines
}

// literalIn is a line between two that has a literal of a value.
func (e *explanation) literalIn(t *document, value int64, w, first, last int) int {
	for _, s := range t.statements {
		if s.last < first || s.first > last {
			continue
		}
		if line := s.has(value, w, first, last); line > 0 {
			return line
		}
	}
	return 0
}

// constantNamed returns the definition of a constant that a statement's value names:
// one with the literal of a value, else one made of numbers only.
func (e *explanation) constantNamed(t *document, i int, values []int64, w, depth int) (spot, bool) {
	var other spot
	for _, name := range t.statements[i].valueNames() {
		for _, d := range t.defs[name] {
			s := &t.statements[d]
			if d == i || len(s.words) == s.value {
				continue
			}
			constant := t.constant(d, 3)
			for _, v := range values {
				if line := s.has(v, w, s.words[s.value].line, s.last); line > 0 && constant {
					return spot{t, line}, true
				}
			}
			if constant && other.t == nil {
				other = spot{t, s.words[s.value].line}
			}
			if depth > 0 && len(t.defs[name]) == 1 && len(s.words)-s.value <= 2 {
				if x, ok := e.constantNamed(t, d, values, w, depth-1); ok {
					return x, true
				}
			}
		}
	}
	return other, other.t != nil
}

// inputAt returns the line that names the input which a repair replaces. It is the line
// where the value read here is made from that input. It is this line if the name that
// should be read is read nowhere.
func (e *explanation) inputAt(r repair.Repair, at spot) spot {
	name := e.Model.Vars[r.Inputs[0]].Port
	t := at.t
	if r.Kind == repair.Swapped {
		other := e.Model.Vars[r.Inputs[1]].Port
		for _, line := range t.mentions(name) {
			if slices.Contains(t.mentions(other), line) {
				return spot{t, line}
			}
		}
		if lines := t.mentions(name); len(lines) > 0 {
			return spot{t, lines[0]}
		}
		return at
	}
	if s, ok := e.calledFrom(r, at); ok {
		at = s
	}
	if e.hasUnread(t, e.Model.Vars[r.Inputs[1]].Port) {
		// Among the lines of the statement, the one that reads what is wrong.
		for _, i := range t.on(at.line) {
			for _, n := range t.statements[i].valueNames() {
				if n == name || t.madeOf(n, name, 6) {
					lines := t.statements[i].mentions(n)
					return spot{t, nearest(lines, at.line)}
				}
			}
		}
		return at
	}
	for _, i := range t.on(at.line) {
		if lines := t.statements[i].mentions(name); len(lines) > 0 {
			return spot{t, nearest(lines, at.line)}
		}
	}
	if line, ok := e.chained(t, at.line, name); ok {
		return spot{t, line}
	}
	if lines := t.mentions(name); len(lines) > 0 {
		return spot{t, nearest(lines, at.line)}
	}
	return at
}

func nearest(lines []int, to int) int {
	best := lines[0]
	for _, l := range lines {
		if distance(l, to) < distance(best, to) {
			best = l
		}
	}
	return best
}

// chained is the definition that mentions an input, of those that a line's value is made
// of.
func (e *explanation) chained(t *document, line int, input string) (int, bool) {
	seen := map[string]bool{}
	var walk func(i, depth int) (int, bool)
	walk = func(i, depth int) (int, bool) {
		for _, n := range t.statements[i].valueNames() {
			if seen[n] || len(t.defs[n]) != 1 {
				continue
			}
			seen[n] = true
			d := t.defs[n][0]
			if lines := t.statements[d].mentions(input); len(lines) > 0 {
				return lines[0], true
			}
			if depth > 0 {
				if l, ok := walk(d, depth-1); ok {
					return l, true
				}
			}
		}
		return 0, false
	}
	for _, i := range t.on(line) {
		if l, ok := walk(i, 2); ok {
			return l, true
		}
	}
	return 0, false
}

// leafName is the input that the net which a repair changes is made of, with constants
// alone, or "".
func (e *explanation) leafName(r repair.Repair) string {
	v := e.changed(r)
	for e.gate.op(v) != netlist.OpInput {
		next := netlist.Value(0)
		for _, a := range e.gate.args(v) {
			switch {
			case e.gate.op(a) == netlist.OpConst || a == next:
			case next != 0:
				return ""
			default:
				next = a
			}
		}
		if next == 0 {
			return ""
		}
		v = next
	}
	return e.gate.m.Names[v]
}

// leafInstance is the instance that makes a term of an input.
func (e *explanation) leafInstance(t *document, input string) (spot, bool) {
	if input == "" {
		return spot{}, false
	}
	for _, s := range t.statements {
		if lines := s.mentions(input); s.instance != "" && len(lines) > 0 && t.instances(s.module) > 1 {
			return spot{t, lines[0]}, true
		}
	}
	return spot{}, false
}

// leafAt is where a word is extended or negated.
func (e *explanation) leafAt(r repair.Repair, at spot) spot {
	name := e.leafName(r)
	if len(r.Cells) > 2 && name != "" {
		return e.extending(r, at)
	}
	if s, ok := e.leafInstance(at.t, name); ok && e.others(r) > 0 {
		return s
	}
	if bare := e.unextended(e.changed(r)); r.Kind == repair.Extension && name == "" && !at.t.casts(at.line) {
		// Whether a word is signed is in its declaration.
		if n := e.called(bare, at.t); n != "" {
			if line, ok := e.declaredAt(at.t, n); ok {
				return spot{at.t, line}
			}
			if s, ok := e.definition(n, at); ok {
				return s
			}
		}
	}
	if s, ok := e.wired(r, at); ok {
		if inLoop(e.namesAround(e.changed(r))) {
			if d, ok := e.data(r, at); ok {
				return d
			}
		}
		return s
	}
	if name != "" {
		if line, ok := e.chained(at.t, at.line, name); ok {
			return spot{at.t, line}
		}
	}
	if s, ok := e.calledFrom(r, at); ok {
		return s
	}
	return at
}

// called is a net's name, or that of what its statement gives.
func (e *explanation) called(v netlist.Value, t *document) string {
	if n := e.gate.m.Names[v]; n != "" {
		return n
	}
	if e.gate.op(v).IsWiring() {
		return ""
	}
	for _, s := range stretches(e.gate.source(v)) {
		if s.file != t.file {
			continue
		}
		for _, i := range t.on(s.first) {
			if n := t.statements[i].target; n != "" {
				return n
			}
		}
	}
	return ""
}

// casts reports whether a line's statement says itself how words are read.
func (t *document) casts(line int) bool {
	i := t.on(line)
	return len(i) > 0 && slices.ContainsFunc(t.statements[i[0]].words, func(w lexeme) bool { return w.text == "$signed" || w.text == "$unsigned" })
}

// unextended is a word without its extension.
func (e *explanation) unextended(v netlist.Value) netlist.Value {
	for e.gate.op(v) == netlist.OpZext || e.gate.op(v) == netlist.OpSext {
		v = e.gate.args(v)[0]
	}
	return v
}

// extending is the statement that extends all words of a kind, and not as it should.
func (e *explanation) extending(r repair.Repair, at spot) spot {
	best, found := spot{}, false
	byZeros := e.gate.op(r.Cell) == netlist.OpZext
	for _, s := range at.t.statements {
		if s.header || s.instance != "" {
			continue
		}
		for k, w := range s.words {
			n, ok := literal(w.text)
			zero := ok && n.Sign() == 0 && k > 0 && s.words[k-1].text == "{"
			sign := w.text == "$signed" || ok && k > 0 && s.words[k-1].text == "{" && k+1 < len(s.words) && s.words[k+1].text == "{"
			if (byZeros && zero || !byZeros && sign) && (!found || distance(w.line, at.line) < distance(best.line, at.line)) {
				best, found = spot{at.t, w.line}, true
			}
		}
	}
	if !found {
		return at
	}
	return best
}

// declaredAt is the declaration of a name that is given its value elsewhere.
func (e *explanation) declaredAt(t *document, name string) (int, bool) {
	local := name[strings.LastIndexByte(name, '.')+1:]
	for _, s := range t.statements {
		if lines := s.mentions(local); s.header && len(lines) > 0 && local != "" {
			switch s.words[0].text {
			case "wire", "reg", "logic", "integer":
				return lines[0], true
			}
		}
	}
	return 0, false
}

// widthAt is where a word that is too narrow gets its width.
func (e *explanation) widthAt(r repair.Repair, at spot) spot {
	v := r.Net
	for {
		name := e.gate.m.Names[v]
		if line, ok := e.declaredAt(at.t, name); ok {
			return spot{at.t, line}
		}
		if s, ok := e.definition(name, at); ok {
			return s
		}
		// A word that is shifted is as narrow as what is shifted.
		if e.gate.op(v) != netlist.OpConcat || e.gate.op(e.gate.args(v)[0]) != netlist.OpConst {
			break
		}
		v = e.gate.args(v)[1]
	}
	if narrow, _, t := e.writtenAt(r.Net); t != nil {
		return spot{t, narrow.first}
	}
	return at
}

// shifts reports whether a statement's words on some lines shift something.
func (s *statement) shifts() bool {
	for k, w := range s.words {
		switch w.text {
		case "<<", "<<<", ">>", ">>>", "*":
			return true
		case "}":
			if n, ok := literal(s.words[max(k-1, 0)].text); ok && n.Sign() == 0 {
				return true
			}
		}
	}
	return false
}

// shiftAt is where a word is shifted.
func (e *explanation) shiftAt(r repair.Repair, at spot, wide stretch) spot {
	t := at.t
	if e.gate.op(r.Cell) == netlist.OpSlice && r.Words == "" {
		if s, ok := e.wired(r, at); ok {
			return s
		}
		for _, v := range r.Cells {
			if s, ok := e.definition(e.gate.m.Names[v], at); ok {
				return s
			}
		}
		if line := e.literalIn(t, r.Was, 32, wide.first, wide.last); line > 0 {
			return spot{t, line}
		}
		return at
	}
	name := e.leafName(r)
	if s, ok := e.leafInstance(t, name); ok {
		return s
	}
	if inLoop(e.namesAround(e.changed(r))) || e.others(r) > 0 && e.topLevel(at) {
		if d, ok := e.data(r, at); ok {
			return d
		}
	}
	s, named := e.wired(r, at)
	if named {
		if i := t.on(s.line); len(i) > 0 && t.statements[i[0]].shifts() && !(s.line != at.line && t.here(at.line)) {
			return s
		}
	}
	if t.here(at.line) {
		if s, ok := e.calledFrom(r, at); ok && !e.topLevel(at) {
			return s
		}
		return at
	}
	if line, ok := t.alias(e.gate.m.Names[e.unextended(e.changed(r))]); ok {
		return spot{t, line}
	}
	if named {
		return s
	}
	if name != "" {
		if line, ok := e.chained(t, at.line, name); ok {
			return spot{t, line}
		}
	}
	if s, ok := e.calledFrom(r, at); ok {
		return s
	}
	return at
}

func (e *explanation) topLevel(at spot) bool {
	in, ok := at.t.within(at.line)
	return ok && !in.function && in.name == e.top
}

// here reports whether a line's statement shifts something itself.
func (t *document) here(line int) bool {
	i := t.on(line)
	return len(i) > 0 && t.statements[i[0]].shifts()
}

// alias is a statement that gives another name to a name, while its like compute
// something.
func (t *document) alias(name string) (int, bool) {
	if name == "" {
		return 0, false
	}
	for _, s := range t.statements {
		if s.target == "" || len(s.words)-s.value != 1 || s.words[s.value].text != name {
			continue
		}
		for _, o := range t.statements {
			if o.target != s.target && o.target != "" && family(o.target) == family(s.target) && len(o.words)-o.value > 1 {
				return s.words[s.value].line, true
			}
		}
	}
	return 0, false
}

// inLoop reports whether names are those of a generate loop.
func inLoop(names []string) bool {
	return slices.ContainsFunc(names, func(n string) bool { return strings.Contains(n, "].") })
}

// clampAt is where the output is limited: where a condition has been made a constant, or
// where the output is given.
func (e *explanation) clampAt(r repair.Repair, at spot) spot {
	t := at.t
	for _, s := range t.statements {
		if s.target == "" || s.header {
			continue
		}
		value := s.words[s.value:]
		if len(value) == 1 && (value[0].text == "1'b0" || value[0].text == "1'b1") || len(value) > 1 && value[1].text == "?" && !isName(value[0].text) && value[0].text != ")" {
			return spot{t, value[0].line}
		}
	}
	name := e.gate.m.Outputs[0].Name
	for range 4 {
		d := t.defs[name]
		if len(d) == 0 {
			return at
		}
		s := &t.statements[d[0]]
		if len(s.words)-s.value != 1 || !isName(s.words[s.value].text) {
			return spot{t, s.words[min(s.value, len(s.words)-1)].line}
		}
		name = s.words[s.value].text
	}
	return at
}

func distance(a, b int) int { return max(a-b, b-a) }

// lackingAt returns the line where something is missing: where an unread name should be
// read, at the input without effect, or beside the inputs before and after it.
func (e *explanation) lackingAt(r repair.Repair, at spot) spot {
	t := at.t
	if len(r.Inputs) == 0 && r.Net != 0 {
		// Some name that nothing reads.
		for i, s := range t.statements {
			names := []string{s.target}
			if s.instance != "" {
				names = s.reads()
			}
			for _, n := range names {
				if n == "" || s.header || e.isPort(n) || len(t.mentions(n)) != 1 || s.instance != "" && !t.declared(n) {
					continue
				}
				if x, ok := t.readerOf(n, i); ok {
					return x
				}
			}
		}
		return at
	}
	if len(r.Inputs) == 0 {
		// A constant: what the sum begins with, or where it goes on.
		for _, i := range t.on(at.line) {
			for _, d := range t.defs[t.statements[i].target] {
				s := &t.statements[d]
				if len(s.words)-s.value == 1 && s.words[0].text == s.target {
					if n, ok := literal(s.words[s.value].text); ok && n.Sign() == 0 {
						return spot{t, s.words[s.value].line}
					}
				}
			}
		}
		if e.gate.op(r.Cell).IsWiring() {
			if d := t.defs[e.gate.m.Names[r.Cell]]; len(d) == 1 {
				s := &t.statements[d[0]]
				return spot{t, s.words[min(s.value, len(s.words)-1)].line}
			}
			if s, ok := e.wired(r, at); ok {
				return s
			}
		}
		goesOn := func() (spot, bool) {
			for _, u := range e.gate.users[r.Cell] {
				if s, ok := e.definition(e.gate.m.Names[u], at); ok && e.gate.op(u).IsWiring() {
					return s, true
				}
			}
			return spot{}, false
		}
		if s, ok := goesOn(); ok && r.Is != e.acc.Const {
			return s
		}
		if s, ok := e.calledFrom(r, at); ok && !e.topLevel(at) {
			return s
		}
		if s, ok := goesOn(); ok {
			return s
		}
		return at
	}
	for _, i := range r.Inputs {
		name := e.Model.Vars[i].Port
		if s, ok := e.unread(at.t, name); ok {
			return s
		}
		if lines := at.t.mentions(name); len(lines) == 1 {
			return spot{at.t, lines[0]}
		}
	}
	return e.between(at, r.Inputs[0])
}

// mentions are the lines that name something, but for declarations.
func (t *document) mentions(name string) (lines []int) {
	for _, s := range t.statements {
		if !s.header {
			lines = append(lines, s.mentions(name)...)
		}
	}
	return lines
}

// family is a name without what tells it from its like.
func family(name string) string {
	short := strings.TrimRight(name, "0123456789_")
	if short == name {
		short = name[:len(name)-1]
	}
	return short
}

// unread finds a name that is made of an input and that nothing reads, and the statement
// that reads its like and is the shortest of its own like.
func (e *explanation) unread(t *document, input string) (spot, bool) {
	for _, name := range slices.Sorted(maps.Keys(t.defs)) {
		defs := t.defs[name]
		if len(defs) != 1 || name == input || len(t.mentions(name)) != 1 || !t.madeOf(name, input, 6) || e.isPort(name) {
			continue
		}
		if s, ok := e.sameWeight(t, input, defs[0]); ok {
			return s, true
		}
		if s, ok := t.readerOf(name, defs[0]); ok {
			return s, true
		}
	}
	// What an instance gives.
	for i, s := range t.statements {
		if s.instance == "" || len(s.mentions(input)) == 0 {
			continue
		}
		for _, name := range s.reads() {
			if name != input && len(t.mentions(name)) == 1 && t.declared(name) {
				if x, ok := t.readerOf(name, i); ok {
					return x, true
				}
			}
		}
	}
	return spot{}, false
}

// sameWeight is the statement that reads what is made of an input of the same magnitude
// of weight as another, whose term statement def gives: the nearest in the text.
func (e *explanation) sameWeight(t *document, input string, def int) (spot, bool) {
	want := coefs(e.acc)
	weight := func(port string) int64 {
		for i, v := range e.Model.Vars {
			if v.Port == port {
				return abs(want[i])
			}
		}
		return 0
	}
	best, away := spot{}, 0
	for i, s := range t.statements {
		if s.header || i == def || s.target == "" || family(s.target) != family(t.statements[def].target) {
			continue
		}
		of := ""
		for _, v := range e.Model.Vars {
			if len(s.mentions(v.Port)) > 0 {
				of = v.Port
			}
		}
		if of == "" || weight(of) != weight(input) || best.t != nil && distance(i, def) >= away {
			continue
		}
		for k, r := range t.statements {
			if lines := r.mentions(s.target); k != i && !r.header && len(lines) > 0 && (r.target != "" || r.instance != "") {
				best, away = spot{t, lines[0]}, distance(i, def)
				break
			}
		}
	}
	return best, best.t != nil
}

// hasUnread reports whether some name is made of an input that nothing reads.
func (e *explanation) hasUnread(t *document, input string) bool {
	for name, defs := range t.defs {
		if len(defs) == 1 && name != input && len(t.mentions(name)) == 1 && t.madeOf(name, input, 6) && !e.isPort(name) {
			return true
		}
	}
	return false
}

func (e *explanation) isInput(name string) bool {
	return slices.ContainsFunc(e.Model.Vars, func(v equiv.Var) bool { return v.Port == name })
}

func (e *explanation) isPort(name string) bool {
	for _, p := range e.gate.m.Outputs {
		if p.Name == name {
			return true
		}
	}
	return false
}

// declared reports whether a declaration names something.
func (t *document) declared(name string) bool {
	return slices.ContainsFunc(t.statements, func(s statement) bool {
		return s.header && s.words[0].text != "module" && len(s.mentions(name)) > 0
	})
}

// madeOf reports whether a name's value mentions another one, through others.
func (t *document) madeOf(name, of string, depth int) bool {
	for _, d := range t.defs[name] {
		for _, r := range t.statements[d].reads() {
			if r == of || r != name && depth > 0 && t.madeOf(r, of, depth-1) {
				return true
			}
		}
	}
	return false
}

// readerOf is the statement that should read a name that statement def gives: of those
// that read the names nearest to it among its like, the one with the shortest value.
func (t *document) readerOf(name string, def int) (spot, bool) {
	type like struct {
		name  string
		given int
		away  int
	}
	var all []like
	for i, s := range t.statements {
		names := []string{s.target}
		if s.instance != "" {
			names = s.reads()
		}
		for _, n := range names {
			if n != name && n != "" && family(n) == family(name) && i != def && !slices.ContainsFunc(all, func(l like) bool { return l.name == n }) {
				all = append(all, like{n, i, distance(i, def)})
			}
		}
	}
	slices.SortStableFunc(all, func(a, b like) int { return a.away - b.away })
	best, least := spot{}, 0
	for k, l := range all {
		if k > 3 || k > 0 && l.away > all[0].away+2 {
			break
		}
		for i, s := range t.statements {
			if s.header || i == def || i == l.given || s.target == l.name || len(s.mentions(l.name)) == 0 || s.target == "" && s.instance == "" {
				continue
			}
			if size := len(s.words) - s.value; best.t == nil || size < least {
				best, least = spot{t, s.mentions(l.name)[0]}, size
			}
		}
	}
	return best, best.t != nil
}

// between is the line between those that name the inputs before and after one that no
// statement names, of those with its sign.
func (e *explanation) between(at spot, input int) spot {
	want := coefs(e.acc)
	t := at.t
	// Inputs of one weight that stand together.
	for _, s := range t.statements {
		if s.header || s.target == "" {
			continue
		}
		same, other := 0, 0
		for i, v := range e.Model.Vars {
			if len(s.mentions(v.Port)) == 0 {
				continue
			}
			if want[i] == want[input] {
				same++
			} else {
				other++
			}
		}
		if same > 1 && other == 0 {
			return spot{t, s.first}
		}
	}
	// A sum that has become another name for what it should add to.
	for _, s := range t.statements {
		if s.target == "" || s.header || len(s.words)-s.value != 1 || !isName(s.words[s.value].text) || e.isInput(s.words[s.value].text) {
			continue
		}
		alone := !slices.ContainsFunc(t.statements, func(o statement) bool {
			return o.target != "" && o.target != s.target && family(o.target) == family(s.target)
		})
		if alone && !e.isPort(s.target) {
			return spot{t, s.words[s.value].line}
		}
	}
	find := func(step int) int {
		for i := input + step; i >= 0 && i < len(e.Model.Vars); i += step {
			if lines := t.mentions(e.Model.Vars[i].Port); len(lines) > 0 && (want[i] < 0) == (want[input] < 0) {
				return lines[0]
			}
		}
		return 0
	}
	before, after := find(-1), find(1)
	switch {
	case before == 0 && after == 0:
		return at
	case before == 0:
		return spot{t, after}
	case after-before == 2:
		return spot{t, before + 1}
	}
	return spot{t, before}
}
