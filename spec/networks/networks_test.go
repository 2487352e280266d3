package networks

import (
	"bytes"
	"compress/gzip"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/stretchr/testify/require"

	"github.com/hashiflex/hashiflex/spec"
)

func TestEveryEmbeddedNetworkOpens(t *testing.T) {
	require.Contains(t, Names(), "tiny")
	for _, name := range Names() {
		n, err := Open(name)
		require.NoError(t, err, name)
		require.Equal(t, name, n.Name)
	}
}

// tiny is only worth something while it exercises every operation.
func TestTinyExercisesEveryOperation(t *testing.T) {
	n, err := Open("tiny")
	require.NoError(t, err)
	require.Equal(t, spec.Input{Shape: spec.Shape{C: 3, H: 12, W: 12}, Format: fixed("u8.8")}, n.Input)
	channels := 0
	kinds := map[string]int{}
	has := map[string]bool{}
	for _, l := range n.Layers {
		kinds[l.Kind()]++
		has[l.Out.Rounding.String()] = true
		has[l.Out.Overflow.String()] = true
		has["signed output"] = has["signed output"] || l.Out.Format.Signed
		has["relu6"] = has["relu6"] || l.Out.Clamp != nil && *l.Out.Clamp == spec.Range{Lo: 0, Hi: 6 << l.Out.Format.Frac}
		switch op := l.Op.(type) {
		case *spec.Add:
			has["formats differ"] = l.InFormat(0) != l.InFormat(1)
		case *spec.Conv:
			channels += op.OutC
			inC := l.InShape(0).C
			has["depthwise"] = has["depthwise"] || op.Groups == inC
			has["grouped"] = has["grouped"] || op.Groups > 1 && op.Groups < inC
			has["asymmetric padding, stride 2"] = has["asymmetric padding, stride 2"] || op.Pad == [4]int{0, 0, 1, 1} && op.Stride == [2]int{2, 2}
			has["1x1 of fan-in 48"] = has["1x1 of fan-in 48"] || l.Taps() == 48 && op.Kernel == [2]int{1, 1}
			for oc := range op.OutC {
				has["zeros"] = has["zeros"] || l.Constant(oc)
				has["bases differ"] = has["bases differ"] || !l.Constant(0) && !l.Constant(oc) && op.Base[oc] != op.Base[0]
			}
			// Knobs and modes are varied on copies, which every knob must fit.
			require.Equal(t, spec.Accumulator{}, op.Acc, l.Name)
		}
	}
	require.Equal(t, map[string]int{"conv": 6, "add": 1, "pool": 1, "dense": 2}, kinds)
	require.Equal(t, 84, channels)
	want := []string{"signed output", "relu6", "formats differ", "depthwise", "grouped", "asymmetric padding, stride 2", "1x1 of fan-in 48", "zeros", "bases differ"}
	for _, r := range spec.Roundings() {
		want = append(want, r.String())
	}
	for _, o := range spec.Overflows() {
		want = append(want, o.String())
	}
	for _, w := range want {
		require.True(t, has[w], w)
	}
}

func TestOpenGivesEachCallerItsOwn(t *testing.T) {
	a, err := Open("tiny")
	require.NoError(t, err)
	b, err := Open("tiny")
	require.NoError(t, err)
	a.Layers[0].Op.(*spec.Conv).Codes[0]++
	require.NotEqual(t, a, b)
}

func TestOpenOrLoad(t *testing.T) {
	embedded, err := OpenOrLoad("tiny")
	require.NoError(t, err)
	dir := filepath.Join(t.TempDir(), `a b'";`)
	require.NoError(t, spec.Save(embedded, dir))
	loaded, err := OpenOrLoad(dir)
	require.NoError(t, err)
	require.Equal(t, embedded, loaded)

	_, err = OpenOrLoad("tinny")
	require.ErrorContains(t, err, `network "tinny": neither an embedded network (`)

	weights := filepath.Join(dir, spec.WeightsFile)
	require.NoError(t, os.Truncate(weights, 3))
	_, err = OpenOrLoad(dir)
	require.True(t, strings.HasPrefix(err.Error(), weights+": truncated: 3 bytes"), err)
}

func TestOpenReportsWhatIsWrong(t *testing.T) {
	topology, weights, err := spec.Encode(tiny())
	require.NoError(t, err)
	pack := func(b []byte) []byte {
		var z bytes.Buffer
		w := gzip.NewWriter(&z)
		_, err := w.Write(b)
		require.NoError(t, err)
		require.NoError(t, w.Close())
		return z.Bytes()
	}
	for _, c := range []struct {
		name   string
		files  map[string][]byte
		expect string
	}{
		{"other", nil, `network "other": want one of x`},
		{"x", map[string][]byte{"weights.safetensors.gz": pack(weights)}, `network "x": open data/x/network.json: file does not exist`},
		{"x", map[string][]byte{"network.json": topology}, `network "x": open data/x/weights.safetensors.gz: file does not exist`},
		{"x", map[string][]byte{"network.json": topology, "weights.safetensors.gz": weights}, `network "x": weights.safetensors.gz: gzip: invalid header`},
		{"x", map[string][]byte{"network.json": topology, "weights.safetensors.gz": pack(weights)[:500]}, `network "x": weights.safetensors.gz: unexpected EOF`},
		{"x", map[string][]byte{"network.json": topology, "weights.safetensors.gz": pack(make([]byte, maxUnpacked+1))}, `network "x": weights.safetensors.gz: unpacks to more than 67108864 bytes`},
		{"x", map[string][]byte{"network.json": topology, "weights.safetensors.gz": pack(weights[:500])}, `network "x": weights.safetensors: header of`},
		{"x", map[string][]byte{"network.json": topology, "weights.safetensors.gz": pack(weights)}, `network "x": network.json calls it "tiny"`},
	} {
		fsys := fstest.MapFS{"data/x/keep": {}}
		for name, b := range c.files {
			fsys["data/x/"+name] = &fstest.MapFile{Data: b}
		}
		_, err := open(fsys, c.name)
		require.ErrorContains(t, err, c.expect)
	}
}
