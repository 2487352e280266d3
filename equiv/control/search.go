package control

import (
	"context"
	"fmt"
	"math/rand/v2"

	"github.com/hashiflex/hashiflex/netlist"
	"github.com/hashiflex/hashiflex/spec/verdict"
)

// Effort of the random master: parallel runs per round, cycles per run, and rounds.
const (
	lanes  = 64
	cycles = 300
	rounds = 6
)

// play executes the system for many runs at once, each with its own master.
type play struct {
	s       *system
	cuts    []netlist.Value // inputs, registers, undefined words
	index   map[string]int  // of inputs among cuts, by name
	regs    int             // of the first register among cuts
	pins    *netlist.Program
	edge    *netlist.Program
	outputs []netlist.Value // that are watched
}

func newPlay(s *system, watch []netlist.Value) (*play, error) {
	p := &play{s: s, index: make(map[string]int), outputs: watch}
	for i, in := range s.m.Inputs {
		p.cuts = append(p.cuts, in.Value)
		p.index[in.Name] = i
	}
	p.regs = len(p.cuts)
	var next []netlist.Value
	for _, r := range s.m.Regs {
		p.cuts = append(p.cuts, r.Q)
		next = append(next, r.D)
	}
	for v := range s.m.Cells {
		if s.m.Cells[v].Op == netlist.OpUndef {
			p.cuts = append(p.cuts, netlist.Value(v))
		}
	}
	var err error
	if p.pins, err = netlist.Compile(s.m, p.cuts, []netlist.Value{s.out[pins]}); err != nil {
		return nil, fmt.Errorf("control: %w", err)
	}
	if p.edge, err = netlist.Compile(s.m, p.cuts, append(next, watch...)); err != nil {
		return nil, fmt.Errorf("control: %w", err)
	}
	return p, nil
}

// run is one round: the values of all cuts, and of all that is watched, cycle by
// cycle.
type run struct {
	cuts    [][][]uint64 // cycle, cut, lane
	watched [][][]uint64 // cycle, output, lane
	pins    [][]uint64   // cycle, lane
}

func words(n int) [][]uint64 {
	backing := make([]uint64, n*lanes)
	w := make([][]uint64, n)
	for i := range w {
		w[i] = backing[i*lanes : (i+1)*lanes]
	}
	return w
}

// round plays from random states of all registers, with a reset in the first
// cycle.
func (p *play) round(seed, round uint64, hints []hint) run {
	rng := rand.New(rand.NewPCG(seed, round))
	masters := make([]*master, lanes)
	for i := range masters {
		masters[i] = newMaster(p.s.params, rng, hints)
	}
	nregs := len(p.s.m.Regs)
	now := words(len(p.cuts))
	for _, c := range now[p.regs:] {
		for l := range c {
			c[l] = rng.Uint64()
		}
	}
	var r run
	for cycle := range cycles {
		for i, v := range p.cuts {
			if c := &p.s.m.Cells[v]; c.Op == netlist.OpReg {
				continue
			}
			mask := ^uint64(0) >> (64 - p.s.m.Width(v))
			for l := range now[i] {
				now[i][l] = rng.Uint64() & mask
			}
		}
		pins := words(1)
		p.pins.Run(lanes, now, pins)
		for l, m := range masters {
			d := m.next(seen(pins[0][l]))
			if cycle == 0 {
				*m = *newMaster(p.s.params, rng, hints)
				d.resetn = false
			}
			p.apply(now, l, d)
		}
		out := words(nregs + len(p.outputs))
		p.edge.Run(lanes, now, out)
		r.cuts = append(r.cuts, now)
		r.watched = append(r.watched, out[nregs:])
		r.pins = append(r.pins, pins[0])
		next := words(len(p.cuts))
		for i := range nregs {
			copy(next[p.regs+i], out[i])
		}
		now = next
	}
	return r
}

func (p *play) apply(now [][]uint64, lane int, d drive) {
	set := func(name string, v uint64) {
		if i, ok := p.index[name]; ok {
			now[i][lane] = v
		}
	}
	for name, v := range map[string]bool{
		"resetn": d.resetn, "s_axi_awvalid": d.awvalid, "s_axi_wvalid": d.wvalid, "s_axi_bready": d.bready,
		"s_axi_arvalid": d.arvalid, "s_axi_rready": d.rready, "s_axis_tvalid": d.tvalid, "s_axis_tlast": d.tlast,
		"m_axis_tready": d.mready,
	} {
		set(name, uint64(bit(v)))
	}
	set("s_axi_awaddr", d.awaddr)
	set("s_axi_wdata", d.wdata)
	set("s_axi_wstrb", d.wstrb)
	set("s_axi_araddr", d.araddr)
}

