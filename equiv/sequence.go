package equiv

import (
	"math/rand"

	"github.com/hashiflex/hashiflex/netlist"
)

// Sequence is a witness of two input vectors for a circuit with registers. Before is
// held until the circuit is settled, then Inputs. At some clock, the output belongs to
// neither. For every latency, the model's output at that clock is the one of Before or
// of Inputs.
type Sequence struct {
	Before, Inputs   []int64 // by variable of the model
	Settle           int     // clocks for which Before is held
	Clocks           int     // from the first with Inputs to the one whose output is Gate; 0: the first itself
	GoldBefore, Gold int64
	Gate             int64
}

// Player runs a circuit with registers clock by clock.
type Player struct {
	q      *Question
	run    *netlist.Clocked
	settle int
}

// NewPlayer plays up to lanes sequences at a time. stages are those of the output.
func (q *Question) NewPlayer(stages *netlist.Pipeline, lanes int) (*Player, error) {
	if q.unbound != nil {
		return nil, q.unbound
	}
	run, err := netlist.NewClocked(q.Gate, q.Out, lanes)
	if err != nil {
		return nil, err
	}
	return &Player{q, run, stages.Settle}, nil
}

// Play holds before until all registers are settled, then holds inputs. It returns the
// outputs from then on, for one clock more than the circuit's depth. before and inputs
// have one input vector for each lane. The result is by clock, then by lane.
func (p *Player) Play(before, inputs [][]int64) [][]int64 {
	old, now := p.q.Lanes(before), p.q.Lanes(inputs)
	out := make([]uint64, len(inputs))
	for range p.settle {
		p.run.Step(old, out)
	}
	all := make([][]int64, p.settle+1)
	for k := range all {
		p.run.Step(now, out)
		all[k] = p.q.numbers(out)
	}
	return all
}

// Stray returns the first output, by clock, that is neither before nor after, or else
// the last output.
func Stray(outs []int64, before, after int64) (clock int, value int64) {
	for k, o := range outs {
		if o != before && o != after {
			return k, o
		}
	}
	return len(outs) - 1, outs[len(outs)-1]
}

// sequenceLanes is the number of pairs tried at a time, and sequenceTries the number of
// such batches.
const (
	sequenceLanes = 1024
	sequenceTries = 24
)

// SearchSequence looks for a sequence that shows paths of different length to the
// output. It returns nil if it finds none, which proves nothing. The same seed gives
// the same result.
func (q *Question) SearchSequence(stages *netlist.Pipeline, seed int64) (*Sequence, error) {
	m := q.Model
	p, err := q.NewPlayer(stages, sequenceLanes)
	if err != nil {
		return nil, err
	}
	rng := rand.New(rand.NewSource(seed))
	pool := append(Vectors(m, rng, 1024), gradients(m, nil, rng)...)
	live := alive(m, pool)
	early := p.early(stages)
	for range sequenceTries {
		before, inputs := make([][]int64, sequenceLanes), make([][]int64, sequenceLanes)
		for j := range before {
			before[j] = live[rng.Intn(len(live))]
			to, part := pool[rng.Intn(len(pool))], pool[rng.Intn(len(pool))]
			// Early inputs decide the output in between. They change independently, and
			// to an end of their range in every other lane.
			inputs[j] = m.fill(func(i int, v Var) int64 {
				switch {
				case !early[i]:
					return to[i]
				case j%2 == 0:
					return part[i]
				}
				return []int64{v.Range.Lo, v.Range.Hi}[j/2%2]
			})
		}
		outs := p.Play(before, inputs)
		for j := range before {
			if s := p.sequence(before[j], inputs[j], column(outs, j)); s != nil {
				return s.smaller(q, stages)
			}
		}
	}
	return nil, nil
}

// alive returns the inputs whose outputs are neither the least nor the greatest of all,
// if there are any. A saturated output hides changes.
func alive(m *Model, pool [][]int64) (live [][]int64) {
	golds := make([]int64, len(pool))
	least, most := m.Run(pool[0]), m.Run(pool[0])
	for j, v := range pool {
		golds[j] = m.Run(v)
		least, most = min(least, golds[j]), max(most, golds[j])
	}
	for j, v := range pool {
		if least < golds[j] && golds[j] < most {
			live = append(live, v)
		}
	}
	if len(live) == 0 {
		return pool
	}
	return live
}

// early are the variables that reach the output before others.
func (p *Player) early(stages *netlist.Pipeline) []bool {
	_, most := stages.Range()
	early := make([]bool, len(p.q.Model.Vars))
	for i, v := range p.q.bind {
		early[v] = stages.Inputs[i].Max >= 0 && stages.Inputs[i].Min < most
	}
	return early
}

func column(outs [][]int64, lane int) []int64 {
	one := make([]int64, len(outs))
	for k := range outs {
		one[k] = outs[k][lane]
	}
	return one
}

// sequence returns the Sequence that before and inputs show, or nil. The first and last
// outputs must be the model's: otherwise the fault is not one of latency.
func (p *Player) sequence(before, inputs, outs []int64) *Sequence {
	s := &Sequence{Before: before, Inputs: inputs, Settle: p.settle, GoldBefore: p.q.Model.Run(before), Gold: p.q.Model.Run(inputs)}
	if outs[0] != s.GoldBefore && outs[0] != s.Gold || outs[len(outs)-1] != s.Gold {
		return nil
	}
	if s.Clocks, s.Gate = Stray(outs, s.GoldBefore, s.Gold); s.Gate == s.Gold {
		return nil
	}
	return s
}

// smaller minimizes a sequence: it puts inputs to rest, or keeps them unchanged, as
// long as the sequence still shows the fault.
func (s *Sequence) smaller(q *Question, stages *netlist.Pipeline) (*Sequence, error) {
	p, err := q.NewPlayer(stages, 1)
	if err != nil {
		return nil, err
	}
	try := func(i int, before, now int64) bool {
		if s.Before[i] == before && s.Inputs[i] == now {
			return true
		}
		x, y := append([]int64(nil), s.Before...), append([]int64(nil), s.Inputs...)
		x[i], y[i] = before, now
		t := p.sequence(x, y, column(p.Play([][]int64{x}, [][]int64{y}), 0))
		if t != nil {
			s = t
		}
		return t != nil
	}
	for i, v := range q.Model.Vars {
		r := rest(v)
		if !try(i, r, r) && !try(i, r, s.Inputs[i]) {
			try(i, s.Before[i], s.Before[i])
		}
	}
	return s, nil
}
