package smt

import (
	"math/big"
	"strconv"
)

// Builder writes the text of a query into one buffer. Its zero value is ready for use.
// It does not check that the text is well-formed; Query.Validate and the solver do.
//
// For adder trees over integers, these rules give the fastest queries for Z3:
//
//   - Write the question as one assertion in which every gate is a nested let.
//     define-fun costs twice as much, declare-fun with an equality ten times.
//   - Golden is one n-ary sum of (* ±2^k x). Its leaves are written like those of the
//     gate.
//   - Bounds of inputs take half of the time at 960 operands. Omit them if the identity
//     holds for all integers, as linear ones do. A round, shift and clamp on both sides
//     costs almost nothing.
//   - An adder that may wrap is (- (+ a b) (* 2^w q)) with q a free integer, never
//     (mod (+ a b) 2^w): the former takes milliseconds for 160 operands, the latter
//     seconds. The sides are then compared by one
//     (= (mod (- golden gate) 2^w) 0).
//   - Options of the solver, its arithmetic engine and the logic make no difference.
type Builder struct{ buf []byte }

// String is the text so far.
func (b *Builder) String() string { return string(b.buf) }

// Len is the length of the text so far in bytes.
func (b *Builder) Len() int { return len(b.buf) }

// Query returns the query of the text so far, with the variables to read on Sat. It
// shares the text with b, so do not write to b afterwards.
func (b *Builder) Query(read ...string) Query { return Query{Text: b.buf, Read: read} }

// Str writes text as it is.
func (b *Builder) Str(s string) *Builder {
	b.buf = append(b.buf, s...)
	return b
}

// Join writes the text of another builder.
func (b *Builder) Join(other *Builder) *Builder {
	b.buf = append(b.buf, other.buf...)
	return b
}

// Var writes a symbol of a letter and a number, such as x17. Prefer such names: they
// are short and need no check.
func (b *Builder) Var(letter byte, i int) *Builder {
	b.buf = append(b.buf, letter)
	return b.Num(i)
}

// Num writes a plain decimal, as in an index.
func (b *Builder) Num(i int) *Builder {
	b.buf = strconv.AppendInt(b.buf, int64(i), 10)
	return b
}

// Int writes an integer; negative ones as (- 5), since SMT-LIB has no negative
// numerals.
func (b *Builder) Int(v int64) *Builder {
	if v >= 0 {
		b.buf = strconv.AppendInt(b.buf, v, 10)
		return b
	}
	b.buf = append(b.buf, "(- "...)
	b.buf = strconv.AppendUint(b.buf, -uint64(v), 10)
	b.buf = append(b.buf, ')')
	return b
}

// BV writes v modulo 2^width as a bit vector literal of that width.
func (b *Builder) BV(v int64, width int) *Builder {
	if width > 64 {
		return b.Big(big.NewInt(v), width)
	}
	b.buf = append(b.buf, "(_ bv"...)
	b.buf = strconv.AppendUint(b.buf, uint64(v)&(^uint64(0)>>(64-width)), 10)
	return b.Str(" ").Num(width).Str(")")
}

// Big is BV for integers of any size.
func (b *Builder) Big(v *big.Int, width int) *Builder {
	m := new(big.Int).Lsh(big.NewInt(1), uint(width))
	b.buf = append(b.buf, "(_ bv"...)
	b.buf = m.Mod(v, m).Append(b.buf, 10)
	return b.Str(" ").Num(width).Str(")")
}

// BitVec is the sort of bit vectors of a width.
func BitVec(width int) string { return "(_ BitVec " + strconv.Itoa(width) + ")" }

// Declare writes a variable, on a line of its own.
func (b *Builder) Declare(name, sort string) *Builder {
	return b.Str("(declare-const ").Str(name).Str(" ").Str(sort).Str(")\n")
}

// Define writes a definition, on a line of its own.
func (b *Builder) Define(name, sort, body string) *Builder {
	return b.Str("(define-fun ").Str(name).Str(" () ").Str(sort).Str(" ").Str(body).Str(")\n")
}

// Assert writes an assertion, on a line of its own.
func (b *Builder) Assert(body string) *Builder { return b.Str("(assert ").Str(body).Str(")\n") }
