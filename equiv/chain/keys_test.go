package chain

import (
	"fmt"
	"math/rand"
	"reflect"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/hashiflex/hashiflex/netlist/shiftadd"
	"github.com/hashiflex/hashiflex/rtl"
	"github.com/hashiflex/hashiflex/rtl/portmap"
	"github.com/hashiflex/hashiflex/rtl/source"
	"github.com/hashiflex/hashiflex/spec"
	"github.com/hashiflex/hashiflex/spec/networks"
	"github.com/hashiflex/hashiflex/spec/verdict"
)

// leaves are all settable values below v, each with its path, of which a part of a key may
// be made: every field of every struct behind pointers, slices and maps.
func leaves(path string, v reflect.Value, visit func(path string, v reflect.Value)) {
	switch v.Kind() {
	case reflect.Pointer, reflect.Interface:
		if !v.IsNil() {
			leaves(path, v.Elem(), visit)
		}
	case reflect.Struct:
		for i := range v.NumField() {
			if f := v.Type().Field(i); f.IsExported() {
				leaves(path+"."+f.Name, v.Field(i), visit)
			}
		}
	case reflect.Slice, reflect.Array:
		for i := range v.Len() {
			leaves(fmt.Sprintf("%s[%d]", path, i), v.Index(i), visit)
		}
	case reflect.Bool, reflect.String, reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64, reflect.Uint8, reflect.Uint, reflect.Uint64:
		if v.CanSet() {
			visit(path, v)
		}
	default:
	}
}

// change gives a leaf another value.
func change(v reflect.Value) {
	switch v.Kind() {
	case reflect.Bool:
		v.SetBool(!v.Bool())
	case reflect.String:
		v.SetString(v.String() + "'")
	case reflect.Uint8, reflect.Uint, reflect.Uint64:
		v.SetUint(v.Uint() ^ 1)
	default:
		v.SetInt(v.Int() + 1)
	}
}

// keysOf are a run's keys: of each layer, and of each part.
func keysOf(t *testing.T, net *spec.Network, o Options) map[string]string {
	t.Helper()
	r, err := newRun(net, &o, func() {})
	require.NoError(t, err)
	keys := map[string]string{}
	for _, task := range r.tasks {
		if keys[task.layer.Name], err = r.key(task); err != nil {
			require.NoError(t, err)
		}
		for _, c := range task.chunks {
			if task.foreign != nil {
				continue
			}
			if keys[c.name], err = task.content(c, r.work(c, false)); err != nil {
				require.NoError(t, err)
			}
		}
	}
	return keys
}

