package html

import (
	"fmt"
	"html/template"
	"maps"
	"slices"

	"github.com/hashiflex/hashiflex/reports/dossier"
)

// Limits of a picture. The run directory has all signals of a cone.
const (
	maxDrawn  = 40
	maxWhole  = 12 // signals of a cone that is shown as a whole, whatever is marked
	maxRoots  = 4  // causes of which the way to the output is drawn
	maxMoved  = 5  // inputs of each of them
	maxOfAWay = 10
)

// drawn returns the indices of the signals that a picture shows, in order. A cone that is
// small enough is shown as a whole, a larger one if its witness marks no part. Otherwise these come
// first: the output, the causes, a shortest way from each cause to the output, and ways to
// the cause from inputs that the witness moved. Then come the signals that the witness
// marks, and then what the others read.
func drawn(cone []dossier.Signal) []int {
	last := len(cone) - 1
	marked := slices.ContainsFunc(cone, func(s dossier.Signal) bool { return s.Drawn })
	if len(cone) <= maxWhole || len(cone) <= maxDrawn && !marked {
		return upTo(len(cone))
	}
	shown := map[int]bool{}
	show := func(at ...int) {
		for _, i := range at {
			if len(shown) < maxDrawn {
				shown[i] = true
			}
		}
	}
	show(last)
	var roots []int
	for i := range cone {
		if cone[i].Root && len(roots) < maxRoots {
			roots = append(roots, i)
		}
	}
	show(roots...)
	if len(roots) == 0 {
		roots = []int{last} // no cause is known: the ways end at the output
	}
	down := ways(cone, last)
	for _, r := range roots {
		show(shortened(down.from(r))...)
	}
	for _, r := range roots {
		up, moved := ways(cone, r), 0
		for _, i := range up.reached {
			if n := &cone[i]; len(n.Reads) == 0 && i != r && (n.Gate != n.RestGate || n.Gate != 0 && n.Op == "input") && moved < maxMoved {
				moved++
				show(shortened(up.from(i))...)
			}
		}
	}
	for i := range cone {
		if cone[i].Drawn {
			show(i)
		}
	}
	for i := last; i >= 0 && !marked; i-- {
		if shown[i] {
			show(cone[i].Reads...)
		}
	}
	return slices.Sorted(maps.Keys(shown))
}

func upTo(n int) (all []int) {
	for i := range n {
		all = append(all, i)
	}
	return all
}

// way has the shortest ways to a signal.
type way struct {
	next    map[int]int
	reached []int // signals that lead to it, the nearest first
}

func ways(cone []dossier.Signal, to int) *way {
	w := &way{next: map[int]int{to: to}}
	for queue := []int{to}; len(queue) > 0; queue = queue[1:] {
		w.reached = append(w.reached, queue[0])
		for _, r := range cone[queue[0]].Reads {
			if _, ok := w.next[r]; !ok {
				w.next[r] = queue[0]
				queue = append(queue, r)
			}
		}
	}
	return w
}

// from is the way from signal i, with both ends; nil if there is none.
func (w *way) from(i int) (all []int) {
	for {
		next, ok := w.next[i]
		if !ok {
			return all
		}
		if all = append(all, i); next == i {
			return all
		}
		i = next
	}
}

// shortened leaves out the middle of a long way, which says least.
func shortened(all []int) []int {
	if len(all) <= maxOfAWay {
		return all
	}
	return append(all[:maxOfAWay/2:maxOfAWay/2], all[len(all)-maxOfAWay/2:]...)
}

// through returns the drawn signals that signal i reads, directly or through signals
// that are not drawn.
func through(cone []dossier.Signal, i int, shown []int) (reads []int) {
	seen := map[int]bool{}
	for stack := []int{i}; len(stack) > 0; {
		at := stack[len(stack)-1]
		stack = stack[:len(stack)-1]
		for _, r := range cone[at].Reads {
			switch {
			case seen[r]:
			case slices.Contains(shown, r):
				reads = append(reads, r)
			default:
				stack = append(stack, r)
			}
			seen[r] = true
		}
	}
	slices.Sort(reads)
	return reads
}

// Sizes of the drawing, in pixels.
const (
	boxWidth  = 176
	boxHeight = 50
	boxGapX   = 16
	boxGapY   = 24
	inset     = 8
)

// coneDrawing draws the cone with its inputs on top and the output at the bottom. Each
// signal has its value and the correct value. It is "" without a cone.
func coneDrawing(w *dossier.WitnessSummary) template.HTML {
	if len(w.Cone) == 0 {
		return ""
	}
	shown := drawn(w.Cone)
	reads := map[int][]int{}
	level, column := map[int]int{}, map[int]int{}
	var rows []int
	for _, i := range shown {
		reads[i] = through(w.Cone, i, shown)
		for _, r := range reads[i] {
			level[i] = max(level[i], level[r]+1)
		}
		for len(rows) <= level[i] {
			rows = append(rows, 0)
		}
		column[i] = rows[level[i]]
		rows[level[i]]++
	}
	wide := slices.Max(rows)
	x := func(i int) int {
		// Rows are centred.
		return inset + column[i]*(boxWidth+boxGapX) + (wide-rows[level[i]])*(boxWidth+boxGapX)/2
	}
	y := func(i int) int { return inset + level[i]*(boxHeight+boxGapY) }
	var s svg
	s.beginWide(2*inset+wide*(boxWidth+boxGapX)-boxGapX, 2*inset+len(rows)*(boxHeight+boxGapY)-boxGapY,
		"the signals from the inputs through the cause to the output "+w.Output)
	for _, i := range shown {
		for _, r := range reads[i] {
			class := "wire"
			if w.Cone[r].Differs() {
				class = "wire off"
			}
			x1, y1, x2, y2 := x(r)+boxWidth/2, y(r)+boxHeight, x(i)+boxWidth/2, y(i)
			s.path(class, x1, y1, x1, y1+boxGapY/3, x2, y2-boxGapY/3, x2, y2)
		}
	}
	for _, i := range shown {
		n := &w.Cone[i]
		class := "box"
		if n.Differs() {
			class += " off"
		}
		if n.Root {
			class += " root"
		}
		title := n.Name + ": " + n.Op
		if n.Source != "" {
			title += " at " + n.Source
		}
		s.rect(class, float64(x(i)), float64(y(i)), boxWidth, boxHeight, title)
		s.note("name", x(i)+6, y(i)+15, 25, n.Name+"  "+n.Op)
		gate := fmt.Sprint(n.Gate)
		if n.Paired && n.Gate != n.Gold {
			gate += fmt.Sprintf(", should be %d", n.Gold)
		}
		s.note("name", x(i)+6, y(i)+30, 25, gate)
		s.note("faint", x(i)+6, y(i)+44, 25, n.Source)
	}
	return s.end()
}
