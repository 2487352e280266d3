package certificate_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/hashiflex/hashiflex/equiv"
	"github.com/hashiflex/hashiflex/equiv/certificate"
	"github.com/hashiflex/hashiflex/golden"
	"github.com/hashiflex/hashiflex/netlist"
	"github.com/hashiflex/hashiflex/netlist/shiftadd"
	"github.com/hashiflex/hashiflex/spec"
	"github.com/hashiflex/hashiflex/spec/networks"
)

// made is a run of one layer: its certificate, and its netlists as one chunk.
type made struct {
	net   *spec.Network
	layer *spec.Layer
	cert  certificate.Layer
	dumps map[string]string // by unit
}

// certified proves a layer's netlists by forms, and makes the certificates.
func certified(t *testing.T, net *spec.Network, l *spec.Layer) *made {
	return built(t, net, l, shiftadd.For(accumulator(l)))
}

// built is certified for circuits under other knobs.
func built(t *testing.T, net *spec.Network, l *spec.Layer, knobs shiftadd.Options) *made {
	g, err := shiftadd.New(l, knobs)
	require.NoError(t, err)
	m := &made{net: net, layer: l, cert: certificate.Layer{Layer: l.Name}, dumps: map[string]string{}}
	tails := map[string]int{}
	for _, u := range g.Modules() {
		if u.Kind == shiftadd.KindShared {
			continue
		}
		module := g.Module(u)
		if shared := g.Shared(); shared != nil {
			if linked, err := netlist.Link(module, shared); err == nil {
				module = linked
			}
		}
		q := equiv.NewQuestion(equiv.ModelOf(l, u), module)
		s := q.Settle()
		var b bytes.Buffer
		require.NoError(t, netlist.Dump(&b, module))
		m.dumps[u.Name] = b.String()
		p := s.Certificate(q, u.Name)
		if p == nil {
			continue
		}
		key := u.Name
		if s.Tail != nil {
			key = s.Tail.Key
		}
		at, ok := tails[key]
		if !ok {
			at = len(m.cert.Tails)
			tails[key] = at
			m.cert.Tails = append(m.cert.Tails, certificate.Tail{Lo: p.Lo, Hi: p.Hi})
		}
		h := &m.cert.Tails[at]
		h.Lo, h.Hi = min(h.Lo, p.Lo), max(h.Hi, p.Hi)
		p.Chunk, p.Tail = "chunk", at
		m.cert.Points = append(m.cert.Points, *p)
	}
	return m
}

func accumulator(l *spec.Layer) spec.Accumulator {
	if c, ok := l.Op.(*spec.Conv); ok {
		return c.Acc
	}
	return spec.Accumulator{}
}

// keep leaves the first n points, which are like the others.
func (m *made) keep(n int) {
	m.cert.Points = m.cert.Points[:min(n, len(m.cert.Points))]
	tails := map[int]int{}
	var kept []certificate.Tail
	for i := range m.cert.Points {
		p := &m.cert.Points[i]
		at, ok := tails[p.Tail]
		if !ok {
			at = len(kept)
			tails[p.Tail] = at
			kept = append(kept, certificate.Tail{Lo: p.Lo, Hi: p.Hi})
		}
		h := &kept[at]
		p.Tail, h.Lo, h.Hi = at, min(h.Lo, p.Lo), max(h.Hi, p.Hi)
	}
	m.cert.Tails = kept
}

// check checks the layer alone: the others have no certificates.
func (m *made) check(t *testing.T) (accepted int, refused []certificate.Finding) {
	text, err := json.Marshal(m.cert)
	require.NoError(t, err)
	return m.checkText(t, text)
}

func (m *made) checkText(t *testing.T, text []byte) (accepted int, refused []certificate.Finding) {
	res, err := certificate.Check(t.Context(), m.net, m.files(text))
	require.NoError(t, err)
	return res.Accepted, res.Refused
}

