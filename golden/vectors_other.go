//go:build !amd64

package golden

const vectors = false

func dotWords(dst []int32, pitch int, windows []uint32, tiles int, q *channels) {
	dotPlain(dst, pitch, windows, tiles, q)
}

func weigh(dst, src []int32, offsets []int, weights []int32, t wordTail) {
	weighPlain(dst, src, offsets, weights, t)
}