// Whichever value of somebody else's hardware is changed (a file, a define, a file that is
// taken in, the program that converts, the port map and what follows from it), the layer's
// key is another.
func TestKeysNameAllOfSomebodysHardware(t *testing.T) {
	net, err := networks.Open("tiny")
	require.NoError(t, err)
	full := func() *Foreign {
		s := rtl.Sources{
			Files:      []rtl.Source{{Name: "a.v", Text: []byte("module"), Language: source.Verilog}, {Name: "b.v", Text: []byte("x")}},
			Extra:      []rtl.Source{{Name: "i.vh", Text: []byte("`define W 8")}},
			Defines:    []rtl.Define{{Name: "W", Value: "8"}},
			Conversion: &source.Conversion{By: "sv2v", Command: "sv2v -v", SHA256: "00", Of: 1, Text: []byte("module"), Lines: []source.Place{{File: "a.v", Line: 1}}},
		}
		came := s.With(rtl.Source{Name: "c.v", Text: []byte("r")})
		return &Foreign{
			Sources: s, RTL: &came, Adapter: []byte("a"), Joint: []byte("j"),
			Refused: []source.Message{{File: "a.v", Line: 1, Text: "x"}}, Clock: "clk",
			Outputs: map[string]Place{"stem_c0": {Module: "m", Port: "y", Hi: 7}}, Unused: []string{"u"}, Left: []string{"l"},
			Tied: map[string]uint64{"enable": 1}, Latency: map[int]int{0: 2},
			Protocol: &portmap.Protocol{Reset: "r", Clocks: 2, Start: "s", Done: "d", Ready: "q", Taken: "k", Inputs: portmap.Held, Active: map[string]int{"r": 0}}, Items: 1,
		}
	}
	key := func(f *Foreign) string {
		return keysOf(t, net, Options{Edges: verdict.Edges(), Layers: []string{"stem"}, Foreign: map[string]*Foreign{"stem": f}})["stem"]
	}
	was, changed := key(full()), 0
	require.Equal(t, was, key(full()))
	leaves("foreign", reflect.ValueOf(full()), func(string, reflect.Value) { changed++ })
	for i := range changed {
		f, at := full(), 0
		leaves("foreign", reflect.ValueOf(f), func(path string, v reflect.Value) {
			if at == i {
				change(v)
				require.NotEqual(t, was, key(f), path)
			}
			at++
		})
	}
	require.Greater(t, changed, 60)
	for what, edit := range map[string]func(*Foreign){
		"latency":       func(f *Foreign) { f.Latency[0] = 3 },
		"no latency":    func(f *Foreign) { f.Latency = nil },
		"tie":           func(f *Foreign) { f.Tied["enable"] = 0 },
		"no tie":        func(f *Foreign) { f.Tied = nil },
		"place":         func(f *Foreign) { f.Outputs["stem_c0"] = Place{Module: "m", Port: "y", Hi: 6} },
		"module":        func(f *Foreign) { f.Outputs["stem_c0"] = Place{Module: "n", Port: "y", Hi: 7} },
		"polarity":      func(f *Foreign) { f.Protocol.Active["r"] = 1 },
		"no protocol":   func(f *Foreign) { f.Protocol = nil },
		"no rtl":        func(f *Foreign) { f.RTL = nil },
		"no conversion": func(f *Foreign) { f.Sources.Conversion = nil },
		"order":         func(f *Foreign) { f.Sources.Files[0], f.Sources.Files[1] = f.Sources.Files[1], f.Sources.Files[0] },
		"refused":       func(f *Foreign) { f.Refused = nil },
	} {
		f := full()
		edit(f)
		require.NotEqual(t, was, key(f), what)
	}
}

// Whichever option of a run or value of a layer is changed, keys of what depends on it are
// others: of each layer and of each part.
func TestKeysNameAllOptions(t *testing.T) {
	open := func() *spec.Network {
		net, err := networks.Open("tiny")
		require.NoError(t, err)
		return net
	}
	plain := func() Options { return Options{Edges: verdict.Edges(), Vectors: 1, Seed: 1} }
	was := keysOf(t, open(), plain())
	for what, edit := range map[string]func(*Options){
		"edges":           func(o *Options) { o.Edges = o.Edges[:1] },
		"tree":            func(o *Options) { o.Knobs.Tree = shiftadd.Linear },
		"widths":          func(o *Options) { o.Knobs.Widths = shiftadd.Uniform },
		"subtract":        func(o *Options) { o.Knobs.Subtract = shiftadd.InvertCarry },
		"share":           func(o *Options) { o.Knobs.Share = shiftadd.Pairs },
		"front end":       func(o *Options) { o.FrontEnd = ByStrict },
		"seed":            func(o *Options) { o.Seed++ },
		"vectors":         func(o *Options) { o.Vectors++ },
		"limit of time":   func(o *Options) { o.Limits.Query++ },
		"limit of memory": func(o *Options) { o.Limits.Memory++ },
	} {
		o := plain()
		edit(&o)
		is := keysOf(t, open(), o)
		for name, key := range was {
			require.NotEqual(t, key, is[name], "%s: %s", what, name)
		}
	}
	// The values of layers, one at a time; what a network cannot have is left out.
	rng := rand.New(rand.NewSource(1))
	edited := 0
	for at := range open().Layers {
		count := 0
		leaves("", reflect.ValueOf(open().Layers[at]), func(string, reflect.Value) { count++ })
		for range 60 {
			net, i := open(), rng.Intn(count)
			l, n, path := net.Layers[at], 0, ""
			if l.Kind() == "dense" {
				break
			}
			leaves(l.Name, reflect.ValueOf(l), func(p string, v reflect.Value) {
				if n == i {
					path = p
					change(v)
				}
				n++
			})
			if net.Validate() != nil {
				continue
			}
			edited++
			is := keysOf(t, net, plain())
			same := 0
			for name, key := range was {
				if name != open().Layers[at].Name && is[name] == key {
					same++
				}
			}
			require.NotEqual(t, was[open().Layers[at].Name], is[l.Name], path)
			require.Less(t, same, len(was)-1, "%s: no part has another key", path)
		}
	}
	require.Greater(t, edited, 50)
}
