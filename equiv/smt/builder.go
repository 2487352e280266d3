package smt

import (
	"fmt"
	"math/big"
	"strconv"
)

// Builder writes the text of a query into one buffer. Errors are kept and come
// out of Query; the zero value is ready for use.
//
// For adder trees over integers, these rules give the fastest queries for Z3:
//
//   - One assertion holds the question, and every gate is a nested let in it.
//     define-fun costs twice as much, declare-fun with an equality ten times.
//   - Golden is one n-ary sum of (* ±2^k x), its leaves written as the gate's are.
//   - Bounds of inputs are half of the time at 960 operands: leave them out where
//     the identity holds for all integers, which linear ones do. A round, shift
//     and clamp on both sides costs next to nothing.
//   - An adder that may wrap is (- (+ a b) (* 2^w q)) with q a free integer, never
//     (mod (+ a b) 2^w): the former takes milliseconds for 160 operands, the latter
//     seconds. The sides are then compared by one
//     (= (mod (- golden gate) 2^w) 0).
//   - Options of the solver, its arithmetic engine and the logic make no difference.
type Builder struct {
	buf []byte
	err error
}

// Reset empties b and keeps its buffer, which the queries it built share: they
// must have been answered.
func (b *Builder) Reset() { b.buf, b.err = b.buf[:0], nil }

// Len is the length of the text so far in bytes.
func (b *Builder) Len() int { return len(b.buf) }

// Query is the query built so far, with the variables to read back on Sat.
func (b *Builder) Query(read ...string) (Query, error) {
	if b.err != nil {
		return Query{}, b.err
	}
	return Query{Text: b.buf, Read: read}, nil
}

// Open begins a list with a head that is trusted to be an atom: Open("assert").
func (b *Builder) Open(head string) *Builder {
	b.gap()
	b.buf = append(b.buf, '(')
	b.buf = append(b.buf, head...)
	return b
}

// Close ends n lists.
func (b *Builder) Close(n int) *Builder {
	for range n {
		b.buf = append(b.buf, ')')
	}
	return b
}

// Line ends the line, for readers of saved queries.
func (b *Builder) Line() *Builder {
	b.buf = append(b.buf, '\n')
	return b
}

// Raw writes text that is trusted to be well-formed.
func (b *Builder) Raw(text string) *Builder {
	b.gap()
	b.buf = append(b.buf, text...)
	return b
}

// Int writes an integer; negative ones as (- 5).
func (b *Builder) Int(v int64) *Builder {
	b.gap()
	b.buf = AppendInt(b.buf, v)
	return b
}

// Big is Int for integers of any size.
func (b *Builder) Big(v *big.Int) *Builder {
	b.gap()
	if v.Sign() < 0 {
		b.buf = append(b.buf, "(- "...)
		b.buf = new(big.Int).Neg(v).Append(b.buf, 10)
		b.buf = append(b.buf, ')')
		return b
	}
	b.buf = v.Append(b.buf, 10)
	return b
}

// BV writes v modulo 2^width as a bit vector literal of that width, 1 to 64.
func (b *Builder) BV(v int64, width int) *Builder {
	b.gap()
	if width < 1 || width > 64 {
		b.fail(fmt.Errorf("a bit vector of %d bits", width))
		return b
	}
	b.buf = append(b.buf, "(_ bv"...)
	b.buf = strconv.AppendUint(b.buf, uint64(v)&(^uint64(0)>>(64-width)), 10)
	b.buf = append(b.buf, ' ')
	b.buf = strconv.AppendInt(b.buf, int64(width), 10)
	b.buf = append(b.buf, ')')
	return b
}

// Symbol writes a name, quoted as AppendSymbol does.
func (b *Builder) Symbol(name string) *Builder {
	b.gap()
	buf, err := AppendSymbol(b.buf, name)
	b.buf = buf
	b.fail(err)
	return b
}

// Var writes the symbol that is a letter and a number, such as x17: the names
// to prefer, being short and in need of no check.
func (b *Builder) Var(letter byte, i int) *Builder {
	b.gap()
	if letter < 'A' || letter > 'z' || letter > 'Z' && letter < 'a' || i < 0 {
		b.fail(fmt.Errorf("variable %q %d", letter, i))
		return b
	}
	b.buf = append(b.buf, letter)
	b.buf = strconv.AppendInt(b.buf, int64(i), 10)
	return b
}

// AppendInt appends an integer to dst; negative ones as (- 5), since SMT-LIB has
// no negative numerals.
func AppendInt(dst []byte, v int64) []byte {
	if v >= 0 {
		return strconv.AppendInt(dst, v, 10)
	}
	dst = append(dst, "(- "...)
	dst = strconv.AppendUint(dst, -uint64(v), 10)
	return append(dst, ')')
}

// gap separates what follows from what stands before.
func (b *Builder) gap() {
	if n := len(b.buf); n > 0 && b.buf[n-1] != '(' && b.buf[n-1] != '\n' {
		b.buf = append(b.buf, ' ')
	}
}

func (b *Builder) fail(err error) {
	if b.err == nil {
		b.err = err
	}
}
