package golden

import (
	"fmt"
	"math/big"
	"testing"

	"github.com/hashiflex/hashiflex/spec"
	"github.com/leanovate/gopter"
	"github.com/leanovate/gopter/gen"
	"github.com/leanovate/gopter/prop"
	"github.com/stretchr/testify/require"
)

// requantizations calls f for every rounding, overflow, sign and width up to 4
// bits, with no clamp and with clamps that cut either end.
func requantizations(f func(q spec.Requant)) {
	for _, r := range spec.Roundings() {
		for _, o := range spec.Overflows() {
			for _, signed := range []bool{false, true} {
				for width := 1; width <= 4; width++ {
					q := spec.Requant{Format: spec.Format{Signed: signed, Width: width}, Rounding: r, Overflow: o}
					f(q)
					lo, hi := q.Format.Min(), q.Format.Max()
					for _, c := range []spec.Range{{Lo: 0, Hi: hi}, {Lo: lo, Hi: hi - 1}, {Lo: hi, Hi: hi}} {
						if c.Lo <= c.Hi {
							q.Clamp = &c
							f(q)
						}
					}
				}
			}
		}
	}
}

// Four readings of a requantization agree on every accumulator of 7 bits, and
// without clamp of 8: executed, evaluated as a term, folded from a constant, and
// prepared as a tail; all with the oracle.
func TestRequantizeExhaustively(t *testing.T) {
	shifts := []int{-2, -1, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 31, 48, 49, 62, 63, 64, 65, 200}
	const limit = 128
	// The oracle's rounding does not depend on the format: once is enough.
	type rounding struct {
		mode       spec.Rounding
		shift, acc int
	}
	rounded := map[rounding]*big.Int{}
	for _, mode := range spec.Roundings() {
		for _, shift := range shifts {
			for acc := -limit; acc < limit; acc++ {
				rounded[rounding{mode, shift, acc}] = oracleRound(mode, times(rat(int64(acc)), pow2(-shift)))
			}
		}
	}
	cases := 0
	requantizations(func(q spec.Requant) {
		n := limit
		if q.Clamp != nil {
			n = limit / 2
		}
		for _, shift := range shifts {
			terms, folded := NewTerms(), NewTerms()
			x := Requantize(terms, q, shift, terms.Var(0))
			prepared := newTail(q, shift)
			for acc := -n; acc < n; acc++ {
				want := oracleOverflow(q.Overflow, q.Format.Signed, q.Format.Width, rounded[rounding{q.Rounding, shift, acc}]).Int64()
				if q.Clamp != nil {
					want = min(max(want, q.Clamp.Lo), q.Clamp.Hi)
				}
				v := int64(acc)
				c := Requantize(folded, q, shift, folded.Const(v))
				got := [4]int64{Requantize(Int64{}, q, shift, v), terms.Eval(x, []int64{v}), folded.Nodes[c].K, prepared.apply(v)}
				if got != [4]int64{want, want, want, want} || folded.Nodes[c].Op != TermConst {
					t.Fatalf("%d >> %d, %+v: executed, evaluated, folded, prepared %d; want %d", acc, shift, q, got, want)
				}
				if !q.Range().Contains(want) {
					t.Fatalf("%d >> %d, %+v: %d is outside %v", acc, shift, q, want, q.Range())
				}
				cases++
			}
		}
	})
	t.Logf("%d cases", cases)
}

// wide draws an accumulator of up to 48 bits and a shift; half of the
// accumulators lie within one of a multiple of half the divisor, where ties and
// the steps of the truncating modes are.
func wide() gopter.Gen {
	return gopter.CombineGens(gen.Int64Range(-1<<47, 1<<47-1), gen.IntRange(-16, 70), gen.Int64Range(-1, 1), gen.Bool(), gen.IntRange(0, 47)).
		Map(func(v []any) [2]int64 {
			acc, shift := v[0].(int64)>>v[4].(int), v[1].(int)
			if shift < 0 {
				acc >>= -shift // the shifted value must fit 48 bits
			} else if v[3].(bool) && shift > 0 && shift < 48 {
				half := int64(1) << (shift - 1)
				acc = acc/half*half + v[2].(int64)
			}
			return [2]int64{max(-1<<47, min(1<<47-1, acc)), int64(shift)}
		})
}

func properties(t *testing.T, runs int) *gopter.Properties {
	p := gopter.DefaultTestParametersWithSeed(int64(seeded(t).Uint64() >> 1))
	p.MinSuccessfulTests = runs
	return gopter.NewProperties(p)
}

