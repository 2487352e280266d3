package rtl

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/hashiflex/hashiflex/netlist"
)

// drivers sorts the segments by wire and offset and makes them cover every wire exactly
// once. Bits with several drivers or none become undefined.
func (e *elab) drivers() {
	slices.SortStableFunc(e.segs, func(a, b segment) int {
		if a.wire != b.wire {
			return cmp.Compare(a.wire, b.wire)
		}
		return cmp.Compare(a.off, b.off)
	})
	given := e.segs
	e.segs = make([]segment, 0, len(given)+len(given)/8)
	e.first = make([]int32, len(e.wires)+1)
	for w := range e.wires {
		e.first[w] = int32(len(e.segs))
		n := 0
		for n < len(given) && given[n].wire == int32(w) {
			n++
		}
		e.cover(int32(w), given[:n])
		given = given[n:]
	}
	e.first[len(e.wires)] = int32(len(e.segs))
}

// cover appends segments that cover wire w, of which segs are all that drive it.
func (e *elab) cover(w int32, segs []segment) {
	width := e.wire(w).width
	end := int32(0)
	for _, s := range segs {
		if s.off < end {
			e.conflicts(w, segs)
			return
		}
		end = s.off + s.width
	}
	end = 0
	for _, s := range segs {
		e.gap(w, end, s.off)
		if s.width > 0 {
			e.segs = append(e.segs, s)
		}
		end = s.off + s.width
	}
	e.gap(w, end, width)
}

// gap adds the undriven bits lo .. hi-1 of w.
func (e *elab) gap(w, lo, hi int32) {
	if lo < hi {
		e.segs = append(e.segs, segment{wire: w, off: lo, width: hi - lo, kind: segUndef})
	}
}

// conflicts is cover for a wire with bits that have several drivers.
func (e *elab) conflicts(w int32, segs []segment) {
	width := e.wire(w).width
	cuts := []int32{0, width}
	for _, s := range segs {
		cuts = append(cuts, s.off, s.off+s.width)
	}
	slices.Sort(cuts)
	cuts = slices.Compact(cuts)
	for i, lo := range cuts[:len(cuts)-1] {
		hi := cuts[i+1]
		var on []segment
		for _, s := range segs {
			if s.off <= lo && hi <= s.off+s.width {
				on = append(on, s)
			}
		}
		switch {
		case len(on) == 0:
			e.gap(w, lo, hi)
		case len(on) == 1:
			s := on[0]
			s.fromOff += lo - s.off
			if s.kind == segConst {
				s.from += lo - s.off
			}
			s.off, s.width = lo, hi-lo
			e.segs = append(e.segs, s)
		default:
			u := &netlist.Undef{Reason: netlist.UndefDrivers, Detail: e.driversOf(w, lo, hi, on)}
			for _, s := range on {
				// A cell without a known meaning may or may not drive; it is the reason to name.
				if s.kind == segUndef && s.undef.Reason == netlist.UndefCell {
					u = s.undef
				}
			}
			e.segs = append(e.segs, segment{wire: w, off: lo, width: hi - lo, kind: segUndef, undef: u})
		}
	}
}

func (e *elab) driversOf(w, lo, hi int32, on []segment) string {
	var who []string
	for _, s := range on {
		switch s.kind {
		case segAlias:
			who = append(who, e.wireName(s.from))
		case segConst, segZero:
			who = append(who, "a constant")
		case segCell:
			c := &e.cells[s.from]
			who = append(who, public(c.cell.typ)+e.at(c.cell.src))
		case segInput:
			who = append(who, "the input port")
		case segUndef:
			who = append(who, s.undef.Detail)
		}
	}
	return fmt.Sprintf("%s%s by %s", e.bits(w, lo, hi), e.at(e.wire(w).src), strings.Join(who, " and "))
}

// bits names bits lo .. hi-1 of a wire.
func (e *elab) bits(w, lo, hi int32) string {
	name := e.wireName(w)
	switch {
	case lo == 0 && hi == e.wire(w).width:
		return name
	case hi-lo == 1:
		return fmt.Sprintf("%s[%d]", name, lo)
	}
	return fmt.Sprintf("%s[%d:%d]", name, hi-1, lo)
}

// over calls f with every segment that overlaps bits off .. off+width-1 of w.
func (e *elab) over(w, off, width int32, f func(s int32)) {
	from, to := e.first[w], e.first[w+1]
	if to-from > 8 {
		n, _ := slices.BinarySearchFunc(e.segs[from:to], off, func(s segment, off int32) int {
			if s.off+s.width <= off {
				return -1
			}
			return 1
		})
		from += int32(n)
	}
	for s := from; s < to && e.segs[s].off < off+width; s++ {
		if e.segs[s].off+e.segs[s].width > off {
			f(s)
		}
	}
}
