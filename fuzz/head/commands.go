package head

import (
	"math/rand"
	"reflect"

	"github.com/leanovate/gopter"
	"github.com/leanovate/gopter/commands"

	"github.com/hashiflex/hashiflex/rtl/npu"
)

// state is gopter's state: a sketch, and the number of steps that led to it.
type state struct {
	sketch *Model
	steps  int
	seed   int64 // of the initial contents of the memories
}

// command is a step as gopter sees it.
type command struct{ step *Step }

// Run implements commands.Command. The result is an error or nil.
func (c command) Run(sut commands.SystemUnderTest) commands.Result {
	return sut.(player).run(c.step)
}

// NextState implements commands.Command.
func (c command) NextState(s commands.State) commands.State {
	old := s.(state)
	next := state{sketch: old.sketch.Sketch(), steps: old.steps + 1, seed: old.seed}
	next.sketch.advance(c.step)
	return next
}

// PreCondition implements commands.Command.
func (c command) PreCondition(s commands.State) bool {
	return playable(s.(state).sketch, c.step) == nil
}

// PostCondition implements commands.Command.
func (c command) PostCondition(_ commands.State, result commands.Result) *gopter.PropResult {
	if result != nil {
		return &gopter.PropResult{Status: gopter.PropFalse}
	}
	return &gopter.PropResult{Status: gopter.PropTrue}
}

func (c command) String() string { return c.step.Note }

// player is gopter's system under test: a trial, or what a trial is drawn into.
type player interface {
	run(*Step) commands.Result
	end()
}

// drawn is a case that is not played yet.
type drawn struct {
	seed  int64 // of the initial contents of the memories
	steps []*Step
}

func (d *drawn) run(s *Step) commands.Result {
	d.steps = append(d.steps, s)
	return nil
}

func (d *drawn) end() {}

// trial is one case under way. A simulator that died ends all further steps of all further
// trials at once.
type trial struct {
	w     *worker
	bench Bench
	seq   Sequence
	err   error
}

// run plays a step unless one has failed before.
func (t *trial) run(s *Step) commands.Result {
	if t.err == nil {
		t.seq.Steps = append(t.seq.Steps, *s)
		t.err = t.bench.Run(s)
	}
	if t.err != nil {
		return t.err
	}
	return nil
}

// stateful is gopter's view of the whole: how to begin, what may follow.
type stateful struct {
	p   npu.Params
	sut func(seed int64) player
}

// NewSystemUnderTest implements commands.Commands: the head reset, all memories
// with known contents.
func (c stateful) NewSystemUnderTest(s commands.State) commands.SystemUnderTest {
	return c.sut(s.(state).seed)
}

// trial prepares a case.
func (w *worker) trial(seed int64) *trial {
	t := &trial{w: w, seq: Sequence{Params: w.sim.Params, Memory: seed}}
	if w.dead != nil {
		t.err = w.dead
		return t
	}
	t.bench = Bench{Process: w.process, Model: NewModel(w.sim.Params), Bins: w.bins, steps: -preparing}
	return t
}

// begin resets the head, and gives all memories what the seed says.
func (t *trial) begin() {
	if t.err == nil {
		t.err = t.bench.begin(t.seq.Memory, t.seq.Bare)
	}
}

// whole plays a case from its beginning to its end, by one message to the simulator.
func (t *trial) whole(steps []*Step) {
	if t.err == nil {
		end := last()
		all := append(prepare(t.bench.Model.P, t.seq.Memory, false), steps...)
		t.err = t.bench.RunAll(append(all, &end))
		for _, s := range append(steps, &end)[:max(0, t.bench.steps)] {
			t.seq.Steps = append(t.seq.Steps, *s)
		}
	}
	t.w.ended(t)
}

// DestroySystemUnderTest implements commands.Commands.
func (c stateful) DestroySystemUnderTest(sut commands.SystemUnderTest) { sut.(player).end() }

// last is the step that ends every sequence: a reset, after which no state of it may be
// left for the next one.
func last() Step {
	end := Plain("reset at the end")
	end.Reset = &Reset{At: 3, For: 2}
	return end
}

// end ends a case.
func (t *trial) end() {
	end := last()
	t.run(&end)
	t.w.ended(t)
}

// GenInitialState implements commands.Commands.
func (c stateful) GenInitialState() gopter.Gen {
	return func(p *gopter.GenParameters) *gopter.GenResult {
		return gopter.NewGenResult(state{sketch: NewSketch(c.p), seed: p.Rng.Int63()}, gopter.NoShrinker)
	}
}

