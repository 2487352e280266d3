package golden

import (
	"math/big"

	"github.com/hashiflex/hashiflex/spec"
)

// The oracle is a second model, written from the words of the definitions
// (nearest, tie, modulo, clamp) in exact rational numbers. It shares no formula
// with algebra.go, and reads geometry from an explicitly padded copy of the
// input instead of by TapSource.

func pow2(k int) *big.Rat {
	p := new(big.Int).Lsh(big.NewInt(1), uint(max(k, -k)))
	if k < 0 {
		return new(big.Rat).SetFrac(big.NewInt(1), p)
	}
	return new(big.Rat).SetInt(p)
}

func rat(v int64) *big.Rat { return new(big.Rat).SetInt64(v) }

func times(a, b *big.Rat) *big.Rat { return new(big.Rat).Mul(a, b) }

// oracleFloor is the greatest integer that is not above x.
func oracleFloor(x *big.Rat) *big.Int {
	// Euclidean division by a positive denominator rounds down.
	return new(big.Int).Div(x.Num(), x.Denom())
}

// oracleRound picks one of the two integers around x.
func oracleRound(mode spec.Rounding, x *big.Rat) *big.Int {
	below := oracleFloor(x)
	rest := new(big.Rat).Sub(x, new(big.Rat).SetInt(below))
	if rest.Sign() == 0 {
		return below
	}
	above := new(big.Int).Add(below, big.NewInt(1))
	towardZero, awayFromZero := below, above
	if x.Sign() < 0 {
		towardZero, awayFromZero = above, below
	}
	switch mode {
	case spec.TRN:
		return below
	case spec.TRNZero:
		return towardZero
	}
	switch rest.Cmp(big.NewRat(1, 2)) {
	case -1:
		return below
	case 1:
		return above
	}
	switch mode {
	case spec.RND:
		return above
	case spec.RNDMinInf:
		return below
	case spec.RNDZero:
		return towardZero
	case spec.RNDInf:
		return awayFromZero
	case spec.RNDConv:
		if below.Bit(0) == 0 {
			return below
		}
		return above
	}
	panic("oracle: " + mode.String())
}

// oracleOverflow brings n into width bits.
func oracleOverflow(mode spec.Overflow, signed bool, width int, n *big.Int) *big.Int {
	one := big.NewInt(1)
	size := new(big.Int).Lsh(one, uint(width))
	lo, hi := new(big.Int), new(big.Int).Sub(size, one)
	if signed {
		half := new(big.Int).Rsh(size, 1)
		lo, hi = new(big.Int).Neg(half), new(big.Int).Sub(half, one)
	}
	if mode == spec.SATSym && signed {
		lo = new(big.Int).Neg(hi)
	}
	if n.Cmp(lo) >= 0 && n.Cmp(hi) <= 0 {
		return n
	}
	switch mode {
	case spec.WRAP:
		m := new(big.Int).Mod(n, size)
		if m.Cmp(hi) > 0 {
			m.Sub(m, size)
		}
		return m
	case spec.SATZero:
		return new(big.Int)
	case spec.SAT, spec.SATSym:
		if n.Cmp(lo) < 0 {
			return lo
		}
		return hi
	}
	panic("oracle: " + mode.String())
}

func oracleRequantize(q spec.Requant, shift int, acc *big.Int) int64 {
	x := times(new(big.Rat).SetInt(acc), pow2(-shift))
	v := oracleOverflow(q.Overflow, q.Format.Signed, q.Format.Width, oracleRound(q.Rounding, x)).Int64()
	if q.Clamp != nil {
		v = min(max(v, q.Clamp.Lo), q.Clamp.Hi)
	}
	return v
}

