package npu

import (
	"context"
	"os"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/hashiflex/hashiflex/rtl"
	"github.com/hashiflex/hashiflex/rtl/source"
	"github.com/hashiflex/hashiflex/spec"
	"github.com/hashiflex/hashiflex/spec/networks"
)

// sizes are heads whose parameters are at their limits, or no powers of two.
var sizes = []Params{
	{Lanes: 1, Features: 1, Rows: 3, Biases: 2, Layers: 1},
	{Lanes: 3, Features: 5, Rows: 20, Biases: 7, Layers: 2},
	{Lanes: 4, Features: 16, Rows: 64, Biases: 16, Layers: 3},
	{Lanes: 6, Features: 9, Rows: 33, Biases: 12, Layers: 4},
	{Lanes: 16, Features: 1280, Rows: 22656, Biases: 389, Layers: 3},
}

func TestGeneratedFilesAreCurrent(t *testing.T) {
	defs, err := os.ReadFile("verilog/npu_defs.vh")
	require.NoError(t, err)
	require.Equal(t, Defs(), string(defs), "run go generate in this folder")
	readme, err := os.ReadFile("README.md")
	require.NoError(t, err)
	_, rest, ok := strings.Cut(string(readme), TableBegin)
	require.True(t, ok)
	table, _, ok := strings.Cut(rest, TableEnd)
	require.True(t, ok)
	require.Equal(t, Table(), table, "run go generate in this folder")
}

// Every entry of the register map stands at its own place and does not overlap.
func TestRegisterMapIsConsistent(t *testing.T) {
	for _, es := range [][]entry{regions, registers, errorBits, fields} {
		for i, e := range es {
			require.Equal(t, i, e.At, e.Name)
			require.NotEmpty(t, e.Text, e.Name)
		}
	}
	require.Len(t, registers, registerCount)
	require.Len(t, errorBits, errorCount)
	require.Len(t, fields, fieldCount)
	var seen uint32
	for _, f := range tails {
		require.Zero(t, seen&f.bits.mask(), f.Name)
		seen |= f.bits.mask()
	}
}

func TestVerilogIsCleanUnderLint(t *testing.T) {
	for _, p := range sizes {
		srcs, err := Sources(p)
		require.NoError(t, err)
		warnings, err := rtl.Verilator{}.Lint(context.Background(), source.Of(srcs...))
		require.NoError(t, err)
		require.Empty(t, warnings, "%+v", p)
	}
}

func TestYosysReadsTheVerilog(t *testing.T) {
	for _, p := range sizes[:4] {
		srcs, err := Sources(p)
		require.NoError(t, err)
		_, _, err = rtl.Yosys{}.Read(context.Background(), source.Of(srcs...))
		require.NoError(t, err, "%+v", p)
	}
}

func TestDescriptorWords(t *testing.T) {
	for _, r := range spec.Roundings() {
		for _, o := range spec.Overflows() {
			for shift := minShift; shift <= maxShift; shift++ {
				l := Layer{In: 1280, Out: 256, Row: 1<<20 - 1, Bias: 65535, Shift: shift, Rounding: r, Overflow: o, Width: 32, Signed: shift&1 == 0, ReLU: shift&2 == 0}
				words := l.Words()
				require.Equal(t, l, LayerOf(words))
				require.Zero(t, words[FieldTail]&^tailMask())
			}
		}
	}
}

// denseLayers are the head of an embedded network.
func denseLayers(t *testing.T, name string) []*spec.Layer {
	t.Helper()
	n, err := networks.Open(name)
	require.NoError(t, err)
	var ls []*spec.Layer
	for _, l := range n.Layers {
		if l.Kind() == "dense" {
			ls = append(ls, l)
		}
	}
	return ls
}

func TestAssembleEmbeddedNetworks(t *testing.T) {
	p := sizes[4]
	prog, err := Assemble(denseLayers(t, "mobilenet_v2_1.0_224"), p)
	require.NoError(t, err)
	require.NoError(t, p.Fit(prog.Layers))
	require.Len(t, prog.Rows, 16*1280+8*256+128)
	require.Len(t, prog.Biases, 256+128+5)
	require.False(t, prog.Signed)
	require.Equal(t, Layer{In: 128, Out: 5, Row: 16*1280 + 8*256, Bias: 384, Shift: 2, Rounding: spec.RND, Overflow: spec.SAT, Width: 16, Signed: true}, prog.Layers[2])
	require.Len(t, prog.Writes(), 4*len(prog.Rows)+len(prog.Biases)+3*5+2)
	require.EqualValues(t, 1280+(3+16*1280+256)+(3+8*256+128)+(3+128+5)+1, Cycles(prog.Layers, 16))
}

