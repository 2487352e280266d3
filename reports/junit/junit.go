// Package junit renders a dossier as JUnit XML, for CI services that show test results.
//
// A layer is a suite and an obligation a test case. A proved obligation passes, a
// refuted one is a failure, and any other is an error. No verdict becomes "skipped",
// since CI services accept that as success. Points that were not checked, and reasons
// against signing off the whole run, are test cases of their own.
package junit

import (
	"bytes"
	"encoding/xml"
	"fmt"
	"io"
	"strings"

	"github.com/jstemmer/go-junit-report/v2/junit"

	"github.com/hashiflex/hashiflex/reports"
	"github.com/hashiflex/hashiflex/reports/dossier"
	"github.com/hashiflex/hashiflex/spec/verdict"
	"github.com/hashiflex/hashiflex/spec/words"
)

// Write renders d. Equal dossiers give equal bytes.
func Write(w io.Writer, d *dossier.Dossier) error {
	all := junit.Testsuites{Name: d.Signoff.Network}
	all.AddSuite(whole(d))
	for i := range d.Layers {
		all.AddSuite(layer(d, &d.Layers[i], i+1))
	}
	all.AddSuite(facts(d, len(d.Layers)+1))
	var b bytes.Buffer
	b.WriteString(xml.Header)
	if err := all.WriteXML(&b); err != nil {
		return fmt.Errorf("junit: %w", err)
	}
	_, err := w.Write(b.Bytes())
	return err
}

func seconds(s *dossier.Span) string {
	if s == nil {
		return "0"
	}
	return fmt.Sprintf("%.3f", s.Wall.Seconds())
}

// whole is the suite of the verdict itself: one case per reason against it.
func whole(d *dossier.Dossier) junit.Testsuite {
	s := d.Signoff
	suite := junit.Testsuite{Name: "signoff", Package: s.Network, Time: "0"}
	if d.Times != nil {
		suite.Time = seconds(d.Times.Run)
	}
	suite.AddProperty("program", s.Program)
	suite.AddProperty("verdict", s.Sentence())
	if one := s.OneWord(); one != "" {
		suite.AddProperty("one solver", one)
	}
	for _, x := range s.LeftOut {
		suite.AddProperty("left out", x.What+": "+x.Why)
	}
	if s.Conclusion == reports.SignedOff {
		suite.AddTestcase(junit.Testcase{Name: s.Sentence(), Classname: "signoff"})
	}
	for _, g := range s.Grounds() {
		suite.AddTestcase(bad(g.Text, "signoff", string(g.Conclusion), g.Text, g.Conclusion == reports.NetworkRefuted))
	}
	return suite
}

func layer(d *dossier.Dossier, l *dossier.Layer, id int) junit.Testsuite {
	suite := junit.Testsuite{Name: l.Name, Package: d.Signoff.Network, ID: id, Time: seconds(l.Took)}
	if len(l.Own) > 0 {
		suite.AddProperty("own", strings.Join(l.Own, ", "))
	}
	if l.Converter != "" {
		suite.AddProperty("converter", l.Converter)
	}
	if l.Latency != "" {
		suite.AddProperty("latency", l.Latency)
	}
	problems := map[verdict.ID]*dossier.Problem{}
	for _, i := range l.Problems {
		problems[d.Problems[i].ID] = &d.Problems[i]
	}
	for e, edge := range d.Signoff.Edges {
		if !l.Has(edge) {
			continue
		}
		class := l.Name + "." + string(edge)
		seen := 0
		for _, p := range l.Points {
			o := p.Edges[e]
			if o == nil {
				continue
			}
			seen++
			if x := problems[o.ID]; x != nil {
				suite.AddTestcase(problem(x, class))
				continue
			}
			suite.AddTestcase(junit.Testcase{Name: o.Point, Classname: class})
		}
		if left := l.Layer.Points - seen; left > 0 {
			suite.AddTestcase(bad(words.Count(left, "other point"), class, string(verdict.Skipped), "nobody looked at them", false))
		}
	}
	return suite
}

// facts is the suite of facts that the compare points rest on: one case per claim, and
// one per obligation that is not discharged.
func facts(d *dossier.Dossier, id int) junit.Testsuite {
	suite := junit.Testsuite{Name: "obligations", Package: d.Signoff.Network, ID: id, Time: "0"}
	for i := range d.Claims {
		if c := &d.Claims[i]; !c.Edge && c.Verdict() == verdict.Proved {
			suite.AddTestcase(junit.Testcase{Name: fmt.Sprintf("%s (%s)", c.Text, words.Count(c.Counts.Total, "obligation")), Classname: c.Name})
		}
	}
	for i := range d.Problems {
		if p := &d.Problems[i]; !p.IsPoint() {
			suite.AddTestcase(problem(p, string(p.Kind)))
		}
	}
	return suite
}

func problem(p *dossier.Problem, class string) junit.Testcase {
	name := p.Point
	if name == "" {
		name = string(p.ID)
	}
	lines := []string{string(p.ID), p.Claim, string(p.Reason), p.Detail}
	if w := p.Witness; w != nil {
		lines = append(append(lines, "witness: "+w.File), w.Text...)
		if w.Module != "" {
			lines = append(lines, fmt.Sprintf("model %d, netlist %d, simulated Verilog %d", w.Gold, w.Netlist, w.Simulated))
		}
		for _, in := range w.Inputs {
			lines = append(lines, fmt.Sprintf("%s = %d", in.Port, in.Value))
		}
	}
	for _, at := range p.Source {
		lines = append(lines, "at "+at)
	}
	var text []string
	for _, l := range lines {
		if l != "" {
			text = append(text, l)
		}
	}
	kind := p.Verdict.String()
	if p.Reason != "" {
		kind += ": " + string(p.Reason)
	}
	return bad(name, class, kind, strings.Join(text, "\n"), p.Verdict == verdict.Refuted)
}

// bad is a test case that is a failure or an error.
func bad(name, class, kind, text string, refuted bool) junit.Testcase {
	first, _, _ := strings.Cut(text, "\n")
	r := &junit.Result{Message: first, Type: kind, Data: text}
	if refuted {
		return junit.Testcase{Name: name, Classname: class, Failure: r}
	}
	return junit.Testcase{Name: name, Classname: class, Error: r}
}
