package sequential

import (
	"fmt"
	"slices"

	"github.com/hashiflex/hashiflex/netlist"
	"github.com/hashiflex/hashiflex/rtl/portmap"
	"github.com/hashiflex/hashiflex/spec/verdict"
	"github.com/hashiflex/hashiflex/spec/words"
)

// rest is a clock between computations, with and without a start.
func (e *explorer) rest(n node) error {
	if !n.offered {
		e.begin(n.state, clock{start: e.bit(0)})
		if err := e.quiet(&n); err != nil {
			return err
		}
		state := e.idle(&n)
		e.push(node{phase: n.phase, state: state, result: n.result, waited: n.waited})
	}
	if e.Protocol.Ready == "" {
		return e.start(node{phase: busy, state: e.general(n.state)})
	}
	e.begin(n.state, clock{start: e.bit(1)})
	ready, err := e.says(portmap.Ready, &n)
	if err != nil {
		return err
	}
	if ready {
		return e.start(node{phase: busy, state: e.general(n.state)})
	}
	if err := e.quiet(&n); err != nil {
		return err
	}
	state := e.idle(&n)
	e.push(node{phase: n.phase, offered: true, state: state, result: n.result, waited: n.waited})
	return nil
}

// quiet checks that a block at rest does not signal a new output. It may still signal
// the last one.
func (e *explorer) quiet(n *node) error {
	if n.phase == fresh && (e.Protocol.Reset == "" || e.Protocol.Idle) {
		return nil // nothing is known, or Done means nothing, before the first computation
	}
	done, err := e.says(portmap.Done, n)
	switch {
	case err != nil || !done:
		return err
	case n.phase == fresh:
		return e.wrong(portmap.Done, false, "is 1 after reset, before any start")
	case e.Protocol.Taken != "" || e.Outputs > 1:
		return e.wrong(portmap.Done, false, "is 1 after the last output")
	case e.x.Net(e.Output) != n.result:
		return e.wrong(e.Output, false, "changes while "+e.user(portmap.Done)+" stays 1 after a computation")
	}
	return nil
}

// wrong is the problem of an output with a wrong value in the clock that is in work.
func (e *explorer) wrong(port string, want bool, words string) error {
	name := "the output"
	if port != e.Output {
		name = e.user(port)
	}
	return &Problem{Reason: verdict.NoLatency, Words: name + " " + words, Port: port, Want: want}
}

// start notes a position in which a computation begins.
func (e *explorer) start(n node) error {
	before := len(e.queue)
	e.push(n)
	if len(e.queue) > before {
		e.starts = append(e.starts, n.state)
	}
	return nil
}

// busy is a clock of a computation.
func (e *explorer) busy(n node) error {
	if n.items < max(1, e.Inputs) {
		return e.taking(n)
	}
	return e.giving(n)
}

// taking is a clock in which an input is due: at the start, or one of a sequence.
func (e *explorer) taking(n node) error {
	p := e.Protocol
	asked := n.items == 0 || p.Each // whether Start marks it as valid
	c := clock{item: n.items, data: true, start: e.bit(0)}
	if asked {
		c.start = e.bit(1)
	}
	if n.over {
		c.taken = e.bit(1)
	}
	if n.items > 0 && p.Each && !n.offered {
		// It may be late.
		e.begin(n.state, clock{start: e.bit(0)})
		if err := e.early(&n); err != nil {
			return err
		}
		late := n
		late.state = e.idle(&late)
		e.push(late)
	}
	e.begin(n.state, c)
	if n.clocks > 0 {
		if err := e.early(&n); err != nil {
			return err
		}
	}
	if asked && p.Ready != "" {
		ready, err := e.says(portmap.Ready, &n)
		if err != nil {
			return err
		}
		if !ready && n.items > 0 {
			wait := n
			wait.offered, wait.state = true, e.idle(&wait)
			e.push(wait)
			return nil
		}
		if !ready {
			return &Problem{Reason: verdict.OpenControl, Words: e.user(portmap.Ready) + " depends on what an earlier computation left"}
		}
	}
	e.push(node{phase: busy, items: n.items + 1, clocks: n.clocks + 1, state: e.next()})
	return nil
}

// early checks that a block signals no output before it has all its inputs.
func (e *explorer) early(n *node) error {
	done, err := e.says(portmap.Done, n)
	if err == nil && done {
		return e.wrong(portmap.Done, false, fmt.Sprintf("is 1 %s, before the last input is there", n.when()))
	}
	return err
}

