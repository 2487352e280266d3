package html

import (
	"fmt"
	"html/template"
	"slices"

	"github.com/hashiflex/hashiflex/reports/dossier"
)

// maxDrawn limits the drawn signals of a cone. The run directory has all of them.
const maxDrawn = 32

// drawn returns the indices of the signals that a picture shows: those that the witness
// marks, or else the first ones, the causes and the output.
func drawn(cone []dossier.Signal) []int {
	var at []int
	marked := slices.ContainsFunc(cone, func(s dossier.Signal) bool { return s.Drawn })
	for i, s := range cone {
		switch last := i == len(cone)-1; {
		case last, len(at) < maxDrawn-1 && marked && (s.Drawn || s.Root), !marked && (s.Root && len(at) < maxDrawn-1 || len(at) < maxDrawn/2):
			at = append(at, i)
		}
	}
	return at
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
