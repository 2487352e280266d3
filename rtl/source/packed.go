package source

import (
	"maps"
	"slices"
	"strconv"
	"strings"
)

// Yosys 0.23 has only vectors of one dimension. A packed array of several dimensions is one
// vector, too: its elements are side by side, the leftmost highest (IEEE 1800-2017, 7.4.1).
// So it is declared with one range, and a select of it becomes a part select of that:
//
//	logic [3:0][7:0] x;  x[2]     ->  logic [31:0] x;  x[16 +: 8]
//	                     x[2][j]  ->  x[j < 8 ? 16 + j : 64]
//
// An index beyond an inner dimension selects nothing, but in the vector it would select a
// neighbour. So it becomes an index beyond the whole vector. If any part of a text is not
// understood, all of the text stays as it is, and the front end refuses it. A partial
// rewrite would be another design.

// dimension is one range of a packed array. Up says that the right bound is the higher one.
type dimension struct {
	low  string // the lower bound
	size string // the number of places
	up   bool
}

// packedType is the type of a name: its packed dimensions from left to right, and the
// number of unpacked ones before them.
type packedType struct {
	dims     []dimension
	unpacked int
	signed   bool // declared signed; elements are unsigned by the standard, but signed in simulators
}

func (t packedType) same(u packedType) bool {
	return t.unpacked == u.unpacked && slices.Equal(t.dims, u.dims)
}

// array reports whether it has more dimensions than Yosys supports.
func (t packedType) array() bool { return len(t.dims) > 1 }

// width is the number of bits of one element of dimension k; -1 is the whole vector.
func (t packedType) width(k int) string {
	w := "1"
	for _, d := range t.dims[k+1:] {
		w = times(w, d.size)
	}
	return w
}

// unpacker is one pass over all files of a text.
type unpacker struct {
	types  map[string]packedType // by the name of a type
	global map[string]packedType // arrays that are declared outside of modules
	names  map[string]packedType // arrays of the current part
	failed bool
	found  bool
}

// unpack declares every packed array of several dimensions as a vector. It returns the
// files unchanged if there is none, or if one is used in a way that it does not know.
func unpack(files [][]Token) [][]Token {
	u := unpacker{types: map[string]packedType{}, global: map[string]packedType{}}
	out := make([][]Token, len(files))
	for i, ts := range files {
		out[i] = u.file(ts)
		if u.failed {
			return files
		}
	}
	if !u.found {
		return files
	}
	return out
}

// file rewrites one file, a module at a time: within a module a name is an array everywhere
// or nowhere.
func (u *unpacker) file(ts []Token) (out []Token) {
	for at := 0; at < len(ts) && !u.failed; {
		begins := func(t Token) bool { return t.Is("module") || t.Is("macromodule") }
		module, end := begins(ts[at]), at+1
		for end < len(ts) && (module && !ts[end-1].Is("endmodule") || !module && !begins(ts[end])) {
			end++
		}
		types := maps.Clone(u.types)
		u.names = u.global
		if module {
			u.names = map[string]packedType{}
		}
		out = append(out, u.use(u.declare(ts[at:end]))...)
		if module {
			u.types = types
		}
		at = end
	}
	return out
}

// qualifiers are the words at the beginning of a declaration, before its ranges.
var qualifiers = words(`input output inout ref const logic bit reg wire uwire tri wand wor tri0 tri1 var typedef function task automatic static
signed unsigned integer int byte shortint longint time real realtime genvar localparam parameter event string`)

