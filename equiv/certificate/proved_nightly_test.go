//go:build nightly

package certificate_test

import (
	"fmt"
	"math/rand/v2"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/hashiflex/hashiflex/equiv/certificate"
	"github.com/hashiflex/hashiflex/netlist/shiftadd"
	"github.com/hashiflex/hashiflex/spec"
)

// TestProvedChecker has the proved checker accept all points of tiny and of a block of
// MobileNetV2, those of tiny with carry-save trees too, and max pools. It refuses the first ones of
// each layer of tiny with a number changed.
func TestProvedChecker(t *testing.T) {
	check := certificate.Proved(t)
	net := open(t, "tiny")
	accepted, refused := 0, 0
	for _, l := range net.Layers {
		if _, programmed := l.Op.(*spec.Dense); programmed {
			continue
		}
		for _, knobs := range []shiftadd.Options{shiftadd.For(accumulator(l)), carrySaved} {
			m := built(t, net, l, knobs)
			points := m.exported(t)
			require.Equal(t, len(m.dumps), check(points...), l.Name)
			accepted += len(points)
			for _, p := range points[:min(2, len(points))] {
				refused += refuse(t, check, p)
			}
		}
	}
	for _, signed := range []bool{false, true} {
		net := pooled(t, signed)
		points := certified(t, net, net.Layers[0]).exported(t)
		require.Equal(t, 1, check(points...))
		refused += refuse(t, check, points[0])
	}
	t.Logf("tiny: %d points accepted, %d changed ones refused", accepted, refused)
	require.Greater(t, refused, 1000)
	net = open(t, "mobilenet_v2_1.0_224")
	for _, name := range []string{"block_1_expand", "block_1_depthwise", "block_1_project"} {
		m := certified(t, net, net.Layer(name))
		require.Equal(t, len(m.dumps), check(m.exported(t)...), name)
	}
}

var integers = regexp.MustCompile(`-?\b\d+\b`)

// refuse has a point refused with one of its numbers one more, for each of them. Inputs that golden
// does not read are left alone.
func refuse(t *testing.T, check func(...string) int, point string) int {
	var others, what []string
	lines := strings.Split(point, "\n")
	ports := 0
	for i, line := range lines {
		kind, _, _ := strings.Cut(line, " ")
		if kind == "port" {
			ports++
			if !strings.Contains(point, fmt.Sprintf(",p%d*", ports-1)) {
				continue
			}
		}
		if !slices.Contains([]string{"port", "node", "accumulator", "certificate", "cut", "step"}, kind) {
			continue
		}
		for _, at := range integers.FindAllStringIndex(line, -1) {
			k, err := strconv.Atoi(line[at[0]:at[1]])
			if err != nil {
				continue
			}
			lines[i] = line[:at[0]] + strconv.Itoa(k+1) + line[at[1]:]
			others, what = append(others, strings.Join(lines, "\n")), append(what, lines[i]+" instead of "+line)
		}
		lines[i] = line
	}
	if check(others...) > 0 {
		for i, other := range others {
			require.Zero(t, check(other), "%s", what[i])
		}
	}
	return len(others)
}

// TestProvedMutants damages netlists of small channels in one place each, with all rounding and
// overflow modes, accumulators that wrap, saturate or drop bits, and carry-save trees. All inputs are
// tried: whatever the proved checker accepts is right, and it accepts what the other checker does.
func TestProvedMutants(t *testing.T) {
	check := certificate.Proved(t)
	rng := rand.New(rand.NewPCG(11, 4))
	right, wrong, both, hidden := map[string]int{}, 0, 0, 0
	for i := range 100 {
		net := small(t, rng)
		l := net.Layers[0]
		acc := accumulator(l)
		knobs, kind := shiftadd.For(acc), fmt.Sprint(acc.Mode, " ", acc.Drop)
		if i%2 == 0 && acc == (spec.Accumulator{}) {
			knobs, kind = carrySaved, "carry-save"
		}
		m := built(t, net, l, knobs)
		if accepted, _ := m.check(t); accepted < len(m.cert.Points) {
			hidden++ // it has a clamp that is hidden by what comes later
			continue
		}
		points := m.exported(t)
		require.Equal(t, len(points), check(points...), "%s", points)
		right[kind] += len(points)
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
	t.Logf("right modules accepted: %v; %d wrong ones not; %d damaged ones both checkers accept; %d networks are beyond the rules", right, wrong, both, hidden)
	require.Len(t, right, 5)
	require.Greater(t, wrong, 1000)
}
