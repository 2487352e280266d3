package gate

import (
	"github.com/hashiflex/hashiflex/reports"
	"github.com/hashiflex/hashiflex/spec/verdict"
	"github.com/hashiflex/hashiflex/spec/words"
)

// head compares the programmable head of two signoffs. A head that is no longer
// checked, a lost proof and a coverage bin that is no longer hit are worse.
func (c *comparison) head(was, is *reports.Head) {
	switch {
	case was == nil && is == nil:
		return
	case was == nil:
		c.add(Different, "the head is looked at now")
		return
	case is == nil:
		c.add(Worse, "the head is not looked at any more")
		return
	}
	for _, k := range []struct {
		what    string
		was, is reports.HeadCoverage
	}{{"lines", was.Lines, is.Lines}, {"toggles", was.Toggles, is.Toggles}, {"bins", was.Bins, is.Bins}} {
		if k.was.Total > 0 && k.is.Total == 0 {
			c.add(Worse, "head, %s: not counted, were %d of %d", k.what, k.was.Hit, k.was.Total)
			continue
		}
		c.fewer("head, "+k.what+": not reached", k.was.Total-k.was.Hit, k.is.Total-k.is.Hit, k.was.Total > 0 && k.was.Total <= k.is.Total)
		if k.was.Total != k.is.Total {
			c.add(Different, "head, %s: %d, were %d", k.what, k.is.Total, k.was.Total)
		}
	}
	proofs := map[verdict.ID]verdict.Verdict{}
	for _, p := range is.Proofs {
		proofs[p.ID] = p.Verdict
	}
	for _, p := range was.Proofs {
		if v, ok := proofs[p.ID]; ok {
			c.verdict("head, "+string(p.ID), p.Verdict, v)
		} else {
			c.add(Worse, "head, %s: gone, was %v", p.ID, p.Verdict)
		}
	}
	if a, b := was.Campaign.Cases, is.Campaign.Cases; a != b {
		c.add(Different, "head, sequences: %d, were %d", b, a)
	}
	if len(was.Rates) > 0 && len(is.Rates) > 0 && was.Rates[0] != is.Rates[0] {
		a, b := was.Rates[0], is.Rates[0]
		c.add(Different, "head, %s with %s: %d images/s, were %d (%s with %s)", b.Layers, words.Count(b.Lanes, "lane"), b.ImagesPerSecond, a.ImagesPerSecond, a.Layers, words.Count(a.Lanes, "lane"))
	}
}
