package head

import (
	"fmt"
	"math"
	"math/bits"

	"github.com/hashiflex/hashiflex/golden"
	"github.com/hashiflex/hashiflex/rtl/npu"
	"github.com/hashiflex/hashiflex/spec"
)

// A value is a bin that one number out of millions hits, so that chance hits few of them:
// a sum of products that is a power of two, a tie at one shift, an output one beyond its
// format, a count before its carry. Values are counted beside the other bins, since some
// cannot be reached; a Goal says of each what a solver can be asked.

// values counts hits.
type values struct {
	sums, ties, limits, edges, images []int64
}

const (
	sumBits   = 31 // sums of products: 2^0 to 2^30, and the same below zero
	tieShifts = 33
	places    = 4 // of a format
	wide      = 32
)

// Edges of 32 bits that a sum with its bias has.
var edges = []int64{math.MaxInt32, math.MaxInt32 + 1, math.MinInt32, math.MinInt32 - 1}

func newValues() values {
	return values{
		sums: make([]int64, 2*sumBits), ties: make([]int64, len(spec.Roundings())*tieShifts*2),
		limits: make([]int64, 2*wide*places), edges: make([]int64, len(edges)), images: make([]int64, mostImages),
	}
}

func (v *values) groups() [][]int64 { return [][]int64{v.sums, v.ties, v.limits, v.edges, v.images} }

func (v *values) add(o *values) {
	for i, g := range v.groups() {
		for k, n := range o.groups()[i] {
			g[k] += n
		}
	}
}

// scale is a layer's shift and rounding, prepared for many sums.
type scale struct {
	l        npu.Layer
	pos, neg int64
	even     bool
}

func scaleOf(l npu.Layer) scale {
	s := scale{l: l}
	if l.Shift > 0 {
		c := l.Rounding.Constants(l.Shift)
		s.pos, s.neg, s.even = c.Pos, c.Neg, c.Even
	}
	return s
}

// of is golden.Round of a sum of 32 bits.
func (s *scale) of(sum int64) int64 {
	if s.l.Shift <= 0 {
		return sum << -s.l.Shift
	}
	c := s.pos
	if sum < 0 {
		c = s.neg
	}
	if s.even {
		c += sum >> s.l.Shift & 1
	}
	return (sum + c) >> s.l.Shift
}

// output counts the values of an output: its sum of products, the same with the bias, and
// what of that are 32 bits.
func (v *values) output(s *scale, products, exact, sum int64) {
	if a := max(products, -products); a != 0 && a&(a-1) == 0 && a < 1<<sumBits {
		v.sums[sumAt(products < 0, bits.TrailingZeros64(uint64(a)))]++
	}
	if exact == edges[0] || exact == edges[2] || exact != sum {
		for i, e := range edges {
			if exact == e {
				v.edges[i]++
			}
		}
	}
	if shift := s.l.Shift; shift > 0 && sum&(1<<shift-1) == 1<<(shift-1) {
		v.ties[tieAt(s.l.Rounding, shift, sum < 0)]++
	}
	f := spec.Format{Signed: s.l.Signed, Width: s.l.Width}
	scaled := s.of(sum)
	for place := range places {
		if scaled == limit(f, place) {
			v.limits[limitAt(f, place)]++
		}
	}
}

func sumAt(negative bool, k int) int {
	if negative {
		return sumBits + k
	}
	return k
}

func tieAt(r spec.Rounding, shift int, negative bool) int {
	i := (int(r)*tieShifts + shift - 1) * 2
	if negative {
		i++
	}
	return i
}

func limitAt(f spec.Format, place int) int {
	i := f.Width - 1
	if f.Signed {
		i += wide
	}
	return i*places + place
}

// limit is the greatest value of a format, one above it, the least, or one below it.
func limit(f spec.Format, place int) int64 {
	return [places]int64{f.Max(), f.Max() + 1, f.Min(), f.Min() - 1}[place]
}

var placeTexts = [places]string{"the greatest value of %s", "one above the greatest of %s", "the least value of %s", "one below the least of %s"}

// Goal is a value that nothing has hit, as a question. Any of Tries would hit it, and
// nothing else would.
type Goal struct {
	Name  string
	Tries []Try
	Whole bool // the tries are all that there are; else there are layers of more features
	count *int64
}

// Hit reports whether the value has been hit.
func (g *Goal) Hit() bool { return *g.count > 0 }

// Try is a program of one layer with one output, and what its data must be. Or it has no
// layer, and is about the count of images before one more.
type Try struct {
	Layer  *npu.Layer
	Signed bool // features
	Free   bool // weights and features may be anything; else they are 0, and the bias is all
	Equal  []func(t *golden.Terms, d Data) (golden.Term, int64)

	rowWords int
}

// Data are the variables of a question.
type Data struct {
	Weights, Features []golden.Term
	Bias              golden.Term
	Images            golden.Term
}

// products is a sum without its bias.
func products(t *golden.Terms, d Data) golden.Term {
	return golden.DenseSum(t, t.Const(0), d.Weights, d.Features)
}

func total(t *golden.Terms, d Data) golden.Term {
	return golden.DenseSum(t, d.Bias, d.Weights, d.Features)
}

type equation = func(t *golden.Terms, d Data) (golden.Term, int64)

