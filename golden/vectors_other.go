//go:build !amd64

package golden

func addTo(acc *tileSums, windows []uint64, b *bucket) { addPlain(acc, windows, b) }

func addFirst([]int64, []int32, int64, int) int { return 0 }

func (*tail) clampFirst([]int32, []int64) int { return 0 }