// declare notes the arrays of a part and writes their ranges as one.
func (u *unpacker) declare(ts []Token) (out []Token) {
	others := map[string]bool{} // names of anything but arrays of several packed dimensions
	note := func(name string, t packedType) {
		if !t.array() {
			others[name] = true
			return
		}
		if before, ok := u.names[name]; ok && !before.same(t) {
			u.failed = true
		}
		u.names[name], u.found = t, true
	}
	for i := 0; i < len(ts) && !u.failed; {
		switch t := ts[i]; {
		case t.Is("enum"):
			for k := i; k < len(ts) && !ts[k].Is("}") && !ts[k].Is(";"); k++ {
				if ts[k].Kind == Identifier {
					others[ts[k].Text] = true
				}
			}
		case t.Is("begin") && i+2 < len(ts) && ts[i+1].Is(":"):
			others[ts[i+2].Text] = true
		}
		h := u.header(ts[i:], i > 0 && (ts[i-1].Is(".") || ts[i-1].Is("::")))
		if h.names == 0 {
			out = append(out, ts[i:i+max(h.ranges, 1)]...)
			i += max(h.ranges, 1)
			continue
		}
		all := packedType{dims: append(slices.Clone(h.dims), h.base.dims...), signed: h.signed || h.base.signed}
		switch {
		case len(h.dims) == 0 || !all.array() || h.strange:
			// The front end refuses arrays of unknown types.
			if h.strange {
				all = packedType{}
			}
			out = append(out, ts[i:i+h.names]...)
		case !h.understood || h.base.signed || h.constant:
			u.failed = true // which bound is higher, or elements with a sign of their own, or constants, which Icarus does not read
			return nil
		default:
			for _, x := range ts[i : i+h.ranges] {
				if x.Kind == Identifier {
					x.Kind, x.Text = Keyword, "logic"
				}
				out = append(out, x)
			}
			out = append(out, like(ts[i+h.ranges], "[ "+all.width(-1)+" - 1 : 0 ]")...)
		}
		i += h.names
		if h.typedef {
			if i+1 < len(ts) && ts[i+1].Is(";") {
				if !h.strange && !h.word {
					u.types[ts[i].Text] = all
				}
				u.found = u.found || all.array()
			} else {
				u.failed = u.failed || all.array()
			}
			out = append(out, ts[i])
			i++
			continue
		}
		i, out = u.declared(ts, i, out, all, h.function, note)
	}
	for name := range others {
		_, here := u.names[name]
		_, outside := u.global[name]
		u.failed = u.failed || here || outside
	}
	return out
}

// declared copies the names of a declaration, each with optional unpacked dimensions and an
// optional value.
func (u *unpacker) declared(ts []Token, i int, out []Token, all packedType, function bool, note func(string, packedType)) (int, []Token) {
	for i < len(ts) && ts[i].Kind == Identifier {
		name, of := ts[i], all
		out = append(out, name)
		for i++; i < len(ts) && ts[i].Is("["); {
			end := min(closingAt(ts, i)+1, len(ts))
			of.unpacked++
			out = append(out, ts[i:end]...)
			i = end
		}
		note(name.Text, of)
		if function {
			return i, out
		}
		for i < len(ts) && !ts[i].Is(",") && !ts[i].Is(";") && !ts[i].Is(")") {
			end := i
			if ts[i].Is("(") || ts[i].Is("[") || ts[i].Is("{") || ts[i].Is("'{") {
				end = min(closingAt(ts, i), len(ts)-1)
			}
			out = append(out, ts[i:end+1]...)
			i = end + 1
		}
		if i+1 >= len(ts) || !ts[i].Is(",") || u.header(ts[i+1:], false).names > 0 {
			break
		}
		out = append(out, ts[i])
		i++
	}
	return i, out
}

// header is the beginning of a declaration.
type header struct {
	ranges   int // index of its first range
	names    int // index of its first name; 0 if this is not a declaration
	dims     []dimension
	base     packedType // of its named type
	strange  bool       // its named type is unknown
	word     bool       // a type of a fixed width, such as int
	signed   bool
	typedef  bool
	function bool
	constant bool

	understood bool // every bound of dims
}

