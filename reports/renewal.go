package reports

import (
	"fmt"
	"slices"

	"github.com/hashiflex/hashiflex/spec/verdict"
	"github.com/hashiflex/hashiflex/spec/words"
)

// Renewal says of a signoff that an earlier one was renewed for another classifier. The
// hardware is the same. Obligations of the kinds in Renewed are this run's own. All others
// are copied from the cited run, and were not discharged again.
type Renewal struct {
	Cited   string         `json:"cited"`   // SHA-256 of the cited run's SHA256SUMS
	Program string         `json:"program"` // that made the cited run
	Inputs  []Input        `json:"inputs"`  // the cited network's files
	Renewed []verdict.Kind `json:"renewed"` // kinds that this run discharged
	Copied  int            `json:"copied"`  // obligations of the cited run
	Own     int            `json:"own"`     // obligations of this run
	Changed []string       `json:"changed"` // in words
	Same    []string       `json:"same"`    // in words
}

func (r *Renewal) canonical() *Renewal {
	if r == nil {
		return nil
	}
	c := *r
	c.Inputs, c.Renewed, c.Changed, c.Same = list(r.Inputs), list(r.Renewed), list(r.Changed), list(r.Same)
	slices.Sort(c.Renewed)
	return &c
}

// audit returns an error if the counts differ from those of the obligations.
func (r *Renewal) audit(l *Ledger) []error {
	if r == nil {
		return nil
	}
	own := 0
	for _, k := range r.Renewed {
		if d := l.kinds[k]; d != nil {
			own += d.Total
		}
	}
	if copied := len(l.entries) - own; r.Own != own || r.Copied != copied || own == 0 {
		return []error{fmt.Errorf("renewal: it says %d obligations of its own and %d copied, and there are %d and %d", r.Own, r.Copied, own, copied)}
	}
	return nil
}

// sentence is the sentence about the renewal in the verdict of a signed-off network. It
// starts with a space. It is "" without a renewal.
func (r *Renewal) sentence() string {
	if r == nil {
		return ""
	}
	return fmt.Sprintf(" Its classifier was replaced: %s of this run, and %s of the run with evidence %.16s cited, not proved again.",
		are(r.Own, "obligation"), are(r.Copied, "obligation"), r.Cited)
}

func are(n int, what string) string { return words.Count(n, what) + " " + verb(n) }