func TestRequantizeWide(t *testing.T) {
	ps := properties(t, 20000)
	ps.Property("executed = evaluated = folded = prepared = oracle", prop.ForAll(
		func(a [2]int64, rounding, over, width int, signed, clamped bool, ends [2]int64) string {
			acc, shift := a[0], int(a[1])
			q := spec.Requant{
				Format:   spec.Format{Signed: signed, Width: width},
				Rounding: spec.Roundings()[rounding],
				Overflow: spec.Overflows()[over],
			}
			if clamped {
				r := q.Format.Range()
				size := r.Hi - r.Lo + 1
				x, y := r.Lo+ends[0]%size, r.Lo+ends[1]%size
				q.Clamp = &spec.Range{Lo: min(x, y), Hi: max(x, y)}
			}
			want := oracleRequantize(q, shift, big.NewInt(acc))
			terms := NewTerms()
			x := Requantize(terms, q, shift, terms.Var(0))
			c := Requantize(terms, q, shift, terms.Const(acc))
			got := [4]int64{Requantize(Int64{}, q, shift, acc), terms.Eval(x, []int64{acc}), terms.Nodes[c].K, newTail(q, shift).apply(acc)}
			if got != [4]int64{want, want, want, want} {
				return fmt.Sprintf("%d >> %d, %+v: %d, want %d", acc, shift, q, got, want)
			}
			return ""
		},
		wide(), gen.IntRange(0, 6), gen.IntRange(0, 3), gen.IntRange(1, 32), gen.Bool(), gen.Bool(),
		gopter.CombineGens(gen.Int64Range(0, 1<<40), gen.Int64Range(0, 1<<40)).Map(func(v []any) [2]int64 {
			return [2]int64{v[0].(int64), v[1].(int64)}
		}),
	))
	ps.TestingRun(t)
}

// accumulators calls f with every mode at small widths and every truncation up
// to 3 bits.
func accumulators(f func(acc spec.Accumulator)) {
	for drop := range 4 {
		for _, order := range spec.TermOrders() {
			if drop == 0 && order != spec.NegateShift {
				continue
			}
			f(spec.Accumulator{Drop: drop, Order: order})
			for width := 2; width <= 4; width++ {
				f(spec.Accumulator{Drop: drop, Order: order, Mode: spec.AccWrap, Width: width})
				f(spec.Accumulator{Drop: drop, Order: order, Mode: spec.AccSaturate, Width: width})
			}
		}
	}
}

// everyChannel is a 1×1 convolution over taps inputs with one output channel for
// each combination of weights and bias.
func everyChannel(taps, bits, terms int, biases []int32, acc spec.Accumulator) *spec.Conv {
	window := 1<<(bits-1) - 1
	var weights [][]spec.Code
	for v := int64(-1) << window; v <= 1<<window; v++ {
		w := spec.Spell(v)
		if len(w) <= terms && (len(w) == 0 || w[0].Shift() < window) {
			weights = append(weights, append(w, make([]spec.Code, terms-len(w))...))
		}
	}
	codes := [][]spec.Code{nil}
	for range taps {
		var longer [][]spec.Code
		for _, prefix := range codes {
			for _, w := range weights {
				longer = append(longer, append(prefix[:len(prefix):len(prefix)], w...))
			}
		}
		codes = longer
	}
	conv := &spec.Conv{Kernel: [2]int{1, 1}, Stride: [2]int{1, 1}, Groups: 1, Bits: bits, Terms: terms, Acc: acc}
	for _, bias := range biases {
		for _, cs := range codes {
			conv.Codes = append(conv.Codes, cs...)
			conv.Bias = append(conv.Bias, bias)
			conv.Base = append(conv.Base, 0)
			conv.OutC++
		}
	}
	return conv
}

// Every input of every channel: two taps with codes up to ±3, alone and as sums of
// two, and three taps with codes ±1, where the order of saturation shows.
func TestAccumulateExhaustively(t *testing.T) {
	cases := 0
	for _, size := range []struct{ taps, bits, terms int }{{2, 3, 1}, {2, 3, 2}, {3, 2, 1}} {
		for _, signed := range []bool{false, true} {
			accumulators(func(acc spec.Accumulator) {
				f := spec.Format{Signed: signed, Width: 2}
				conv := everyChannel(size.taps, size.bits, size.terms, []int32{-2, 0, 1}, acc)
				net := &spec.Network{
					Name:   "every channel",
					Input:  spec.Input{Shape: spec.Shape{C: size.taps, H: 1, W: 1}, Format: f},
					Layers: []*spec.Layer{{Name: "conv", Inputs: []string{spec.InputName}, Op: conv, Out: spec.Requant{Format: spec.Format{Signed: true, Width: 8}}}},
				}
				require.NoError(t, net.Validate())
				l := net.Layers[0]
				xs := make([]int64, size.taps)
				for oc := range conv.OutC {
					terms := NewTerms()
					vars := make([]Term, size.taps)
					for i := range vars {
						vars[i] = terms.Var(i)
					}
					symbolic := Accumulate(terms, l, oc, vars)
					for n := range 1 << (2 * size.taps) {
						for i := range xs {
							xs[i] = f.Min() + int64(n>>(2*i)&3)
						}
						want := oracleAccumulate(acc, l.Channel(oc), int64(conv.Bias[oc]), xs).Int64()
						got := [2]int64{Accumulate(Int64{}, l, oc, xs), terms.Eval(symbolic, xs)}
						if got != [2]int64{want, want} {
							t.Fatalf("%+v, codes %v, bias %d, inputs %v: executed, evaluated %d; want %d", acc, l.Channel(oc), conv.Bias[oc], xs, got, want)
						}
						if !l.AccRange(oc).Contains(want) {
							t.Fatalf("%+v, codes %v, bias %d, inputs %v: %d is outside %v", acc, l.Channel(oc), conv.Bias[oc], xs, want, l.AccRange(oc))
						}
						cases++
					}
				}
			})
		}
	}
	t.Logf("%d cases", cases)
}