// header reads the beginning of a declaration: words, or the name of a type, then ranges,
// then a name.
func (u *unpacker) header(ts []Token, selected bool) (h header) {
	j, named := 0, false
	for ; j < len(ts); j++ {
		x := ts[j]
		if x.Kind == Keyword && qualifiers[x.Text] {
			h.typedef = h.typedef || x.Text == "typedef"
			h.function = h.function || x.Text == "function" || x.Text == "task"
			h.signed = h.signed || x.Text == "signed"
			h.constant = h.constant || x.Text == "localparam" || x.Text == "parameter"
			switch x.Text {
			case "integer", "int", "byte", "shortint", "longint", "time", "real", "realtime", "genvar", "event", "string":
				h.word = true
			}
			continue
		}
		if x.Kind == Identifier && !named && !selected && names(ts[j+1:]) {
			named = true
			var known bool
			h.base, known = u.types[x.Text]
			h.strange = !known
			continue
		}
		break
	}
	h.ranges, h.understood = j, true
	if j == 0 {
		return h
	}
	for j < len(ts) && ts[j].Is("[") {
		end := closingAt(ts, j)
		if end >= len(ts) {
			return h
		}
		d, ok := rangeOf(ts[j+1 : end])
		h.understood = h.understood && ok
		h.dims = append(h.dims, d)
		j = end + 1
	}
	if j < len(ts) && ts[j].Kind == Identifier {
		h.names = j
	}
	return h
}

// names reports whether ranges and then a name follow, as after the name of a type.
func names(ts []Token) bool {
	j := 0
	for j < len(ts) && ts[j].Is("[") {
		j = closingAt(ts, j) + 1
	}
	return j < len(ts) && ts[j].Kind == Identifier
}

// queries are the functions that ask for the shape of an array.
var queries = words(`$size $left $right $high $low $increment $dimensions $unpacked_dimensions`)

// use rewrites the selects of the declared arrays.
func (u *unpacker) use(ts []Token) []Token {
	if u.failed || len(u.names)+len(u.global) == 0 {
		return ts
	}
	return u.selects(ts, targets(ts))
}

// targets reports, for each token, whether it is in braces that are assigned to.
func targets(ts []Token) []bool {
	in := make([]bool, len(ts))
	closing, _ := pairs(ts)
	for i, end := range closing {
		if end == 0 || !ts[i].Is("{") || end+1 >= len(ts) || !assigns(ts[end+1]) {
			continue
		}
		for k := i; k < end; k++ {
			in[k] = true
		}
	}
	return in
}

// assigns reports whether t may be the operator of an assignment; <= is also another one.
func assigns(t Token) bool {
	return t.Is("=") || t.Kind == Operator && strings.HasSuffix(t.Text, "=") && t.Text != "==" && t.Text != "!=" && t.Text != "===" && t.Text != "!==" && t.Text != ">=" && t.Text != "==?" && t.Text != "!=?"
}

func (u *unpacker) selects(ts []Token, target []bool) (out []Token) {
	for i := 0; i < len(ts) && !u.failed; i++ {
		t := ts[i]
		next := func(text string) bool { return i+1 < len(ts) && ts[i+1].Is(text) }
		of, ok := u.array(strings.TrimPrefix(t.Text, "\\"))
		switch {
		case t.Kind == System && queries[t.Text], t.Is("foreach"), t.Kind == Escaped && ok:
			u.failed = true
		case t.Kind == Identifier && ok && i > 0 && (ts[i-1].Is(".") || ts[i-1].Is("::")):
			// The name of a port, or of an object in another scope.
			u.failed = !next("(") && !next(")") && !next(",")
		case t.Kind == Identifier && ok && (next(".") || next("::") || next("'")):
			u.failed = true
		}
		out = append(out, t)
		if t.Kind != Identifier || !ok || i > 0 && ts[i-1].Is(".") {
			continue
		}
		written := target != nil && target[i]
		var groups [][]Token
		for next("[") {
			end := closingAt(ts, i+1)
			if end >= len(ts) {
				u.failed = true
				return nil
			}
			groups = append(groups, ts[i+2:end])
			i = end
		}
		if i+1 < len(ts) && assigns(ts[i+1]) {
			written = true
			if i+2 < len(ts) && ts[i+2].Is("'{") {
				u.failed = true // the shape determines the types of the values in a pattern
			}
		}
		out = append(out, u.selected(t, of, groups, written)...)
	}
	return out
}

