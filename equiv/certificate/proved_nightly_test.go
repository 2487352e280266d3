//go:build nightly

package certificate_test

import (
	"math/rand/v2"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/hashiflex/hashiflex/equiv/certificate"
	"github.com/hashiflex/hashiflex/netlist/shiftadd"
	"github.com/hashiflex/hashiflex/spec"
)

// TestProvedChecker has the proved checker accept all points of tiny and of a block of
// MobileNetV2, those of tiny with carry-save trees too, and refuse the first ones of each layer of tiny with a number changed.
func TestProvedChecker(t *testing.T) {
	check := certificate.Proved(t)
	net := open(t, "tiny")
	accepted, refused := 0, 0
	for _, l := range net.Layers {
		if _, programmed := l.Op.(*spec.Dense); programmed {
			continue
		}
		m := certified(t, net, l)
		points := m.exported(t)
		require.Equal(t, len(m.dumps), check(points...), l.Name)
		accepted += len(points)
		for _, p := range points[:min(2, len(points))] {
			lines := strings.Split(p, "\n")
			for i, line := range lines {
				f := strings.Fields(line)
				if len(f) == 0 || !strings.Contains(" bias port certificate cut ", " "+f[0]+" ") || f[0] == "port" && f[2] == "0" {
					continue
				}
				for j := range f {
					n, err := strconv.Atoi(f[j])
					if err != nil {
						continue
					}
					other := append([]string(nil), f...)
					other[j] = strconv.Itoa(n + 1)
					lines[i] = strings.Join(other, " ")
					require.Zero(t, check(strings.Join(lines, "\n")), "%s: %s instead of %s", l.Name, lines[i], line)
					refused++
				}
				lines[i] = line
			}
		}
	}
	t.Logf("tiny: %d points accepted, %d changed ones refused", accepted, refused)
	require.Greater(t, refused, 500)
	for _, l := range net.Layers { // carry-save trees
		if _, programmed := l.Op.(*spec.Dense); programmed {
			continue
		}
		m := built(t, net, l, carrySaved)
		require.Equal(t, len(m.dumps), check(m.exported(t)...), l.Name)
	}
	net = open(t, "mobilenet_v2_1.0_224")
	for _, name := range []string{"block_1_expand", "block_1_depthwise", "block_1_project"} {
		m := certified(t, net, net.Layer(name))
		require.Equal(t, len(m.dumps), check(m.exported(t)...), name)
	}
}

// TestProvedMutants damages netlists of small channels in one place each, with all rounding
// and overflow modes. All inputs are tried: whatever the proved checker accepts is right,
// and it accepts what the other checker does.
func TestProvedMutants(t *testing.T) {
	check := certificate.Proved(t)
	rng := rand.New(rand.NewPCG(11, 4))
	right, wrong, both := 0, 0, 0
	for i := range 300 {
		net := small(t, rng)
		l := net.Layers[0]
		if accumulator(l) != (spec.Accumulator{}) {
			continue // it has no rule for these
		}
		knobs := shiftadd.For(accumulator(l))
		if i%2 == 0 {
			knobs = carrySaved
		}
		m := built(t, net, l, knobs)
		points := m.exported(t)
		require.Equal(t, len(points), check(points...))
		right += len(points)
		for i := range m.cert.Points {
			unit := m.cert.Points[i].Unit
			whole := m.dumps[unit]
			for range 25 {
				mutant, ok := mutate(rng, whole)
				if !ok {
					continue
				}
				m.dumps[unit] = mutant
				accepted := check(m.exported(t)[i])
				if !computes(t, l, i, mutant) {
					wrong++
					require.Zero(t, accepted, "%s\n%s", unit, mutant)
				}
				if other, _ := m.check(t); other == len(points) {
					both++
					require.Equal(t, 1, accepted, "%s\n%s", unit, mutant)
				}
			}
			m.dumps[unit] = whole
		}
	}
	t.Logf("%d right modules accepted, %d wrong ones not; %d damaged ones both checkers accept", right, wrong, both)
	require.Greater(t, right, 100)
	require.Greater(t, wrong, 1000)
}
