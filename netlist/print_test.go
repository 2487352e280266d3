package netlist

import (
	"bytes"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestDump(t *testing.T) {
	m := sample()
	m.Doc = []string{"A sample."}
	m.Undef(2, UndefX, "a")
	var b bytes.Buffer
	require.NoError(t, Dump(&b, m))
	require.Equal(t, `module sample
# A sample.
v1     4  input "x"
v2     4  reg "q"
v3     4  const 0x3
v4     1  ult v1 v3  ; less
v5     4  not v1
v6     4  mux v4 v1 v5
v7     4  add v2 v6  ; sum1  @ top.v:7.3-7.9
v8     1  slice [3:3] v7
v9     6  sext v1
v10   10  concat v7 v9
v11    2  undef "x literal" "a"
reg "q" v2 <- v7
output "y" v7
output "top" v8
output "wide" v10
`, b.String())
}

func TestDot(t *testing.T) {
	m := New("d")
	q := m.Reg("q", 2)
	next := m.SetName(m.Add(q, m.Const(2, 1)), "next")
	m.SetNext(q, next)
	m.Output("y", q)
	var b bytes.Buffer
	require.NoError(t, Dot(&b, m))
	require.Equal(t, `digraph "d" {
	rankdir=LR;
	node [shape=box, fontname=monospace];
	v1 [label="reg \"q\"", shape=box3d];
	v2 [label="const 0x1", shape=plaintext];
	v3 [label="next\nadd", shape=ellipse];
	v1 -> v3 [label=2];
	v2 -> v3 [label=2];
	v3 -> v1 [label=2, style=dashed];
	o0 [label="y", shape=cds];
	v1 -> o0 [label=2];
}
`, b.String())
}

func TestMeasure(t *testing.T) {
	s := Measure(sample())
	require.Equal(t, Stats{
		Cells: 4, Adders: 1, Gates: 1, Comparators: 1, Muxes: 1, Registers: 1,
		AdderBits: 4, GateBits: 4, RegisterBits: 4, Bits: 1 + 4 + 4 + 4, Depth: 1, ModelBits: 9,
	}, s)

	// Four inputs: two adders of the first level and one of the second, and the
	// paper's widths, 9 and 10 bits, whatever the module's.
	m := New("tree")
	var v []Value
	for _, n := range []string{"a", "b", "c", "d"} {
		v = append(v, m.Zext(m.Input(n, 8), 10))
	}
	m.Output("y", m.Neg(m.Sub(m.Add(v[0], v[1]), m.Add(v[2], v[3]))))
	s = Measure(m)
	require.Equal(t, Stats{Cells: 4, Adders: 2, Subtractors: 1, Negations: 1, AdderBits: 40, Bits: 40, Depth: 2, ModelBits: 9 + 9 + 10}, s)
	two := s.Plus(Measure(sample()))
	require.Equal(t, 3, two.Adders)
	require.Equal(t, 2, two.Depth)
	require.Equal(t, 37, two.ModelBits)
	require.Equal(t, 8, two.Cells)
}
