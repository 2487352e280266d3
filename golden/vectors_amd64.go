package golden

import (
	"math"

	"golang.org/x/sys/cpu"
)

// addBucket adds a bucket of n taps to acc, as addPlain does.
//
//go:noescape
func addBucket(acc *tileSums, windows *uint64, taps *uint16, n int, shift, sign uint64)

var vectors = cpu.X86.HasAVX2

// addTo adds a bucket to acc, with vectors of 256 bits where the processor has them.
func addTo(acc *tileSums, windows []uint64, b *bucket) {
	if !vectors {
		addPlain(acc, windows, b)
		return
	}
	// The last tap that a bucket reads is checked here, once, and not there.
	_ = windows[int(b.taps[len(b.taps)-1])*bucketWords+bucketWords-1]
	sign := uint64(0)
	if b.minus {
		sign = math.MaxUint64
	}
	addBucket(acc, &windows[0], &b.taps[0], len(b.taps), uint64(b.shift&31), sign)
}

// addEach adds weight × src[i] to row[i] for i below n, a multiple of 4. The weight fits
// 32 bits.
//
//go:noescape
func addEach(row *int64, src *int32, n int, weight int64)

// addEven adds weight × src[2·i] to row[i], as addEach; src has 2·n values.
//
//go:noescape
func addEven(row *int64, src *int32, n int, weight int64)

// addFirst does what addRow does for as many of the first pixels as it says; the source
// begins with what the first one reads.
func addFirst(row []int64, src []int32, weight int64, stride int) (done int) {
	if !vectors || weight != int64(int32(weight)) {
		return 0
	}
	const four = 4
	switch stride {
	case 1:
		if done = min(len(row), len(src)) / four * four; done > 0 {
			addEach(&row[0], &src[0], done, weight)
		}
	case 2:
		if done = min(len(row), len(src)/2) / four * four; done > 0 {
			addEven(&row[0], &src[0], done, weight)
		}
	}
	return done
}

// clampEach writes max(lo, min(hi, (accs[i]+add)>>>right - less)) to dst[i] for i below n,
// a multiple of 4. The shift moves zeros in.
//
//go:noescape
func clampEach(dst *int32, accs *int64, n int, add, right, less, lo, hi int64)

// clampFirst requantizes as many of the first accumulators as it says, for a tail that
// only adds, shifts and clamps. There are as many places as accumulators.
func (t *tail) clampFirst(dst []int32, accs []int64) (done int) {
	const four = 4
	if done = len(accs) / four * four; !vectors || done == 0 {
		return 0
	}
	// There is no arithmetic shift of 64 bits. Counted from the least number, none is
	// negative, and what that adds behind the shift is subtracted.
	right := t.right & 63
	less := int64(uint64(1) << 63 >> right)
	clampEach(&dst[0], &accs[0], done, t.pos+math.MinInt64, int64(right), less, t.lo, t.hi)
	return done
}