// files are the run's files, with the text as certificate.
func (m *made) files(text []byte) certificate.Run {
	var all strings.Builder
	for _, u := range m.cert.Points {
		all.WriteString(m.dumps[u.Unit])
	}
	return certificate.Run{
		Certificate: func(layer string) (io.ReadCloser, error) {
			if layer != m.layer.Name {
				return nil, nil
			}
			return io.NopCloser(bytes.NewReader(text)), nil
		},
		Netlists: func(chunk string) (io.ReadCloser, error) {
			if chunk != "chunk" {
				return nil, nil
			}
			return io.NopCloser(strings.NewReader(all.String())), nil
		},
	}
}

func open(t *testing.T, name string) *spec.Network {
	net, err := networks.OpenOrLoad(name)
	require.NoError(t, err)
	return net
}

// TestTiny has all points of every layer accepted.
func TestTiny(t *testing.T) {
	net := open(t, "tiny")
	for _, l := range net.Layers {
		if _, programmed := l.Op.(*spec.Dense); programmed {
			continue
		}
		m := certified(t, net, l)
		accepted, refused := m.check(t)
		require.Empty(t, refused, l.Name)
		require.Equal(t, len(m.dumps), accepted, l.Name)
	}
}

// carrySaved is a generator's setting for which the sums have no rule of their own, but the
// bits of full adders do.
var carrySaved = shiftadd.Options{Tree: shiftadd.CarrySave, Subtract: shiftadd.InvertCarry, Share: shiftadd.Pairs}

// pooled is a network of one max pool.
func pooled(t *testing.T, signed bool) *spec.Network {
	l := &spec.Layer{Name: "l", Inputs: []string{spec.InputName}, Op: &spec.MaxPool{Window: spec.Window{Kernel: [2]int{1, 3}, Stride: [2]int{1, 1}}}, Out: spec.Requant{
		Format: spec.Format{Signed: signed, Width: 3, Frac: 2}, Rounding: spec.RND, Overflow: spec.SAT,
	}}
	net := &spec.Network{Name: "n", Input: spec.Input{Shape: spec.Shape{C: 1, H: 1, W: 3}, Format: spec.Format{Signed: signed, Width: 3, Frac: 3}}, Layers: []*spec.Layer{l}}
	require.NoError(t, net.Validate())
	return net
}

// TestRulesOfTrees has carry-save trees, shared terms and max pools accepted.
func TestRulesOfTrees(t *testing.T) {
	net := open(t, "tiny")
	for _, l := range net.Layers {
		if _, programmed := l.Op.(*spec.Dense); programmed {
			continue
		}
		m := built(t, net, l, carrySaved)
		accepted, refused := m.check(t)
		require.Empty(t, refused, l.Name)
		require.Equal(t, len(m.dumps), accepted, l.Name)
	}
	for _, signed := range []bool{false, true} {
		net := pooled(t, signed)
		m := certified(t, net, net.Layers[0])
		accepted, refused := m.check(t)
		require.Empty(t, refused, "%v", m.dumps)
		require.Equal(t, 1, accepted)
		// The smallest is not the greatest.
		unit := m.cert.Points[0].Unit
		less := map[bool]string{true: " slt ", false: " ult "}[signed]
		require.Contains(t, m.dumps[unit], less)
		m.dumps[unit] = regexp.MustCompile(less+`(v\d+) (v\d+)`).ReplaceAllString(m.dumps[unit], less+"$2 $1")
		accepted, _ = m.check(t)
		require.Zero(t, accepted)
	}
}

