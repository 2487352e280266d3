package explain

import (
	"context"
	"fmt"
	"maps"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/txtar"
	"github.com/stretchr/testify/require"

	"github.com/hashiflex/hashiflex/equiv"
	"github.com/hashiflex/hashiflex/netlist"
	"github.com/hashiflex/hashiflex/netlist/shiftadd"
	"github.com/hashiflex/hashiflex/rtl"
	"github.com/hashiflex/hashiflex/rtl/source"
	"github.com/hashiflex/hashiflex/spec"
	"github.com/hashiflex/hashiflex/spec/networks"
)

// style is a right module in somebody's way of writing, of a channel of a layer, and
// faults to be planted in it. A file of testdata/foreign has the module as own.v or
// own.sv, what it includes, and under "faults" a line for each fault:
//
//	kind: right text ==> wrong text ;; right text ==> wrong text
//
// Each right text stands once in the module, on the line that is at fault.
type style struct {
	name, file string
	text       string
	extra      []source.File
	point      Point // without a circuit
	faults     []planted
}

// planted is one fault.
type planted struct {
	kind, words string
	text        string
	lines       []int // at fault
}

func loadStyles(t testing.TB) (styles []*style) {
	files, err := filepath.Glob("testdata/foreign/*.txtar")
	require.NoError(t, err)
	nets := map[string]*spec.Network{}
	for _, file := range files {
		archive, err := txtar.ParseFile(file)
		require.NoError(t, err)
		s := &style{name: strings.TrimSuffix(filepath.Base(file), ".txtar")}
		network, layer, channel := "tiny", "", 0
		for line := range strings.Lines(string(archive.Comment)) {
			if f := strings.Fields(line); f[0] == "layer" {
				layer = f[1]
				channel, err = strconv.Atoi(f[2])
				require.NoError(t, err)
				if len(f) > 3 {
					network = f[3]
				}
			}
		}
		if nets[network] == nil {
			nets[network], err = networks.Open(network)
			require.NoError(t, err)
		}
		l := nets[network].Layer(layer)
		require.NotNil(t, l, "%s: %s", file, layer)
		u := shiftadd.Unit{Kind: shiftadd.KindChannel, Channel: channel, Name: fmt.Sprintf("%s_c%d", layer, channel)}
		s.point = Point{Layer: l, Unit: u, Question: &equiv.Question{Model: equiv.ModelOf(l, u)}, Foreign: true}
		var faults string
		for _, f := range archive.Files {
			switch f.Name {
			case "own.v", "own.sv":
				s.file, s.text = f.Name, string(f.Data)
			case "faults":
				faults = string(f.Data)
			default:
				s.extra = append(s.extra, source.File{Name: f.Name, Text: f.Data})
			}
		}
		for line := range strings.Lines(faults) {
			kind, edits, ok := strings.Cut(strings.TrimSuffix(line, "\n"), ": ")
			require.True(t, ok, line)
			s.faults = append(s.faults, s.plant(t, kind, edits))
		}
		styles = append(styles, s)
	}
	return styles
}

func (s *style) plant(t testing.TB, kind, edits string) planted {
	p := planted{kind: kind, words: kind + ": " + edits, text: s.text}
	for _, edit := range strings.Split(edits, " ;; ") {
		right, wrong, ok := strings.Cut(edit, " ==> ")
		require.True(t, ok, "%s: %s", s.name, edit)
		right, wrong = strings.ReplaceAll(right, `\n`, "\n"), strings.ReplaceAll(wrong, `\n`, "\n")
		require.Equal(t, 1, strings.Count(s.text, right), "%s: %s", s.name, edit)
		p.lines = append(p.lines, 1+strings.Count(s.text[:strings.Index(s.text, right)], "\n"))
		p.text = strings.Replace(p.text, right, wrong, 1)
	}
	return p
}

var moduleName = regexp.MustCompile(`(?m)^module (\w+)`)

// renamed is a text whose modules have a suffix of their own, so that many variants
// are one design.
func renamed(text, suffix string) string {
	for _, m := range moduleName.FindAllStringSubmatch(text, -1) {
		text = regexp.MustCompile(`\b`+m[1]+`\b`).ReplaceAllString(text, m[1]+suffix)
	}
	return text
}

// read reads the right text and variants of it.
func (s *style) read(t testing.TB, faults []planted) (right *netlist.Module, wrong []*netlist.Module) {
	sources := source.Sources{Extra: s.extra}
	name := func(i int) string { return fmt.Sprintf("v%d_%s", i, s.file) }
	add := func(i int, text string) {
		sources.Files = append(sources.Files, source.File{Name: name(i), Text: []byte(renamed(text, fmt.Sprintf("__%d", i)))})
	}
	add(0, s.text)
	for i, f := range faults {
		add(i+1, f.text)
	}
	d, _, err := rtl.Yosys{}.Read(context.Background(), sources)
	require.NoError(t, err, s.name)
	for i := range len(faults) + 1 {
		m, err := d.Module(fmt.Sprintf("%s__%d", s.point.Unit.Name, i))
		require.NoError(t, err, s.name)
		m.Name = s.point.Unit.Name
		for j, at := range m.Sources {
			m.Sources[j] = strings.ReplaceAll(at, name(i), s.file)
		}
		if i == 0 {
			right = m
		} else {
			wrong = append(wrong, m)
		}
	}
	return right, wrong
}

