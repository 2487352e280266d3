package strict

import (
	"bytes"
	"strconv"

	"github.com/hashiflex/hashiflex/rtl"
)

// word is the value of an expression: chunks on the reader's stack from `from` on, or a
// cell whose output is not connected yet.
type word struct {
	width  int32
	from   int
	at     place // where the expression begins
	signed bool
	fixed  bool // a constant
	target bool // a net or a part of one
	op     rtl.Operator
	signs  int // operands of op that are signed
	a, b   rtl.Sig
	s      rtl.Sig // of a multiplexer
	end    place   // behind the cell's text
}

// expression reads one operation, or none.
func (r *reader) expression() word {
	a := r.operand(true)
	switch r.tok {
	case '+', '*', '&', '|', '^':
		return r.chain(a, r.tok, operators[r.tok])
	case '-', xnor, equal, notEqual, '<', lessEqual, '>', greaterEqual, andAnd, orOr, shiftLeft, shiftRight, shiftSigned:
		a = r.binary(a, r.tok, operators[r.tok])
	case '?':
		a = r.choice(a)
	}
	return a
}

var operators = [256]rtl.Operator{
	'+': rtl.OpAdd, '*': rtl.OpMul, '&': rtl.OpAnd, '|': rtl.OpOr, '^': rtl.OpXor, '-': rtl.OpSub, xnor: rtl.OpXnor,
	equal: rtl.OpEq, notEqual: rtl.OpNe, '<': rtl.OpLt, lessEqual: rtl.OpLe, '>': rtl.OpGt, greaterEqual: rtl.OpGe,
	andAnd: rtl.OpLogicAnd, orOr: rtl.OpLogicOr, shiftLeft: rtl.OpShl, shiftRight: rtl.OpShr, shiftSigned: rtl.OpSshr,
}

// chain reads a op b op c, which is the same from left to right and from right to left.
func (r *reader) chain(a word, t token, op rtl.Operator) word {
	for r.tok == t {
		a = r.binary(a, t, op)
	}
	return a
}

func (r *reader) binary(a word, t token, op rtl.Operator) word {
	at := r.at
	r.next()
	b := r.operand(false)
	order := t == '<' || t == '>' || t == lessEqual || t == greaterEqual
	switch {
	case t == shiftSigned:
		if !a.signed || b.signed {
			r.refuse(at, ">>> wants $signed(…) on its left and no sign on its right")
		}
	case a.signed != b.signed:
		r.refuse(at, "one side is signed and the other one is not")
	case a.signed && !order:
		r.refuse(at, "signed operands: the sign does not matter here")
	}
	shift := t == shiftLeft || t == shiftRight || t == shiftSigned
	if !shift && a.width != b.width {
		r.refuse(at, "operands of %d and %d bits", a.width, b.width)
	}
	if (t == andAnd || t == orOr) && a.width != 1 {
		r.refuse(at, "an operand of %d bits: want one", a.width)
	}
	if a.fixed && b.fixed {
		r.refuse(at, "an operation on constants")
	}
	out := word{width: a.width, at: a.at, op: op}
	if order || t == equal || t == notEqual || t == andAnd || t == orOr {
		out.width = 1
	}
	switch {
	case t == shiftSigned:
		out.signs, out.signed = 1, true
	case a.signed:
		out.signs = 2
	}
	// b lies above a on the stack.
	out.b = r.signal(&b)
	out.a = r.signal(&a)
	out.from, out.end = len(r.stack), r.after
	return out
}

// choice reads s ? a : b.
func (r *reader) choice(s word) word {
	at := r.at
	if s.width != 1 || s.signed || s.fixed {
		r.refuse(s.at, "a condition that is not one bit, or a constant")
	}
	r.next()
	a := r.operand(false)
	r.want(':', "a colon")
	b := r.operand(false)
	if a.width != b.width {
		r.refuse(at, "operands of %d and %d bits", a.width, b.width)
	}
	if a.signed || b.signed {
		r.refuse(at, "signed operands: the sign does not matter here")
	}
	out := word{width: a.width, at: s.at, op: rtl.OpMux}
	out.b = r.signal(&b)
	out.a = r.signal(&a)
	out.s = r.signal(&s)
	out.from, out.end = len(r.stack), r.after
	return out
}

