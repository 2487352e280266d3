//go:build nightly

package equiv_test

import (
	"context"
	"crypto/sha256"
	"math/rand"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/hashiflex/hashiflex/equiv"
	"github.com/hashiflex/hashiflex/equiv/smt"
	"github.com/hashiflex/hashiflex/netlist/shiftadd"
	"github.com/hashiflex/hashiflex/spec"
	"github.com/hashiflex/hashiflex/spec/networks"
	"github.com/hashiflex/hashiflex/spec/verdict"
)

// channel is one convolution channel, with nothing built yet.
type channel struct {
	layer *spec.Layer
	unit  shiftadd.Unit
	fanin int // taps in use
}

// channels are those of a network's convolutions.
func channels(t testing.TB, network string) []channel {
	net, err := networks.Open(network)
	require.NoError(t, err)
	var cs []channel
	for _, l := range net.Layers {
		if _, ok := l.Op.(*spec.Conv); !ok {
			continue
		}
		g, err := shiftadd.New(l, shiftadd.Options{})
		require.NoError(t, err)
		for _, u := range g.Modules() {
			n := 0
			for _, c := range l.Channel(u.Channel) {
				if c != 0 {
					n++
				}
			}
			cs = append(cs, channel{l, u, n})
		}
	}
	return cs
}

func (c channel) point(t testing.TB) unliftedPoint {
	g, err := shiftadd.New(c.layer, shiftadd.Options{})
	require.NoError(t, err)
	return unliftedPoint{c.unit.Name, c.fanin, equiv.ModelOf(c.layer, c.unit), g.Module(c.unit)}
}

// proveUnlifted proves points one by one, on two processes for each way of
// solving, and returns how many it proved. A subtest that -run leaves out is not
// among them.
func proveUnlifted(t *testing.T, limit time.Duration, points []channel) (proved int) {
	var presets []smt.Solver
	for _, preset := range []func() (smt.Solver, error){smt.CVC5BVAsIntBounds, smt.CVC5BVAsInt} {
		s, err := preset()
		require.NoError(t, err)
		presets = append(presets, s.WithLogic("QF_BV"))
	}
	free := make(chan []*smt.Session, 2)
	for range cap(free) {
		var ss []*smt.Session
		for _, s := range presets {
			x, err := smt.Start(context.Background(), s, smt.Limits{Query: limit, Memory: 3 << 30})
			require.NoError(t, err)
			t.Cleanup(func() { x.Close() })
			ss = append(ss, x)
		}
		free <- ss
	}
	var mu sync.Mutex
	t.Run("points", func(t *testing.T) {
		for _, c := range points {
			t.Run(c.unit.Name, func(t *testing.T) {
				t.Parallel()
				ss := <-free
				defer func() { free <- ss }()
				p := c.point(t)
				begin := time.Now()
				var a equiv.Answer
				for i, s := range ss {
					if a = crosscheck(s, p); a.Verdict == verdict.Proved {
						t.Logf("fan-in %d: %s, %v", p.fanin, presets[i].Name, time.Since(begin).Round(time.Millisecond))
						break
					}
				}
				require.Equal(t, verdict.Proved, a.Verdict, "fan-in %d: %v %s", p.fanin, a.Reason, a.Detail)
				mu.Lock()
				proved++
				mu.Unlock()
			})
		}
	})
	return proved
}

// TestNightlyUnliftedUpTo32 proves every distinct structure of MobileNetV2 with at
// most 32 taps in use, straight from the cells.
func TestNightlyUnliftedUpTo32(t *testing.T) {
	seen := map[[32]byte]bool{}
	var distinct []channel
	all := 0
	for _, c := range channels(t, "mobilenet_v2_1.0_224") {
		if c.fanin > 32 {
			continue
		}
		all++
		p := c.point(t)
		q, err := equiv.NewQuestion(p.model, p.gate).Unlifted()
		require.NoError(t, err)
		if h := sha256.Sum256(q.Text); !seen[h] {
			seen[h] = true
			distinct = append(distinct, c)
		}
	}
	proved := proveUnlifted(t, 10*time.Minute, distinct)
	t.Logf("%d channels of at most 32 taps, %d distinct, %d proved", all, len(distinct), proved)
}

// TestNightlyUnliftedUpTo160 proves a hundred channels of MobileNetV2 with 33 to
// 160 taps in use, drawn layer by layer.
func TestNightlyUnliftedUpTo160(t *testing.T) {
	const seed = 160
	t.Logf("seed %d", seed)
	rng := rand.New(rand.NewSource(seed))
	per := map[string][]channel{}
	var layers []string
	for _, c := range channels(t, "mobilenet_v2_1.0_224") {
		if c.fanin <= 32 || c.fanin > 160 {
			continue
		}
		if per[c.layer.Name] == nil {
			layers = append(layers, c.layer.Name)
		}
		per[c.layer.Name] = append(per[c.layer.Name], c)
	}
	var points []channel
	for i := 0; len(points) < 100; i++ {
		l := layers[i%len(layers)]
		if cs := per[l]; len(cs) > 0 {
			at := rng.Intn(len(cs))
			points = append(points, cs[at])
			per[l] = append(cs[:at:at], cs[at+1:]...)
		}
	}
	proved := proveUnlifted(t, 10*time.Minute, points)
	t.Logf("%d layers, %d points, %d proved", len(layers), len(points), proved)
}
