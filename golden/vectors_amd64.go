package golden

import "golang.org/x/sys/cpu"

// dot256 is dotPlain in vectors of 256 bits. There is at least one tile and one pair.
//
//go:noescape
func dot256(dst *int32, pitch int, windows *uint32, tiles int, q *channels)

// weigh256 is weighPlain in vectors of 256 bits; n is a multiple of vectorPixels.
//
//go:noescape
func weigh256(dst *int32, n int, src *int32, offsets *int, weights *int32, taps int, t *wordTail)

var vectors = cpu.X86.HasAVX2

// dotWords writes the outputs of four channels for each pixel of some tiles, of which there
// is at least one. Channel c's begin at dst[c·pitch].
func dotWords(dst []int32, pitch int, windows []uint32, tiles int, q *channels) {
	if !vectors {
		dotPlain(dst, pitch, windows, tiles, q)
		return
	}
	// What is read and written last is checked here, once, and not there.
	_, _, _ = dst[(quad-1)*pitch+tiles*tilePixels-1], windows[tiles*q.pairs*tilePixels-1], q.weights[q.pairs*quad-1]
	dot256(&dst[0], pitch, &windows[0], tiles, q)
}

// weigh makes each dst[i] the weighted sum of src[i+offset] over the offsets, as the tail
// makes it. There are as many offsets as weights, and a multiple of vectorPixels of dst.
func weigh(dst, src []int32, offsets []int, weights []int32, t wordTail) {
	if !vectors {
		weighPlain(dst, src, offsets, weights, t)
		return
	}
	// As above; offsets ascend.
	_ = src[offsets[len(weights)-1]+len(dst)-1]
	weigh256(&dst[0], len(dst), &src[0], &offsets[0], &weights[0], len(weights), &t)
}
