package html

import (
	"bufio"
	"embed"
	"fmt"
	"html/template"
	"io"
	"strconv"
	"strings"
	"time"

	"github.com/hashiflex/hashiflex/reports"
	"github.com/hashiflex/hashiflex/reports/dossier"
)

//go:embed page.html style.css
var files embed.FS

var page = template.Must(template.New("page.html").Funcs(template.FuncMap{
	"num":       num,
	"sub":       func(a, b int) int { return a - b },
	"plural":    plural,
	"sign":      func(v reports.Verdict) string { return signs[v] },
	"short":     short,
	"duration":  duration,
	"mebibytes": mebibytes,
	"left":      func(c reports.Coverage) int { return c.Total - c.Covered - c.Waived },
	"tallies":   tallies,
	"path":      func(list []string) string { return strings.Join(list, ", ") },
}).ParseFS(files, "page.html"))

// Limits of what is spelled out, for the file's size. What they cut off is counted
// on the page, and is in the run directory.
const (
	maxProblems = 500
	spread      = 20 // problems that do not fold
	maxPoints   = 40000
	maxText     = 1000
	maxInputs   = 64
)

// view is what the template reads.
type view struct {
	*dossier.Dossier
	Style      template.CSS
	Problems   []problem
	Spread     int // problems that do not fold
	Cut        int // problems that are not spelled out
	Adders     template.HTML
	Strategies template.HTML
	Proof      template.HTML
	Total      totals
	Class      string // of the verdict
	Head       string // the verdict in a word or two
}

type totals struct{ Points, Obligations, Discharged, Adders, Bits, ModelBits int }

type problem struct {
	*dossier.Problem
	Detail string
	Inputs []dossier.Input
	More   int // inputs that are not shown
}

// Write renders d. Equal dossiers give equal bytes.
func Write(w io.Writer, d *dossier.Dossier) error {
	style, err := files.ReadFile("style.css")
	if err != nil {
		return err
	}
	v := &view{Dossier: d, Spread: spread, Style: template.CSS(style)}
	for i := range d.Problems[:min(len(d.Problems), maxProblems)] {
		p := &d.Problems[i]
		x := problem{Problem: p, Detail: cut(p.Detail, maxText)}
		if p.Witness != nil {
			n := min(len(p.Witness.Inputs), maxInputs)
			x.Inputs, x.More = p.Witness.Inputs[:n], len(p.Witness.Inputs)-n
		}
		v.Problems = append(v.Problems, x)
	}
	v.Cut = len(d.Problems) - len(v.Problems)
	for _, l := range d.Layers {
		v.Total.Points += l.Layer.Points
		if h := l.Hardware; h != nil {
			v.Total.Adders += h.Adders
			v.Total.Bits += h.Bits
			v.Total.ModelBits += h.ModelBits
		}
	}
	for _, o := range d.Signoff.Obligations {
		v.Total.Obligations += o.Total
		v.Total.Discharged += o.Discharged
	}
	v.Class, v.Head = headline(d.Signoff)
	v.Adders, v.Strategies, v.Proof = addersChart(d), strategiesChart(d), proofChart(d)
	b := bufio.NewWriterSize(w, 1<<16)
	if err := page.Execute(b, v); err != nil {
		return fmt.Errorf("html: %w", err)
	}
	return b.Flush()
}

// headline is the verdict's class and its words.
func headline(s *reports.Signoff) (class, words string) {
	switch s.Conclusion {
	case reports.SignedOff:
		if n := s.Waivers(); n > 0 {
			return "proved", "Signed off with " + plural(n, "waiver")
		}
		return "proved", "Signed off"
	case reports.NetworkRefuted:
		return "refuted", "Refuted"
	case reports.MachineryFailed:
		return "failed", "Failed"
	}
	return "unknown", "Not signed off"
}

// signs stand before a verdict's name, for who does not see its colour.
var signs = map[reports.Verdict]string{
	reports.Proved: "✓", reports.Refuted: "✗", reports.Unknown: "?", reports.Vacuous: "∅", reports.Failed: "!",
}

// Rows are the layer's points, as far as the page's size allows.
func (v *view) Rows(l *dossier.Layer) []dossier.Point {
	if v.Total.Points <= maxPoints {
		return l.Points
	}
	// Beyond that, what is proved is only counted.
	var rows []dossier.Point
	for _, p := range l.Points {
		for _, o := range p.Edges {
			if (o == nil || o.Verdict != reports.Proved) && len(rows) < maxProblems {
				rows = append(rows, p)
				break
			}
		}
	}
	return rows
}

func num(n int) string {
	s := strconv.Itoa(n)
	for i := len(s) - 3; i > 0 && s[i-1] != '-'; i -= 3 {
		s = s[:i] + "," + s[i:]
	}
	return s
}

func plural(n int, word string) string {
	if n != 1 {
		word += "s"
	}
	return num(n) + " " + word
}

// short is the start of a hash, enough to find it.
func short(sum string) string { return sum[:min(8, len(sum))] }

func cut(s string, n int) string {
	r := []rune(s)
	if len(r) <= n {
		return s
	}
	return string(r[:n]) + " …"
}

func tallies(list []reports.Tally) string {
	var parts []string
	for _, t := range list {
		parts = append(parts, t.Name+" "+num(t.Count))
	}
	return strings.Join(parts, " · ")
}

func duration(d time.Duration) string {
	switch {
	case d < time.Second:
		return fmt.Sprintf("%d ms", d.Milliseconds())
	case d < time.Minute:
		return fmt.Sprintf("%.1f s", d.Seconds())
	}
	d = d.Round(time.Second)
	return fmt.Sprintf("%d min %d s", int(d.Minutes()), int(d.Seconds())%60)
}

func mebibytes(n int64) string {
	if n == 0 {
		return ""
	}
	return num(int((n+1<<20-1)>>20)) + " MiB"
}
