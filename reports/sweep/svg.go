package sweep

import (
	"bytes"
	"encoding/xml"
	"fmt"
	"io"
	"math"
	"slices"
	"strconv"
	"strings"
)

// Sizes of a panel, in pixels: the frame, and what is around it.
const (
	frameW, frameH = 330, 220
	left, top      = 62, 34
	right, bottom  = 120, 46
	panelW         = left + frameW + right
	panelH         = top + frameH + bottom
)

// colours of lines, told apart without colour by their labels.
var colours = []string{"#1f5fa8", "#c2410c", "#15803d", "#7e22ce", "#b91c1c", "#0f766e", "#a16207", "#475569", "#be185d", "#1e3a8a"}

// line is one curve of a panel.
type line struct {
	label  string
	points [][2]float64
}

// panel is one drawing: the values of its axes as functions of a row.
type panel struct {
	title, xName, yName string
	x, y                func(Row) float64
	line                func(Row) string // which curve a row is a point of
}

// SVG draws the rows in four panels: accuracy and noise over bits, accuracy and adders
// over pruning. score is the name of the score.
func SVG(w io.Writer, title, score string, rows []Row) error {
	several := slices.ContainsFunc(rows, func(r Row) bool { return r.Terms != rows[0].Terms })
	terms := func(r Row) string {
		if !several {
			return ""
		}
		return fmt.Sprintf(", T=%d", r.Terms)
	}
	pruned := func(r Row) string {
		if r.Prune == 0 {
			return "not pruned" + terms(r)
		}
		return fmt.Sprintf("%d%% by %s%s", r.Prune, r.Scope, terms(r))
	}
	// A setting that is not pruned begins the lines of every scope.
	var scopes []string
	for _, r := range rows {
		if r.Scope != "" && !slices.Contains(scopes, r.Scope) {
			scopes = append(scopes, r.Scope)
		}
	}
	var over []Row
	for _, r := range rows {
		if r.Scope != "" || len(scopes) == 0 {
			over = append(over, r)
			continue
		}
		for _, s := range scopes {
			r.Scope = s
			over = append(over, r)
		}
	}
	byBits := func(r Row) string {
		if r.Scope == "" {
			return fmt.Sprintf("%d bits%s", r.Bits, terms(r))
		}
		return fmt.Sprintf("%d bits, by %s%s", r.Bits, r.Scope, terms(r))
	}
	percent := func(r Row) float64 { return 100 * r.Score }
	db := func(r Row) float64 { return r.DB }
	bits := func(r Row) float64 { return float64(r.Bits) }
	prune := func(r Row) float64 { return float64(r.Prune) }
	panels := []struct {
		panel
		rows []Row
	}{
		{panel{score + " over bits of a weight", "bits", "%", bits, percent, pruned}, rows},
		{panel{"features against the trained network", "bits", "dB", bits, db, pruned}, rows},
		{panel{score + " over pruned weights", "% of the weights pruned", "%", prune, percent, byBits}, over},
		{panel{"adders over pruned weights", "% of the weights pruned", "thousands", prune, func(r Row) float64 { return float64(r.Adders) / 1000 }, byBits}, over},
	}
	var b bytes.Buffer
	fmt.Fprintf(&b, `<svg xmlns="http://www.w3.org/2000/svg" width="%d" height="%d" viewBox="0 0 %d %d" font-family="sans-serif" font-size="11">`+"\n",
		2*panelW, 2*panelH+30, 2*panelW, 2*panelH+30)
	fmt.Fprintf(&b, `<rect width="100%%" height="100%%" fill="#fff"/>`+"\n"+`<text x="%d" y="20" font-size="14" font-weight="bold">%s</text>`+"\n", left, escape(title))
	for i, p := range panels {
		fmt.Fprintf(&b, `<g transform="translate(%d,%d)">`+"\n", i%2*panelW, 30+i/2*panelH)
		p.draw(&b, p.rows)
		b.WriteString("</g>\n")
	}
	b.WriteString("</svg>\n")
	_, err := w.Write(b.Bytes())
	return err
}

// lines are the curves of a panel, in order of their labels as rows first name them.
func (p panel) lines(rows []Row) []line {
	var ls []line
	for _, r := range rows {
		x, y := p.x(r), p.y(r)
		if math.IsInf(y, 0) || math.IsNaN(y) {
			continue
		}
		i := slices.IndexFunc(ls, func(l line) bool { return l.label == p.line(r) })
		if i < 0 {
			i, ls = len(ls), append(ls, line{label: p.line(r)})
		}
		ls[i].points = append(ls[i].points, [2]float64{x, y})
	}
	slices.SortStableFunc(ls, func(a, b line) int { return compareLabels(a.label, b.label) })
	for _, l := range ls {
		slices.SortStableFunc(l.points, func(a, b [2]float64) int { return sign(a[0] - b[0]) })
	}
	return ls
}

// compareLabels orders labels by their leading number, those without one first.
func compareLabels(a, b string) int {
	number := func(s string) int {
		n := 0
		for n < len(s) && s[n] >= '0' && s[n] <= '9' {
			n++
		}
		v, err := strconv.Atoi(s[:n])
		if err != nil {
			return -1
		}
		return v
	}
	if d := number(a) - number(b); d != 0 {
		return d
	}
	return strings.Compare(a, b)
}

