package markdown

import (
	"bytes"
	"cmp"
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/hashiflex/hashiflex/reports"
	"github.com/hashiflex/hashiflex/reports/dossier"
	"github.com/hashiflex/hashiflex/spec/verdict"
	"github.com/hashiflex/hashiflex/spec/words"
)

// MaxBytes is the size limit of a rendering.
const MaxBytes = 1 << 20

// maxText bounds each text that comes from the run.
const maxText = 400

// Write renders d. Equal dossiers give equal bytes.
func Write(w io.Writer, d *dossier.Dossier) error {
	for limit := 1000; ; limit /= 2 {
		p := &page{limit: limit}
		p.render(d)
		if p.Len() < MaxBytes {
			_, err := w.Write(p.Bytes())
			return err
		}
		if limit == 0 {
			// Without lists, the limits of the single texts bound the size.
			return fmt.Errorf("markdown: %d bytes without any list", p.Len())
		}
	}
}

// page is a rendering with lists of at most limit entries.
type page struct {
	bytes.Buffer
	limit int
}

// text is escaped text from the run.
func text(s string) string { return escape(words.Cut(s, maxText)) }

func (p *page) line(format string, args ...any) { fmt.Fprintf(p, format+"\n", args...) }

// list calls item for as many of n entries as the limit allows.
func (p *page) list(n int, item func(i int)) {
	for i := range min(n, p.limit) {
		item(i)
	}
}

// more says how many of n entries list left out.
func (p *page) more(n int, where string) {
	if n > p.limit {
		p.line("\n… and %s more in %s.", words.Number(n-p.limit), where)
	}
}

// row writes a row of a table; the cells are escaped already.
func (p *page) row(cells ...string) { p.line("| %s |", strings.Join(cells, " | ")) }

func (p *page) header(align string, cells ...string) {
	p.row(cells...)
	rule := make([]string, len(cells))
	for i := range cells {
		rule[i] = "---"
		if align[i] == 'r' {
			rule[i] = "--:"
		}
	}
	p.row(rule...)
}

func (p *page) render(d *dossier.Dossier) {
	s := d.Signoff
	p.line("# %s %s", icon(s), text(s.Sentence()))
	p.line("")
	p.list(len(s.Reasons), func(i int) { p.line("- %s", text(s.Reasons[i])) })
	p.more(len(s.Reasons), "signoff.json")
	if one := s.OneWord(); one != "" {
		p.line("\n%s.", text(one))
	}
	p.renewal(s.Renewal)
	p.chain(d)
	p.problems(d)
	p.claims(d)
	p.layers(d)
	p.stream(s)
	p.cover(s)
	p.mutation(s.Mutation)
	p.beside(d)
	p.head(s.Head)
	p.provenance(s)
	if d.Times != nil {
		p.times(d.Times)
	}
}

func (p *page) renewal(r *reports.Renewal) {
	if r == nil {
		return
	}
	p.line("\n## Renewed for another classifier\n")
	p.line("Cited, not proved again: %s of a run by %s; the SHA-256 of its SHA256SUMS is %s.", words.Count(r.Copied, "obligation"), text(r.Program), text(r.Cited))
	p.line("This run's own: %s, of the kinds %s.\n", words.Count(r.Own, "obligation"), text(verdict.Join(r.Renewed)))
	p.list(len(r.Changed), func(i int) { p.line("- changed: %s", text(r.Changed[i])) })
	p.list(len(r.Same), func(i int) { p.line("- the same: %s", text(r.Same[i])) })
	p.list(len(r.Inputs), func(i int) { p.line("- cited %s, SHA-256 %s", text(r.Inputs[i].Name), text(r.Inputs[i].SHA256)) })
}

func (p *page) chain(d *dossier.Dossier) {
	p.line("\n## Chain\n")
	if len(d.Signoff.Edges) == 0 {
		p.line("No edge was checked.")
		return
	}
	p.header("lrrrrrr", "edge", "points", "proved", "refuted", "unknown", "vacuous", "failed")
	for _, c := range d.Claims {
		if c.Edge {
			p.row(append([]string{text(c.Name)}, counts(c.Counts)...)...)
		}
	}
}

