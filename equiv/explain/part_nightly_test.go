//go:build nightly

package explain

const (
	everydayPart  = 1
	everydayFloor = 95
)
