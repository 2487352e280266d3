package html

import (
	"fmt"
	"html/template"
	"slices"

	"github.com/hashiflex/hashiflex/reports/dossier"
)

// maxDrawn is how many signals of a cone are drawn: those nearest to the fault, and
// the output. The run directory has the others.
const maxDrawn = 32

// drawn are the places of the cone's signals that a picture shows.
func drawn(cone []dossier.Signal) []int {
	var at []int
	for i := range cone {
		if len(at) < maxDrawn-1 || i == len(cone)-1 {
			at = append(at, i)
		}
	}
	return at
}

// Sizes of the drawing, in pixels.
const (
	boxWidth  = 176
	boxHeight = 50
	boxGapX   = 36
	boxGapY   = 14
	inset     = 8
)

// coneDrawing shows what is read on the left and the output on the right, each
// signal with what it is and what it should be; "" without a cone.
func coneDrawing(w *dossier.WitnessSummary) template.HTML {
	if len(w.Cone) == 0 {
		return ""
	}
	shown := drawn(w.Cone)
	level, row := map[int]int{}, map[int]int{}
	var rows []int
	for _, i := range shown {
		for _, r := range w.Cone[i].Reads {
			if slices.Contains(shown, r) {
				level[i] = max(level[i], level[r]+1)
			}
		}
		for len(rows) <= level[i] {
			rows = append(rows, 0)
		}
		row[i] = rows[level[i]]
		rows[level[i]]++
	}
	tall := slices.Max(rows)
	x := func(i int) int { return inset + level[i]*(boxWidth+boxGapX) }
	y := func(i int) int {
		// Columns are centred.
		return inset + row[i]*(boxHeight+boxGapY) + (tall-rows[level[i]])*(boxHeight+boxGapY)/2
	}
	var s svg
	s.beginWide(2*inset+len(rows)*(boxWidth+boxGapX)-boxGapX, 2*inset+tall*(boxHeight+boxGapY)-boxGapY,
		"the signals that differ, from those they read to the output "+w.Output)
	for _, i := range shown {
		for _, r := range w.Cone[i].Reads {
			if slices.Contains(shown, r) {
				class := "wire"
				if w.Cone[r].Differs() {
					class = "wire off"
				}
				x1, y1, x2, y2 := x(r)+boxWidth, y(r)+boxHeight/2, x(i), y(i)+boxHeight/2
				s.path(class, x1, y1, x1+boxGapX/3, y1, x2-boxGapX/3, y2, x2, y2)
			}
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
		gate := fmt.Sprintf("gate %d", n.Gate)
		if n.Paired {
			gate += fmt.Sprintf(", gold %d", n.Gold)
		}
		s.note("name", x(i)+6, y(i)+30, 25, gate)
		s.note("faint", x(i)+6, y(i)+44, 25, n.Source)
	}
	return s.end()
}