func (p *page) problems(d *dossier.Dossier) {
	if len(d.Problems) == 0 {
		return
	}
	p.line("\n## Not proved\n")
	p.header("lll", "obligation", "verdict", "what is known")
	p.list(len(d.Problems), func(i int) {
		x := &d.Problems[i]
		known := []string{text(string(x.Reason)), text(x.Detail)}
		if w := x.Witness; w != nil && w.Module != "" {
			known = append(known, fmt.Sprintf("model %d, netlist %d, simulated Verilog %d", w.Gold, w.Netlist, w.Simulated))
		}
		if w := x.Witness; w != nil && len(w.Text) > 0 {
			known = append(known, text(w.Text[0]))
		}
		for _, at := range x.Source {
			known = append(known, "at "+text(at))
		}
		p.row(text(string(x.ID)), x.Verdict.String(), join(known, "; "))
	})
	p.more(len(d.Problems), "obligations.jsonl")
}

func (p *page) claims(d *dossier.Dossier) {
	p.line("\n## Claims\n")
	p.header("llrrllrrr", "claim", "verdict", "obligations", "discharged", "settled by", "confirmed by", "by two or more", "on one solver's word", "disagreements")
	p.list(len(d.Claims), func(i int) {
		c := &d.Claims[i]
		p.row(text(c.Text), c.Word(), words.Number(c.Counts.Total), words.Number(c.Counts.Proved), p.tallies(c.Strategies), p.tallies(c.Checks), words.Number(c.Twice), words.Number(c.OneSolver), words.Number(c.Disputed))
	})
	p.more(len(d.Claims), "signoff.json")
}

func (p *page) layers(d *dossier.Dossier) {
	p.line("\n## Layers\n")
	head, align := []string{"layer", "kind", "points"}, "llr"
	for _, e := range d.Signoff.Edges {
		head, align = append(head, text(string(e))), align+"l"
	}
	p.header(align+"lrrr", append(head, "formats", "fan-in", "adders", "depth")...)
	p.list(len(d.Layers), func(i int) {
		l := &d.Layers[i]
		cells := []string{text(l.Name), text(l.Kind), words.Number(l.Layer.Points)}
		for e, c := range l.Edges {
			if !l.Has(d.Signoff.Edges[e]) {
				cells = append(cells, "own Verilog")
				continue
			}
			cells = append(cells, brief(c))
		}
		if h := l.Hardware; h != nil {
			cells = append(cells, text(strings.Join(h.Inputs, " + ")+" → "+h.Output), words.Number(h.FanInMax), words.Number(h.Adders), words.Number(h.Depth))
		} else {
			cells = append(cells, "", "", "", "")
		}
		p.row(cells...)
	})
	p.more(len(d.Layers), "signoff.json")
	p.list(len(d.Layers), func(i int) {
		if l := &d.Layers[i]; l.Latency != "" {
			p.line("\nLatency of %s: %s.", text(l.Name), text(l.Latency))
		}
	})
}

func (p *page) stream(s *reports.Signoff) {
	p.line("\n## The chip between the layers\n")
	c := s.Stream
	if c == nil {
		p.line("Not done: this run did not look at what brings pixels to the layers.")
		return
	}
	p.line("- %s: %s", s.StreamVerdict(), text(c.Claim))
	p.line("- %s", text(strings.Join(c.Summary(), " · ")))
	p.line("")
	p.header("lllrrrrrl", "block", "layer", "kind", "pixels a beat", "holds at most", "takes at least", "clocks a frame", "states", "verdict")
	slowest := c.Slowest()
	p.list(len(c.Blocks), func(i int) {
		b := &c.Blocks[i]
		kind, clocks := b.Kind, known(b.Clocks)
		if n := b.Depth(); n > 0 {
			kind += ", " + words.Count(n, "item")
			if rows := b.InRows(n); rows != "" {
				kind += " (" + rows + ")"
			}
		}
		if len(b.Own) > 0 {
			kind += ", own Verilog"
		}
		if slowest != nil && b.Clocks == slowest.Clocks {
			clocks += ", slowest"
		}
		p.row(text(b.Instance), text(b.Layer), text(kind), known(b.Lanes), counted(b.Holds), counted(b.Takes), clocks, known(b.States), b.Verdict.String())
	})
	p.more(len(c.Blocks), "signoff.json")
}

