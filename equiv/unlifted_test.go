package equiv_test

import (
	"context"
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/hashiflex/hashiflex/equiv"
	"github.com/hashiflex/hashiflex/equiv/bench"
	"github.com/hashiflex/hashiflex/equiv/smt"
	"github.com/hashiflex/hashiflex/netlist"
	"github.com/hashiflex/hashiflex/netlist/shiftadd"
	"github.com/hashiflex/hashiflex/spec"
	"github.com/hashiflex/hashiflex/spec/networks"
	"github.com/hashiflex/hashiflex/spec/verdict"
)

func asInts(t testing.TB, limit time.Duration) *smt.Session {
	cvc5, err := smt.CVC5BVAsInt()
	require.NoError(t, err)
	s, err := smt.Start(context.Background(), cvc5.WithLogic("QF_BV"), smt.Limits{Query: limit})
	require.NoError(t, err)
	t.Cleanup(func() { s.Close() })
	return s
}

type unliftedPoint struct {
	name  string
	fanin int
	model *equiv.Model
	gate  *netlist.Module
}

// unliftedPoints are some channels of each convolution of at most most taps.
func unliftedPoints(t testing.TB, network string, most int, channels ...int) []unliftedPoint {
	net, err := networks.Open(network)
	require.NoError(t, err)
	var ps []unliftedPoint
	for _, l := range net.Layers {
		if _, ok := l.Op.(*spec.Conv); !ok || l.Taps() > most {
			continue
		}
		g, err := shiftadd.New(l, shiftadd.Options{})
		require.NoError(t, err)
		for _, u := range g.Modules() {
			for _, c := range channels {
				if u.Kind == shiftadd.KindChannel && u.Channel == c {
					ps = append(ps, unliftedPoint{u.Name, l.Taps(), equiv.ModelOf(l, u), g.Module(u)})
				}
			}
		}
	}
	return ps
}

// atMost are the first n points of each fan-in.
func atMost(n int, ps []unliftedPoint) map[int][]unliftedPoint {
	per := map[int][]unliftedPoint{}
	for _, p := range ps {
		if len(per[p.fanin]) < n {
			per[p.fanin] = append(per[p.fanin], p)
		}
	}
	return per
}

func crosscheck(s *smt.Session, p unliftedPoint) equiv.Answer {
	a, _ := equiv.Crosscheck(context.Background(), s, equiv.NewQuestion(p.model, p.gate))
	return a
}

// TestRealChannelsAreProvedUnlifted takes signed and unsigned inputs, of fan-in
// 9 to 32, with every rounding and overflow that the embedded networks use there.
func TestRealChannelsAreProvedUnlifted(t *testing.T) {
	s := asInts(t, time.Minute)
	ps := unliftedPoints(t, "tiny", 32, 1)
	real := atMost(2, unliftedPoints(t, "mobilenet_v2_1.0_224", 32, 2))
	require.Len(t, real, 5)
	for _, same := range real {
		ps = append(ps, same...)
	}
	for _, p := range ps {
		a := crosscheck(s, p)
		require.Equal(t, verdict.Proved, a.Verdict, "%s: %v %s", p.name, a.Reason, a.Detail)
	}
}

// TestAWrongCircuitIsNeverProvedUnlifted gives circuits with one weight's sign
// changed; Z3 finds where they differ.
func TestAWrongCircuitIsNeverProvedUnlifted(t *testing.T) {
	net, err := networks.Open("mobilenet_v2_1.0_224")
	require.NoError(t, err)
	z3, err := smt.Z3()
	require.NoError(t, err)
	s, err := smt.Start(context.Background(), z3.WithLogic("QF_BV"), smt.Limits{})
	require.NoError(t, err)
	defer s.Close()
	for _, fanin := range []int{9, 16, 24, 27, 32} {
		p, err := bench.NewPoint(net, fanin)
		require.NoError(t, err)
		wrong, err := bench.Faulty(net, p)
		require.NoError(t, err)
		a := crosscheck(s, unliftedPoint{"", fanin, p.Model, wrong.Gate})
		require.Equal(t, verdict.SolverDiffers, a.Reason, "fan-in %d: %v %s", fanin, a.Verdict, a.Detail)
	}
}

// TestAWideChannelIsProvedUnlifted: 93 taps, without the Diophantine solver; and not
// if the hardware is another channel's.
func TestAWideChannelIsProvedUnlifted(t *testing.T) {
	cvc5, err := smt.CVC5BVAsIntBounds()
	require.NoError(t, err)
	s, err := smt.Start(context.Background(), cvc5.WithLogic("QF_BV"), smt.Limits{Query: 30 * time.Second})
	require.NoError(t, err)
	defer s.Close()
	net, err := networks.Open("mobilenet_v2_1.0_224")
	require.NoError(t, err)
	l := net.Layer("block_1_project")
	g, err := shiftadd.New(l, shiftadd.Options{})
	require.NoError(t, err)
	m := equiv.ModelOf(l, shiftadd.Unit{Kind: shiftadd.KindChannel, Channel: 4})
	a := crosscheck(s, unliftedPoint{"", 93, m, g.Channel(4)})
	require.Equal(t, verdict.Proved, a.Verdict, "%v %s", a.Reason, a.Detail)
	a = crosscheck(s, unliftedPoint{"", 93, m, g.Channel(5)})
	require.NotEqual(t, verdict.Proved, a.Verdict)
}

// BenchmarkUnlifted proves two channels of layers of MobileNetV2, of fan-in 9 to
// 64, each in a minute at most. What was not solved counts as its time-out, and
// in the metric unsolved.
func BenchmarkUnlifted(b *testing.B) {
	const limit = time.Minute
	per := atMost(6, unliftedPoints(b, "mobilenet_v2_1.0_224", 64, 1, 2))
	for fanin := range 65 {
		ps := per[fanin]
		if len(ps) == 0 {
			continue
		}
		b.Run(fmt.Sprintf("fanin=%d", fanin), func(b *testing.B) {
			s := asInts(b, limit)
			unsolved, slowest := 0, time.Duration(0)
			for range b.N {
				for _, p := range ps {
					start := time.Now()
					took := limit
					if a := crosscheck(s, p); a.Verdict == verdict.Proved {
						took = time.Since(start)
					} else {
						unsolved++
					}
					slowest = max(slowest, took)
				}
			}
			b.ReportMetric(float64(b.Elapsed().Milliseconds())/float64(b.N*len(ps)), "ms/point")
			b.ReportMetric(float64(slowest.Milliseconds()), "ms/slowest")
			b.ReportMetric(float64(unsolved)/float64(b.N), "unsolved")
		})
	}
}
