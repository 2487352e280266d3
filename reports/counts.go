package reports

import "github.com/hashiflex/hashiflex/spec/verdict"

// Counts counts points by verdict.
type Counts struct {
	Total   int `json:"total"`
	Proved  int `json:"proved"`
	Refuted int `json:"refuted"`
	Unknown int `json:"unknown"`
	Vacuous int `json:"vacuous"`
	Failed  int `json:"failed"`

	OneSolver int `json:"one_solver"` // of the proved ones: rest on a single solver's word
}

// Count adds one point.
func (c *Counts) Count(v verdict.Verdict) {
	c.Total++
	switch v {
	case verdict.Proved:
		c.Proved++
	case verdict.Refuted:
		c.Refuted++
	case verdict.Vacuous:
		c.Vacuous++
	case verdict.Failed:
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

// consistent reports whether no count is negative and the counts add up.
func (c Counts) consistent() bool {
	return min(c.Proved, c.Refuted, c.Unknown, c.Vacuous, c.Failed) >= 0 &&
		c.Proved+c.Refuted+c.Unknown+c.Vacuous+c.Failed == c.Total && c.OneSolver >= 0 && c.OneSolver <= c.Proved
}