// TestEveryField changes every number and name of the first certificates of each layer,
// one at a time: less is accepted then.
func TestEveryField(t *testing.T) {
	net := open(t, "tiny")
	changed := 0
	all := []*made{built(t, net, net.Layer("project"), carrySaved)}
	for _, signed := range []bool{false, true} {
		net := pooled(t, signed)
		all = append(all, certified(t, net, net.Layers[0]))
	}
	// Accumulators that saturate, wrap, and drop bits.
	rng, steps := rand.New(rand.NewPCG(5, 5)), 0
	for range 25 {
		net := small(t, rng)
		m := certified(t, net, net.Layers[0])
		for _, p := range m.cert.Points {
			steps += len(p.Steps)
		}
		if accepted, _ := m.check(t); accepted == len(m.cert.Points) {
			all = append(all, m)
		}
	}
	require.Greater(t, steps, 5)
	for _, l := range net.Layers {
		if _, programmed := l.Op.(*spec.Dense); !programmed {
			all = append(all, certified(t, net, l))
		}
	}
	for _, m := range all {
		l := m.layer
		m.keep(2)
		whole, _ := m.check(t)
		require.Len(t, m.cert.Points, whole)
		text, err := json.Marshal(m.cert)
		require.NoError(t, err)
		var tree any
		dec := json.NewDecoder(bytes.NewReader(text))
		dec.UseNumber()
		require.NoError(t, dec.Decode(&tree))
		edit(tree, func(where string, set func(any), old any) {
			var others []any
			switch old := old.(type) {
			case json.Number:
				n, err := old.Int64()
				require.NoError(t, err)
				others = []any{n + 1, n - 1, n ^ 6}
			case string:
				others = []any{old + "x", ""}
			}
			for _, other := range others {
				set(other)
				edited, err := json.Marshal(tree)
				require.NoError(t, err)
				accepted, refused := m.checkText(t, edited)
				require.Less(t, accepted, whole, "%s %s: %v instead of %v", l.Name, where, other, old)
				if accumulator(l) == (spec.Accumulator{}) {
					// Else it may look like a sum that is rounded in a way that no rule knows.
					require.NotEmpty(t, refused, "%s %s: %v instead of %v", l.Name, where, other, old)
				}
				changed++
			}
			set(old)
		})
	}
	require.Greater(t, changed, 400)
}

// edit calls do with every leaf of a JSON tree.
func edit(tree any, do func(where string, set func(any), old any)) {
	var walk func(where string, v any, set func(any))
	walk = func(where string, v any, set func(any)) {
		switch v := v.(type) {
		case map[string]any:
			for k := range v {
				walk(where+"."+k, v[k], func(x any) { v[k] = x })
			}
		case []any:
			for i := range v {
				walk(where+"."+strconv.Itoa(i), v[i], func(x any) { v[i] = x })
			}
		default:
			do(where, set, v)
		}
	}
	walk("", tree, nil)
}

// small is a network whose one layer has so few bits of input that all of them can be
// tried.
func small(t *testing.T, rng *rand.Rand) *spec.Network {
	conv := &spec.Conv{OutC: 2, Groups: 1, Kernel: [2]int{1, 1}, Stride: [2]int{1, 1}, Bits: 4}
	for range conv.OutC {
		for range 3 {
			conv.Codes = append(conv.Codes, spec.Code(rng.IntN(9)-4))
		}
		conv.Base = append(conv.Base, 0)
		conv.Bias = append(conv.Bias, int32(rng.IntN(9)-4))
	}
	switch rng.IntN(4) {
	case 0:
		conv.Acc = spec.Accumulator{Mode: spec.AccWrap, Width: 5}
	case 1:
		conv.Acc = spec.Accumulator{Mode: spec.AccSaturate, Width: 5}
	case 2:
		conv.Acc = spec.Accumulator{Drop: 1, Order: spec.TermOrders()[rng.IntN(2)]}
	}
	roundings, overflows := spec.Roundings(), spec.Overflows()
	l := &spec.Layer{Name: "l", Inputs: []string{spec.InputName}, Op: conv, Out: spec.Requant{
		Format:   spec.Format{Signed: rng.IntN(2) == 0, Width: 3, Frac: 2},
		Rounding: roundings[rng.IntN(len(roundings))], Overflow: overflows[rng.IntN(len(overflows))],
	}}
	net := &spec.Network{Name: "n", Input: spec.Input{Shape: spec.Shape{C: 3, H: 1, W: 1}, Format: spec.Format{Signed: rng.IntN(2) == 0, Width: 3, Frac: 3}}, Layers: []*spec.Layer{l}}
	require.NoError(t, net.Validate())
	return net
}

