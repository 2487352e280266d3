package explain

import (
	"fmt"
	"strings"

	"github.com/hashiflex/hashiflex/netlist"
	"github.com/hashiflex/hashiflex/spec"
)

// maxProbe is the largest number of accumulators to compare. They are the ones nearest
// to 0, where rounding and clamps act.
const maxProbe = 1 << 19

// probe is the logic behind the accumulator as a function of it, on both sides.
type probe struct {
	lo         int64
	gold, gate []int64
	differ     []int // indices where they do
}

// tailWords describes what is wrong in the logic behind a right accumulator. It
// executes that logic for every accumulator. ok is false if the accumulator itself is
// wrong or nothing differs.
func (e *explanation) tailWords() (string, bool) {
	if e.Model.Tail == nil || !e.isAcc {
		return "", false
	}
	p, ok := e.probe()
	if !ok || len(p.differ) == 0 {
		return "", false
	}
	q, shift := e.Layer.Out, e.Model.Tail.Shift
	first := p.nearest()
	u := p.lo + int64(first)
	example := fmt.Sprintf("accumulator %d gives %s, specification %s", u, fixed(p.gate[first], q.Format.Frac), fixed(p.gold[first], q.Format.Frac))
	top, bottom := extremes(p.gold)
	hasTop, hasBottom := extremes(p.gate)
	ties, atTop, atBottom, ones := true, true, true, true
	for _, i := range p.differ {
		u := p.lo + int64(i)
		ties = ties && shift > 0 && shift < 62 && u&(1<<shift-1) == 1<<(shift-1)
		atTop = atTop && (p.gold[i] == top || p.gate[i] == hasTop)
		atBottom = atBottom && (p.gold[i] == bottom || p.gate[i] == hasBottom)
		d := p.gate[i] - p.gold[i]
		ones = ones && (d == 1 || d == -1)
	}
	switch {
	case ties:
		direction := "up"
		if p.gate[first] <= u>>shift {
			direction = "down"
		}
		return fmt.Sprintf("rounds %s %s to %d, specification %v says %s, %d", half(u, shift), direction, p.gate[first], q.Rounding, q.Rounding.Ties(), p.gold[first]), true
	case atTop && hasTop != top && hasBottom == bottom:
		return fmt.Sprintf("clamps at %s, specification %s", real(hasTop, q.Format.Frac), real(top, q.Format.Frac)), true
	case atBottom && hasBottom != bottom && hasTop == top:
		return fmt.Sprintf("clamps at %s from below, specification %s", real(hasBottom, q.Format.Frac), real(bottom, q.Format.Frac)), true
	case atTop:
		return fmt.Sprintf("clamp at %s is wrong: %s", fixed(top, q.Format.Frac), example), true
	case atBottom:
		return fmt.Sprintf("clamp at %s from below is wrong: %s", fixed(bottom, q.Format.Frac), example), true
	case ones && shift > 0:
		return fmt.Sprintf("rounding differs from %v: %s", q.Rounding, example), true
	}
	return fmt.Sprintf("requantization differs for %d of %d accumulators: %s", len(p.differ), len(p.gold), example), true
}

// real is fixed with a fraction also where that is 0, if the format has any.
func real(v int64, frac int) string {
	s := fixed(v, frac)
	if frac > 0 && !strings.ContainsAny(s, ".·") {
		s += ".0"
	}
	return s
}

// probe cuts the circuit at a node that is the model's accumulator plus a
// constant and executes what is behind it.
func (e *explanation) probe() (*probe, bool) {
	r := e.sp.Bounds(e.acc)
	r.Lo, r.Hi = max(r.Lo, -maxProbe/2), min(r.Hi, maxProbe/2)
	if r.Lo > r.Hi || e.acc.IsConst() {
		return nil, false
	}
	for v := netlist.Value(1); int(v) < len(e.gate.cone); v++ {
		w := e.gate.m.Width(v)
		if !e.gate.cone[v] || w == 1 || w > 61 {
			continue
		}
		c, ok := e.gate.form(v).AffineMod(e.acc.AddConst(-e.acc.Const), 1, w)
		if !ok {
			continue
		}
		prog, err := netlist.Compile(e.gate.m, []netlist.Value{v}, []netlist.Value{e.gate.out})
		if err != nil {
			continue
		}
		n := int(r.Hi - r.Lo + 1)
		in, out := make([]uint64, n), make([]uint64, n)
		for i := range in {
			in[i] = uint64(r.Lo+int64(i)-e.acc.Const+c) & (1<<w - 1)
		}
		prog.Run(n, [][]uint64{in}, [][]uint64{out})
		p := &probe{lo: r.Lo, gold: make([]int64, n), gate: make([]int64, n)}
		for i := range in {
			p.gold[i] = e.Model.Tail.Apply(r.Lo + int64(i))
			p.gate[i] = read(out[i], e.gate.m.Width(e.gate.out), e.Model.Signed())
			if p.gold[i] != p.gate[i] {
				p.differ = append(p.differ, i)
			}
		}
		return p, true
	}
	return nil, false
}

// nearest is the index of the differing accumulator nearest to 0.
func (p *probe) nearest() int {
	best := p.differ[0]
	size := func(i int) int64 { u := p.lo + int64(i); return max(u, -u) }
	for _, i := range p.differ {
		if size(i) < size(best) {
			best = i
		}
	}
	return best
}

func extremes(v []int64) (top, bottom int64) {
	top, bottom = v[0], v[0]
	for _, x := range v {
		top, bottom = max(top, x), min(bottom, x)
	}
	return top, bottom
}

// half writes u / 2^shift, a tie, in units of the output.
func half(u int64, shift int) string {
	q := u >> shift
	if q < 0 {
		// q + 1/2 with q negative: -(|q| - 1/2).
		return fmt.Sprintf("−%d.5", -q-1)
	}
	return fmt.Sprintf("%d.5", q)
}

// fixed writes the integer v of a format with frac fraction bits as a decimal
// number, exactly.
func fixed(v int64, frac int) string { return Decimal(v, spec.Format{Frac: frac}) }

// Decimal writes the value of the integer v in format f exactly: v × 2^-Frac.
func Decimal(v int64, f spec.Format) string {
	sign, u := "", uint64(v)
	if v < 0 {
		sign, u = "−", uint64(-v)
	}
	switch {
	case f.Frac < -32 || f.Frac > 32:
		return fmt.Sprintf("%s%d·2^%d", sign, u, -f.Frac)
	case f.Frac <= 0:
		return fmt.Sprintf("%s%d", sign, u<<-f.Frac)
	}
	digits := ""
	rest := u & (1<<f.Frac - 1)
	for rest != 0 {
		rest *= 10
		digits += fmt.Sprint(rest >> f.Frac)
		rest &= 1<<f.Frac - 1
	}
	if digits == "" {
		return fmt.Sprintf("%s%d", sign, u>>f.Frac)
	}
	return strings.Join([]string{fmt.Sprintf("%s%d", sign, u>>f.Frac), digits}, ".")
}
