package html

import (
	"bufio"
	"crypto/sha256"
	"embed"
	"encoding/base64"
	"fmt"
	"html/template"
	"io"
	"path"
	"strings"
	"time"

	"github.com/hashiflex/hashiflex/reports"
	"github.com/hashiflex/hashiflex/reports/dossier"
	"github.com/hashiflex/hashiflex/spec/verdict"
	"github.com/hashiflex/hashiflex/spec/words"
)

//go:embed page.html style.css script.js
var files embed.FS

var page = template.Must(template.New("page.html").Funcs(template.FuncMap{
	"num":       words.Number,
	"num64":     func(n int64) string { return words.Number(int(n)) },
	"count64":   func(n int64, what string) string { return words.Count(int(n), what) },
	"sub":       func(a, b int) int { return a - b },
	"count":     words.Count,
	"sign":      func(v verdict.Verdict) string { return signs[v] },
	"short":     short,
	"duration":  duration,
	"mebibytes": mebibytes,
	"left":      func(c reports.Coverage) int { return c.Total - c.Covered - c.Waived },
	"tallies":   tallies,
	"list":      counts,
	"gravest":   gravest,
	"join":      func(list []string) string { return strings.Join(list, ", ") },
	"wbr":       wbr,
	"inc":       func(i int) int { return i + 1 },
	"moment":    moment,
}).ParseFS(files, "page.html"))

// Limits that keep the file small. The page counts what they cut off. The run directory
// has all of it.
const (
	maxProblems = 500
	spread      = 20 // problems that are not folded
	maxPoints   = 40000
	maxText     = 1000
	maxInputs   = 64
	maxDrawings = 30  // witnesses with pictures
	maxGaps     = 200 // of one kind of coverage
	maxProofs   = 500
)

// secondSolver is the name of the option for the second solver.
const secondSolver = "second solver"

// view is what the template reads.
type view struct {
	*dossier.Dossier
	Style      template.CSS
	Script     template.JS
	ScriptHash string // in the form that a content security policy has
	Problems   []problem
	Spread     int // problems that are not folded
	Cut        int // problems that are not spelled out
	Map        *topology
	Knobs      []knob // the first is this run; empty: not known
	Trend      template.HTML
	Adders     template.HTML
	Depths     template.HTML
	Strategies template.HTML
	Proof      template.HTML
	Total      totals
	Class      string // of the verdict
	Headline   string // the verdict in a word or two
	Paper      string // source of its figures
	Second     string // second solver; "": none
	Disputed   int    // obligations on which two decision methods disagree
	Reached    []reached
	Proofs     []reports.HeadProof
	Chip       *chip // nil: the chip between the layers was not checked
}

type totals struct{ Points, Obligations, Discharged, Adders, Bits, ModelBits int }

// reached is one kind of coverage of the head's campaign.
type reached struct {
	What string
	reports.HeadCoverage
}

// Percent is the share that was reached, rounded down, so 100 means all.
func (r reached) Percent() string {
	if r.Total == 0 {
		return ""
	}
	return words.Number(100*r.Hit/r.Total) + "\u00a0%"
}

// Shown lists the gaps that the page shows.
func (r reached) Shown() []reports.HeadGap { return r.Missing[:min(len(r.Missing), maxGaps)] }

// Hidden is the number of gaps that the page does not show.
func (r reached) Hidden() int { return len(r.Missing) - len(r.Shown()) }

type problem struct {
	*dossier.Problem
	Detail string
	Inputs []dossier.Input
	Told   bool // the witness says more than Detail
	More   int  // inputs that are not shown
	Cone   template.HTML
	Wave   template.HTML
	Trace  template.HTML
	Hidden int    // signals of the cone that the pictures leave out
	Same   string // fingerprint of the problem that shows the same cause; "": none
}

