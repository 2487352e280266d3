// Package sarif renders the problems of a run as SARIF 2.1.0, for tools that show
// findings beside the code. A finding points to the faulty lines of Verilog if they are
// known.
//
// Proved obligations are no findings. Rule ids and fingerprints do not change from run
// to run, so that a finding can be tracked over time.
package sarif

import (
	"fmt"
	"io"
	"net/url"
	"strconv"
	"strings"

	"github.com/owenrumney/go-sarif/v3/pkg/report"
	"github.com/owenrumney/go-sarif/v3/pkg/report/v210/sarif"

	"github.com/hashiflex/hashiflex/reports"
	"github.com/hashiflex/hashiflex/reports/dossier"
	"github.com/hashiflex/hashiflex/spec/verdict"
	"github.com/hashiflex/hashiflex/spec/words"
)

// The rules. Their ids are part of the format: never rename one.
const (
	ruleRefuted   = "HFX001"
	ruleFailed    = "HFX002"
	ruleUnknown   = "HFX003"
	ruleVacuous   = "HFX004"
	ruleSkipped   = "HFX005"
	ruleUncovered = "HFX006"
	ruleOmitted   = "HFX007"
	ruleSignoff   = "HFX008"
)

var rules = []struct{ id, name, text, level string }{
	{ruleRefuted, "Refuted", "The hardware does not compute the model: there is an input on which they differ.", "error"},
	{ruleFailed, "Failed", "The check of an obligation broke, or two solvers disagree.", "error"},
	{ruleUnknown, "Unknown", "An obligation was neither proved nor refuted.", "error"},
	{ruleVacuous, "Vacuous", "The assumptions of an obligation contradict each other.", "error"},
	{ruleSkipped, "Skipped", "Compare points were not looked at.", "error"},
	{ruleUncovered, "Uncovered", "A hardware object lies in the reach of no discharged obligation.", "warning"},
	{ruleOmitted, "Omitted", "Something that a complete run does was not done.", "warning"},
	{ruleSignoff, "NotSignedOff", "The run as a whole is not signed off.", "error"},
}

var ruleOf = map[verdict.Verdict]string{
	verdict.Refuted: ruleRefuted, verdict.Failed: ruleFailed, verdict.Unknown: ruleUnknown, verdict.Vacuous: ruleVacuous,
}

// Fingerprint is the key of the fingerprints. Its version changes when their
// computation changes.
const Fingerprint = "hashiflexObligation/v1"

// Write renders d. Equal dossiers give equal bytes.
func Write(w io.Writer, d *dossier.Dossier) error {
	r := Build(d)
	if err := r.PrettyWrite(w); err != nil {
		return fmt.Errorf("sarif: %w", err)
	}
	return nil
}

// maxProblems is the largest number of obligations that are findings of their own. GitHub
// refuses a run of more than 25,000 results.
const maxProblems = 20_000

// Build returns what Write writes. Every result has a place with a file and a line.
func Build(d *dossier.Dossier) *sarif.Report {
	run := sarif.NewRunWithInformationURI("hashiflex", "https://github.com/hashiflex/hashiflex")
	run.Tool.Driver.WithVersion(d.Signoff.Program)
	for _, r := range rules {
		run.AddRule(r.id).WithName(r.name).WithDescription(r.text).
			WithDefaultConfiguration(sarif.NewReportingConfiguration().WithLevel(r.level))
	}
	// A run without findings also states its verdict, with its waivers.
	run.Properties = sarif.NewPropertyBag().Add("verdict", d.Signoff.Sentence())
	for i := range d.Layers {
		if l := &d.Layers[i]; l.Latency != "" {
			run.Properties.Add("latency of "+l.Name, l.Latency)
		}
	}
	b := &builder{run: run, about: about(d.Signoff), own: map[string]string{}}
	for i := range d.Layers {
		if l := &d.Layers[i]; len(l.Own) > 0 {
			b.own[l.Name] = l.Own[0]
		}
	}
	for _, x := range d.Signoff.LeftOut {
		run.Properties.Add("left out: "+x.What, x.Why)
	}
	if s := d.Signoff.Stream; s != nil {
		b.chip = s.Design
	}
	for i := range d.Problems {
		if i == maxProblems {
			left := len(d.Problems) - i
			b.add(ruleSignoff, fmt.Sprintf("%s more: the report in the run directory has them", words.Count(left, "obligation")), "more").AddLocation(b.whole(d.Signoff.Network))
			break
		}
		b.problem(&d.Problems[i])
	}
	for i := range d.Layers {
		b.skipped(d, &d.Layers[i])
	}
	for _, u := range d.Signoff.Uncovered {
		b.uncovered(u)
	}
	for _, o := range d.Signoff.Omissions {
		res := b.add(ruleOmitted, "not done: "+o.What+" ("+o.Why+")", "omission\x00"+o.What)
		if o.Blocks {
			res.WithLevel("error")
		} else {
			res.WithLevel("note")
		}
		res.AddLocation(b.whole(o.What))
	}
	if d.Signoff.Conclusion != reports.SignedOff {
		// Some reasons belong to no single finding, such as an empty run.
		b.add(ruleSignoff, d.Signoff.Sentence()+" "+strings.Join(d.Signoff.Reasons, "; "), "signoff").AddLocation(b.whole(d.Signoff.Network))
	}
	out := report.NewV210Report()
	out.AddRun(run)
	return out
}