func sign(d float64) int {
	switch {
	case d < 0:
		return -1
	case d > 0:
		return 1
	}
	return 0
}

func (p panel) draw(b *bytes.Buffer, rows []Row) {
	ls := p.lines(rows)
	fmt.Fprintf(b, `<text x="%d" y="%d" font-weight="bold">%s</text>`+"\n", left, top-12, escape(p.title))
	fmt.Fprintf(b, `<rect x="%d" y="%d" width="%d" height="%d" fill="none" stroke="#94a3b8"/>`+"\n", left, top, frameW, frameH)
	fmt.Fprintf(b, `<text x="%d" y="%d" text-anchor="middle">%s</text>`+"\n", left+frameW/2, top+frameH+34, escape(p.xName))
	fmt.Fprintf(b, `<text transform="translate(14,%d) rotate(-90)" text-anchor="middle">%s</text>`+"\n", top+frameH/2, escape(p.yName))
	if len(ls) == 0 {
		return
	}
	xs, ys := [2]float64{math.Inf(1), math.Inf(-1)}, [2]float64{math.Inf(1), math.Inf(-1)}
	var ticks []float64
	for _, l := range ls {
		for _, q := range l.points {
			xs[0], xs[1] = min(xs[0], q[0]), max(xs[1], q[0])
			ys[0], ys[1] = min(ys[0], q[1]), max(ys[1], q[1])
			if !slices.Contains(ticks, q[0]) {
				ticks = append(ticks, q[0])
			}
		}
	}
	ys[0] = min(ys[0], 0)
	step := niceStep(ys[1] - ys[0])
	ys = [2]float64{math.Floor(ys[0]/step) * step, math.Ceil(ys[1]/step) * step}
	if ys[0] == ys[1] {
		ys[1] += step
	}
	if xs[0] == xs[1] {
		xs = [2]float64{xs[0] - 1, xs[1] + 1}
	}
	px := func(x float64) float64 { return left + 12 + (frameW-24)*(x-xs[0])/(xs[1]-xs[0]) }
	py := func(y float64) float64 { return top + frameH - frameH*(y-ys[0])/(ys[1]-ys[0]) }
	for y := ys[0]; y <= ys[1]+step/2; y += step {
		fmt.Fprintf(b, `<path d="M%d %.1fh%d" stroke="#e2e8f0"/><text x="%d" y="%.1f" text-anchor="end">%s</text>`+"\n",
			left, py(y), frameW, left-6, py(y)+4, strconv.FormatFloat(math.Round(y*1000)/1000, 'f', -1, 64))
	}
	for _, x := range ticks {
		fmt.Fprintf(b, `<text x="%.1f" y="%d" text-anchor="middle">%s</text>`+"\n", px(x), top+frameH+16, strconv.FormatFloat(x, 'f', -1, 64))
	}
	// Labels stand at the ends of their lines, moved apart where they would overlap.
	type label struct {
		y float64
		i int
	}
	var labels []label
	for i, l := range ls {
		colour := colours[i%len(colours)]
		fmt.Fprintf(b, `<polyline fill="none" stroke="%s" stroke-width="1.5" points="`, colour)
		for k, q := range l.points {
			if k > 0 {
				b.WriteByte(' ')
			}
			fmt.Fprintf(b, "%.1f,%.1f", px(q[0]), py(q[1]))
		}
		b.WriteString("\"/>\n")
		for _, q := range l.points {
			fmt.Fprintf(b, `<circle cx="%.1f" cy="%.1f" r="2.5" fill="%s"><title>%s: %s, %s</title></circle>`+"\n",
				px(q[0]), py(q[1]), colour, escape(l.label), strconv.FormatFloat(q[0], 'f', -1, 64), strconv.FormatFloat(q[1], 'f', 1, 64))
		}
		labels = append(labels, label{py(l.points[len(l.points)-1][1]), i})
	}
	slices.SortStableFunc(labels, func(a, b label) int { return sign(a.y - b.y) })
	const lineHeight = 12
	for k := range labels {
		if k > 0 {
			labels[k].y = max(labels[k].y, labels[k-1].y+lineHeight)
		}
	}
	if n := len(labels); n > 0 {
		labels[n-1].y = min(labels[n-1].y, top+frameH+lineHeight)
		for k := n - 2; k >= 0; k-- {
			labels[k].y = min(labels[k].y, labels[k+1].y-lineHeight)
		}
	}
	for _, l := range labels {
		fmt.Fprintf(b, `<text x="%d" y="%.1f" fill="%s">%s</text>`+"\n", left+frameW+6, l.y+4, colours[l.i%len(colours)], escape(ls[l.i].label))
	}
}

// niceStep is 1, 2 or 5 times a power of ten, such that a span has at most seven steps.
func niceStep(span float64) float64 {
	if span <= 0 {
		return 1
	}
	p := math.Pow(10, math.Floor(math.Log10(span/7)))
	for _, f := range []float64{1, 2, 5} {
		if span/(f*p) <= 7 {
			return f * p
		}
	}
	return 10 * p
}

func escape(s string) string {
	var b bytes.Buffer
	// A buffer cannot fail.
	_ = xml.EscapeText(&b, []byte(s))
	return b.String()
}
