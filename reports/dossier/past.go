package dossier

import (
	"path/filepath"
	"time"

	"github.com/hashiflex/hashiflex/reports"
)

// Earlier is an earlier run, which the caller has checked.
type Earlier struct {
	Name    string // as the reader knows it, such as its folder
	Signoff *reports.Signoff
	Took    time.Duration // 0: not known
	Begin   string        // when it began; "": not known
}

// Past is what a run came to, in a line beside those of other runs.
type Past struct {
	Name       string
	Begin      string // "": not known
	Revision   *reports.Revision
	Conclusion reports.Conclusion
	Points     reports.Counts // over all edges
	Facts      reports.Counts // further obligations; Unknown are all that were not discharged
	Adders     int
	Bits       int
	Depth      int
	Took       time.Duration // 0: not known
	Other      bool          // it is about a network of another name
}

// past lists earlier runs and the one of d.
func past(earlier []Earlier, d *Dossier, dir string) (all []Past) {
	if len(earlier) == 0 {
		return nil
	}
	now := Earlier{Name: filepath.Base(dir), Signoff: d.Signoff}
	if d.Times != nil && d.Times.Run != nil {
		now.Took, now.Begin = d.Times.Run.Wall, d.Times.Begin
	}
	for _, e := range append(earlier[:len(earlier):len(earlier)], now) {
		p := Past{Name: e.Name, Begin: e.Begin, Revision: e.Signoff.Revision, Conclusion: e.Signoff.Conclusion, Took: e.Took,
			Other: e.Signoff.Network != d.Signoff.Network}
		for _, c := range e.Signoff.Totals {
			p.Points.Add(c)
		}
		for _, o := range e.Signoff.Obligations {
			p.Facts.Add(reports.Counts{Total: o.Total, Proved: o.Discharged, Unknown: o.Total - o.Discharged})
		}
		for _, h := range e.Signoff.Hardware {
			p.Adders += h.Adders
			p.Bits += h.Bits
			p.Depth = max(p.Depth, h.Depth)
		}
		all = append(all, p)
	}
	return all
}
