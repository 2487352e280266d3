package npu

// Cycles is the number of clock cycles of an image, from its first feature to its last
// logit, both included, if neither stream waits. The next image's first feature can
// follow in the next cycle. The features take one cycle each. Then a layer takes one
// cycle to begin, its features for each group, a cycle for each output, and two more
// until the last output is through. The last logit is taken in one more.
func Cycles(layers []Layer, lanes int) int64 {
	n := int64(layers[0].In) + 1
	for _, l := range layers {
		n += 3 + int64(l.Groups(lanes))*int64(l.In) + int64(l.Out)
	}
	return n
}

// Heads is the number of parallel heads that complete images images in clock cycles.
// The images go to the heads in turn.
func Heads(layers []Layer, lanes int, images, clock int64) int {
	return int((images*Cycles(layers, lanes) + clock - 1) / clock)
}