// TestMutants damages netlists of small channels in one place each. All inputs are tried:
// whatever computes another function is not accepted, and the first netlists are.
func TestMutants(t *testing.T) {
	rng := rand.New(rand.NewPCG(7, 1))
	right, wrong, equal := 0, 0, 0
	modes := map[spec.AccMode]int{}
	for range 50 {
		net := small(t, rng)
		l := net.Layers[0]
		knobs := shiftadd.For(accumulator(l))
		if rng.IntN(2) == 0 && accumulator(l) == (spec.Accumulator{}) {
			knobs = carrySaved
		}
		m := built(t, net, l, knobs)
		accepted, refused := m.check(t)
		require.Empty(t, refused, "%v", m.dumps)
		right += accepted
		if accepted < len(m.cert.Points) {
			continue // it has a clamp that is hidden by what comes later
		}
		modes[accumulator(l).Mode] += accepted
		for i := range m.cert.Points {
			unit := m.cert.Points[i].Unit
			whole := m.dumps[unit]
			for range 25 {
				mutant, ok := mutate(rng, whole)
				if !ok {
					continue
				}
				m.dumps[unit] = mutant
				same := computes(t, l, i, mutant)
				now, _ := m.check(t)
				if same {
					equal++
				} else {
					wrong++
					require.Less(t, now, accepted, "%s\n%s", unit, mutant)
				}
			}
			m.dumps[unit] = whole
		}
	}
	t.Logf("%d right modules accepted, %d wrong ones not; %d mutants were equal", right, wrong, equal)
	t.Logf("by accumulator: %v", modes)
	require.Len(t, modes, len(spec.AccModes()))
	require.Greater(t, right, 50)
	require.Greater(t, wrong, 500)
}

// mutate changes one cell of a dump: its operator, an operand, a constant or a slice.
func mutate(rng *rand.Rand, text string) (string, bool) {
	lines := strings.Split(text, "\n")
	at := 1 + rng.IntN(len(lines)-2)
	f := strings.Fields(lines[at])
	if len(f) < 4 || !strings.HasPrefix(f[0], "v") {
		return "", false
	}
	swaps := map[string][]string{"add": {"sub", "xor"}, "sub": {"add"}, "and": {"or"}, "or": {"and", "xor"}, "xor": {"or"}, "zext": {"sext"}, "sext": {"zext"}, "ult": {"slt"}, "slt": {"ult"}, "redor": {"redand", "redxor"}, "not": {"neg"}}
	switch others := swaps[f[2]]; {
	case len(others) > 0 && rng.IntN(2) == 0:
		f[2] = others[rng.IntN(len(others))]
	case f[2] == "const":
		w, _ := strconv.Atoi(f[1])
		k, _ := strconv.ParseUint(f[3], 0, 64)
		f[3] = fmt.Sprintf("0x%x", k^1<<rng.IntN(w))
	default: // another operand of the same width, if there is one
		arg := -1
		for i := 3; i < len(f) && strings.HasPrefix(f[i], "v"); i++ {
			if arg < 0 || rng.IntN(2) == 0 {
				arg = i
			}
		}
		if arg < 0 {
			return "", false
		}
		width := map[string]string{}
		var same []string
		for _, line := range lines[1:at] {
			if g := strings.Fields(line); len(g) > 2 && g[0][0] == 'v' {
				width[g[0]] = g[1]
			}
		}
		for v, w := range width {
			if w == width[f[arg]] && v != f[arg] {
				same = append(same, v)
			}
		}
		if len(same) == 0 {
			return "", false
		}
		f[arg] = same[rng.IntN(len(same))]
	}
	lines[at] = strings.Join(f, " ")
	return strings.Join(lines, "\n"), true
}

