package golden

import (
	"math"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/hashiflex/hashiflex/spec"
)

// Where a tail is of 32 bits, it is what the tail is.
func TestWordTails(t *testing.T) {
	r := seeded(t)
	whole, shifted := 0, 0
	for range 4000 {
		net := randomLayer(t, r)
		l := net.Layers[0]
		conv := l.Op.(*spec.Conv)
		if conv.Acc.Mode != spec.AccExact || conv.Acc.Drop != 0 || !fits32(l) {
			continue
		}
		tails := channelTails(l)
		for oc, w := range wordTails(l, tails) {
			if !w.whole {
				require.Equal(t, wordTail{lo: math.MinInt32, hi: math.MaxInt32}, w)
				continue
			}
			whole++
			if w.left > 0 {
				shifted++
			}
			acc := l.AccRange(oc)
			for _, v := range []int64{acc.Lo, acc.Hi, within(r, acc.Lo, acc.Hi), within(r, acc.Lo, acc.Hi)} {
				sum := int32(v - int64(conv.Bias[oc]))
				require.Equal(t, tails[oc].apply(v), int64(max(w.lo, min(w.hi, (sum<<w.left+w.add)>>w.right))), "%+v, %+v, %d", tails[oc], w, v)
			}
		}
	}
	require.Greater(t, whole, 500)
	require.Greater(t, shifted, 50)
}