// array is the type of a name here, if it is an array of several packed dimensions.
func (u *unpacker) array(name string) (packedType, bool) {
	if of, ok := u.names[name]; ok {
		return of, true
	}
	of, ok := u.global[name]
	return of, ok
}

// selected is the same select on the vector. written says that it is assigned to.
func (u *unpacker) selected(name Token, of packedType, groups [][]Token, written bool) (out []Token) {
	add := func(text string) { out = append(out, like(name, text)...) }
	for k := 0; k < len(groups) && k < of.unpacked; k++ {
		add("[")
		out = append(out, u.selects(groups[k], nil)...)
		add("]")
	}
	if len(groups) <= of.unpacked {
		u.failed = u.failed || len(groups) > 0 && len(groups) < of.unpacked
		return out
	}
	if groups = groups[of.unpacked:]; len(groups) > len(of.dims) || of.signed && !written {
		u.failed = true
		return nil
	}
	s := selection{of: of, at: name}
	for k, g := range groups {
		d := of.dims[k]
		op, left, right := ranged(g)
		left, right = u.selects(left, nil), u.selects(right, nil)
		switch {
		case op == "":
			s.term(k, left, "1")
		case k+1 < len(groups) || d.up:
			u.failed = true // a select of a slice, or a slice in ascending order
		case op == ":":
			s.count = difference(texts(left), texts(right))
			u.failed = u.failed || s.count == ""
			s.term(k, right, s.count)
		case written:
			u.failed = true // a part that is half beyond the array is half written
		case op == "+:":
			s.count = "( " + texts(right) + " )"
			s.term(k, left, s.count)
		default:
			s.count = "( " + texts(right) + " )"
			low := append(append(like(name, "( {"), left...), like(name, "} - "+s.count+" + 1 )")...)
			s.term(k, low, s.count)
		}
		if u.failed = u.failed || s.beyond; u.failed {
			return nil
		}
	}
	return append(out, s.write(len(groups))...)
}

// selection computes the position of a select: a sum with one term for each dimension.
type selection struct {
	of     packedType
	at     Token
	fixed  int     // the sum of the constant terms
	place  []Token // the other terms
	beyond bool    // a constant index is beyond its dimension
	guard  []Token // condition that each index is within its dimension
	count  string  // number of selected elements of the last dimension; "" is one
}

// term adds index, of dimension k, from which on many elements are selected. Braces around
// the index keep its computation in its own width and sign. Zeros before it leave room for
// the sum.
func (s *selection) term(k int, index []Token, many string) {
	d, w := s.of.dims[k], s.of.width(k)
	like := func(text string) []Token { return like(s.at, text) }
	size, sizeErr := strconv.Atoi(d.size)
	step, stepErr := strconv.Atoi(w)
	low, lowErr := strconv.Atoi(d.low)
	n, manyErr := strconv.Atoi(many)
	if i, ok := plainNumber(index); ok && sizeErr == nil && stepErr == nil && lowErr == nil && manyErr == nil && i >= low && i+n <= low+size {
		if d.up {
			s.fixed += (low + size - 1 - i) * step
		} else {
			s.fixed += (i - low) * step
		}
		return
	}
	from := index
	if i, ok := plainNumber(index); ok && sizeErr == nil && lowErr == nil && (i < low || i >= low+size) {
		s.beyond = true
	} else if !ok {
		from = append(append(like("{ 32'b0 , ("), index...), like(") }")...)
	}
	switch {
	case d.up: // the highest index is in the lowest bits
		from = append(append(like("( "+d.low+" + "+d.size+" - 1 -"), from...), like(")")...)
	case d.low != "0":
		from = append(append(like("("), from...), like("- "+d.low+" )")...)
	}
	if len(s.place) > 0 {
		s.place = append(s.place, like("+")...)
	}
	s.place = append(append(s.place, from...), like("* "+w)...)
	if k == 0 {
		return // beyond the first dimension is beyond the vector
	}
	if len(s.guard) > 0 {
		s.guard = append(s.guard, like("&&")...)
	}
	s.guard = append(append(append(s.guard, like("(")...), from...), like("< "+d.size+" )")...)
	if many != "1" {
		s.guard = append(append(append(s.guard, like("&& (")...), from...), like("+ "+many+" <= "+d.size+" )")...)
	}
}

