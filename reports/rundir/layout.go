package rundir

import (
	"fmt"
	"strings"

	"github.com/hashiflex/hashiflex/spec/digest"
)

// Names in a run directory.
const (
	runFile         = "run.json"
	obligationsFile = "obligations.jsonl"
	signoffFile     = "signoff.json"
	timingsFile     = "timings.jsonl"
	timingsSumFile  = "timings.sha256"
	sumsFile        = "SHA256SUMS"
	cacheFile       = "cache.jsonl"
	journalFile     = "cache.journal"
	lockFile        = "lock"

	temporary = ".tmp" // suffix of what is being written; escape never yields it
)

// Area is a folder of the run directory.
type Area string

const (
	Chunks    Area = "chunks"
	Queries   Area = "queries"
	Logs      Area = "logs"
	Witnesses Area = "witnesses"
	Reports   Area = "reports"
)

var areas = []Area{Chunks, Queries, Logs, Witnesses, Reports}

// escape turns any text into a file name, different texts into different
// names: bytes outside [A-Za-z0-9._-], a leading point and a trailing ".tmp"
// become %XX; what would be too long for a file system ends in its hash.
func escape(name string) string {
	var b strings.Builder
	for i := range len(name) {
		c := name[i]
		plain := c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' ||
			c == '_' || c == '-' || c == '.' && i > 0 && name[i:] != temporary
		if plain {
			b.WriteByte(c)
		} else {
			fmt.Fprintf(&b, "%%%02X", c)
		}
	}
	s := b.String()
	// 255 is the limit of the usual file systems, less the suffixes to come.
	const longest = 200
	if len(s) > longest {
		// A percent sign without two digits behind it: escape yields no other.
		s = s[:longest/2] + "%~" + digest.Bytes([]byte(name))
	}
	if s == "" {
		return "%"
	}
	return s
}
