package progress

import (
	"math"
	"slices"
)

// Kinds of work have prices, which are those of a quiet machine. What is left of a phase is
// priced anew as the phase goes on: each kind is as many times slower as it was seen to be, and
// a kind of which little was seen as all kinds together.

const (
	// unseen is the longest time, in seconds, for which each kind is taken to have been seen at
	// the speed of all, and all at their prices.
	unseen = 1.0
	// glimpse is the shortest such time: the first pieces of work are slower than others.
	glimpse = 0.1
	// begun is a time for which workers are taken to have been busy, since a piece of work
	// takes its time before it is reported.
	begun = 1.0
)

// stepWorks takes what the phase has done of each kind.
func (p *Progress) stepWorks(works []Work) {
	now := p.o.Now()
	span := max(memory, recall*now.Sub(p.begin).Seconds())
	before := map[string]Work{}
	for _, w := range p.works {
		before[w.Kind] = w
	}
	telling := p.at >= 0 && slices.ContainsFunc(works, func(w Work) bool { return slices.Contains(p.plan[p.at].Telling, w.Kind) })
	var tells pace
	for _, w := range works {
		b := before[w.Kind]
		x := p.speeds[w.Kind]
		if x == nil {
			x = &pace{}
			p.speeds[w.Kind] = x
		}
		cost, took := float64(max(0, w.Done-b.Done))*p.price(w.Kind), w.Seconds-b.Seconds
		if took > 0 {
			x.add(cost, took, p.workers()*span)
		}
		if !telling || slices.Contains(p.plan[p.at].Telling, w.Kind) {
			tells.cost, tells.time = tells.cost+cost, tells.time+max(0, took)
		}
		if cost > 0 {
			p.moved = now
		}
	}
	if tells.cost > 0 {
		p.whole.add(tells.cost/p.workers(), tells.time/p.workers(), span)
	}
	p.works = works
}

func (p *Progress) workers() float64 {
	if p.at < 0 {
		return 1
	}
	return float64(max(1, p.plan[p.at].Workers))
}

// price is of a unit of some kind of the phase.
func (p *Progress) price(kind string) float64 {
	if p.at < 0 {
		return 0
	}
	return p.plan[p.at].Prices[kind]
}

// worked is what is done, and all, of the phase's work at its prices.
func (p *Progress) worked() (done, all float64) {
	for _, w := range p.works {
		done += float64(w.Done) * p.price(w.Kind)
		all += float64(w.Total) * p.price(w.Kind)
	}
	return done, all
}

// expected is the pace of a phase of the plan, by what came before it.
func (p *Progress) expected(phase int) float64 {
	whole := p.paced(p.whole)
	if phase < 0 || len(p.plan[phase].Like) == 0 || whole <= 0 {
		return whole
	}
	known := pace{cost: p.prior() * whole, time: p.prior()}
	for _, kind := range p.plan[phase].Like {
		if x := p.speeds[kind]; x != nil {
			known.cost, known.time = known.cost+x.cost, known.time+x.time
		}
	}
	return known.cost / known.time
}

// prior is the time, in seconds, for which what is expected counts beside what is measured.
func (p *Progress) prior() float64 { return min(unseen, max(glimpse, assumed*p.upTo(len(p.plan)))) }

// leftOfWorks is the time that is left of a phase that has kinds of work.
func (p *Progress) leftOfWorks() (seconds float64, ok bool) {
	if len(p.works) == 0 {
		return 0, false
	}
	u := p.prior()
	all := pace{u, u}
	took := 0.0
	for _, w := range p.works {
		x := p.speeds[w.Kind]
		all.cost, all.time = all.cost+x.cost, all.time+x.time
		took += w.Seconds
	}
	left := 0.0
	for _, w := range p.works {
		x := p.speeds[w.Kind]
		slow := (x.time + u) / (x.cost + u*all.cost/all.time)
		left += float64(w.Total-w.Done) * p.price(w.Kind) * slow
	}
	if left <= 0 {
		return 0, true
	}
	workers := p.workers()
	elapsed := p.o.Now().Sub(p.entered).Seconds()
	idle := max(1, min(workers, (workers*elapsed+begun)/(took+begun)))
	seconds = left / workers * idle
	since := p.o.Now().Sub(p.moved).Seconds()
	return math.Max(seconds-min(since, seconds/2), since), true
}