// computes reports whether a dump is golden's channel, on all inputs, by an evaluation of
// its own.
func computes(t *testing.T, l *spec.Layer, oc int, dump string) bool {
	in := l.InFormat(0)
	for n := range 1 << (3 * in.Width) {
		var xs []int64
		ports := map[string]uint64{}
		for c := range 3 {
			bits := uint64(n>>(c*in.Width)) & (1<<in.Width - 1)
			ports["x"+strconv.Itoa(c)] = bits
			x := int64(bits)
			if in.Signed && x >= 1<<(in.Width-1) {
				x -= 1 << in.Width
			}
			xs = append(xs, x)
		}
		want := uint64(golden.Convolve(golden.Int64{}, l, oc, xs)) & (1<<l.Out.Format.Width - 1)
		if run(t, dump, ports) != want {
			return false
		}
	}
	return true
}

// run evaluates a dump with the rules of package netlist, which are not the checker's.
func run(t *testing.T, dump string, ports map[string]uint64) uint64 {
	vals, widths := map[string]uint64{}, map[string]int{}
	for _, line := range strings.Split(dump, "\n") {
		f := strings.Fields(line)
		switch {
		case len(f) == 3 && f[0] == "output":
			return vals[f[2]]
		case len(f) < 3 || f[0][0] != 'v':
			continue
		}
		w, err := strconv.Atoi(f[1])
		require.NoError(t, err)
		widths[f[0]] = w
		var x uint64
		arg := func(i int) uint64 { return vals[f[i]] }
		sign := func(v uint64, w int) int64 { return int64(v<<(64-w)) >> (64 - w) }
		truth := map[bool]uint64{true: 1}
		switch f[2] {
		case "input":
			x = ports[strings.Trim(f[3], `"`)]
		case "const":
			x, err = strconv.ParseUint(f[3], 0, 64)
			require.NoError(t, err)
		case "slice":
			_, lo, _ := strings.Cut(strings.Trim(f[3], "[]"), ":")
			k, err := strconv.Atoi(lo)
			require.NoError(t, err)
			x = arg(4) >> k
		case "concat":
			x = arg(3) | arg(4)<<widths[f[3]]
		case "zext":
			x = arg(3)
		case "sext":
			x = uint64(sign(arg(3), widths[f[3]]))
		case "add":
			x = arg(3) + arg(4)
		case "sub":
			x = arg(3) - arg(4)
		case "neg":
			x = -arg(3)
		case "mul":
			x = arg(3) * arg(4)
		case "not":
			x = ^arg(3)
		case "and":
			x = arg(3) & arg(4)
		case "or":
			x = arg(3) | arg(4)
		case "xor":
			x = arg(3) ^ arg(4)
		case "eq":
			x = truth[arg(3) == arg(4)]
		case "ult":
			x = truth[arg(3) < arg(4)]
		case "slt":
			x = truth[sign(arg(3), widths[f[3]]) < sign(arg(4), widths[f[4]])]
		case "redand":
			x = truth[arg(3) == 1<<widths[f[3]]-1]
		case "redor":
			x = truth[arg(3) != 0]
		case "redxor":
			for v := arg(3); v != 0; v >>= 1 {
				x ^= v & 1
			}
		case "mux":
			x = arg(5)
			if arg(3) == 1 {
				x = arg(4)
			}
		default:
			t.Fatalf("no meaning for %q", line)
		}
		vals[f[0]] = x & (1<<w - 1)
	}
	t.Fatal("no output")
	return 0
}

