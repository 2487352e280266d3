package onnx

import (
	"context"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"google.golang.org/protobuf/encoding/protowire"

	"github.com/hashiflex/hashiflex/spec"
	"github.com/hashiflex/hashiflex/spec/floatnet"
)

func TestSample(t *testing.T) {
	m, err := Parse(sample().bytes())
	require.NoError(t, err)
	require.Equal(t, "net", m.Name)
	require.Equal(t, spec.Shape{C: 2, H: 4, W: 4}, m.Input)
	require.Equal(t, "prob", m.Softmax)
	require.Len(t, m.Notes, 1)
	require.Len(t, m.SHA256, 64)
	var names []string
	for _, l := range m.layers {
		names = append(names, l.name)
	}
	require.Equal(t, []string{"c1", "c2", "sum", "pool", "fc"}, names)
	c1 := m.layers[0]
	// Channel 0: factor 1/sqrt(4); channel 1: -4/sqrt(16).
	require.Equal(t, []float64{0.5, -0.25, 0, 0.125}, c1.conv.channel(0)[:4])
	require.Equal(t, -1.0, c1.conv.channel(1)[2]/[]float64{1, -0.5, 0, 0.25}[(18+2)%4])
	require.Equal(t, []float64{0.5 - 0.25*0.5, 3 + 1*-1}, c1.conv.bias)
	require.Equal(t, [2]float64{0, 6}, [2]float64{c1.lo, c1.hi})
	require.False(t, m.layers[1].bounded())
}

// The folded graph computes what the file says node by node.
func TestFloatAgainstUnfolded(t *testing.T) {
	m, err := Parse(sample().bytes())
	require.NoError(t, err)
	in := floatnet.NewTensor(m.Input)
	for i := range in.Data {
		in.Data[i] = float32(i%7) / 8
	}
	outs, err := m.Float().Run(context.Background(), in)
	require.NoError(t, err)
	at := func(c, y, x int) float64 {
		if y < 0 || x < 0 || y > 3 || x > 3 {
			return 0
		}
		return float64(in.Data[c*16+y*4+x])
	}
	act := [2][16]float64{}
	for oc := range 2 {
		for p := range 16 {
			sum := 0.0
			for i := range 18 {
				w := []float64{1, -0.5, 0, 0.25}[(oc*18+i)%4]
				sum += w * at(i/9, p/4+i%9/3-1, p%4+i%3-1)
			}
			mean, variance, scale, shift := []float64{0.25, -1}[oc], []float64{4, 16}[oc], []float64{1, -4}[oc], []float64{0.5, 3}[oc]
			act[oc][p] = min(max((sum-mean)/math.Sqrt(variance)*scale+shift, 0), 6)
		}
	}
	features := [2]float64{}
	for p := range 16 {
		features[0] += (0.5*act[0][p] + 0.125 + act[0][p]) / 16
		features[1] += (-2*act[0][p] + act[1][p] - 0.5 + act[1][p]) / 16
	}
	logits, total := [3]float64{}, 0.0
	for o := range 3 {
		w := [][]float64{{1, -1}, {0.5, 0.3}, {-0.7, 0.1}}[o]
		logits[o] = math.Exp(w[0]*features[0] + w[1]*features[1] + []float64{0.1, 0, -0.1}[o])
		total += logits[o]
	}
	for o, got := range outs[len(outs)-1].Data {
		require.InDelta(t, logits[o]/total, got, 1e-6)
	}
}

func TestClipOfEveryOpset(t *testing.T) {
	for opset := int64(5); opset <= newestOpset; opset++ {
		for _, byAttribute := range []bool{false, true} {
			f := sample()
			f.opset = opset
			if byAttribute {
				f.with("act", node("Clip", "act", []string{"bn"}, floatAttr("min", 0), floatAttr("max", 6)))
			}
			m, err := Parse(f.bytes())
			switch {
			case opset < oldestOpset:
				require.ErrorContains(t, err, fmt.Sprintf("operator set %d is older than 7", opset))
			case byAttribute && opset >= 11:
				require.ErrorContains(t, err, `node "act" (Clip): attribute min: is unknown`)
			case !byAttribute && opset < 11:
				require.ErrorContains(t, err, `node "act" (Clip): 3 inputs; before operator set 11`)
			default:
				require.NoError(t, err)
				require.Equal(t, [2]float64{0, 6}, [2]float64{m.layers[0].lo, m.layers[0].hi})
			}
		}
	}
}