// top is the bit above 32 bits, and all that follow: 0 or -1 for a number of 32 bits.
func top(negative bool) equation {
	return func(t *golden.Terms, d Data) (golden.Term, int64) {
		if negative {
			return t.Shr(total(t, d), 31), -1
		}
		return t.Shr(total(t, d), 31), 0
	}
}

// Goals lists the values that were not hit, for a head that can hold them.
func (b *Bins) Goals() (all []*Goal) {
	most := min(b.p.Features, b.p.Rows)
	in := min(most, mostAsked)
	layer := func(change func(*npu.Layer)) *npu.Layer {
		l := npu.Layer{In: in, Out: 1, Overflow: spec.WRAP, Width: 32, Signed: true}
		change(&l)
		return &l
	}
	goal := func(count *int64, name string, tries ...Try) {
		if *count == 0 {
			for i := range tries {
				tries[i].rowWords = b.p.RowWords()
			}
			whole := in == most || len(tries) > 0 && !tries[0].Free
			all = append(all, &Goal{name, tries, whole, count})
		}
	}
	plain := layer(func(*npu.Layer) {})
	for negative, sign := range signs {
		for k := range sumBits {
			want := int64(1) << k
			if negative == 1 {
				want = -want
			}
			equal := []equation{func(t *golden.Terms, d Data) (golden.Term, int64) { return products(t, d), want }}
			goal(&b.values.sums[sumAt(negative == 1, k)], fmt.Sprintf("a sum of products is %s2^%d", sign, k),
				Try{Layer: plain, Free: true, Equal: equal}, Try{Layer: plain, Signed: true, Free: true, Equal: equal})
		}
	}
	for _, r := range spec.Roundings() {
		for shift := 1; shift <= tieShifts; shift++ {
			for negative, sign := range []string{"from 0 on", "below 0"} {
				l := layer(func(l *npu.Layer) { l.Rounding, l.Shift = r, shift })
				tie := func(t *golden.Terms, d Data) (golden.Term, int64) {
					x := total(t, d)
					return t.Sum(x, t.Neg(t.Shl(t.Shr(x, shift), shift))), 1 << (shift - 1)
				}
				goal(&b.values.ties[tieAt(r, shift, negative == 1)], fmt.Sprintf("%v: a tie at shift %d, %s", r, shift, sign),
					Try{Layer: l, Equal: []equation{tie, top(negative == 1)}})
			}
		}
	}
	for _, f := range formats() {
		for place := range places {
			goal(&b.values.limits[limitAt(f, place)], fmt.Sprintf(placeTexts[place], formatText(f)), limitTries(layer, f, place)...)
		}
	}
	for i, e := range edges {
		equal := []equation{func(t *golden.Terms, d Data) (golden.Term, int64) { return total(t, d), e }}
		goal(&b.values.edges[i], fmt.Sprintf("a sum with its bias is %d", e),
			Try{Layer: plain, Free: true, Equal: equal}, Try{Layer: plain, Signed: true, Free: true, Equal: equal})
	}
	for k := 1; k <= mostImages; k++ {
		goal(&b.values.images[k-1], fmt.Sprintf("images carry into 2^%d", k), Try{Equal: []equation{
			func(t *golden.Terms, d Data) (golden.Term, int64) {
				next := t.Sum(d.Images, t.Const(1))
				return next, 1 << k
			},
		}})
	}
	return all
}

var signs = []string{"", "-"}

// mostAsked is the largest number of features that a solver is asked about.
const mostAsked = 64

// formats are all that a logit may have.
func formats() (all []spec.Format) {
	for _, signed := range []bool{false, true} {
		for width := 1; width <= 31 || signed && width <= 32; width++ {
			all = append(all, spec.Format{Signed: signed, Width: width})
		}
	}
	return all
}

func formatText(f spec.Format) string {
	if f.Signed {
		return fmt.Sprintf("%d bits with a sign", f.Width)
	}
	return fmt.Sprintf("%d bits", f.Width)
}

// limitTries are all shifts and roundings, those first that most likely do it.
func limitTries(layer func(func(*npu.Layer)) *npu.Layer, f spec.Format, place int) (tries []Try) {
	add := func(shift int, r spec.Rounding) {
		l := layer(func(l *npu.Layer) {
			l.Width, l.Signed, l.Shift, l.Rounding, l.Overflow = f.Width, f.Signed, shift, r, spec.SAT
		})
		scaled := func(t *golden.Terms, d Data) (golden.Term, int64) {
			return golden.Round(t, r, shift, total(t, d)), limit(f, place)
		}
		for _, negative := range []bool{false, true} {
			tries = append(tries, Try{Layer: l, Equal: []equation{scaled, top(negative)}})
		}
	}
	add(0, spec.TRN)
	for shift := -1; shift >= -31; shift-- {
		add(shift, spec.TRN)
	}
	for shift := 1; shift <= tieShifts; shift++ {
		for _, r := range spec.Roundings() {
			add(shift, r)
		}
	}
	return tries
}

// Values is the number of values, and of those that were hit.
func (b *Bins) Values() (hit, all int) {
	for g, counts := range b.values.groups() {
		for i, n := range counts {
			if g == 2 && i/places == wide-1 {
				continue // no logit has 32 bits without a sign
			}
			all++
			if n > 0 {
				hit++
			}
		}
	}
	return hit, all
}
