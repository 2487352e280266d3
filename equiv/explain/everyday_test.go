package explain

import (
	"context"
	"fmt"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/hashiflex/hashiflex/equiv"
	"github.com/hashiflex/hashiflex/equiv/mapped"
	"github.com/hashiflex/hashiflex/fuzz/everyday"
	"github.com/hashiflex/hashiflex/netlist"
	"github.com/hashiflex/hashiflex/netlist/shiftadd"
	"github.com/hashiflex/hashiflex/rtl"
	"github.com/hashiflex/hashiflex/rtl/portmap"
	"github.com/hashiflex/hashiflex/rtl/source"
	"github.com/hashiflex/hashiflex/spec"
)

// adapted is a module of the everyday corpus, or a text of it with a fault, under the
// names and ports of its layer; the error is what the front end or the map cannot take.
func adapted(m *everyday.Module, text []byte, limits rtl.Limits) (d *rtl.Design, units []shiftadd.Unit, err error) {
	l := m.Network.Layer(everyday.Layer)
	g, err := shiftadd.New(l, shiftadd.For(l.Op.(*spec.Conv).Acc))
	if err != nil {
		return nil, nil, err
	}
	layer, err := mapped.Layer(l, nil)
	if err != nil {
		return nil, nil, err
	}
	sources := source.One(m.File, text)
	if d, _, err = (rtl.Yosys{Limits: limits}).Read(context.Background(), sources); err != nil || m.Map == "" {
		return d, g.Modules(), err
	}
	pm, err := portmap.Parse("ports.toml", []byte(m.Map))
	if err != nil {
		return nil, nil, err
	}
	adapter, err := pm.Adapt(d, layer)
	if err != nil {
		return nil, nil, err
	}
	d, _, err = rtl.Yosys{Limits: limits}.Read(context.Background(), sources.With(rtl.Source{Name: "adapter.v", Text: adapter}))
	return d, g.Modules(), err
}

// TestEveryday explains the faults of the everyday corpus, which was written for the
// prover and not for these words: it shows what they are worth on styles that nobody had
// in mind. A part of it is taken by day, all of it at night.
func TestEveryday(t *testing.T) {
	all, err := everyday.Modules(64)
	require.NoError(t, err)
	var count [4]int
	for i := range all {
		m := &all[i]
		for k, f := range m.Faults {
			if (i+k)%everydayPart != 0 {
				continue
			}
			o, words := explainEveryday(t, m, &f)
			if o < 0 {
				t.Logf("not explained: %s:%d: %s: %s", m.Name, f.Line, f.What, words)
				continue
			}
			count[o]++
			if o >= int(off) {
				t.Logf("missed: %s:%d: %s: %s", m.Name, f.Line, f.What, words)
			}
		}
	}
	t.Logf("exact %d, within two %d, wrong %d, no line %d", count[exact], count[near], count[off], count[nowhere])
	require.GreaterOrEqual(t, 100*(count[exact]+count[near]), everydayFloor*(count[exact]+count[near]+count[off]+count[nowhere]))
}

// elaborated is a unit's module as it is explained.
func elaborated(d *rtl.Design, u shiftadd.Unit) (*netlist.Module, error) {
	gate, err := d.Module(rtl.VerilogName(u.Name))
	if err != nil {
		return nil, err
	}
	gate = netlist.Decided(gate)
	if gate.Clock == "" && len(gate.Regs) == 0 {
		return gate, nil
	}
	return netlist.Transparent(gate, gate.Outputs[0].Name, gate.Outputs[0].Value)
}

// explainEveryday is an outcome, below 0 where nothing is explained, and the words.

func explainEveryday(t *testing.T, m *everyday.Module, f *everyday.Fault) (int, string) {
	text := f.Text
	d, units, err := adapted(m, text, rtl.Limits{})
	if err != nil {
		return -1, "not read: " + err.Error()
	}
	l := m.Network.Layer(everyday.Layer)
	for _, u := range units {
		gate, err := elaborated(d, u)
		if err != nil {
			return -1, err.Error()
		}
		p := Point{Layer: l, Unit: u, Question: equiv.NewQuestion(equiv.ModelOf(l, u), gate), Foreign: true}
		w, err := p.Search(1)
		if err != nil || w == nil {
			continue
		}
		small, err := Minimize(p.Question, w.Inputs)
		if err != nil {
			return -1, err.Error()
		}
		p.Inputs = small.Inputs
		p.Read = func(_, text string) *netlist.Module {
			d, _, err := adapted(m, []byte(text), rtl.Limits{Time: time.Minute, Memory: 1 << 29})
			if err != nil {
				return nil
			}
			gate, err := elaborated(d, u)
			if err != nil {
				return nil
			}
			return gate
		}
		p.Listings = []*Listing{{Module: m.File, File: m.File, Line: 1, Text: string(text)}}
		e, err := Explain(p)
		if err != nil {
			return -1, err.Error()
		}
		c := e.Causes[0]
		if c.Source == "" {
			return int(nowhere), c.Words
		}
		file, at, _ := strings.Cut(c.Source, ":")
		n, err := strconv.Atoi(at)
		if err != nil || file != m.File {
			t.Errorf("%s: there is no line %s", m.File, c.Source)
		}
		switch d := distance(n, f.Line); {
		case d == 0:
			return int(exact), c.Words
		case d <= 2:
			return int(near), c.Words
		}
		return int(off), c.Words
	}
	return -1, fmt.Sprintf("no witness in %d units", len(units))
}
