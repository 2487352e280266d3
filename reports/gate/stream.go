package gate

import (
	"github.com/hashiflex/hashiflex/reports"
	"github.com/hashiflex/hashiflex/spec/verdict"
	"github.com/hashiflex/hashiflex/spec/words"
)

// stream compares the chip between the layers of two signoffs. A chip that is no longer
// checked is worse. So is a block or chip that was proved and is not proved now. Other
// blocks or another rate are only different.
func (c *comparison) stream(before, after *reports.Signoff) {
	was, is := before.Stream, after.Stream
	switch {
	case was == nil && is == nil:
		return
	case was == nil:
		c.add(Different, "the chip between the layers is looked at now")
		return
	case is == nil:
		c.add(Worse, "the chip between the layers is not looked at any more")
		return
	}
	c.verdict("stream", before.StreamVerdict(), after.StreamVerdict())
	blocks := map[string]*reports.StreamBlock{}
	for i := range was.Blocks {
		blocks[was.Blocks[i].Instance] = &was.Blocks[i]
	}
	for i := range is.Blocks {
		b := &is.Blocks[i]
		old := blocks[b.Instance]
		delete(blocks, b.Instance)
		if old == nil {
			c.add(Different, "stream, block %s is new", b.Instance)
			continue
		}
		c.verdict("stream, block "+b.Instance, old.Verdict, b.Verdict)
		if a, d := old.Depth(), b.Depth(); a != d && a > 0 && d > 0 {
			c.add(Different, "stream, FIFO %s: %s, were %d", b.Instance, words.Count(d, "item"), a)
		}
	}
	for i := range was.Blocks {
		if b := blocks[was.Blocks[i].Instance]; b != nil {
			c.add(Different, "stream, block %s is gone", b.Instance)
		}
	}
	if a, b := was.Slowest(), is.Slowest(); a != nil && b != nil && a.Clocks != b.Clocks {
		c.add(Different, "stream, clocks a frame: %d (%s), were %d (%s)", b.Clocks, b.Instance, a.Clocks, a.Instance)
	}
}

// verdict records the change of one verdict.
func (c *comparison) verdict(what string, was, is verdict.Verdict) {
	effect := Different
	switch {
	case was == is:
		return
	case was == verdict.Proved:
		effect = Worse
	case is == verdict.Proved:
		effect = Better
	}
	c.add(effect, "%s: %v, was %v", what, is, was)
}