// known formats n, where 0 means not known.
func known(n int) string {
	if n == 0 {
		return ""
	}
	return words.Number(n)
}

func counted(list []int) string {
	var parts []string
	for _, n := range list {
		parts = append(parts, words.Number(n))
	}
	return strings.Join(parts, ", ")
}

func (p *page) cover(s *reports.Signoff) {
	p.line("\n## Coverage, and what was left out\n")
	p.list(len(s.Coverage), func(i int) {
		c := s.Coverage[i]
		p.line("- %s: %s of %s covered, %s waived", text(c.Kind), words.Number(c.Covered), words.Number(c.Total), words.Number(c.Waived))
	})
	p.list(len(s.Uncovered), func(i int) {
		u := s.Uncovered[i]
		waiver := "not waived"
		if u.Waiver != "" {
			waiver = "waived: " + text(u.Waiver)
		}
		p.line("- uncovered: %s %s %s (%s)", text(u.Kind), text(u.Object), text(u.Source), waiver)
	})
	p.list(len(s.LeftOut), func(i int) {
		p.line("- left out by declaration: %s (%s)", text(s.LeftOut[i].What), text(s.LeftOut[i].Why))
	})
	p.list(len(s.Omissions), func(i int) {
		p.line("- not done: %s (%s)", text(s.Omissions[i].What), text(s.Omissions[i].Why))
	})
	p.list(len(s.Trust), func(i int) { p.line("- trusted: %s", text(s.Trust[i])) })
	p.more(max(len(s.Uncovered), len(s.LeftOut), len(s.Omissions), len(s.Coverage), len(s.Trust)), "signoff.json")
}

func (p *page) mutation(m *reports.Mutation) {
	if m == nil {
		return
	}
	p.line("\n## Planted faults\n")
	p.line("%s, from seed %d. Each fault stands alone in a generated netlist or in its Verilog.\n", strings.Join(m.Summary(), ", "), m.Seed)
	for _, part := range []struct {
		what string
		of   []reports.MutationScore
	}{{"fault", m.Faults}, {"layer", m.Layers}} {
		p.header("lrrrrrr", part.what, "mutants", "killed", "held", "equal", "lived", "not read")
		p.list(len(part.of), func(i int) {
			c := &part.of[i]
			cells := []string{text(c.Name)}
			for _, n := range []int{c.Mutants(), c.Killed, c.Held, c.Equal, c.Lived, c.NotRead} {
				cells = append(cells, words.Number(n))
			}
			p.row(cells...)
		})
		p.line("")
	}
	p.list(len(m.Survivors), func(i int) {
		s := m.Survivors[i]
		p.line("- survivor %d: %s of %s, %s: %s", s.Mutant, text(s.Where), text(s.Point), text(s.Fault), text(s.Why))
	})
	p.more(max(len(m.Faults), len(m.Layers), len(m.Survivors)), "signoff.json")
}

func (p *page) beside(d *dossier.Dossier) {
	p.line("\n## Throughput and area, beside the paper's\n")
	p.header("lll", "figure", "this run", "the paper")
	p.list(len(d.Figures), func(i int) { p.row(text(d.Figures[i].What), text(d.Figures[i].Here), text(d.Figures[i].Paper)) })
	p.line("\nThe paper's figures: %s.", text(dossier.Paper))
}