type builder struct {
	run   *sarif.Run
	about string            // the file that the run is about
	own   map[string]string // by layer: the first of its user-written files
	chip  string            // that of the chip between the layers; "": none
}

// about is the file for findings without a known place: the network's topology, or the
// given Verilog if the run is about one layer. Every finding needs a file, since GitHub
// code scanning rejects all results if one has none.
func about(s *reports.Signoff) string {
	if len(s.Layers) == 1 && len(s.Layers[0].Own) > 0 {
		return s.Layers[0].Own[0]
	}
	return "network.json"
}

// file is the file for findings about a layer without a known place.
func (b *builder) file(layer string) string {
	if own := b.own[layer]; own != "" {
		return own
	}
	return b.about
}

// whole is a location for an object that has a name but no known place.
func (b *builder) whole(name string) *sarif.Location { return b.within(b.about, name) }

// within is a location for a named object somewhere in a file.
func (b *builder) within(file, name string) *sarif.Location {
	l := b.located(file)
	return l.WithLogicalLocations([]*sarif.LogicalLocation{sarif.NewLogicalLocation().WithFullyQualifiedName(name)})
}

// add adds a finding; identity tells it from all others of the run.
func (b *builder) add(rule, text, identity string) *sarif.Result {
	i := b.run.GetRuleIndex(rule)
	res := sarif.NewRuleResult(rule).WithRuleIndex(i).WithLevel(rules[i].level).WithMessage(sarif.NewTextMessage(text))
	res.WithPartialFingerprints(map[string]string{Fingerprint: dossier.Fingerprint(rule, identity)})
	b.run.AddResult(res)
	return res
}

func (b *builder) problem(p *dossier.Problem) {
	text, about, file := p.Verdict.String()+": "+string(p.ID), []string{string(p.Reason), p.Detail}, b.file(p.Layer)
	if row, _ := p.Kind.Row(); row.Stream && b.chip != "" {
		about, file = append([]string{p.Claim}, about...), b.chip
	}
	for _, s := range about {
		if s != "" {
			text += ": " + s
		}
	}
	if w := p.Witness; w != nil && w.Module != "" {
		text += fmt.Sprintf("; the model gives %d, the netlist %d, the simulated Verilog %d", w.Gold, w.Netlist, w.Simulated)
	}
	rule := ruleOf[p.Verdict]
	res := b.add(rule, text, string(p.ID))
	res.WithPartialFingerprints(map[string]string{Fingerprint: p.Fingerprint})
	for _, at := range p.Source {
		res.AddLocation(b.located(at))
	}
	if len(p.Source) == 0 {
		res.AddLocation(b.within(file, string(p.ID)))
	}
}

func (b *builder) skipped(d *dossier.Dossier, l *dossier.Layer) {
	for e, edge := range d.Signoff.Edges {
		if !l.Has(edge) {
			continue
		}
		left := l.Layer.Points
		for _, p := range l.Points {
			if p.Edges[e] != nil {
				left--
			}
		}
		if left > 0 {
			name := l.Name + "/" + string(edge)
			b.add(ruleSkipped, fmt.Sprintf("%s: nobody looked at %d of %s", name, left, words.Count(l.Layer.Points, "point")), name).AddLocation(b.within(b.file(l.Name), name))
		}
	}
}

func (b *builder) uncovered(u reports.Uncovered) {
	res := b.add(ruleUncovered, "uncovered: "+u.Kind+" "+u.Object, u.Kind+"\x00"+u.Object)
	if u.Source != "" {
		res.AddLocation(b.located(u.Source))
	} else {
		res.AddLocation(b.whole(u.Object))
	}
	if u.Waiver != "" {
		res.AddSuppression(sarif.NewSuppression().WithKind("external").WithStatus("accepted").WithJustification(u.Waiver))
	}
}

// located is a location in Verilog, "file:line" or "file:line.column-line.column".
// Without a line, it is the first line.
func (b *builder) located(at string) *sarif.Location {
	file, line := at, 0
	if i := strings.LastIndexByte(at, ':'); i >= 0 {
		digits := at[i+1:]
		if end := strings.IndexFunc(digits, func(r rune) bool { return r < '0' || r > '9' }); end >= 0 {
			digits = digits[:end]
		}
		if n, err := strconv.Atoi(digits); err == nil && n > 0 {
			file, line = at[:i], n
		}
	}
	if file = uri(file); file == "" {
		file, line = uri(b.about), 0
	}
	line = max(line, 1)
	p := sarif.NewPhysicalLocation().WithArtifactLocation(sarif.NewSimpleArtifactLocation(file)).WithRegion(sarif.NewSimpleRegion(line, line))
	return sarif.NewLocationWithPhysicalLocation(p)
}

// uri turns any file name into a relative URI reference. It escapes what looks like a
// scheme or leads out of the tree.
func uri(file string) string {
	var parts []string
	for _, p := range strings.Split(file, "/") {
		e := strings.ReplaceAll(url.PathEscape(p), ":", "%3A")
		if p == ".." || p == "." {
			e = strings.ReplaceAll(p, ".", "%2E")
		}
		parts = append(parts, e)
	}
	return strings.TrimLeft(strings.Join(parts, "/"), "/")
}
