//go:build nightly

package certificate

import (
	"fmt"
	"maps"
	"math/rand/v2"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/hashiflex/hashiflex/golden"
	"github.com/hashiflex/hashiflex/spec"
)

// Proved builds the checker that is proved in Coq, and returns what asks it: how many points
// it accepts. It fails where Coq is missing: make proved installs it.
func Proved(t *testing.T) func(points ...string) (accepted int) {
	t.Helper()
	dir := t.TempDir()
	out, err := exec.Command("coq/build", dir).CombinedOutput()
	require.NoError(t, err, "%s", out)
	require.Contains(t, string(out), "Closed under the global context")
	said := regexp.MustCompile(`(?m)^(\d+) compare points accepted, (\d+) refused$`)
	return func(points ...string) int {
		cmd := exec.Command(filepath.Join(dir, "proved"))
		cmd.Stdin = strings.NewReader(strings.Join(points, "") + "points " + strconv.Itoa(len(points)) + "\n")
		out, err := cmd.Output()
		m := said.FindStringSubmatch(string(out))
		if m == nil { // it is no such text
			require.Equal(t, 2, cmd.ProcessState.ExitCode(), "%s", out)
			require.Len(t, points, 1, "%s", out) // of more, none was looked at behind the wrong one
			return 0
		}
		n, _ := strconv.Atoi(m[1])
		require.Equal(t, n == len(points), err == nil)
		return n
	}
}

// fixed is a point without inputs: an accumulator, a tail, the range of golden's integer,
// and cells, the last of which is the output.
func fixed(acc int64, tail string, width int, gold int64, cells ...string) string {
	return fmt.Sprintf("point p\naccumulator %d\n%s\nout y %d %d %d\ncertificate 1 0 %d %d\nnetlist\n%s\noutput \"y\" v%d\nend p\n",
		acc, tail, width, gold, gold, acc, acc, strings.Join(cells, "\n"), len(cells))
}

// constant is cell v.
func constant(v, width int, bits uint64) string {
	return fmt.Sprintf("v%d %d const 0x%x", v, width, bits)
}

// TestProvedOperators: each operator of Netlist.v means in the extracted checker what it
// means here, and nothing else.
func TestProvedOperators(t *testing.T) {
	check := Proved(t)
	rng := rand.New(rand.NewPCG(1, 8))
	for _, op := range slices.Sorted(maps.Keys(operators)) {
		var right, wrong []string
		for len(right) < 400 {
			o := operators[op]
			w, k := 1+rng.IntN(64), uint64(0)
			cells := []string{}
			var x [3]uint64
			var widths []int
			shared := 1 + rng.IntN(64)
			for i := range o.arity {
				wa := shared
				if rng.IntN(4) == 0 {
					wa = 1 + rng.IntN(64)
				}
				if i == 0 && op == "mux" {
					wa = 1
				}
				// Small numbers, so that shifts are short too, and the ends.
				x[i] = rng.Uint64() >> rng.IntN(64)
				if rng.IntN(8) == 0 {
					x[i] = ^uint64(0) << (rng.IntN(2) * (wa - 1))
				}
				if i > 0 && rng.IntN(3) == 0 {
					x[i] = x[0]
				}
				x[i] &= mask(wa)
				widths = append(widths, wa)
				cells = append(cells, constant(i+1, wa, x[i]))
			}
			switch {
			case rng.IntN(2) == 0:
				w = widths[len(widths)-1]
			case op == "concat":
				w = widths[0] + widths[1]
			case rng.IntN(2) == 0:
				w = 1
			}
			text := op
			if op == "slice" {
				k = rng.Uint64N(uint64(widths[0]))
				text = fmt.Sprintf("slice [%d:%d]", int(k)+w-1, k)
			}
			if w > 64 || !o.fits(w, widths, k) {
				continue
			}
			for i := range o.arity {
				text += fmt.Sprint(" v", i+1)
			}
			cells = append(cells, fmt.Sprintf("v%d %d %s", o.arity+1, w, text))
			y := int64(o.means(x, widths[0], k) & mask(w))
			right = append(right, fixed(y, "plain", w, y, cells...))
			y ^= 1 << rng.IntN(w)
			wrong = append(wrong, fixed(y, "plain", w, y, cells...))
		}
		require.Equal(t, len(right), check(right...), op)
		require.Zero(t, check(wrong...), op)
	}
}

// TestProvedRequantize: requantize of Golden.v is golden's, in all modes.
func TestProvedRequantize(t *testing.T) {
	check := Proved(t)
	rng := rand.New(rand.NewPCG(2, 8))
	var right, wrong []string
	for _, r := range spec.Roundings() {
		for _, o := range spec.Overflows() {
			for range 3000 {
				q := spec.Requant{Format: spec.Format{Signed: rng.IntN(2) == 0, Width: 1 + rng.IntN(32)}, Rounding: r, Overflow: o}
				if rng.IntN(2) == 0 {
					q.Format.Width = 1 + rng.IntN(4)
				}
				shift := rng.IntN(12) - 2
				if rng.IntN(4) == 0 {
					shift = rng.IntN(200)
				}
				acc := rng.Int64N(1<<47) >> rng.IntN(47)
				if rng.IntN(3) > 0 && shift > 0 && shift < 40 {
					acc = acc&0xff<<(shift-1) + rng.Int64N(3) - 1 // ties, and beside them
				}
				if rng.IntN(2) == 0 {
					acc = -acc
				}
				clamp := "none"
				if rng.IntN(2) == 0 {
					lo := q.Format.Min() + rng.Int64N(q.Format.Max()-q.Format.Min()+1)
					q.Clamp = &spec.Range{Lo: lo, Hi: lo + rng.Int64N(q.Format.Max()-lo+1)}
					clamp = fmt.Sprint(q.Clamp.Lo, " ", q.Clamp.Hi)
				}
				sign := map[bool]string{true: "s", false: "u"}[q.Format.Signed]
				tail := fmt.Sprintln("tail", r, o, shift, sign, q.Format.Width, clamp)
				tail = strings.TrimSuffix(tail, "\n")
				gold := golden.Requantize(golden.Int64{}, q, shift, acc)
				w := q.Format.Width
				bits := uint64(gold) & mask(w)
				right = append(right, fixed(acc, tail, w, gold, constant(1, w, bits)))
				other := bits ^ 1<<rng.IntN(w)
				wrong = append(wrong, fixed(acc, tail, w, gold, constant(1, w, other)))
			}
		}
	}
	require.Equal(t, len(right), check(right...))
	require.Zero(t, check(wrong...))
}