func (p *page) head(h *reports.Head) {
	p.line("\n## The programmable head\n")
	if h == nil {
		p.line("Not done: this run did not look at the programmable head.")
		return
	}
	c := h.Campaign
	p.line("- fuzzed: %s with %s and %s, seed %d; found: %s", words.Count(int(c.Cases), "sequence"), words.Count(int(c.Steps), "command"),
		words.Count(int(c.Inferences), "inference"), c.Seed, text(cmp.Or(c.Found, "nothing")))
	p.line("- the network's own program: %s on the hardware; found: %s", words.Count(int(h.Program.Images), "image"), text(cmp.Or(h.Program.Found, "nothing")))
	for _, r := range []struct {
		what string
		reports.HeadCoverage
	}{{"lines", h.Lines}, {"toggles", h.Toggles}, {"situations", h.Bins}} {
		p.line("- coverage, %s: %s of %s", r.what, words.Number(r.Hit), words.Number(r.Total))
		p.list(len(r.Missing), func(i int) {
			g := r.Missing[i]
			p.line("  - %s (%s): %s", text(g.Where), words.Number(g.Count), text(cmp.Or(g.Why, "not explained")))
		})
		p.more(len(r.Missing), "signoff.json")
	}
	p.list(len(h.Proofs), func(i int) {
		p.line("- %s: %s (%s)", h.Proofs[i].Verdict, text(h.Proofs[i].Claim), text(string(h.Proofs[i].ID)))
	})
	p.more(len(h.Proofs), "signoff.json")
}

func (p *page) provenance(s *reports.Signoff) {
	p.line("\n## Provenance\n")
	p.line("- program: %s", text(s.Program))
	p.line("- command: %s", text(cmp.Or(s.Command, "not recorded")))
	p.list(len(s.Tools), func(i int) {
		p.line("- %s %s, SHA-256 %s", text(s.Tools[i].Name), text(s.Tools[i].Version), text(s.Tools[i].SHA256))
	})
	p.list(len(s.Options), func(i int) { p.line("- %s: %s", text(s.Options[i].Name), text(s.Options[i].Value)) })
	p.line("\n<details><summary>Hashes of the inputs</summary>\n")
	p.header("ll", "file", "SHA-256")
	p.list(len(s.Inputs), func(i int) { p.row(text(s.Inputs[i].Name), text(s.Inputs[i].SHA256)) })
	p.more(len(s.Inputs), "signoff.json")
	p.line("\n</details>")
	p.line("\nThis report carries no signature.")
}

func (p *page) times(t *dossier.Times) {
	p.line("\n## Times\n\nOnly this section differs between runs over the same input.\n")
	if t.Run != nil {
		p.line("The run took %v.\n", t.Run.Wall.Round(time.Millisecond))
	}
	p.header("lr", "phase", "time over all workers")
	p.list(len(t.Phases), func(i int) { p.row(text(t.Phases[i].Name), t.Phases[i].Wall.Round(time.Millisecond).String()) })
}

func (p *page) tallies(list []reports.Tally) string {
	var parts []string
	p.list(min(len(list), 10), func(i int) { parts = append(parts, text(list[i].Name)+" "+words.Number(list[i].Count)) })
	if n := len(list) - len(parts); n > 0 {
		parts = append(parts, words.Number(n)+" more")
	}
	return strings.Join(parts, ", ")
}

// icon is the verdict at a glance; the sentence after it says it in words.
func icon(s *reports.Signoff) string {
	switch s.Conclusion {
	case reports.SignedOff:
		return "✅"
	case reports.NetworkRefuted:
		return "❌"
	case reports.MachineryFailed:
		return "💥"
	}
	return "❔"
}

func brief(c reports.Counts) string {
	var parts []string
	for _, n := range []struct {
		n    int
		what string
	}{{c.Proved, "proved"}, {c.Refuted, "refuted"}, {c.Failed, "failed"}, {c.Unknown, "unknown"}, {c.Vacuous, "vacuous"}} {
		if n.n > 0 {
			parts = append(parts, words.Number(n.n)+" "+n.what)
		}
	}
	return strings.Join(parts, ", ")
}

func counts(c reports.Counts) []string {
	var cells []string
	for _, n := range []int{c.Total, c.Proved, c.Refuted, c.Unknown, c.Vacuous, c.Failed} {
		cells = append(cells, words.Number(n))
	}
	return cells
}

func join(parts []string, sep string) string {
	var full []string
	for _, s := range parts {
		if s != "" {
			full = append(full, s)
		}
	}
	return strings.Join(full, sep)
}