// TestLinesOfNetlists: a line that is none of a dump is refused, whatever it lacks.
func TestLinesOfNetlists(t *testing.T) {
	net := open(t, "tiny")
	m := certified(t, net, net.Layer("stem"))
	m.keep(1)
	whole := m.dumps[m.cert.Points[0].Unit]
	accepted, refused := m.check(t)
	require.Equal(t, 1, accepted, refused)
	first, rest, _ := strings.Cut(whole, "\nv1 ")
	for _, line := range []string{"", " ", "\t", `"`, `" v1 8 input`, "output", "v1", "x", "\x00", "v1 8", "v1 8 const", "v1 8 const  ; n", "v1 8 const 1 2", "v1 8 slice", "v1 65 const 0", "v1 0 const 0"} {
		m.dumps[m.cert.Points[0].Unit] = first + "\n" + line + "\nv1 " + rest
		accepted, refused := m.check(t)
		require.Zero(t, accepted, "%q", line)
		require.NotEmpty(t, refused, "%q", line)
	}
	// An operand too many.
	add := regexp.MustCompile(`(?m)^v\d+ +\d+  (add|sub|neg|concat|zext|mux) (v\d+ ?)+`).FindString(whole)
	require.NotEmpty(t, add)
	m.dumps[m.cert.Points[0].Unit] = strings.Replace(whole, add, strings.TrimSpace(add)+" v1 ", 1)
	accepted, refused = m.check(t)
	require.Zero(t, accepted)
	require.Contains(t, refused[0].Why, "too many")
}

// TestDepth: however long a chain of cells is, the checker ends with a word about the point.
func TestDepth(t *testing.T) {
	net := open(t, "tiny")
	m := certified(t, net, net.Layer("stem"))
	m.keep(1)
	p := &m.cert.Points[0]
	head, out, ok := strings.Cut(m.dumps[p.Unit], "\noutput ")
	require.True(t, ok)
	head += "\n"
	_, y, _ := strings.Cut(strings.TrimSpace(out), " v")
	first := strings.Count(head, "\nv") + 1 // the next cell
	at, err := strconv.Atoi(y)
	require.NoError(t, err)
	cut, width := p.Cuts[0].Net, p.Cuts[0].Width
	for _, cells := range []int{100, 1_400_000} {
		for _, behind := range []bool{false, true} {
			var b strings.Builder
			b.WriteString(head)
			from, w := at, 8
			if behind {
				from, w = cut, width
			}
			v := first
			for ; v < first+cells; v += 2 {
				fmt.Fprintf(&b, "v%d %d sext v%d\nv%d %d slice [%d:0] v%d\n", v, w+1, from, v+1, w, w-1, v)
				from = v + 1
			}
			if p.Cuts[0].Net = cut; behind {
				p.Cuts[0].Net = from // its sum is that of the old cut
				fmt.Fprintf(&b, "output \"y\" v%d\n", at)
			} else {
				fmt.Fprintf(&b, "output \"y\" v%d\n", from)
			}
			m.dumps[p.Unit] = b.String()
			text, err := json.Marshal(m.cert)
			require.NoError(t, err)
			res, err := certificate.Check(t.Context(), net, m.files(text))
			require.NoError(t, err)
			if cells == 100 && !behind {
				require.Equal(t, 1, res.Accepted, res.Refused)
				continue
			}
			require.Zero(t, res.Accepted)
		}
	}
}

// TestModuleTwice: a run with two modules of a point's name has no such point accepted, even
// where the certificate names the right one.
func TestModuleTwice(t *testing.T) {
	net := open(t, "tiny")
	m := certified(t, net, net.Layer("stem"))
	m.keep(2)
	twice := m.cert.Points[1].Unit
	cert, err := json.Marshal(m.cert)
	require.NoError(t, err)
	run := m.files(cert)
	for copies, want := range []int{2, 1} {
		run.Every = func(do func(io.Reader) error) error {
			r, err := run.Netlists("chunk")
			require.NoError(t, err)
			return errors.Join(do(r), do(strings.NewReader(strings.Repeat("module "+twice+"\noutput \"y\" v1\n", copies))))
		}
		res, err := certificate.Check(t.Context(), net, run)
		require.NoError(t, err)
		require.Equal(t, want, res.Accepted)
		require.Len(t, res.Refused, 2-want)
		res, err = certificate.Export(t.Context(), io.Discard, net, []string{"stem"}, run)
		require.NoError(t, err)
		require.Equal(t, want, res.Accepted)
		require.Len(t, res.Refused, 2-want)
	}
}
