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