// operand reads a primary, perhaps behind an operator of one operand. Within an operation
// only ~ and ! may stand there, and the minus of a constant: of a && &b nobody should have
// to think.
func (r *reader) operand(first bool) word {
	at := r.at
	op := rtl.Operator("")
	switch r.tok {
	case '~':
		op = rtl.OpNot
	case '!':
		op = rtl.OpLogicNot
	case '-':
		r.next()
		if r.tok == number {
			return r.negative(at)
		}
		op = rtl.OpNeg
		if !first {
			r.refuse(at, "- within an operation: want parentheses")
		}
	case '&':
		op = rtl.OpReduceAnd
	case '|':
		op = rtl.OpReduceOr
	case '^':
		op = rtl.OpReduceXor
	default:
		return r.primary()
	}
	if r.at == at {
		if !first && r.tok != '~' && r.tok != '!' {
			r.refuse(at, "%s within an operation: want parentheses", r.word())
		}
		r.next()
	}
	a := r.primary()
	if a.signed {
		r.refuse(at, "a signed operand: the sign does not matter here")
	}
	if a.fixed {
		r.refuse(at, "an operation on constants")
	}
	out := word{width: a.width, at: at, op: op}
	switch op {
	case rtl.OpLogicNot:
		if a.width != 1 {
			r.refuse(at, "an operand of %d bits: want one", a.width)
		}
	case rtl.OpReduceAnd, rtl.OpReduceOr, rtl.OpReduceXor:
		out.width = 1
	}
	out.a = r.signal(&a)
	out.from, out.end = len(r.stack), r.after
	return out
}

// primary reads a net, a part of one, a constant, a concatenation, or an expression in
// parentheses.
func (r *reader) primary() word {
	at := r.at
	switch r.tok {
	case name:
		return r.net()
	case number:
		return r.constant()
	case '(':
		r.deeper(at)
		r.next()
		w := r.expression()
		r.want(')', "a closing parenthesis")
		r.depth--
		// A cell stands where its operator does, without the parentheses.
		if w.op != "" {
			r.settle(&w)
		}
		w.at, w.target = at, false
		return w
	case '{':
		return r.braces()
	case system:
		r.deeper(at)
		r.next()
		r.want('(', "an opening parenthesis")
		w := r.expression()
		if w.signed {
			r.refuse(at, "the sign of what is signed")
		}
		if w.fixed {
			r.refuse(at, "the sign of a constant: want one that is signed, as in 8'sd5")
		}
		r.settle(&w)
		r.want(')', "a closing parenthesis")
		r.depth--
		w.at, w.signed, w.target = at, true, false
		return w
	}
	r.refuse(at, "want an operand, have %s", r.word())
	return word{}
}

// maxDepth bounds nesting, and so the stack.
const maxDepth = 256

func (r *reader) deeper(at place) {
	if r.depth++; r.depth > maxDepth {
		r.refuse(at, "more than %d levels of nesting", maxDepth)
	}
}

// net reads a net that is declared, or a part of it.
func (r *reader) net() word {
	at := r.at
	id, ok := r.names.get(r.text, r.from, r.to)
	if !ok || id == instance {
		r.refuse(at, "%s is no net that is declared above", r.word())
	}
	w := &r.wires[id]
	r.next()
	c := rtl.Chunk{Wire: id, Width: w.width}
	if r.tok == '[' {
		if !w.vector {
			r.refuse(r.at, "a part of a net without a range")
		}
		hi, lo := r.bounds()
		if hi >= w.width || lo > hi {
			r.refuse(at, "bits %d to %d of a net with bits %d to 0", hi, lo, w.width-1)
		}
		c.Off, c.Width = lo, hi-lo+1
	}
	r.stack = append(r.stack, c)
	return word{width: c.Width, from: len(r.stack) - 1, at: at, target: true}
}