func TestClampsCompose(t *testing.T) {
	f := sample()
	f.nodes = append(f.nodes[:2:2], append([][]byte{node("Clip", "first", []string{"bn", "", "six"}), node("Relu", "act", []string{"first"})}, f.nodes[3:]...)...)
	m, err := Parse(f.bytes())
	require.NoError(t, err)
	require.Equal(t, [2]float64{0, 6}, [2]float64{m.layers[0].lo, m.layers[0].hi})
}

func TestRefused(t *testing.T) {
	pads := intsAttr("pads", 1, 1, 1, 1)
	for name, c := range map[string]struct {
		f    *file
		want string
	}{
		"operation":       {sample().with("act", node("Selu", "act", []string{"bn"})), `node "act" (Selu): Selu is not supported: the hardware would need a table`},
		"domain":          {sample().with("act", cat(node("Relu", "act", []string{"bn"}), str(7, "com.other"))), `domain "com.other"`},
		"attribute":       {sample().with("c1", node("Conv", "c1", w1, pads, intAttr("mystery", 1))), `node "c1" (Conv): attribute mystery: is unknown`},
		"attribute twice": {sample().with("c1", node("Conv", "c1", w1, pads, intAttr("group", 1), intAttr("group", 1))), "attribute group: is given twice"},
		"attribute type":  {sample().with("c1", node("Conv", "c1", w1, pads, floatAttr("group", 1))), "attribute group: has type 1, want 2"},
		"auto_pad":        {sample().with("c1", node("Conv", "c1", w1, textAttr("auto_pad", "SAME"))), `attribute auto_pad: "SAME" is not supported`},
		"dilations":       {sample().with("c1", node("Conv", "c1", w1, pads, intsAttr("dilations", 0, 1))), "attribute dilations: [0 1] spread a kernel of [3 3] beyond 256 rows and columns, or are not positive"},
		"wide dilations":  {sample().with("c1", node("Conv", "c1", w1, pads, intsAttr("dilations", 1, 128))), "attribute dilations: [1 128] spread a kernel of [3 3] beyond 256"},
		"kernel":          {sample().with("c1", node("Conv", "c1", w1, pads, intsAttr("kernel_shape", 3, 5))), "attribute kernel_shape: [3 5]"},
		"groups":          {sample().with("c1", node("Conv", "c1", w1, pads, intAttr("group", 2))), "2 groups do not fit 2 input channels"},
		"negative pad":    {sample().with("c1", node("Conv", "c1", w1, intsAttr("pads", 0, 0, -1, 0))), "attribute pads: [0 0 -1 0]: -1 is not in"},
		"pad count":       {sample().with("c1", node("Conv", "c1", w1, intsAttr("pads", 0, 0))), "attribute pads: [0 0] has 2 values, want 4"},
		"huge stride":     {sample().with("c1", node("Conv", "c1", w1, intsAttr("strides", 1, 1<<40))), "attribute strides"},
		"zero stride":     {sample().with("c1", node("Conv", "c1", w1, intsAttr("strides", 0, 1))), "stride [0 1]"},
		"bias count":      {sample().with("b2", tensor("b2", []int64{3}, 1, 2, 3)), "3 biases for 2 channels"},
		"nan":             {sample().with("w2", tensor("w2", []int64{2, 2, 1, 1}, 1, 1, float32(math.NaN()), 1)), `tensor "w2": value 2 is NaN`},
		"infinite":        {sample().with("scale", tensor("scale", []int64{2}, 1, float32(math.Inf(1)))), `tensor "scale": value 1 is +Inf`},
		"short tensor":    {sample().with("w2", tensor("w2", []int64{2, 2, 1, 1}, 1, 1, 1)), "has 3 values, want 4"},
		"odd raw":         {sample().with("w2", cat(dims([]int64{1}), num(2, 1), str(8, "w2"), sub(9, []byte{1, 2, 3}))), "3 bytes of raw_data"},
		"negative dim":    {sample().with("w2", tensor("w2", []int64{-1, 2, 1, 1}, 1)), "dimensions [-1 2 1 1]"},
		"huge dims":       {sample().with("w2", tensor("w2", []int64{1 << 30, 1 << 30, 1 << 30, 1 << 30}, 1)), "dimensions"},
		"element type":    {sample().with("w2", cat(dims([]int64{1}), num(2, 8), str(8, "w2"))), "element type 8"},
		"raw and floats":  {sample().with("w2", cat(tensor("w2", []int64{1}, 1), sub(4, little([]float32{1})))), "both raw_data and typed data"},
		"external":        {sample().with("w2", cat(tensor("w2", []int64{1}, 1), num(14, 1))), `tensor "w2" keeps its data in another file`},
		"external entry":  {sample().with("w2", cat(tensor("w2", []int64{1}, 1), sub(13, str(1, "location")))), "in another file"},
		"bn size":         {sample().with("mean", tensor("mean", []int64{3}, 1, 2, 3)), `"mean" has 3 values for 2 channels`},
		"bn variance":     {sample().with("var", tensor("var", []int64{2}, 1, -1)), "channel 1: scale -4 over the root of variance -1"},
		"bn training":     {sample().at(14).with("bn", node("BatchNormalization", "bn", []string{"c1", "scale", "shift", "mean", "var"}, intAttr("training_mode", 1))), "attribute training_mode: is 1, only 0"},
		"empty clip":      {sample().with("six", tensor("six", nil, -1)), "bounds 0 to -1 are empty"},
		"clip vector":     {sample().with("six", tensor("six", []int64{2}, 6, 6)), `tensor "six" has 2 values, want one`},
		"flatten axis":    {sample().with("flat", node("Flatten", "flat", []string{"pool"}, intAttr("axis", 2))), "attribute axis: is 2, only 1"},
		"flatten of conv": {sample().with("flat", node("Flatten", "flat", []string{"sum"})), "weights of dimensions [3 2] do not fit 32 features"},
		"transA":          {sample().with("fc", node("Gemm", "fc", []string{"flat", "w3", "b3"}, intAttr("transA", 1))), "attribute transA: is 1, only 0"},
		"gemm shape":      {sample().with("fc", node("Gemm", "fc", []string{"flat", "w3", "b3"})), "weights of dimensions [3 2] do not fit 2 features"},
		"gemm bias":       {sample().with("b3", tensor("b3", []int64{2}, 1, 2)), `bias "b3" of dimensions [2] for 3 outputs`},
		"gemm of map":     {sample().with("fc", node("Gemm", "fc", []string{"pool", "w3", "b3"}, intAttr("transB", 1))), "is a feature map, want a vector"},
		"softmax axis":    {sample().with("prob", node("Softmax", "prob", []string{"fc"}, intAttr("axis", 0))), "attribute axis: is 0"},
		"constant add":    {sample().with("sum", node("Add", "sum", []string{"c2", "b2"})), "of a feature map and a constant"},
		"reversed sub":    {sample().with("c1", node("Sub", "c1", []string{"b2", "image"})), "of a constant and the image"},
		"inputs":          {sample().with("pool", node("GlobalAveragePool", "pool", []string{"sum", "b2"})), "2 inputs, takes at most 1"},
		"undefined":       {sample().with("act", node("Relu", "act", []string{"nowhere"})), `"nowhere", is not the output of an earlier node`},
		"cycle":           {sample().with("c1", node("Conv", "c1", []string{"sum", "w1"}, pads)), `"sum", is not the output of an earlier node`},
		"missing input":   {sample().with("c1", node("Conv", "c1", nil)), "input 0 is missing"},
		"defined twice":   {sample().with("c2", cat(node("Conv", "c2", []string{"act", "w2"}), str(2, "bn"))), `"bn" is defined twice`},
		"two inputs":      {func() *file { f := sample(); f.extra = sub(11, info("second", 1, 1, 1, 1)); return f }(), `inputs ["image" "second"]: want exactly one`},
		"two outputs":     {func() *file { f := sample(); f.extra = sub(12, info("act")); return f }(), "2 outputs, want 1"},
		"no output":       {func() *file { f := sample(); f.output = "lost"; return f }(), `output "lost" is not computed`},
		"batch":           {func() *file { f := sample(); f.input = info("image", 2, 2, 4, 4); return f }(), "dimensions [2 2 4 4]"},
		"rank":            {func() *file { f := sample(); f.input = info("image", 2, 4, 4); return f }(), "want one image of real numbers"},
		"zero rows":       {func() *file { f := sample(); f.input = info("image", 1, 2, 0, 4); return f }(), "must be fixed"},
		"sparse":          {func() *file { f := sample(); f.extra = sub(15, nil); return f }(), "sparse_initializer is not supported"},
		"functions":       {func() *file { f := sample(); f.top = sub(25, nil); return f }(), "functions is not supported"},
		"two graphs":      {func() *file { f := sample(); f.top = sub(7, nil); return f }(), "a second graph"},
		"two opsets":      {func() *file { f := sample(); f.top = sub(8, num(2, 9)); return f }(), `domain "" twice`},
		"group wire":      {func() *file { f := sample(); f.top = protowire.AppendTag(nil, 30, protowire.StartGroupType); return f }(), "a group"},
		"wire type":       {func() *file { f := sample(); f.extra = num(1, 3); return f }(), "wire type 0, want 2"},
		"subgraph":        {sample().with("c1", node("Conv", "c1", w1, sub(5, cat(str(1, "body"), sub(6, nil))))), "field 6"},
		"reference":       {sample().with("c1", node("Conv", "c1", w1, sub(5, cat(str(1, "group"), str(21, "g"))))), "ref_attr_name"},
	} {
		t.Run(name, func(t *testing.T) {
			m, err := Parse(c.f.bytes())
			require.ErrorContains(t, err, c.want)
			require.Nil(t, m)
		})
	}
}