// outcome is what an explanation's place is worth.
type outcome int

const (
	exact outcome = iota
	near
	off
	nowhere
)

// explained is a fault with its explanation.
type explained struct {
	style   *style
	fault   *planted
	outcome outcome
	e       *Explanation
}

func (v explained) String() string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s:%v %s\n", v.style.name, v.fault.lines, v.fault.words)
	for _, c := range v.e.Causes {
		fmt.Fprintf(&b, "        %s [%s]", c.Words, c.Source)
	}
	return b.String()
}

// explainAll explains every fault of a style.
func (s *style) explainAll(t testing.TB) (all []explained) {
	faults := s.faults
	right, wrong := s.read(t, faults)
	flat := func(m *netlist.Module) (*netlist.Module, *netlist.Pipeline) {
		if m.Clock == "" {
			return m, nil
		}
		stages, err := netlist.Stages(m, m.Outputs[0].Value)
		require.NoError(t, err)
		if _, even := stages.Latency(); !even {
			return m, stages
		}
		c, err := netlist.Transparent(m, m.Outputs[0].Name, m.Outputs[0].Value)
		require.NoError(t, err)
		return c, nil
	}
	r, _ := flat(right)
	w, err := equiv.NewQuestion(s.point.Model, r).Search(1)
	require.NoError(t, err)
	if w != nil {
		t.Errorf("%s: the right module is wrong", s.name)
		return nil
	}
	for i := range faults {
		f := &faults[i]
		m, uneven := flat(wrong[i])
		p := s.point
		p.Listings = []*Listing{{Module: p.Unit.Name, File: s.file, Line: 1, Text: f.text}}
		for _, x := range s.extra {
			p.Listings = append(p.Listings, &Listing{Module: p.Unit.Name, File: x.Name, Line: 1, Text: string(x.Text)})
		}
		v := explained{style: s, fault: f}
		if uneven != nil {
			v.e = &Explanation{Causes: []Cause{Latency(m, m.Outputs[0].Value, uneven, p.Listings)}}
		} else {
			p.Question = equiv.NewQuestion(s.point.Model, m)
			found, err := p.Search(1)
			require.NoError(t, err)
			if found == nil {
				t.Errorf("%s: not refuted: %s", s.name, f.words)
				continue
			}
			small, err := Minimize(p.Question, found.Inputs)
			require.NoError(t, err)
			p.Inputs = small.Inputs
			v.e, err = Explain(p)
			require.NoError(t, err)
		}
		v.judge(t)
		all = append(all, v)
	}
	return all
}

// judge holds the places of the causes against the lines at fault.
func (v *explained) judge(t testing.TB) {
	v.outcome = nowhere
	lines := strings.Count(v.fault.text, "\n")
	for _, c := range v.e.Causes {
		if c.Source == "" {
			continue
		}
		file, at, _ := strings.Cut(c.Source, ":")
		n, err := strconv.Atoi(at)
		if err != nil || file == v.style.file && n > lines || file != v.style.file && !slices.ContainsFunc(v.style.extra, func(f source.File) bool { return f.Name == file }) {
			t.Errorf("%s: %s: there is no line %s", v.style.name, v.fault.words, c.Source)
		}
		o := off
		for _, l := range v.fault.lines {
			switch d := max(l-n, n-l); {
			case file != v.style.file:
			case d == 0:
				o = exact
			case d <= 2:
				o = min(o, near)
			}
		}
		v.outcome = min(v.outcome, o)
	}
}

// TestHandwritten: of the causes named in hand-written modules at least 95 of 100 are
// named by the line at fault or one of the two beside it, and none by a line that is not
// there. The table says how each way of writing and each kind of fault fares.
func TestHandwritten(t *testing.T) {
	count := map[string]*[4]int{}
	add := func(key string, o outcome) {
		if count[key] == nil {
			count[key] = new([4]int)
		}
		count[key][o]++
	}
	styles := loadStyles(t)
	require.GreaterOrEqual(t, len(styles), 12)
	for _, s := range styles {
		for _, v := range s.explainAll(t) {
			add("style "+s.name, v.outcome)
			add("fault "+v.fault.kind, v.outcome)
			add("together", v.outcome)
			if v.outcome >= off {
				t.Logf("missed: %v", v)
			}
		}
	}
	t.Logf("%-24s %6s %6s %6s %6s", "", "exact", "within", "wrong", "none")
	for _, k := range slices.Sorted(maps.Keys(count)) {
		c := count[k]
		t.Logf("%-24s %6d %6d %6d %6d", k, c[exact], c[near], c[off], c[nowhere])
	}
	c := count["together"]
	all := c[exact] + c[near] + c[off] + c[nowhere]
	require.GreaterOrEqual(t, all, 150)
	require.GreaterOrEqual(t, 100*(c[exact]+c[near]), 95*all)
}
