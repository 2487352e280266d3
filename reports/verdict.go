package reports

import "fmt"

// Verdict is what is known about one point or one obligation.
type Verdict uint8

const (
	Unknown Verdict = iota // could not tell; always with a reason
	Proved
	Refuted // with a witness that was replayed
	Vacuous // the assumptions contradict each other
	Failed  // a tool broke, or two disagree
)

var verdictNames = [...]string{"unknown", "proved", "refuted", "vacuous", "failed"}

func (v Verdict) String() string {
	if int(v) >= len(verdictNames) {
		return fmt.Sprintf("Verdict(%d)", uint8(v))
	}
	return verdictNames[v]
}

// MarshalText implements encoding.TextMarshaler.
func (v Verdict) MarshalText() ([]byte, error) {
	if int(v) >= len(verdictNames) {
		return nil, fmt.Errorf("no such verdict: %d", uint8(v))
	}
	return []byte(verdictNames[v]), nil
}

// UnmarshalText implements encoding.TextUnmarshaler.
func (v *Verdict) UnmarshalText(b []byte) error {
	for i, n := range verdictNames {
		if n == string(b) {
			*v = Verdict(i)
			return nil
		}
	}
	return fmt.Errorf("no such verdict: %q", b)
}

// Counts says how many points ended how.
type Counts struct {
	Total   int `json:"total"`
	Proved  int `json:"proved"`
	Refuted int `json:"refuted"`
	Unknown int `json:"unknown"`
	Vacuous int `json:"vacuous"`
	Failed  int `json:"failed"`

	OneSolver int `json:"one_solver"` // of the proved: rest on one solver's word
}

// Count adds one point.
func (c *Counts) Count(v Verdict) {
	c.Total++
	switch v {
	case Proved:
		c.Proved++
	case Refuted:
		c.Refuted++
	case Vacuous:
		c.Vacuous++
	case Failed:
		c.Failed++
	default:
		c.Unknown++
	}
}

// Add adds d to c.
func (c *Counts) Add(d Counts) {
	c.Total += d.Total
	c.Proved += d.Proved
	c.Refuted += d.Refuted
	c.Unknown += d.Unknown
	c.Vacuous += d.Vacuous
	c.Failed += d.Failed
	c.OneSolver += d.OneSolver
}

// consistent reports whether the counts are possible and add up.
func (c Counts) consistent() bool {
	return min(c.Proved, c.Refuted, c.Unknown, c.Vacuous, c.Failed) >= 0 &&
		c.Proved+c.Refuted+c.Unknown+c.Vacuous+c.Failed == c.Total && c.OneSolver >= 0 && c.OneSolver <= c.Proved
}