// hunt is the search for runs that settle claims: runs that reach a goal, and runs that
// violate a rule or an invariant.
type hunt struct {
	player *play
	seed   uint64
	round  uint64
	hints  []hint // for the masters
	first  []int  // by claim: the cycle in which the best run so far settles it; -1 is none
}

func newHunt(s *system, proofs []proof, seed uint64) (*hunt, error) {
	h := &hunt{seed: seed}
	var watch []netlist.Value
	for _, p := range proofs {
		watch = append(watch, p.value)
		h.first = append(h.first, -1)
	}
	var err error
	h.player, err = newPlay(s, watch)
	return h, err
}

// play is one more round. For each claim it keeps the shortest run that settles it. A
// goal that is reached is proved. A rule or an invariant that breaks is refuted. If it
// had been proved, one of the two methods is wrong, and the claim fails.
func (h *hunt) play(proofs []proof) {
	r := h.player.round(h.seed, h.round, h.hints)
	h.round++
	for i := range proofs {
		f := &proofs[i].fact
		wanted := proofs[i].kind == goal
		// The power-up value of a register must not count as reaching a goal.
		cycle, lane := r.find(i, wanted, 1+bit(wanted))
		if cycle < 0 || h.first[i] >= 0 && h.first[i] <= cycle {
			continue
		}
		switch {
		case wanted:
			f.Verdict, f.Basis, f.Reason, f.Detail = verdict.Proved, verdict.Computed, "", fmt.Sprintf("in cycle %d of a run of seed %d", cycle, h.seed)
		case f.Verdict == verdict.Proved || f.Verdict == verdict.Failed:
			f.Verdict, f.Reason, f.Detail = verdict.Failed, verdict.EngineDisagree, "a run breaks what the solver proved"
		default:
			f.Verdict, f.Reason, f.Detail = verdict.Refuted, "", fmt.Sprintf("broken in cycle %d of a run of seed %d", cycle, h.seed)
		}
		h.first[i] = cycle
		f.Method = playing
		if !wanted {
			f.Trace = h.player.trace(r, lane, cycle, f.Claim)
		}
	}
}

const playing = "run of a random master"

// more is the largest number of rounds to break unproved claims. enough is the number of
// further rounds, after a claim broke, to find a shorter run.
const (
	more   = 80
	enough = 8
)

// settle plays on for claims that the solver left open, with its states as hints. From
// such a state a claim breaks, but the solver does not say whether a run reaches it. If
// no run is found, the claim stays open, with the state from which it would break.
func (h *hunt) settle(ctx context.Context, proofs []proof) {
	for i := range proofs {
		if m := proofs[i].model; m != nil {
			h.hints = append(h.hints, h.player.hint(m))
		}
	}
	if len(h.hints) == 0 {
		return
	}
	left := more
	for played := 0; played < left && ctx.Err() == nil; played++ {
		h.play(proofs)
		if left == more && some(proofs, verdict.Refuted) {
			left = min(more, played+1+enough)
		}
	}
	for i := range proofs {
		if p := &proofs[i]; p.model != nil && p.fact.Verdict == verdict.Unknown {
			p.fact.Detail = fmt.Sprintf("%s: it breaks from a state that keeps them, where %s; no run of seed %d was found to reach that state or to break it (%d runs of %d cycles)",
				notInductive, h.player.instance(p.model), h.seed, h.round*lanes, cycles)
		}
	}
}

// goals plays until every goal is reached, up to a number of rounds.
func (h *hunt) goals(proofs []proof) {
	for range rounds {
		h.play(proofs)
		open := false
		for i := range proofs {
			open = open || proofs[i].kind == goal && proofs[i].fact.Verdict != verdict.Proved
		}
		if !open {
			return
		}
	}
	for i := range proofs {
		if f := &proofs[i].fact; proofs[i].kind == goal && f.Verdict != verdict.Proved {
			f.Reason, f.Method = verdict.NoStrategy, playing
			f.Detail = fmt.Sprintf("not reached in %d runs of %d cycles of seed %d", rounds*lanes, cycles, h.seed)
		}
	}
}

// find is the earliest cycle, not before from, in which output i has value want, and the
// lane; -1 if there is none.
func (r *run) find(i int, want bool, from int) (cycle, lane int) {
	for c := from; c < len(r.watched); c++ {
		for l, v := range r.watched[c][i] {
			if v == uint64(bit(want)) {
				return c, l
			}
		}
	}
	return -1, 0
}