// Everything that does not fit is reported at once, by layer.
func TestAssembleReportsEverything(t *testing.T) {
	ls := denseLayers(t, "mobilenet_v2_1.0_224")
	_, err := Assemble(ls, Params{Lanes: 4, Features: 100, Rows: 100, Biases: 10, Layers: 2})
	for _, want := range []string{
		"layer dense_1: 1280 features: the head holds 100",
		"layer dense_2: 256 features", "layer dense_3: 128 features",
		"3 layers: the head has descriptors for 2",
		"90368 weight rows: the head has 100",
		"389 biases: the head has 10",
	} {
		require.ErrorContains(t, err, want)
	}
	_, err = Assemble(ls[1:2], sizes[4])
	require.NoError(t, err)
	_, err = Assemble([]*spec.Layer{ls[0], ls[2]}, sizes[4])
	require.ErrorContains(t, err, "layer dense_3: reads dense_2: the head feeds it dense_1")
	_, err = Assemble(nil, sizes[4])
	require.ErrorContains(t, err, "no dense layer")
	_, err = Assemble(ls, Params{})
	require.ErrorContains(t, err, "LANES = 0")
	require.ErrorContains(t, err, "LAYERS = 0")
}

func TestDescribeRefusesWhatTheHeadHasNot(t *testing.T) {
	for _, c := range []struct {
		change func(*spec.Requant)
		want   string
	}{
		{func(q *spec.Requant) { q.Clamp = &spec.Range{Lo: 0, Hi: 100} }, "clamp [0, 100]: the head has only a ReLU"},
		{func(q *spec.Requant) { q.Clamp = &spec.Range{Lo: -5, Hi: q.Format.Max()} }, "clamp [-5, 32767]"},
		{func(q *spec.Requant) { q.Clamp = &spec.Range{Lo: 3, Hi: q.Format.Max()} }, "clamp [3, 32767]"},
		{func(q *spec.Requant) { q.Format = spec.Format{Width: 32} }, "a logit is 32 bits signed"},
		{func(q *spec.Requant) { q.Format.Frac = 64 }, "a left shift by 50 places"},
	} {
		l := denseLayers(t, "mobilenet_v2_1.0_224")[2]
		c.change(&l.Out)
		_, err := describe(l)
		require.ErrorContains(t, err, c.want)
	}
	l := denseLayers(t, "mobilenet_v2_1.0_224")[2]
	l.Out.Clamp = &spec.Range{Lo: -40000, Hi: 40000}
	d, err := describe(l)
	require.NoError(t, err)
	require.False(t, d.ReLU)
}

// A legal program stays legal until one value is moved past its limit.
func TestFit(t *testing.T) {
	p := Params{Lanes: 4, Features: 8, Rows: 30, Biases: 11, Layers: 2}
	good := func() []Layer {
		return []Layer{
			{In: 8, Out: 6, Row: 0, Bias: 0, Width: 8},
			{In: 6, Out: 5, Row: 16, Bias: 6, Width: 32, Signed: true, Shift: 33, Rounding: spec.RNDConv},
		}
	}
	require.NoError(t, p.Fit(good()))
	for _, c := range []struct {
		change func(ls []Layer)
		want   string
	}{
		{func(ls []Layer) { ls[0].In = 9 }, "layer 0: 9 features"},
		{func(ls []Layer) { ls[0].In = 0 }, "layer 0: 0 features"},
		{func(ls []Layer) { ls[1].In = 5 }, "layer 1: 5 features: the layer before has 6 outputs"},
		{func(ls []Layer) { ls[1].Out = 0 }, "layer 1: no outputs"},
		{func(ls []Layer) { ls[1].Row = 19 }, "layer 1: weight rows 19 to 30 of 30"},
		{func(ls []Layer) { ls[1].Bias = 7 }, "layer 1: biases 7 to 11 of 11"},
		{func(ls []Layer) { ls[1].Shift = 34 }, "shift 34"},
		{func(ls []Layer) { ls[0].Shift = -32 }, "shift -32"},
		{func(ls []Layer) { ls[0].Rounding = 7 }, "rounding 7"},
		{func(ls []Layer) { ls[0].Width = 9 }, "9 bits: want 1 to 8"},
		{func(ls []Layer) { ls[1].Signed = false }, "32 bits: want 1 to 31"},
		{func(ls []Layer) { ls[0].Width = 0 }, "0 bits"},
	} {
		ls := good()
		c.change(ls)
		require.ErrorContains(t, p.Fit(ls), c.want)
	}
	require.ErrorContains(t, p.Fit(nil), "0 layers")
	require.ErrorContains(t, p.Fit(make([]Layer, 3)), "3 layers")
}

// What the paper's rate takes with this organisation, for 1280 features and 1000
// classes at a clock of 1 GHz. More lanes than outputs change nothing, and one
// feature and one logit a cycle bound a single head, whatever its lanes.
func TestHeads(t *testing.T) {
	const rate, clock = 1_210_000, 1_000_000_000
	layer := []Layer{{In: 1280, Out: 1000}}
	for _, lanes := range []int{1, 16, 500, 1000} {
		c, n := Cycles(layer, lanes), int64(Heads(layer, lanes, rate, clock))
		require.LessOrEqual(t, rate*c, n*clock)
		require.Greater(t, rate*c, (n-1)*clock)
		t.Logf("%d lanes: %d cycles an image, %d heads", lanes, c, n)
	}
	require.Equal(t, Cycles(layer, 1000), Cycles(layer, 4000))
	require.EqualValues(t, 1280+3+1280+1000+1, Cycles(layer, 1000))
	require.Equal(t, 5, Heads(layer, 1000, rate, clock))
}
