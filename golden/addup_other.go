//go:build !amd64

package golden

func addTo(acc *tileSums, windows []uint64, b *bucket) { addPlain(acc, windows, b) }
