package progress

import (
	"math"
	"time"
)

const (
	// The plan's own pace is believed before anything is measured, as if it had been seen
	// for a part of the whole cost, but for no more than some seconds.
	assumed, nominal = 0.03, 2.0
	// memory is the shortest time, in seconds, after which a measured pace counts for
	// 1/e of what it counted, and recall what it is in a long run, as a part of the time so far.
	memory, recall = 20.0, 0.5
	// trust is the part of a phase after which its own pace counts as much as that of the
	// whole command.
	trust = 0.1
	// lumps is the number of steps that a phase is taken to have before one is seen.
	lumps = 50
	// stretch bounds how much of a step is taken to be done before it is reported.
	stretch = 0.95
)

// pace is planned cost by the time that it took, with recent time counting more.
type pace struct{ cost, time float64 }

func (p *pace) add(cost, took, memory float64) {
	keep := math.Exp(-took / memory)
	p.cost, p.time = p.cost*keep+cost, p.time*keep+took
}

// upTo is the planned cost of the phases before one.
func (p *Progress) upTo(phase int) (cost float64) {
	for _, x := range p.plan[:phase] {
		cost += x.Cost
	}
	return cost
}

// step notes that done of total units of the phase are done; the caller holds mu.
func (p *Progress) step(done, total int, works []Work) {
	if len(works) > 0 {
		p.done, p.total = done, total
		p.stepWorks(works)
		return
	}
	before := p.cost()
	if done > p.done {
		p.lump = done - p.done
	}
	p.done, p.total = done, total
	if after := p.cost(); after > before {
		p.learn(after-before, p.o.Now())
	}
}

// learn takes planned cost that was done since it last was; the caller holds mu.
func (p *Progress) learn(cost float64, now time.Time) {
	took := now.Sub(p.moved).Seconds()
	span := max(memory, recall*now.Sub(p.begin).Seconds())
	p.whole.add(cost, took, span)
	p.own.add(cost, took, span)
	p.moved = now
}

// endCost is the planned cost that the end of the phase brings: all that it has left, unless
// it counts and did nothing, since then there was nothing to do.
func (p *Progress) endCost() float64 {
	if p.at < 0 || p.total > 0 && p.done == 0 {
		return 0
	}
	return (1 - p.fraction()) * p.plan[p.at].Cost
}

// fraction is the part of the phase's time that is over, by what it has counted.
func (p *Progress) fraction() float64 { return p.fractionAt(float64(p.done)) }

func (p *Progress) fractionAt(done float64) float64 {
	if len(p.works) > 0 && done == float64(p.done) {
		done, all := p.worked()
		return done / max(all, 1e-9)
	}
	if p.total <= 0 {
		return 0
	}
	f := min(1, done/float64(p.total))
	if p.at >= 0 {
		f = p.plan[p.at].time(f)
	}
	return f
}

// cost is the planned cost of what is done and counted.
func (p *Progress) cost() float64 {
	switch {
	case len(p.plan) == 0:
		return p.fraction()
	case p.at < 0:
		return 0
	}
	return p.before + p.fraction()*p.plan[p.at].Cost
}

// rate is the pace of what is left of the phase, in planned cost a second. It is 0 if that
// is not known.
func (p *Progress) rate() float64 {
	own := p.paced(p.own)
	if len(p.plan) == 0 {
		return own
	}
	whole := p.expected(p.at)
	if own == 0 {
		return whole
	}
	f := p.fraction()
	w := f / (f + trust)
	return math.Exp(w*math.Log(own) + (1-w)*math.Log(whole))
}

// paced is a pace as planned cost a second. Time without a report counts once it is longer
// than what was to be expected, so that a command that is stuck has more and more left.
func (p *Progress) paced(x pace) float64 {
	if x.cost <= 0 || x.time <= 0 {
		return 0
	}
	v := x.cost / x.time
	since := p.o.Now().Sub(p.moved).Seconds()
	if step := p.stepCost(); since*v > step {
		return (x.cost + step) / (x.time + since)
	}
	return v
}

// stepCost is the planned cost of the phase's next step, which is as large as the last one.
func (p *Progress) stepCost() float64 {
	whole := 1.0
	if len(p.plan) > 0 {
		if p.at < 0 {
			return 0
		}
		whole = p.plan[p.at].Cost
	}
	if len(p.works) > 0 {
		return whole / lumps
	}
	if p.total <= 0 {
		return whole
	}
	lump := max(1, p.lump, p.total/lumps)
	return whole * (p.fractionAt(float64(p.done+lump)) - p.fraction())
}

// ahead is the planned cost that was done since the last report, as far as can be told: a
// phase goes on at its pace, but not beyond a step as large as the last one.
func (p *Progress) ahead() float64 {
	return min(stretch*p.stepCost(), p.o.Now().Sub(p.moved).Seconds()*p.rate())
}

// share is the part of the whole work that is done, from 0 to 1; the caller holds mu. It
// is 0 without a plan, if nothing counts.
func (p *Progress) share() float64 {
	if len(p.plan) == 0 {
		return p.fraction()
	}
	all := p.upTo(len(p.plan))
	if p.at < 0 || all <= 0 {
		return 0
	}
	done := p.cost()
	if p.total <= 0 {
		done += p.ahead()
	}
	return done / all
}

// Left is the estimate of the time that is left of the whole command. ok is false as long
// as there is none.
func (p *Progress) Left() (d time.Duration, ok bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.left()
}

// left is Left; the caller holds mu.
func (p *Progress) left() (d time.Duration, ok bool) {
	rate := p.rate()
	if rate <= 0 || len(p.plan) > 0 && p.at < 0 {
		return 0, false
	}
	current := 1.0
	since := p.entered
	if len(p.plan) > 0 {
		since = p.begin
		current = p.plan[p.at].Cost
	}
	seconds := (current*(1-p.fraction()) - p.ahead()) / rate
	if s, ok := p.leftOfWorks(); ok {
		seconds = s
	}
	for i := p.at + 1; i < len(p.plan); i++ {
		seconds += p.plan[i].Cost / p.expected(i)
	}
	if spent := p.o.Now().Sub(since).Seconds(); spent < early*(spent+seconds) {
		return 0, false
	}
	return time.Duration(seconds * float64(time.Second)), true
}