func TestAllProblemsAtOnce(t *testing.T) {
	f := sample().
		with("c1", node("Conv", "c1", []string{"image", "w1"}, textAttr("auto_pad", "SAME"), intAttr("odd", 1), intsAttr("dilations", 2, 512))).
		with("sum", node("Xor", "sum", []string{"c2", "act"})).
		with("fc", node("Gemm", "fc", []string{"flat", "w3", "b3"}, intAttr("transA", 1), intAttr("transB", 1)))
	f.opset = 6
	_, err := Parse(f.bytes())
	var where []string
	for _, e := range spec.Problems(err) {
		var p *Problem
		require.ErrorAs(t, e, &p)
		where = append(where, p.Node+"."+p.Attribute)
	}
	require.Equal(t, []string{".", "c1.dilations", "c1.auto_pad", "c1.odd", "sum."}, where)
}

func TestEveryProblemNamesTheFile(t *testing.T) {
	nan, inf := float32(math.NaN()), float32(math.Inf(-1))
	f := sample().
		with("w2", tensor("w2", []int64{2, 2, 1, 1}, 1, nan, 1, inf)).
		with("b3", tensor("b3", []int64{3}, nan, nan, nan)).
		with("w1", tensor("w1", []int64{2, 2, 3, 3}, slices.Repeat([]float32{nan}, 36)...))
	path := filepath.Join(t.TempDir(), "a model.onnx")
	require.NoError(t, os.WriteFile(path, f.bytes(), 0o644))
	_, err := Read(path, Options{})
	var got []string
	for _, line := range strings.Split(err.Error(), "\n") {
		rest, ok := strings.CutPrefix(line, path+": ")
		require.True(t, ok, line)
		got = append(got, rest)
	}
	require.Equal(t, []string{
		`node "c1" (Conv): tensor "w1": value 0 is NaN, at [0 0 0 0]`,
		`node "c1" (Conv): tensor "w1": value 1 is NaN, at [0 0 0 1]`,
		`node "c1" (Conv): tensor "w1": value 2 is NaN, at [0 0 0 2]`,
		`node "c1" (Conv): tensor "w1": value 3 is NaN, at [0 0 1 0]`,
		`node "c1" (Conv): tensor "w1": value 4 is NaN, at [0 0 1 1]`,
		`node "c1" (Conv): tensor "w1": and more values that are not finite`,
		`node "c2" (Conv): tensor "w2": value 1 is NaN, at [0 1 0 0]`,
		`node "c2" (Conv): tensor "w2": value 3 is -Inf, at [1 1 0 0]`,
		`node "fc" (Gemm): tensor "b3": value 0 is NaN, at [0]`,
		`node "fc" (Gemm): tensor "b3": value 1 is NaN, at [1]`,
		`node "fc" (Gemm): tensor "b3": value 2 is NaN, at [2]`,
	}, got)

	require.NoError(t, os.WriteFile(path, sample().with("w2", tensor("w2", []int64{2, 2, 1, 1}, 1, 0.3, 1, 0.7)).bytes(), 0o644))
	m, err := Read(path, Options{})
	require.NoError(t, err)
	_, _, err = Import(ctx, m, Options{})
	lines := strings.Split(err.Error(), "\n")
	require.Len(t, lines, 2)
	for _, line := range lines {
		require.True(t, strings.HasPrefix(line, path+": layer c2: channel "), line)
	}
}