// bounds reads [n] or [n:m].
func (r *reader) bounds() (hi, lo int32) {
	r.next()
	hi = r.plain()
	lo = hi
	if r.tok == ':' {
		r.next()
		lo = r.plain()
	}
	r.want(']', "a closing bracket")
	return hi, lo
}

// maxWidth bounds a word, and so what a few characters may stand for.
const maxWidth = 1 << 16

// plain reads a decimal number without a size, up to maxWidth.
func (r *reader) plain() int32 {
	n := int32(0)
	if r.tok != number {
		r.refuse(r.at, "want a number, have %s", r.word())
	}
	for _, b := range r.text[r.from:r.to] {
		if class[b] != digit {
			r.refuse(r.at, "want a number without a size, have %s", r.word())
		}
		if n = n*10 + int32(b-'0'); n > maxWidth {
			r.refuse(r.at, "%s: more than %d", r.word(), maxWidth)
		}
	}
	r.next()
	return n
}

// braces reads {a, b} or {n{a, b}}.
func (r *reader) braces() word {
	at := r.at
	r.deeper(at)
	r.next()
	from := len(r.stack)
	times := int32(1)
	inner := false
	if r.tok == number && bytes.IndexByte(r.text[r.from:r.to], '\'') < 0 {
		if times = r.plain(); times == 0 {
			r.refuse(at, "a replication of no times")
		}
		r.want('{', "a brace behind the count, or a size of the constant")
		inner = true
	}
	w := word{from: from, at: at, fixed: true}
	for {
		part := r.expression()
		if part.signed {
			// Some versions of Yosys take {a} for signed if a is.
			r.refuse(part.at, "what is signed in braces: the sign does not matter here")
		}
		w.fixed = w.fixed && part.fixed
		r.settle(&part)
		if w.width += part.width; w.width > maxWidth {
			r.refuse(at, "a word of more than %d bits", maxWidth)
		}
		if r.tok != ',' {
			break
		}
		r.next()
	}
	if inner {
		r.want('}', "a closing brace")
		n := len(r.stack) - from
		if int64(w.width)*int64(times) > maxWidth {
			r.refuse(at, "a word of more than %d bits", maxWidth)
		}
		if r.copies += n * int(times); r.copies > 4*len(r.text)+1<<16 {
			r.refuse(at, "replications that are far longer than the text")
		}
		w.width *= times
		for range times - 1 {
			r.stack = append(r.stack, r.stack[from:from+n]...)
		}
	}
	r.want('}', "a closing brace")
	r.depth--
	return w
}

// constant reads a sized number.
func (r *reader) constant() word { return r.literal(r.at, false) }

// negative reads a number behind its minus, which must be signed.
func (r *reader) negative(at place) word {
	w := r.literal(at, true)
	if !w.signed {
		r.refuse(at, "the minus of an unsigned constant")
	}
	return w
}

