package head

import (
	"fmt"

	"github.com/hashiflex/hashiflex/rtl/npu"
	"github.com/hashiflex/hashiflex/spec"
)

// Bins are functional coverage bins: each mode at each boundary, each place of a stall,
// each state in which an access or a beat arrives.
type Bins struct {
	p      npu.Params
	names  []string
	counts []int64
	at     binIndex
	grids  []grid // by lane; none for a head of very many
	values values
}

// binIndex has the first index of each group of bins. A group is a product; the last
// factor is the innermost.
type binIndex struct {
	rounding, overflow, relu, shift, sum, greatest, remainder, layers, size int
	write, read, errors, reset, wait, gap, frame, late, stall               int

	aliases [2][4][addressBits]int // write or read, region, bit; -1: no such access is refused
	carries [carryKinds]int
}

// The position of a value between two outputs of a rounding: exact, or below, at or above
// the middle, for values from zero on and below zero.
var (
	roundCases    = []string{"exact", "below the middle", "tie", "above the middle", "negative below the middle", "negative tie", "negative above the middle"}
	overflowCases = []string{"inside", "above", "below", "inside, logit waits", "above, logit waits", "below, logit waits"}
	flightNames   = []string{"idle", "loading", "skipping", "leaving"}
	respNames     = []string{"OKAY", "SLVERR"}
	placeNames    = []string{"first", "middle", "last"}
	sizeNames     = []string{"one feature", "all features", "one output", "rows to the end", "biases to the end", "1 bit", "32 bits", "signed features", "unsigned features"}
	stallNames    = []string{
		"response OKAY waits", "response SLVERR waits", "data with OKAY waits", "data with SLVERR waits",
		"response and data wait", "the next write is complete while a response waits", "the next read is there while data waits",
		"response and feature wait", "response and logit wait", "data and feature wait", "data and logit wait",
		"feature and logit wait", "an address before its data", "data before its address",
		"reset while a response waits", "reset while data waits", "reset while a logit waits",
	}
	frameNames = []string{"one too short", "shorter", "one too long", "longer", "good after bad", "back to back"}
)

const (
	sizeOneIn = iota
	sizeAllIn
	sizeOneOut
	sizeRows
	sizeBiases
	sizeNarrow
	sizeWide
	sizeSigned
	sizeUnsigned
)

const (
	frameShortOne = iota
	frameShort
	frameLongOne
	frameLong
	frameRecovered
	frameBackToBack
)

// NewBins is all bins of a head, none of them hit.
func NewBins(p npu.Params) *Bins {
	b := &Bins{p: p, values: newValues()}
	group := func(format string, factors ...[]string) int {
		from := len(b.names)
		rows := [][]any{{}}
		for _, f := range factors {
			var next [][]any
			for _, r := range rows {
				for _, s := range f {
					next = append(next, append(append([]any(nil), r...), s))
				}
			}
			rows = next
		}
		for _, r := range rows {
			b.names = append(b.names, fmt.Sprintf(format, r...))
		}
		return from
	}
	b.at = binIndex{
		rounding:  group("%s: %s", texts(spec.Roundings()), roundCases),
		overflow:  group("%s: %s", texts(spec.Overflows()), overflowCases),
		relu:      group("ReLU %s", []string{"cuts", "passes"}),
		shift:     group("shift %s", []string{"left", "none", "right", "at its least", "at its greatest"}),
		sum:       group("sum leaves 32 bits %s", []string{"above", "below"}),
		greatest:  group("greatest logit: %s", []string{"tie", "all equal", "last"}),
		remainder: group("outputs = %s modulo lanes", counted(0, p.Lanes-1)),
		layers:    group("%s layers", counted(1, p.Layers)),
		size:      group("layer with %s", sizeNames),
		write:     group("write while %s: %s", flightNames, respNames),
		read:      group("read while %s: %s", flightNames, respNames),
		errors:    group("error %s", []string{"ADDRESS", "BUSY", "VALUE", "PROGRAM", "FRAME", "OVERFLOW"}),
		reset:     group("reset while %s", flightNames),
		wait:      group("%s logit waits", placeNames),
		gap:       group("pause before the %s feature", placeNames),
		frame:     group("frame %s", frameNames),
		late:      group("%s: %s, logit waits", texts(spec.Roundings()), roundCases),
		stall:     group("%s", stallNames),
	}
	b.addAliases(group)
	b.addCarries(group)
	b.addGrids()
	b.counts = make([]int64, len(b.names))
	return b
}

func texts[T fmt.Stringer](vs []T) (s []string) {
	for _, v := range vs {
		s = append(s, v.String())
	}
	return s
}

func counted(lo, hi int) (s []string) {
	for i := lo; i <= hi; i++ {
		s = append(s, fmt.Sprint(i))
	}
	return s
}

func (b *Bins) hit(i int) { b.counts[i]++ }

func (b *Bins) add(o *Bins) {
	for i, n := range o.counts {
		b.counts[i] += n
	}
	b.values.add(&o.values)
	for i := range o.grids {
		b.grids[i].add(o.grids[i])
	}
}

// Total is the number of bins.
func (b *Bins) Total() int { return len(b.names) + len(b.grids) }

// Missed lists the bins without a hit.
func (b *Bins) Missed() (names []string) {
	for i, n := range b.counts {
		if n == 0 {
			names = append(names, b.names[i])
		}
	}
	for i, g := range b.grids {
		if n := g.count(); n < pairs {
			names = append(names, fmt.Sprintf("every weight by every feature in lane %d: %d of %d", i, n, pairs))
		}
	}
	return names
}