// write is the select, of the first n dimensions.
func (s *selection) write(n int) (out []Token) {
	add := func(text string) { out = append(out, like(s.at, text)...) }
	add("[")
	if len(s.guard) > 0 {
		add("( (")
		out = append(out, s.guard...)
		add(") ?")
	}
	if out = append(out, s.place...); len(s.place) > 0 {
		add("+")
	}
	add(strconv.Itoa(s.fixed))
	if len(s.guard) > 0 {
		add(": " + times(s.of.width(-1), "2") + " )")
	}
	w := s.of.width(n - 1)
	if s.count != "" {
		w = times(s.count, w)
	}
	if s.count != "" || n < len(s.of.dims) {
		add("+: " + w)
	}
	add("]")
	return out
}

// ranged splits the text between brackets at its operator, if it has one.
func ranged(g []Token) (op string, left, right []Token) {
	choices := 0
	for i := 0; i < len(g); i++ {
		switch t := g[i]; {
		case t.Is("(") || t.Is("[") || t.Is("{") || t.Is("'{"):
			i = closingAt(g, i)
		case t.Is("?"):
			choices++
		case t.Is(":") && choices > 0:
			choices--
		case t.Is(":") || t.Is("+:") || t.Is("-:"):
			return t.Text, g[:i], g[i+1:]
		}
	}
	return "", g, nil
}

// rangeOf reads a range with a zero bound, or with two constant bounds. For other ranges
// the higher bound is not known here.
func rangeOf(g []Token) (dimension, bool) {
	op, left, right := ranged(g)
	if op != ":" || len(left) == 0 || len(right) == 0 {
		return dimension{}, false
	}
	l, lok := plainNumber(left)
	r, rok := plainNumber(right)
	switch {
	case lok && rok && l >= r:
		return dimension{low: strconv.Itoa(r), size: strconv.Itoa(l - r + 1)}, true
	case lok && rok:
		return dimension{low: strconv.Itoa(l), size: strconv.Itoa(r - l + 1), up: true}, true
	case rok && r == 0:
		return dimension{low: "0", size: "( ( " + texts(left) + " ) + 1 )"}, true
	case lok && l == 0:
		return dimension{low: "0", size: "( ( " + texts(right) + " ) + 1 )", up: true}, true
	}
	return dimension{}, false
}

// plainNumber is the value of a decimal number without a size.
func plainNumber(ts []Token) (int, bool) {
	if len(ts) != 1 || ts[0].Kind != Number {
		return 0, false
	}
	n, err := strconv.Atoi(ts[0].Text)
	return n, err == nil && n >= 0 && n < 1<<24
}

// difference is the number of elements from r up to l, or "" if it is not known.
func difference(l, r string) string {
	a, aerr := strconv.Atoi(l)
	b, berr := strconv.Atoi(r)
	if aerr == nil && berr == nil {
		if a < b {
			return ""
		}
		return strconv.Itoa(a - b + 1)
	}
	return "( ( " + l + " ) - ( " + r + " ) + 1 )"
}

func times(a, b string) string {
	m, aerr := strconv.Atoi(a)
	n, berr := strconv.Atoi(b)
	switch {
	case aerr == nil && berr == nil:
		return strconv.Itoa(m * n)
	case a == "1":
		return b
	case b == "1":
		return a
	}
	return "( " + a + " * " + b + " )"
}

func texts(ts []Token) string {
	var b []string
	for _, t := range ts {
		b = append(b, t.Text)
	}
	return strings.Join(b, " ")
}

// closingAt is where the bracket that opens at i closes, or the end.
func closingAt(ts []Token, i int) int {
	depth := 0
	for ; i < len(ts); i++ {
		switch t := ts[i]; {
		case t.Is("(") || t.Is("[") || t.Is("{") || t.Is("'{"):
			depth++
		case t.Is(")") || t.Is("]") || t.Is("}"):
			if depth--; depth == 0 {
				return i
			}
		}
	}
	return i
}
