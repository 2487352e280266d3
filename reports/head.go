package reports

import (
	"fmt"
	"slices"

	"github.com/hashiflex/hashiflex/spec/verdict"
	"github.com/hashiflex/hashiflex/spec/words"
)

// Head is information about the programmable head. The verdict follows from its
// obligations, not from Head. No figure depends on the machine's speed, so all are the
// same in every run.
type Head struct {
	Program  HeadProgram  `json:"program"`  // the network's dense layers, on a head that is large enough
	Campaign HeadCampaign `json:"campaign"` // random sequences, on a small head
	Lines    HeadCoverage `json:"lines"`    // lines of the Verilog that the campaign executed
	Toggles  HeadCoverage `json:"toggles"`  // signal bits that toggled; a total of 0: not measured
	Bins     HeadCoverage `json:"bins"`     // functional coverage bins that the campaign hit
	Rates    []HeadRate   `json:"rates"`    // of images, by the formula that the runs confirmed; the network's own first
	Proofs   []HeadProof  `json:"proofs"`   // in the order of the obligations
}

// HeadSize holds the build parameters of a head.
type HeadSize struct {
	Lanes    int `json:"lanes"`
	Features int `json:"features"`
	Rows     int `json:"rows"`
	Biases   int `json:"biases"`
	Layers   int `json:"layers"`
}

// HeadProgram is a network's dense layers as a program of the head.
type HeadProgram struct {
	Size   HeadSize `json:"size"`
	Layers []string `json:"layers"` // "1280 features → 256 outputs, shift 7, RND_CONV, SAT, s8, ReLU"
	Seed   int64    `json:"seed"`   // of the features
	Images int64    `json:"images"` // that ran and gave golden's logits
	Cycles int64    `json:"cycles"` // of all of them, from first feature to last logit
	Found  string   `json:"found"`  // what failed; empty: nothing
}

// HeadCampaign is a fuzz run: random sequences of commands.
type HeadCampaign struct {
	Size       HeadSize `json:"size"`
	Seed       int64    `json:"seed"`
	Cases      int64    `json:"cases"`
	Steps      int64    `json:"steps"` // commands
	Inferences int64    `json:"inferences"`
	Cycles     int64    `json:"cycles"`
	Found      string   `json:"found"` // what failed, with its case and seed; empty: nothing
}

// HeadCoverage is one kind of coverage: how much of a total was reached.
type HeadCoverage struct {
	Total   int       `json:"total"`
	Hit     int       `json:"hit"`
	Missing []HeadGap `json:"missing"` // one for each place or group of places
}

// HeadGap is a coverage gap.
type HeadGap struct {
	Where string `json:"where"` // file:line and text, or the name of a bin
	Count int    `json:"count"` // how many of the total it stands for
	Why   string `json:"why"`   // why the gap is expected; empty: not explained
}

// HeadRate is how fast a program runs on a head, at 1 GHz and without stalls.
type HeadRate struct {
	Layers          string `json:"layers"` // "1280 → 256 → 128 → 5"
	Lanes           int    `json:"lanes"`
	Cycles          int64  `json:"cycles"` // of an image
	ImagesPerSecond int64  `json:"images_per_second"`
	Heads           int    `json:"heads"` // side by side, for the 1.21 M images/s of the paper
}

// HeadProof is a proved or failed claim about the head. ID names the obligation that
// gives the verdict.
type HeadProof struct {
	ID      verdict.ID      `json:"id"`
	Kind    verdict.Kind    `json:"kind"`
	Name    string          `json:"name"`
	Claim   string          `json:"claim"`
	Verdict verdict.Verdict `json:"verdict"`
	Method  string          `json:"method"` // empty unless it is proved
}

// canonical is a copy with empty lists for nil ones.
func (h *Head) canonical() *Head {
	if h == nil {
		return nil
	}
	c := *h
	c.Program.Layers = list(h.Program.Layers)
	c.Lines.Missing, c.Toggles.Missing, c.Bins.Missing = list(h.Lines.Missing), list(h.Toggles.Missing), list(h.Bins.Missing)
	c.Rates, c.Proofs = list(h.Rates), list(h.Proofs)
	return &c
}

func list[T any](l []T) []T { return append(make([]T, 0, len(l)), l...) }

// needed lists obligation kinds. A signoff with a head has at least one obligation of
// each.
var needed = []verdict.Kind{verdict.HeadFuzz, verdict.HeadProgram}

// conclude lists the reasons why h is not proved, by gravity. obligations are those of
// the signoff by kind.
func (h *Head) conclude(obligations []Discharge) (refuted, failed, open []string) {
	if h == nil {
		return nil, nil, nil
	}
	for _, kind := range needed {
		if !slices.ContainsFunc(obligations, func(d Discharge) bool { return d.Kind == kind && d.Total > 0 }) {
			open = append(open, fmt.Sprintf("head: no obligation of the kind %q", kind))
		}
	}
	for _, found := range []string{h.Campaign.Found, h.Program.Found} {
		if found != "" {
			refuted = append(refuted, "head: "+found)
		}
	}
	if len(h.Proofs) == 0 {
		open = append(open, "head: nothing was proved")
	}
	for _, c := range []struct {
		what string
		HeadCoverage
	}{{"lines", h.Lines}, {"toggles", h.Toggles}, {"bins", h.Bins}} {
		missing, unknown := 0, 0
		for _, g := range c.Missing {
			missing += g.Count
			if g.Why == "" {
				unknown += g.Count
			}
		}
		switch {
		case c.Hit < 0 || c.Hit+missing != c.Total:
			failed = append(failed, fmt.Sprintf("head, %s: %d reached and %d listed of %d", c.what, c.Hit, missing, c.Total))
		case unknown > 0:
			open = append(open, fmt.Sprintf("head, %s: %d of %d neither reached nor explained", c.what, unknown, c.Total))
		}
	}
	return refuted, failed, open
}

// sentence is the sentence about the head in the verdict of a signed-off network. It
// starts with a space. It is "" without a head.
func (h *Head) sentence() string {
	if h == nil {
		return ""
	}
	return fmt.Sprintf(" Of its programmable head %s %s proved, and %s and %s gave what the reference gives.",
		words.Count(len(h.Proofs), "claim"), verb(len(h.Proofs)), words.Count(int(h.Campaign.Cases), "random sequence"), words.Count(int(h.Program.Images), "image"))
}

// HeadVerdict is the gravest verdict on the head's obligations, and Unknown if there
// are none.
func (s *Signoff) HeadVerdict() verdict.Verdict {
	return s.over(func(r verdict.Row) bool { return r.Head })
}

// StreamVerdict is the gravest verdict on the obligations of the chip between the
// layers, and Unknown if there are none.
func (s *Signoff) StreamVerdict() verdict.Verdict {
	return s.over(func(r verdict.Row) bool { return r.Stream })
}

// over is the gravest verdict on obligations of the kinds for which of returns true.
func (s *Signoff) over(of func(verdict.Row) bool) verdict.Verdict {
	var all Discharge
	for _, o := range s.Obligations {
		if row, _ := o.Kind.Row(); of(row) {
			all.Total += o.Total
			all.Discharged += o.Discharged
			all.Failed += o.Failed
			all.Refuted += o.Refuted
		}
	}
	switch {
	case all.Refuted > 0:
		return verdict.Refuted
	case all.Failed > 0:
		return verdict.Failed
	case all.Total > 0 && all.Discharged == all.Total:
		return verdict.Proved
	}
	return verdict.Unknown
}
