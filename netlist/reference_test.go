package netlist

import "math/big"

// word is a word of the tests' own semantics: one bool per bit, low bit first.
// It shares nothing with compute or the kernels.
type word []bool

func wordOf(v uint64, width int) word {
	w := make(word, width)
	for i := range w {
		w[i] = new(big.Int).SetUint64(v).Bit(i) == 1
	}
	return w
}

func (w word) uint64() uint64 {
	n := new(big.Int)
	for i, b := range w {
		if b {
			n.SetBit(n, i, 1)
		}
	}
	return n.Uint64()
}

func (w word) unsigned() *big.Int { return new(big.Int).SetUint64(w.uint64()) }

func (w word) signed() *big.Int {
	n := w.unsigned()
	if w[len(w)-1] {
		n.Sub(n, new(big.Int).Lsh(big.NewInt(1), uint(len(w))))
	}
	return n
}

// modulo is n modulo 2^width.
func modulo(n *big.Int, width int) word {
	n = new(big.Int).Mod(n, new(big.Int).Lsh(big.NewInt(1), uint(width)))
	return wordOf(n.Uint64(), width)
}

func one(b bool) word { return word{b} }

// reference computes one cell, by the words of ir.go.
func reference(op Op, width, aux int, args ...word) word {
	at := func(w word, i int, beyond bool) bool {
		if i < len(w) && i >= 0 {
			return w[i]
		}
		return beyond
	}
	bitwise := func(f func(i int) bool) word {
		out := make(word, width)
		for i := range out {
			out[i] = f(i)
		}
		return out
	}
	a := args[0]
	top := a[len(a)-1]
	var b, c word
	if len(args) > 1 {
		b = args[1]
	}
	if len(args) > 2 {
		c = args[2]
	}
	amount := func() int {
		if n := b.unsigned(); n.IsInt64() && n.Int64() < MaxWidth {
			return int(n.Int64())
		}
		return MaxWidth
	}
	count := 0
	for _, x := range a {
		if x {
			count++
		}
	}
	switch op {
	case OpSlice:
		return bitwise(func(i int) bool { return a[i+aux] })
	case OpConcat:
		return append(append(word{}, a...), b...)
	case OpZext:
		return bitwise(func(i int) bool { return at(a, i, false) })
	case OpSext:
		return bitwise(func(i int) bool { return at(a, i, top) })
	case OpAdd:
		return modulo(new(big.Int).Add(a.signed(), b.unsigned()), width)
	case OpSub:
		return modulo(new(big.Int).Sub(a.unsigned(), b.signed()), width)
	case OpNeg:
		return modulo(new(big.Int).Neg(a.unsigned()), width)
	case OpMul:
		return modulo(new(big.Int).Mul(a.signed(), b.unsigned()), width)
	case OpNot:
		return bitwise(func(i int) bool { return !a[i] })
	case OpAnd:
		return bitwise(func(i int) bool { return a[i] && b[i] })
	case OpOr:
		return bitwise(func(i int) bool { return a[i] || b[i] })
	case OpXor:
		return bitwise(func(i int) bool { return a[i] != b[i] })
	case OpShl:
		n := amount()
		return bitwise(func(i int) bool { return at(a, i-n, false) })
	case OpShr:
		n := amount()
		return bitwise(func(i int) bool { return at(a, i+n, false) })
	case OpSar:
		n := amount()
		return bitwise(func(i int) bool { return at(a, i+n, top) })
	case OpEq:
		return one(a.unsigned().Cmp(b.unsigned()) == 0)
	case OpUlt:
		return one(a.unsigned().Cmp(b.unsigned()) < 0)
	case OpSlt:
		return one(a.signed().Cmp(b.signed()) < 0)
	case OpRedAnd:
		return one(count == len(a))
	case OpRedOr:
		return one(count > 0)
	case OpRedXor:
		return one(count%2 == 1)
	case OpMux:
		if a[0] {
			return b
		}
		return c
	}
	panic("no reference for " + op.String())
}