func (r *reader) literal(at place, minus bool) word {
	text := r.text[r.from:r.to]
	sizes, digits, ok := bytes.Cut(text, []byte("'"))
	if !ok {
		r.refuse(r.at, "constant %s without a size", r.word())
	}
	width, err := strconv.Atoi(string(sizes))
	if err != nil || width < 1 || width > maxWidth || sizes[0] == '0' {
		r.refuse(r.at, "constant %s: want a size from 1 to %d", r.word(), maxWidth)
	}
	w := word{width: int32(width), at: at, fixed: true, from: len(r.stack)}
	if len(digits) > 0 && (digits[0] == 's' || digits[0] == 'S') {
		w.signed, digits = true, digits[1:]
	}
	r.digits = r.digits[:0]
	if len(digits) < 2 {
		r.refuse(r.at, "constant %s without digits", r.word())
	}
	switch base, digits := digits[0]|' ', digits[1:]; base {
	case 'd':
		r.decimal(digits)
	case 'h':
		r.power(digits, 4)
	case 'b':
		r.power(digits, 1)
	case 'o':
		r.power(digits, 3)
	default:
		r.refuse(r.at, "constant %s: base %q", r.word(), base)
	}
	for len(r.digits) > width {
		if last := len(r.digits) - 1; r.digits[last] == '1' {
			r.refuse(r.at, "constant %s does not fit into %d bits", r.word(), width)
		} else {
			r.digits = r.digits[:last]
		}
	}
	for len(r.digits) < width {
		r.digits = append(r.digits, '0')
	}
	if minus {
		carry := true
		for i, d := range r.digits {
			if !carry {
				d = '0' + '1' - d
			}
			r.digits[i] = d
			carry = carry && d == '0'
		}
	}
	r.stack = append(r.stack, r.b.Const(r.digits))
	r.next()
	return w
}

// decimal appends the bits of a number of at most 63 bits.
func (r *reader) decimal(digits []byte) {
	n := uint64(0)
	for i, d := range digits {
		switch {
		case d == '_' && i > 0:
			continue
		case class[d] != digit:
			r.refuse(r.at, "constant %s: digit %q", r.word(), d)
		case n > (1<<63-10)/10:
			r.refuse(r.at, "constant %s: a decimal number of more than 63 bits", r.word())
		}
		n = n*10 + uint64(d-'0')
	}
	for ; n > 0; n >>= 1 {
		r.digits = append(r.digits, '0'+byte(n&1))
	}
}

// power appends the bits of a number with a base of 1<<bits.
func (r *reader) power(digits []byte, bits int) {
	for i := len(digits) - 1; i >= 0; i-- {
		d := digits[i]
		v := 0
		switch {
		case d == '_' && i > 0:
			continue
		case class[d] == digit:
			v = int(d - '0')
		case d|' ' >= 'a' && d|' ' <= 'f':
			v = int(d|' '-'a') + 10
		default:
			v = 1 << bits
		}
		if v >= 1<<bits {
			r.refuse(r.at, "constant %s: digit %q", r.word(), d)
		}
		for k := range bits {
			r.digits = append(r.digits, '0'+byte(v>>k&1))
		}
	}
}

// location is where a cell stands.
func (r *reader) location(w *word) string {
	return r.b.At(r.file, w.at.line, w.at.column, w.end.line, w.end.column)
}

// settle gives a cell that waits an output of its own, so that w is chunks.
func (r *reader) settle(w *word) {
	if w.op == "" {
		return
	}
	src := r.location(w)
	c := rtl.Chunk{Wire: r.inner(src, w.width), Width: w.width}
	r.cell(w, src, r.b.Sig(c))
	w.op, w.from = "", len(r.stack)
	r.stack = append(r.stack, c)
}

// cell connects the cell that w waits for.
func (r *reader) cell(w *word, src string, y rtl.Sig) {
	switch w.op {
	case rtl.OpMux:
		r.b.Mux(src, w.s, w.a, w.b, y)
	case rtl.OpNot, rtl.OpNeg, rtl.OpLogicNot, rtl.OpReduceAnd, rtl.OpReduceOr, rtl.OpReduceXor:
		r.b.Unary(w.op, src, w.a, y)
	default:
		r.b.Binary(w.op, src, w.signs, w.a, w.b, y)
	}
}

// signal takes w, the topmost word, off the stack.
func (r *reader) signal(w *word) rtl.Sig {
	r.settle(w)
	s := r.b.Sig(r.stack[w.from:]...)
	r.stack = r.stack[:w.from]
	return s
}