// What cannot be read in one layer hides no weights of others; those that a batch
// norm with a problem would have changed are not spoken of.
func TestRefusedModelsHideNoWeights(t *testing.T) {
	nan := float32(math.NaN())
	path := filepath.Join(t.TempDir(), "m.onnx")
	read := func(f *file, q Quantizer) []string {
		require.NoError(t, os.WriteFile(path, f.bytes(), 0o644))
		_, err := Read(path, Options{Quantizer: q})
		require.Error(t, err)
		return strings.Split(strings.ReplaceAll(err.Error(), path+": ", ""), "\n")
	}
	w1 := slices.Repeat([]float32{1}, 36)
	w1[1], w1[20] = nan, 0.3
	f := sample().with("w1", tensor("w1", []int64{2, 2, 3, 3}, w1...)).with("w2", tensor("w2", []int64{2, 2, 1, 1}, 1, 0.7, 1, 1))
	refused := []string{
		`node "c1" (Conv): tensor "w1": value 1 is NaN, at [0 0 0 1]`,
		`layer c1: channel 1: weight 2 is -0.30000001192092896, no power of two; the nearest is -0.25`,
		`layer c2: channel 0: weight 1 is 0.699999988079071, no power of two; the nearest is 0.5`,
	}
	require.Equal(t, refused, read(f, Quantizer{}))
	require.Equal(t, refused[:1], read(f, Quantizer{Bits: 4, Round: true}))

	w1[1] = 1
	f = f.with("w1", tensor("w1", []int64{2, 2, 3, 3}, w1...)).with("var", tensor("var", []int64{2}, nan, 1))
	require.Equal(t, []string{
		`node "bn" (BatchNormalization): tensor "var": value 0 is NaN, at [0]`,
		refused[2],
	}, read(f, Quantizer{}))
}

