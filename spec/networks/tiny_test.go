package networks

import (
	"bytes"
	"compress/gzip"
	"flag"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/hashiflex/hashiflex/spec"
)

var update = flag.Bool("update", false, "write data/tiny anew")

// tiny is the generator of the embedded network of that name: two branches after
// a stem and a depthwise convolution, joined by an addition of two formats, then
// a 1x1 convolution, the pool and the head. The weights are arbitrary but fixed;
// the formats are such that every layer's output varies.
func tiny() *spec.Network {
	g := &generator{state: 0x74696e79}
	n := &spec.Network{
		Name:  "tiny",
		Input: spec.Input{Shape: spec.Shape{C: 3, H: 12, W: 12}, Format: fixed("u8.8")},
	}
	add := func(name string, op spec.Op, out spec.Requant, inputs ...string) {
		n.Layers = append(n.Layers, &spec.Layer{Name: name, Inputs: inputs, Op: op, Out: out})
	}
	relu6 := func(format string, r spec.Rounding) spec.Requant {
		f := fixed(format)
		return spec.Requant{Format: f, Rounding: r, Overflow: spec.SAT, Clamp: &spec.Range{Lo: 0, Hi: 6 << f.Frac}}
	}
	out := func(format string, r spec.Rounding, o spec.Overflow) spec.Requant {
		return spec.Requant{Format: fixed(format), Rounding: r, Overflow: o}
	}
	one, two := [2]int{1, 1}, [2]int{2, 2}

	add("stem", g.conv(6, 3, 3, two, [4]int{0, 0, 1, 1}, 1, -4), relu6("u8.5", spec.RND), spec.InputName)
	depthwise := g.conv(6, 6, 3, one, [4]int{1, 1, 1, 1}, 6, -4)
	g.silence(depthwise, 2, 9)
	add("depthwise", depthwise, relu6("u8.5", spec.RNDConv), "stem")
	add("grouped", g.conv(6, 6, 3, one, [4]int{1, 1, 1, 1}, 2, -4), out("s9.5", spec.TRNZero, spec.WRAP), "depthwise")
	add("expand", g.conv(48, 6, 1, one, [4]int{}, 1, -4), relu6("u8.5", spec.RNDInf), "depthwise")
	project := g.conv(6, 48, 1, one, [4]int{}, 1, -6)
	g.silence(project, 5, -13)
	add("project", project, out("s8.4", spec.RNDZero, spec.SATSym), "expand")
	add("residual", &spec.Add{}, out("s8.4", spec.RNDMinInf, spec.SAT), "grouped", "project")
	n.Layer("residual").Expect = []spec.Format{fixed("s9.5"), fixed("s8.4")}
	add("last", g.conv(12, 6, 1, one, [4]int{}, 1, -2), out("u8.4", spec.TRN, spec.SATZero), "residual")
	// 1820 / 2^16 is 1/36 to 11 bits.
	add("pool", &spec.Pool{Recip: 1820, RecipFrac: 16}, out("u8.5", spec.RND, spec.SAT), "last")
	hidden := out("u8.5", spec.RNDConv, spec.SAT)
	hidden.Clamp = &spec.Range{Lo: 0, Hi: 255}
	add("hidden", g.dense(8, 12, 8), hidden, "pool")
	add("logits", g.dense(4, 8, 8), out("s16.8", spec.RND, spec.SAT), "hidden")
	return n
}

func fixed(s string) spec.Format {
	f, err := spec.ParseFormat(s)
	if err != nil {
		panic(err)
	}
	return f
}

// generator yields the same network on every machine and with every Go: a linear
// congruential generator (Knuth's MMIX constants), of which the high bits are used.
type generator struct{ state uint64 }

// below is a number in 0..n-1.
func (g *generator) below(n int) int {
	g.state = g.state*6364136223846793005 + 1442695040888963407
	return int(g.state >> 33 % uint64(n))
}

// conv has codes of 4 bits, a quarter of them zero, and bases base-2..base by
// channel.
func (g *generator) conv(outC, inC, kernel int, stride [2]int, pad [4]int, groups, base int) *spec.Conv {
	c := &spec.Conv{OutC: outC, Kernel: [2]int{kernel, kernel}, Stride: stride, Pad: pad, Groups: groups, Bits: 4}
	taps := inC / groups * kernel * kernel
	for range outC {
		for range taps {
			code := 0
			if g.below(4) > 0 {
				code = g.below(15) - 7
			}
			c.Codes = append(c.Codes, spec.Code(code))
		}
		c.Base = append(c.Base, int32(base-g.below(3)))
		c.Bias = append(c.Bias, int32(g.below(2048)-512))
	}
	return c
}

// silence makes channel oc constant.
func (g *generator) silence(c *spec.Conv, oc int, bias int32) {
	taps := len(c.Codes) / c.OutC
	clear(c.Codes[oc*taps : (oc+1)*taps])
	c.Base[oc], c.Bias[oc] = 0, bias
}

func (g *generator) dense(outN, inN, frac int) *spec.Dense {
	d := &spec.Dense{OutN: outN, WeightFrac: frac}
	for range outN {
		for range inN {
			d.Weights = append(d.Weights, int8(g.below(255)-127))
		}
		d.Bias = append(d.Bias, int32(g.below(4096)-1024))
	}
	return d
}

// The command that writes data/tiny is
//
//	go test ./spec/networks -run TestTinyIsCurrent -update
func TestTinyIsCurrent(t *testing.T) {
	topology, weights, err := spec.Encode(tiny())
	require.NoError(t, err)
	dir := filepath.Join("data", "tiny")
	if *update {
		var z bytes.Buffer
		w, err := gzip.NewWriterLevel(&z, gzip.BestCompression)
		require.NoError(t, err)
		_, err = w.Write(weights)
		require.NoError(t, err)
		require.NoError(t, w.Close())
		require.NoError(t, os.MkdirAll(dir, 0o777))
		require.NoError(t, os.WriteFile(filepath.Join(dir, spec.TopologyFile), topology, 0o666))
		require.NoError(t, os.WriteFile(filepath.Join(dir, weightsFile), z.Bytes(), 0o666))
	}
	have, err := os.ReadFile(filepath.Join(dir, spec.TopologyFile))
	require.NoError(t, err)
	require.Equal(t, string(topology), string(have))
	packed, err := os.ReadFile(filepath.Join(dir, weightsFile))
	require.NoError(t, err)
	unpacked, err := unpack(packed)
	require.NoError(t, err)
	require.True(t, bytes.Equal(weights, unpacked), "data/tiny/%s is not what tiny generates", weightsFile)
}
