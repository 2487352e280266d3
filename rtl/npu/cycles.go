package npu

// Cycles is how many clock cycles an image takes, from its first feature to its
// last logit, both included, when neither stream waits; the next image's first
// feature can follow in the next cycle. The features come in one a cycle; then a
// layer takes a cycle to begin, its features for each group, a cycle for each
// output, and two until the last of them is through; the last logit is taken in
// one more.
func Cycles(layers []Layer, lanes int) int64 {
	n := int64(layers[0].In) + 1
	for _, l := range layers {
		n += 3 + int64(l.Groups(lanes))*int64(l.In) + int64(l.Out)
	}
	return n
}

// Heads is how many heads side by side, images dealt to them in turn, complete
// images images in clock cycles.
func Heads(layers []Layer, lanes int, images, clock int64) int {
	return int((images*Cycles(layers, lanes) + clock - 1) / clock)
}