// oracleAccumulate adds the taps xs of a channel with these codes, equally many for
// each tap, and this bias.
func oracleAccumulate(acc spec.Accumulator, codes []spec.Code, bias int64, xs []int64) *big.Int {
	sum := big.NewInt(bias)
	constant := true
	for i, c := range codes {
		if c == 0 {
			continue
		}
		constant = false
		sign, exponent := int64(1), int(c)-1
		if c < 0 {
			sign, exponent = -1, -int(c)-1
		}
		x := xs[i*len(xs)/len(codes)]
		unit := pow2(exponent - acc.Drop)
		var term *big.Int
		if acc.Order == spec.ShiftNegate {
			term = oracleFloor(times(rat(x), unit))
			term.Mul(term, big.NewInt(sign))
		} else {
			term = oracleFloor(times(rat(sign*x), unit))
		}
		sum = new(big.Int).Add(sum, term)
		if acc.Mode == spec.AccSaturate {
			sum = oracleOverflow(spec.SAT, true, acc.Width, sum)
		}
	}
	if acc.Mode == spec.AccWrap && !constant {
		sum = oracleOverflow(spec.WRAP, true, acc.Width, sum)
	}
	return sum
}

// oracleLayer computes a whole layer. frac is the number of fraction bits of
// each input.
func oracleLayer(l *spec.Layer, frac []int, ins []Tensor) Tensor {
	out := NewTensor(l.OutShape())
	toOutput := func(accFrac int, acc *big.Int) int32 {
		return int32(oracleRequantize(l.Out, accFrac-l.Out.Format.Frac, acc))
	}
	switch op := l.Op.(type) {
	case *spec.Conv:
		padded := oraclePad(ins[0], op.Pad)
		perGroup := ins[0].Shape.C / op.Groups
		taps := perGroup * op.Kernel[0] * op.Kernel[1] * max(1, op.Terms)
		i := 0
		for oc := range op.OutC {
			codes := op.Codes[oc*taps : (oc+1)*taps]
			accFrac := l.Out.Format.Frac
			for _, c := range codes {
				if c != 0 {
					accFrac = frac[0] - int(op.Base[oc]) - op.Acc.Drop
				}
			}
			for oy := range out.Shape.H {
				for ox := range out.Shape.W {
					var xs []int64
					for ic := range perGroup {
						for ky := range op.Kernel[0] {
							for kx := range op.Kernel[1] {
								xs = append(xs, int64(padded[oc/(op.OutC/op.Groups)*perGroup+ic][oy*op.Stride[0]+ky][ox*op.Stride[1]+kx]))
							}
						}
					}
					out.Data[i] = toOutput(accFrac, oracleAccumulate(op.Acc, codes, int64(op.Bias[oc]), xs))
					i++
				}
			}
		}
	case *spec.Add:
		accFrac := max(frac[0], frac[1])
		for i := range out.Data {
			real := new(big.Rat).Add(
				times(rat(int64(ins[0].Data[i])), pow2(-frac[0])),
				times(rat(int64(ins[1].Data[i])), pow2(-frac[1])))
			out.Data[i] = toOutput(accFrac, oracleFloor(times(real, pow2(accFrac))))
		}
	case *spec.Pool:
		n := ins[0].Shape.H * ins[0].Shape.W
		for c := range out.Data {
			sum := new(big.Int)
			for _, v := range ins[0].Data[c*n : (c+1)*n] {
				sum.Add(sum, big.NewInt(int64(v)))
			}
			out.Data[c] = toOutput(frac[0]+op.RecipFrac, sum.Mul(sum, big.NewInt(op.Recip)))
		}
	case *spec.Dense:
		for o := range out.Data {
			sum := big.NewInt(int64(op.Bias[o]))
			for i, x := range ins[0].Data {
				w := int64(op.Weights[o*len(ins[0].Data)+i])
				sum.Add(sum, new(big.Int).Mul(big.NewInt(w), big.NewInt(int64(x))))
			}
			out.Data[o] = toOutput(frac[0]+op.WeightFrac, sum)
		}
	}
	return out
}

// oraclePad copies a map into channels, rows and columns with zeros around.
func oraclePad(in Tensor, pad [4]int) [][][]int32 {
	i := 0
	maps := make([][][]int32, in.Shape.C)
	for c := range maps {
		maps[c] = make([][]int32, in.Shape.H+pad[0]+pad[2])
		for y := range maps[c] {
			maps[c][y] = make([]int32, in.Shape.W+pad[1]+pad[3])
		}
		for y := range in.Shape.H {
			for x := range in.Shape.W {
				maps[c][y+pad[0]][x+pad[1]] = in.Data[i]
				i++
			}
		}
	}
	return maps
}
