package chain

import (
	"errors"

	"github.com/hashiflex/hashiflex/netlist"
	"github.com/hashiflex/hashiflex/rtl"
	"github.com/hashiflex/hashiflex/spec/crash"
	"github.com/hashiflex/hashiflex/spec/verdict"
)

// crashed makes a panic the point's verdict.
func (pt *Point) crashed(e *crash.Error) {
	verdict.Crashed(&pt.Verdict, &pt.Reason, &pt.Detail)(e)
}

// crashed ends the run: a panic between obligations, such as of a callback, is not the
// verdict of any of them.
func (r *run) crashed(e *crash.Error) { r.fail(e) }

// locked calls f, which may panic, while it holds the lock of the run.
func (r *run) locked(f func()) {
	r.mu.Lock()
	defer r.mu.Unlock()
	f()
}

// begins reports that a stage begins, before any of it is done.
func (r *run) begins(stage string) {
	defer crash.Recover("progress", r.crashed)
	r.locked(func() { r.progress(Progress{Stage: stage}) })
}

// elaborated is d.Module with a panic as an error.
func elaborated(d *rtl.Design, name string) (m *netlist.Module, err error) {
	defer crash.Recover("elaboration of "+name, func(e *crash.Error) { err = e })
	return d.Module(name)
}

// notRead is the reason for hardware that could not be read.
func notRead(err error) verdict.Reason {
	var c *crash.Error
	var parted *partedError
	switch {
	case errors.As(err, &c):
		return verdict.EngineCrashed
	case errors.As(err, &parted):
		return verdict.TwoReadings
	}
	return verdict.NotRead
}

// failedPoints are all points of some units of a task.
func failedPoints(t *task, units []int, crashed error) (pts []Point) {
	for _, at := range units {
		for _, edge := range t.edges {
			pts = append(pts, Point{
				Unit: t.units[at].Name, Edge: edge,
				Verdict: verdict.Failed, Reason: verdict.EngineCrashed, Detail: crashed.Error(),
			})
		}
	}
	return pts
}
