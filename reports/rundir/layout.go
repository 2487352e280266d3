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
	journalFile     = Journal
	lockFile        = "lock"
	shardFile       = "shard.json"
	progressFile    = "progress.jsonl"

	temporary = ".tmp" // suffix of unfinished files; escape never returns it
)

// Journal is the file in a directory of a run under way with a line for each record.
const Journal = "cache.journal"

// Area is a subfolder of the run directory.
type Area string

const (
	Chunks       Area = "chunks"
	Certificates Area = "certificates"
	Queries      Area = "queries"
	Logs         Area = "logs"
	Witnesses    Area = "witnesses"
	Reports      Area = "reports"
	Network      Area = "network" // what a network came from, and one that a run made
	Head         Area = "head"    // the program of the head that a run made
)

var areas = []Area{Chunks, Certificates, Queries, Logs, Witnesses, Reports, Network, Head}

// escape turns any text into a file name. Different texts give different names. Bytes
// outside [A-Za-z0-9._-], a leading dot and a trailing ".tmp" become %XX. A name that
// is too long for a file system is cut and ends in its hash.
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
	// The usual limit is 255 bytes. Leave room for suffixes.
	const longest = 200
	if len(s) > longest {
		// The percent sign without two hex digits marks a cut name.
		s = s[:longest/2] + "%~" + digest.Bytes([]byte(name))
	}
	if s == "" {
		return "%"
	}
	return s
}
