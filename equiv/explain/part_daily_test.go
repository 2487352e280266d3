//go:build !nightly

package explain

// everydayPart is of how many faults of the everyday corpus one is explained, and
// everydayFloor how many of a hundred causes are to be on the line at fault or beside it.
const (
	everydayPart  = 19
	everydayFloor = 90
)