// giving is a clock in which the block has all inputs and may have an output.
func (e *explorer) giving(n node) error {
	p := e.Protocol
	c := clock{data: p.Inputs == portmap.Held}
	if p.Ready == "" {
		c.start = e.bit(0)
	}
	// The environment may offer another computation, and may be ready for an output
	// before there is one. Neither may affect the signals of the block.
	e.begin(n.state, c)
	done, err := e.says(portmap.Done, &n)
	switch {
	case err != nil:
		return err
	case !done && n.stalled:
		return e.wrong(portmap.Done, true, "falls before the output is taken")
	case !done:
		if ready, err := e.ready(&n); err != nil || ready {
			return e.overlap(&n, err)
		}
		return e.wait(n)
	}
	if err := e.timely(&n); err != nil {
		return err
	}
	y := e.x.Net(e.Output)
	if n.stalled && n.given == e.Which && y != n.held {
		return e.wrong(e.Output, false, "changes before it is taken")
	}
	if n.given == e.Which {
		if e.latency >= 0 && e.latency != n.clocks {
			return &Problem{Reason: verdict.NoLatency, Words: fmt.Sprintf("its output comes %s, and by another way of control after %d", n.when(), e.latency)}
		}
		n.result, e.latency = y, n.clocks
		e.found(y)
		if e.g.OnUndef(y) {
			// The point is not proved, and this is the reason.
			e.queue = nil
			return nil
		}
	}
	if p.Taken != "" {
		c.taken = e.bit(0)
		e.begin(n.state, c)
		if ready, err := e.ready(&n); err != nil || ready {
			return e.overlap(&n, err)
		}
		stay := n
		stay.stalled, stay.held = true, y
		stay.state = e.idle(&stay)
		e.push(stay)
		c.taken = e.bit(1)
	}
	e.begin(n.state, c)
	last := n.given+1 == e.Outputs
	ready, err := e.ready(&n)
	switch {
	case err != nil:
		return err
	case ready && !last:
		return e.overlap(&n, nil)
	case ready:
		// The next one may begin with the last output.
		if err := e.start(node{phase: busy, over: true, state: e.general(n.state)}); err != nil {
			return err
		}
		c.start = e.bit(0)
		e.begin(n.state, c)
	}
	if last {
		e.push(node{phase: after, state: e.settled(e.next()), result: n.result})
		return nil
	}
	n.stalled, n.held, n.waited = false, 0, 0
	n.given, n.clocks = n.given+1, n.clocks+1
	n.state = e.next()
	e.push(n)
	return nil
}

// ready is whether a start counts in this clock, for a block with a Ready output.
func (e *explorer) ready(n *node) (bool, error) {
	if e.Protocol.Ready == "" {
		return false, nil
	}
	return e.says(portmap.Ready, n)
}

// overlap is the problem of a start that counts before the output is taken. If that is
// unknown, it is the given error.
func (e *explorer) overlap(n *node, err error) error {
	if err != nil {
		return err
	}
	return &Problem{Reason: verdict.OpenControl, Words: fmt.Sprintf("%s is 1 %s, before its last output is there and taken: computations that overlap are not looked at", e.user(portmap.Ready), n.when())}
}

// timely checks the clock of the first output.
func (e *explorer) timely(n *node) error {
	if n.given > 0 || n.stalled {
		return nil
	}
	if e.first < 0 {
		e.first = n.clocks
	}
	if n.clocks == e.first {
		return nil
	}
	if e.Declared >= 0 {
		return e.wrong(portmap.Done, false, fmt.Sprintf("is 1 %s, and the port map declares %d", n.when(), e.first))
	}
	problem := &Problem{Reason: verdict.NoLatency, Words: fmt.Sprintf("%s is 1 %s, and the first computation takes %d", e.user(portmap.Done), n.when(), e.first)}
	if e.Which == 0 {
		problem.Port = e.Output // it counts
	}
	return problem
}

// wait goes to the next clock of a computation whose output is not there.
func (e *explorer) wait(n node) error {
	if n.given == 0 && e.first >= 0 && n.clocks >= e.first {
		if e.Declared >= 0 {
			return e.wrong(portmap.Done, true, fmt.Sprintf("is 0 %s, and the port map declares as many", n.when()))
		}
		return &Problem{Reason: verdict.NoLatency, Words: fmt.Sprintf("%s is 0 %s, and another start takes as many", e.user(portmap.Done), n.when())}
	}
	if n.clocks >= maxClocks {
		return &Problem{Reason: verdict.NoLatency, Words: fmt.Sprintf("%s is 0 for %s after a start", e.user(portmap.Done), words.Count(n.clocks, "clock"))}
	}
	before := n.clocks
	n.clocks++
	n.state = e.next()
	now := e.settled(n.state)
	if slices.Equal(now, n.mark) {
		return &Problem{Reason: verdict.NoLatency, Words: fmt.Sprintf("%s is 0 %s, and nothing changes any more", e.user(portmap.Done), n.when())}
	}
	if before&(before-1) == 0 {
		n.mark = now
	}
	e.push(n)
	return nil
}

// found notes a result.
func (e *explorer) found(y netlist.Value) {
	for _, r := range e.results {
		if r == y {
			return
		}
	}
	e.results = append(e.results, y)
	e.paths = append(e.paths, e.path())
}