// Write renders d. Equal dossiers give equal bytes.
func Write(w io.Writer, d *dossier.Dossier) error {
	style, err := files.ReadFile("style.css")
	if err != nil {
		return err
	}
	script, err := files.ReadFile("script.js")
	if err != nil {
		return err
	}
	sum := sha256.Sum256(script)
	v := &view{
		Dossier: d, Spread: spread, Style: template.CSS(style), Paper: dossier.Paper, Map: topologyOf(d), Knobs: knobs(d),
		Script: template.JS(script), ScriptHash: base64.StdEncoding.EncodeToString(sum[:]),
	}
	v.Problems = problems(d)
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
	for i := range d.Claims {
		v.Disputed += d.Claims[i].Disputed
	}
	for _, o := range d.Signoff.Options {
		if o.Name == secondSolver {
			v.Second = o.Value
		}
	}
	if h := d.Signoff.Head; h != nil {
		v.Reached = []reached{{"lines of Verilog", h.Lines}, {"toggles of signals", h.Toggles}, {"situations", h.Bins}}
		v.Proofs = h.Proofs[:min(len(h.Proofs), maxProofs)]
	}
	v.Chip = chipOf(d, len(v.Problems))
	v.Class, v.Headline = headline(d.Signoff)
	v.Adders, v.Strategies, v.Proof = addersChart(d), strategiesChart(d), proofChart(d)
	v.Depths, v.Trend = depthsChart(d), trendChart(d)
	b := bufio.NewWriterSize(w, 1<<16)
	if err := page.Execute(b, v); err != nil {
		return fmt.Errorf("html: %w", err)
	}
	return b.Flush()
}

// problems returns the problems that the page describes. The first ones with a cone or
// trace get pictures. Later witnesses of the same cause link to them.
func problems(d *dossier.Dossier) []problem {
	var list []problem
	pictured := map[string]string{} // by folder of the witness
	traces := 0
	for i := range d.Problems[:min(len(d.Problems), maxProblems)] {
		p := &d.Problems[i]
		x := problem{Problem: p, Detail: words.Cut(p.Detail, maxText)}
		if w := p.Witness; w != nil {
			x.Told = len(w.Causes) > 0
			if w.Trace != nil && traces < maxDrawings {
				traces++
				x.Trace = traceDrawing(w.Trace)
			}
			n := min(len(w.Inputs), maxInputs)
			x.Inputs, x.More = w.Inputs[:n], len(w.Inputs)-n
			if len(w.Cone) > 0 && len(pictured) < maxDrawings {
				pictured[path.Base(path.Dir(w.File))] = p.Fingerprint
				x.Cone, x.Wave, x.Hidden = coneDrawing(w), waveform(w), len(w.Cone)-len(drawn(w.Cone))
			}
		}
		list = append(list, x)
	}
	for i := range list {
		if w := list[i].Witness; w != nil && w.Full != "" {
			list[i].Same = pictured[w.Full]
		}
	}
	return list
}

// headline returns the CSS class of the verdict and its words.
func headline(s *reports.Signoff) (class, text string) {
	switch s.Conclusion {
	case reports.SignedOff:
		if n := s.Waivers(); n > 0 {
			return "proved", "Signed off with " + words.Count(n, "waiver")
		}
		return "proved", "Signed off"
	case reports.NetworkRefuted:
		return "refuted", "Refuted"
	case reports.MachineryFailed:
		return "failed", "Failed"
	}
	return "unknown", "Not signed off"
}

// signs precede a verdict's name, for readers who do not see its colour.
var signs = map[verdict.Verdict]string{
	verdict.Proved: "✓", verdict.Refuted: "✗", verdict.Unknown: "?", verdict.Vacuous: "∅", verdict.Failed: "!",
}

// Rows returns the layer's points that fit the page's size limit.
func (v *view) Rows(l *dossier.Layer) []dossier.Point {
	if v.Total.Points <= maxPoints {
		return l.Points
	}
	// Beyond the limit, proved points are only counted.
	var rows []dossier.Point
	for _, p := range l.Points {
		for e, o := range p.Edges {
			if l.Has(v.Signoff.Edges[e]) && (o == nil || o.Verdict != verdict.Proved) && len(rows) < maxProblems {
				rows = append(rows, p)
				break
			}
		}
	}
	return rows
}

// short is the start of a hash, enough to find it.
func short(sum string) string { return sum[:min(8, len(sum))] }

func tallies(list []reports.Tally) string {
	var parts []string
	for _, t := range list {
		parts = append(parts, t.Name+" "+words.Number(t.Count))
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

// moment is a time as a person writes it; another text stays as it is.
func moment(text string) string {
	t, err := time.Parse(time.RFC3339, text)
	if err != nil {
		return text
	}
	return t.UTC().Format("2006-01-02 15:04 UTC")
}

func mebibytes(n int64) string {
	if n == 0 {
		return ""
	}
	return words.Number(int((n+1<<20-1)>>20)) + " MiB"
}