// InitialPreCondition implements commands.Commands.
func (c stateful) InitialPreCondition(commands.State) bool { return true }

// GenCommand implements commands.Commands.
func (c stateful) GenCommand(s commands.State) gopter.Gen {
	now := s.(state)
	return func(p *gopter.GenParameters) *gopter.GenResult {
		step := source{p.Rng, c.p}.next(now.sketch, now.steps)
		return gopter.NewGenResult(command{&step}, shrinkStep)
	}
}

// preparing is the number of steps before a sequence, which are not part of it.
const preparing = 2

// prepare is these steps: they reset the head and fill its memories from seed, which is
// left out if the sequence is bare.
func prepare(p npu.Params, seed int64, bare bool) []*Step {
	s, f := Plain("power up"), Plain("leave the memories")
	s.Reset = &Reset{For: 2}
	if !bare {
		f = fill(p, seed)
	}
	return []*Step{&s, &f}
}

// begin plays what comes before a sequence.
func (b *Bench) begin(seed int64, bare bool) error {
	b.steps = -preparing
	if bare {
		b.Model.forget()
	}
	return b.RunAll(prepare(b.Model.P, seed, bare))
}

// fill is the step that gives every word of the memories a value drawn from seed.
func fill(p npu.Params, seed int64) Step {
	r := source{rand.New(rand.NewSource(seed)), p}
	s := Plain("fill the memories")
	for row := range p.Rows {
		for sub := range (p.Lanes + 3) / 4 {
			s.Writes = append(s.Writes, BusWrite{Write: npu.Write{Address: npu.Address(npu.RegionWeights, row*p.RowWords()+sub), Data: r.Uint32(), Strobe: 0xf}})
		}
	}
	for i := range p.Biases {
		s.Writes = append(s.Writes, BusWrite{Write: npu.Write{Address: npu.Address(npu.RegionBiases, i), Data: uint32(r.bias()), Strobe: 0xf}})
	}
	return s
}

// shrinkStep offers simpler versions of a step: less waiting, less traffic.
func shrinkStep(v interface{}) gopter.Shrink {
	s := v.(command).step
	var simpler []Step
	try := func(change func(*Step)) {
		c := *s
		change(&c)
		if !reflect.DeepEqual(&c, s) {
			simpler = append(simpler, c)
		}
	}
	try(func(c *Step) { c.Out, c.B, c.R = always, always, always })
	try(func(c *Step) { c.Linger = 0 })
	try(func(c *Step) { c.HoldIn, c.HoldOut = 0, 0 })
	try(func(c *Step) { c.AfterIn, c.AfterOut = 0, 0 })
	try(func(c *Step) { c.Reads = nil })
	try(func(c *Step) { c.Writes = nil })
	try(func(c *Step) { c.Writes = c.Writes[:len(c.Writes)/2] })
	try(func(c *Step) { c.Writes = c.Writes[len(c.Writes)/2:] })
	try(func(c *Step) {
		c.Writes = append([]BusWrite(nil), c.Writes...)
		for i := range c.Writes {
			c.Writes[i].AddressDelay, c.Writes[i].DataDelay = 0, 0
		}
	})
	try(func(c *Step) {
		c.Beats = append([]Beat(nil), c.Beats...)
		for i := range c.Beats {
			c.Beats[i].Gap = 0
		}
	})
	try(func(c *Step) {
		c.Beats = append([]Beat(nil), c.Beats...)
		for i := range c.Beats {
			c.Beats[i].Data = 0
		}
	})
	// A program of full size has too many words to leave them out one by one.
	const most = 300
	for i := range s.Writes[:min(len(s.Writes), most)] {
		try(func(c *Step) { c.Writes = append(append([]BusWrite(nil), c.Writes[:i]...), c.Writes[i+1:]...) })
	}
	at := 0
	return func() (interface{}, bool) {
		if at == len(simpler) {
			return nil, false
		}
		at++
		return command{&simpler[at-1]}, true
	}
}

// played is gopter's property that a case passes, step by step.
func (w *worker) played() gopter.Prop {
	return commands.Prop(stateful{w.sim.Params, func(seed int64) player {
		t := w.trial(seed)
		t.begin()
		return t
	}})
}

// into is the property that a case can be drawn.
func (d *drawn) into(p npu.Params) gopter.Prop {
	return commands.Prop(stateful{p, func(seed int64) player {
		*d = drawn{seed: seed}
		return d
	}})
}
