package chain

import (
	"bytes"
	"context"
	"fmt"
	"math/rand"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/hashiflex/hashiflex/equiv"
	"github.com/hashiflex/hashiflex/netlist/shiftadd"
	"github.com/hashiflex/hashiflex/spec"
	"github.com/hashiflex/hashiflex/spec/networks"
	"github.com/hashiflex/hashiflex/spec/verdict"
)

// contents are the keys of a network's parts, with what each key must stand for: the text
// of the part's hardware, and the model of each of its points.
func contents(t *testing.T, net *spec.Network, o Options) (keys, means map[string]string) {
	t.Helper()
	r, err := newRun(net, &o, func() {})
	require.NoError(t, err)
	keys, means = map[string]string{}, map[string]string{}
	for _, task := range r.tasks {
		for _, c := range task.chunks {
			key, err := task.content(c, r.work(c, false))
			require.NoError(t, err)
			var text bytes.Buffer
			models := equiv.NewModels(task.layer)
			if s := task.gen.Shared(); s != nil {
				file, err := verilog(c.name, s)
				require.NoError(t, err)
				text.Write(file.Files[0].Text)
			}
			for _, at := range c.units {
				m := models.Of(task.units[at])
				fmt.Fprintf(&text, "%+v %v\n", m.Vars, m.Range)
				if m.Tail != nil {
					fmt.Fprintf(&text, "%+v\n", *m.Tail)
				}
				rng := rand.New(rand.NewSource(1))
				for range 20 {
					xs := make([]int64, len(m.Vars))
					for i, v := range m.Vars {
						xs[i] = v.Range.Lo + rng.Int63n(v.Range.Hi-v.Range.Lo+1)
					}
					fmt.Fprintln(&text, m.Run(xs))
				}
			}
			for _, at := range c.units {
				file, err := verilog(c.name, task.gen.Module(task.units[at]))
				require.NoError(t, err)
				text.Write(file.Files[0].Text)
			}
			keys[c.name], means[c.name] = key, text.String()
		}
	}
	return keys, means
}

// Whatever is changed in a network, a part whose hardware or model is another has another
// key. One weight changes the key of its own part alone.
func TestPartsAreKnownByWhatTheyCompute(t *testing.T) {
	all := []verdict.Edge{verdict.GoldenNetlist, verdict.GoldenRTL}
	rng := rand.New(rand.NewSource(1))
	var plain shiftadd.Options
	for _, knobs := range []shiftadd.Options{plain, {Tree: shiftadd.Linear, Widths: shiftadd.Uniform}, {Share: shiftadd.Pairs}} {
		o := Options{Edges: all, Knobs: knobs}
		open := func() *spec.Network {
			net, err := networks.Open("tiny")
			require.NoError(t, err)
			return net
		}
		keys, means := contents(t, open(), o)
		again, _ := contents(t, open(), o)
		require.Equal(t, keys, again)
		changed := 0
		for range 60 {
			net := open()
			l := net.Layers[rng.Intn(len(net.Layers))]
			what := "out"
			if conv, ok := l.Op.(*spec.Conv); ok {
				oc := rng.Intn(conv.OutC)
				switch rng.Intn(4) {
				case 0:
					conv.Bias[oc] += int32(1 + rng.Intn(3))
					what = "bias"
				case 1:
					conv.Base[oc]--
					what = "base"
				default:
					i := rng.Intn(len(conv.Codes))
					conv.Codes[i] = -conv.Codes[i]
					what = "code"
				}
			} else {
				l.Out.Rounding ^= 1
			}
			if net.Validate() != nil {
				continue
			}
			k, m := contents(t, net, o)
			for name := range means {
				if m[name] != means[name] {
					changed++
					require.NotEqual(t, keys[name], k[name], "%s of %s: %s has the old key", what, l.Name, name)
				} else if what == "code" && knobs.Share == plain.Share {
					require.Equal(t, keys[name], k[name], "%s of %s: %s has a new key", what, l.Name, name)
				}
			}
		}
		require.Greater(t, changed, 10)
	}
}

// partStore keeps everything in memory.
type partStore struct {
	mu     sync.Mutex
	layers map[string]*Record
	parts  map[string]*Outcome
}

func (s *partStore) Lookup(key string) (r *Record, ok bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	r, ok = s.layers[key]
	return r, ok
}

func (s *partStore) Keep(key string, r *Record) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.layers[key] = r
	return nil
}

func (s *partStore) LookupContent(key string) (o *Outcome, ok bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	o, ok = s.parts[key]
	return o, ok
}

func (s *partStore) KeepContent(key string, o *Outcome) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.parts[key] = o
}

func (s *partStore) Chunk(string, []byte, []byte) error { return nil }
func (s *partStore) Query(string, string) error         { return nil }
func (s *partStore) LookupPart(string) (*Outcome, bool) { return nil, false }
func (s *partStore) KeepPart(string, *Outcome) error    { return nil }

// A changed bias is proved anew with its part, and a wrong one would be: what the store
// knows has no part in it.
func TestUnchangedPartsAreRecalled(t *testing.T) {
	s := &partStore{layers: map[string]*Record{}, parts: map[string]*Outcome{}}
	o := Options{Edges: verdict.Edges(), Store: s}
	net, err := networks.Open("tiny")
	require.NoError(t, err)
	cold, err := Run(context.Background(), net, o)
	require.NoError(t, err)
	require.Zero(t, cold.Recalled)
	points := 0
	for _, r := range cold.Records {
		points += len(r.Units)
	}
	warm, err := Run(context.Background(), net, o)
	require.NoError(t, err)
	require.Equal(t, points, warm.Recalled)
	// Without the records, parts make the same ones.
	s.layers = map[string]*Record{}
	parts, err := Run(context.Background(), net, o)
	require.NoError(t, err)
	require.Equal(t, points, parts.Recalled)
	require.Zero(t, parts.Resumed)
	require.Equal(t, cold.Records, parts.Records)

	l := net.Layers[0]
	l.Op.(*spec.Conv).Bias[0]++
	require.NoError(t, net.Validate())
	one, err := Run(context.Background(), net, o)
	require.NoError(t, err)
	require.Equal(t, points-len(one.Records[0].Units), one.Recalled)
	s.layers, s.parts = map[string]*Record{}, map[string]*Outcome{}
	fresh, err := Run(context.Background(), net, o)
	require.NoError(t, err)
	require.Equal(t, fresh.Records, one.Records)
}