// program notes the shapes of a program that computes.
func (b *Bins) program(m *Model, ls []npu.Layer) {
	if b == nil {
		return
	}
	b.hit(b.at.layers + len(ls) - 1)
	b.counters(ls)
	if m.Layers>>npu.LayersSigned&1 == 1 {
		b.hit(b.at.size + sizeSigned)
	} else {
		b.hit(b.at.size + sizeUnsigned)
	}
	for _, l := range ls {
		b.hit(b.at.remainder + l.Out%b.p.Lanes)
		for i, yes := range []bool{
			sizeOneIn: l.In == 1, sizeAllIn: l.In == b.p.Features, sizeOneOut: l.Out == 1,
			sizeRows:   l.Row+l.Groups(b.p.Lanes)*l.In == b.p.Rows,
			sizeBiases: l.Bias+l.Out == b.p.Biases,
			sizeNarrow: l.Width == 1, sizeWide: l.Width == 32,
		} {
			if yes {
				b.hit(b.at.size + i)
			}
		}
	}
}

// tail notes one requantization: the sum, the output, and the places of the modes.
func (b *Bins) tail(l npu.Layer, sum, result int64) {
	if b == nil {
		return
	}
	switch {
	case l.Shift < 0:
		b.hit(b.at.shift)
	case l.Shift == 0:
		b.hit(b.at.shift + 1)
	default:
		b.hit(b.at.shift + 2)
		b.hit(b.at.rounding + rounding(l, sum))
	}
	switch l.Shift {
	case -31:
		b.hit(b.at.shift + 3)
	case 33:
		b.hit(b.at.shift + 4)
	}
	if l.ReLU {
		if l.Signed && result == 0 && l.Overflow != spec.SATZero && sum < 0 {
			b.hit(b.at.relu)
		} else if result > 0 {
			b.hit(b.at.relu + 1)
		}
	}
}

// rounding is the index of a mode and boundary, or -1 if nothing is rounded.
func rounding(l npu.Layer, sum int64) int {
	if l.Shift <= 0 {
		return -1
	}
	return int(l.Rounding)*len(roundCases) + roundCase(sum, l.Shift)
}

func roundCase(sum int64, shift int) int {
	rest := sum & (1<<shift - 1)
	half := int64(1) << (shift - 1)
	c := 0
	switch {
	case rest == 0:
		return c
	case rest < half:
		c = 1
	case rest == half:
		c = 2
	default:
		c = 3
	}
	if sum < 0 {
		c += 3
	}
	return c
}

// fit notes on which side of its format a logit was; waited says whether it had to
// wait.
func (b *Bins) fit(o spec.Overflow, side int, waited bool) {
	if waited {
		side += 3
	}
	b.hit(b.at.overflow + int(o)*len(overflowCases) + side)
}

// side is 0 for a scaled value that its format holds, 1 above, 2 below.
func side(l npu.Layer, sum int64) int {
	var scaled int64
	if l.Shift < 0 {
		scaled = sum << -l.Shift
	} else {
		scaled = sum >> l.Shift
	}
	f := spec.Format{Signed: l.Signed, Width: l.Width}
	switch {
	case scaled > f.Max():
		return 1
	case scaled < f.Min():
		return 2
	}
	return 0
}

// flood notes a sum that overflows.
func (b *Bins) flood(exact int64) {
	if b == nil {
		return
	}
	if exact > 0 {
		b.hit(b.at.sum)
	} else {
		b.hit(b.at.sum + 1)
	}
}

func (b *Bins) logits(ls []int32) {
	if b == nil || len(ls) < 2 {
		return
	}
	best, ties, last := ls[0], 1, 0
	for i, v := range ls[1:] {
		switch {
		case v > best:
			best, ties, last = v, 1, i+1
		case v == best:
			ties++
		}
	}
	if ties > 1 {
		b.hit(b.at.greatest)
	}
	if ties == len(ls) {
		b.hit(b.at.greatest + 1)
	}
	if last == len(ls)-1 {
		b.hit(b.at.greatest + 2)
	}
}

// access notes a response in a state.
func (b *Bins) access(group int, f flight, resp uint32) { b.hit(group + int(f)*2 + int(resp/2)) }

// raised notes the current errors.
func (b *Bins) raised(m *Model) {
	for i := 0; m.Errors>>i != 0; i++ {
		if m.Errors>>i&1 == 1 {
			b.hit(b.at.errors + i)
		}
	}
}

// placeOf is where i is among n: 0 first, 1 in the middle, 2 last.
func placeOf(i, n int) int {
	switch {
	case i == 0:
		return 0
	case i == n-1:
		return 2
	}
	return 1
}

// stalls notes the channels that stalled; bit i of seen is stallNames[i].
func (b *Bins) stalls(seen uint32) {
	for i := range stallNames {
		if seen>>i&1 == 1 {
			b.hit(b.at.stall + i)
		}
	}
}

// pauses notes which features of a step had to be waited for.
func (b *Bins) pauses(s *Step) {
	from := 0
	for i, t := range s.Beats {
		if !t.Last {
			continue
		}
		for k := from; k <= i; k++ {
			if s.Beats[k].Gap > 0 {
				b.hit(b.at.gap + placeOf(k-from, i-from+1))
			}
		}
		from = i + 1
	}
}