func TestLayerNames(t *testing.T) {
	f := sample()
	f.nodes[0] = cat(str(1, "image"), str(1, "w1"), str(2, "c1"), str(3, "/features.0/Conv (1)"), str(4, "Conv"), intsAttr("pads", 1, 1, 1, 1))
	f.nodes[3] = cat(str(1, "act"), str(1, "w2"), str(2, "c2"), str(3, "features_0/Conv__1"), str(4, "Conv"))
	f.nodes[4] = cat(str(1, "c2"), str(1, "act"), str(2, "sum"), str(3, "8"), str(4, "Add"))
	m, err := Parse(f.bytes())
	require.NoError(t, err)
	require.Equal(t, "features_0_Conv__1", m.layers[0].name)
	require.Equal(t, "features_0_Conv__1_2", m.layers[1].name)
	require.Equal(t, "layer_8", m.layers[2].name)
}

func TestTruncatedAnywhere(t *testing.T) {
	b := sample().bytes()
	for n := range len(b) {
		_, err := Parse(b[:n])
		require.Error(t, err, "%d bytes", n)
	}
}

func FuzzParse(f *testing.F) {
	b := sample().bytes()
	f.Add(b)
	f.Add(b[:len(b)/2])
	for _, c := range otherwise() {
		f.Add(c[1].bytes())
	}
	f.Add([]byte{0x3a, 0xff, 0xff, 0xff, 0xff, 0x7f})
	f.Add(sub(7, sub(1, sub(5, sub(5, sub(5, nil))))))
	f.Fuzz(func(t *testing.T, b []byte) {
		m, err := Parse(b)
		if err != nil {
			return
		}
		shapes, err := m.Float().Shapes()
		require.NoError(t, err)
		require.NotEmpty(t, shapes)
		for _, q := range []Quantizer{{}, {Bits: 4, Round: true}} {
			net, _, err := Import(context.Background(), m, Options{Quantizer: q})
			if err == nil {
				require.NoError(t, net.Validate())
			}
		}
	})
}
