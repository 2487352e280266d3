package explain

import (
	"encoding/xml"
	"errors"
	"io"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/hashiflex/hashiflex/equiv"
	"github.com/hashiflex/hashiflex/netlist"
	"github.com/hashiflex/hashiflex/netlist/shiftadd"
	"github.com/hashiflex/hashiflex/spec"
	"github.com/hashiflex/hashiflex/spec/networks"
)

func TestDecimalIsExact(t *testing.T) {
	for _, c := range []struct {
		v    int64
		frac int
		want string
	}{
		{0, 5, "0"}, {1, 1, "0.5"}, {-1, 1, "−0.5"}, {200, 5, "6.25"}, {-192, 5, "−6"},
		{3, -2, "12"}, {1, 8, "0.00390625"}, {5, 40, "5·2^-40"},
	} {
		require.Equal(t, c.want, Decimal(c.v, spec.Format{Frac: c.frac}))
	}
	require.Equal(t, "−0.5", half(-4, 3))
	require.Equal(t, "1.5", half(12, 3))
	require.Equal(t, "−1.5", half(-12, 3))
}

func TestListing(t *testing.T) {
	l := &Listing{File: "a.v", Line: 10, Text: "module m (\n    wire [3:0] s = a + b; wire t = s[0];\n    assign y = (s <= 4'd3) ? s : 4'd0;\n"}
	for name, want := range map[string]string{"s": "a.v:11", "t": "a.v:11", "y": "a.v:12"} {
		at, ok := l.place(name)
		require.True(t, ok, name)
		require.Equal(t, want, at)
	}
	_, ok := l.place("a")
	require.False(t, ok)
	name, ok := l.defined("a.v:12")
	require.True(t, ok)
	require.Equal(t, "y", name)
	_, ok = l.defined("b.v:12")
	require.False(t, ok)
	require.Equal(t, "assign y = (s <= 4'd3) ? s : 4'd0;", l.text("a.v:12"))
	require.Empty(t, l.text("a.v:99"))
}

// channel is a channel of tiny, its model, and what the generator builds.
func channel(t *testing.T, layer string, oc int) (Point, *shiftadd.Generator) {
	t.Helper()
	net, err := networks.Open("tiny")
	require.NoError(t, err)
	l := net.Layer(layer)
	g, err := shiftadd.New(l, shiftadd.Options{})
	require.NoError(t, err)
	u := shiftadd.Unit{Kind: shiftadd.KindChannel, Channel: oc, Name: layer}
	return Point{Layer: l, Unit: u, Question: equiv.NewQuestion(equiv.ModelOf(l, u), g.Channel(oc)), Reference: g.Channel(oc)}, g
}

// witnessed finds a witness of p.
func witnessed(t *testing.T, p *Point) {
	t.Helper()
	w, err := p.Question.Search(1)
	require.NoError(t, err)
	require.NotNil(t, w)
	m, err := Minimize(p.Question, w.Inputs)
	require.NoError(t, err)
	p.Inputs = m.Inputs
	require.Equal(t, p.Model.Run(m.Inputs), m.Gold)
	require.NotEqual(t, m.Gold, m.Gate)
}

// firstSub turns the first subtractor of a module into an adder.
func firstSub(t *testing.T, m *netlist.Module) {
	t.Helper()
	for i := range m.Cells {
		if m.Cells[i].Op == netlist.OpSub {
			m.Cells[i].Op = netlist.OpAdd
			return
		}
	}
	t.Fatal("no subtractor")
}

func TestSoundHardwareHasNoWitness(t *testing.T) {
	p, _ := channel(t, "project", 0)
	_, err := Minimize(p.Question, make([]int64, len(p.Model.Vars)))
	require.ErrorContains(t, err, "agree")
	_, err = Minimize(p.Question, nil)
	require.ErrorContains(t, err, "0 inputs")
}

// TestWithoutReference: hardware of which no reference is known is explained from
// the model's coefficients; a wrong reference is not trusted.
func TestWithoutReference(t *testing.T) {
	for _, reference := range []string{"none", "wrong"} {
		p, g := channel(t, "project", 0)
		firstSub(t, p.Gate)
		witnessed(t, &p)
		p.Reference = nil
		if reference == "wrong" {
			p.Reference = g.Channel(1)
		}
		e, err := Explain(p)
		require.NoError(t, err)
		require.Len(t, e.Causes, 1)
		require.Contains(t, e.Causes[0].Words, "weights[0,", "reference: %s", reference)
	}
}

func TestOtherChannel(t *testing.T) {
	p, _ := channel(t, "depthwise", 3)
	q, _ := channel(t, "grouped", 0)
	_, err := Explain(Point{Layer: p.Layer, Unit: p.Unit, Question: equiv.NewQuestion(p.Model, q.Gate), Inputs: make([]int64, len(p.Model.Vars))})
	require.Error(t, err, "its ports are not the model's")

	p, g := channel(t, "expand", 0)
	p.Question = equiv.NewQuestion(p.Model, g.Channel(1))
	witnessed(t, &p)
	e, err := Explain(p)
	require.NoError(t, err)
	require.Len(t, e.Causes, 1)
	require.Contains(t, e.Causes[0].Words, "computes output channel 1 instead of 0")
}

// TestConeIsInOrder: a cone begins before its root and ends at the output, one
// first difference is marked, and its drawing is well-formed.
func TestConeIsInOrder(t *testing.T) {
	p, _ := channel(t, "project", 0)
	firstSub(t, p.Gate)
	witnessed(t, &p)
	e, err := Explain(p)
	require.NoError(t, err)
	ns := e.Cone.Nodes
	last := ns[len(ns)-1]
	require.Equal(t, p.Gate.Outputs[0].Name, last.Name)
	require.NotEqual(t, last.Gold, last.Gate)
	roots, firsts := 0, 0
	for i, n := range ns {
		if n.Root {
			roots++
		}
		if n.First {
			firsts++
			require.True(t, n.Root, "the first difference is at the root")
			for _, o := range ns[:i] {
				require.Equal(t, o.Gold, o.Gate, "%s differs before %s", o.Name, n.Name)
			}
		}
		for _, r := range n.Reads {
			require.Less(t, r, i)
		}
	}
	require.Equal(t, 1, roots)
	require.Equal(t, 1, firsts)

	var b strings.Builder
	require.NoError(t, e.Cone.Draw(&b))
	d := xml.NewDecoder(strings.NewReader(b.String()))
	for {
		_, err := d.Token()
		if errors.Is(err, io.EOF) {
			break
		}
		require.NoError(t, err)
	}
	require.Contains(t, b.String(), last.Name)
}

// TestForeignConeBlamesOneNode: in a tree of somebody else's every term is new to
// the model, and only the one that the words speak of is marked.
func TestForeignConeBlamesOneNode(t *testing.T) {
	p, _ := channel(t, "project", 0)
	firstSub(t, p.Gate)
	p.Foreign = true
	witnessed(t, &p)
	e, err := Explain(p)
	require.NoError(t, err)
	require.Len(t, e.Causes, 1)
	require.Contains(t, e.Causes[0].Words, "coefficient")
	var marked []Node
	for _, n := range e.Cone.Nodes {
		if n.Root {
			marked = append(marked, n)
		}
	}
	require.Len(t, marked, 1)
	require.Equal(t, "add", marked[0].Op, "the subtraction that was made an addition")
	require.Contains(t, e.Causes[0].Words, " at "+marked[0].Name)
}
