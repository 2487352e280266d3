//go:build !nightly

package explain

// everydayPart is of how many faults of the everyday corpus one is explained.
const everydayPart = 4
