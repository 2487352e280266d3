package sequential

import (
	"fmt"
	"math/rand"
	"slices"

	"github.com/hashiflex/hashiflex/equiv"
	"github.com/hashiflex/hashiflex/netlist"
	"github.com/hashiflex/hashiflex/rtl/portmap"
)

// Step is one clock of a trace: the inputs of the block.
type Step struct {
	Reset bool `json:"reset,omitempty"`
	Start bool `json:"start,omitempty"`
	Taken bool `json:"taken,omitempty"`
	Item  int  `json:"item,omitempty"` // number of the input on the port that carries all of them in turn
	Set   int  `json:"set"`            // number of the set of values on the inputs
}

// Trace is a run of a block from power-up on: computations one after another, and the
// clocks between them.
type Trace struct {
	Sets  [][]int64 `json:"sets"` // values of the inputs, by variable of the model
	Jobs  []int     `json:"jobs"` // the sets that are computed
	Steps []Step    `json:"steps"`
	Wrong *Wrong    `json:"wrong"` // in the last of the steps; nil is nothing
}

// Wrong is an output that violates the protocol or differs from the model.
type Wrong struct {
	Port   string `json:"port"`   // of the adapter
	Job    int    `json:"job"`    // its computation, from 0 on; -1: before the first
	Clocks int    `json:"clocks"` // since its start
	Want   int64  `json:"want"`
	Got    int64  `json:"got"`
	Words  string `json:"words,omitempty"`
}

// Player executes a block on many lanes, clock by clock.
type Player struct {
	*Block
	Model *equiv.Model

	prog   *netlist.Program
	out    int // of the module's outputs: the block's own, among what the program computes
	done   int
	ready  int // -1: none
	undefs []netlist.Value
	bind   []int // by input of the module: the variable, or -1
}

// searchFills is the number of power-up states of each run of a search. A fault counts only
// if it occurs from all of them. knownFills is the number from which a value must be the
// same to be known.
const (
	searchFills = 3
	knownFills  = 32
)

// NewPlayer prepares a block with the model of its output.
func (b *Block) NewPlayer(m *equiv.Model) (*Player, error) {
	p := &Player{Block: b, Model: m, ready: -1}
	var cuts, outs []netlist.Value
	byPort := map[string]int{}
	for i, v := range m.Vars {
		byPort[v.Port] = i
	}
	for _, in := range b.Module.Inputs {
		cuts = append(cuts, in.Value)
		v, ok := byPort[in.Name]
		switch {
		case b.controls(in.Name):
			v = -1
		case !ok:
			return nil, fmt.Errorf("input %s is not one of the model's", in.Name)
		case m.Vars[v].Width != in.Width:
			return nil, fmt.Errorf("input %s has %d bits, the model %d", in.Name, in.Width, m.Vars[v].Width)
		}
		p.bind = append(p.bind, v)
	}
	for _, r := range b.Module.Regs {
		cuts, outs = append(cuts, r.Q), append(outs, r.D)
	}
	for _, o := range b.Module.Outputs {
		switch o.Name {
		case portmap.Done:
			p.done = len(outs)
		case portmap.Ready:
			p.ready = len(outs)
		case b.Output:
			p.out = len(outs)
		}
		outs = append(outs, o.Value)
	}
	for v, in := range netlist.InCone(b.Module, outs) {
		if in && b.Module.Cells[v].Op == netlist.OpUndef {
			p.undefs = append(p.undefs, netlist.Value(v))
		}
	}
	var err error
	p.prog, err = netlist.Compile(b.Module, append(cuts, p.undefs...), outs)
	return p, err
}

// run is one execution of many lanes.
type run struct {
	*Player
	rng    *rand.Rand
	lanes  int // without those of other states at power-up
	fills  int // states at power-up
	sets   [][][]int64
	jobs   []int
	steps  []Step
	in     [][]uint64
	out    [][]uint64
	manner manner
	first  int // clocks from a start to the first output; -1: not declared
	took   int // the same, measured on the first computation with an output; -1: none yet
	// By lane: what is wrong first.
	wrong []*Wrong
	at    []int // the step of wrong
	// stray are lanes whose signals differ from those of the first lane. All lanes get
	// their inputs by the first one, so stray lanes no longer get a legal protocol.
	stray []bool
	begun bool // a reset or a start has set the control
	end   bool // the protocol does not define what follows
}

// manner is how the environment uses the block.
type manner struct {
	idle  int  // clocks between computations, at most
	stall int  // clocks before an output is taken, at most
	gap   int  // clocks between inputs, at most
	long  bool // idle counts computations, not clocks
	eager bool
}

// garbage is the number of sets for the inputs while they need not be valid.
const garbage = 5

func (p *Player) newRun(sets [][][]int64, first int, how manner, fills int, rng *rand.Rand) *run {
	r := &run{Player: p, rng: rng, sets: sets, lanes: len(sets[0]), fills: fills, manner: how, first: first, took: -1}
	all := r.lanes * fills
	for range len(p.bind) + len(p.Module.Regs) + len(p.undefs) {
		r.in = append(r.in, make([]uint64, all))
	}
	for range len(p.Module.Regs) + len(p.Module.Outputs) {
		r.out = append(r.out, make([]uint64, all))
	}
	for i := len(p.bind); i < len(r.in); i++ {
		for l := range all {
			switch l / r.lanes {
			case 0:
			case 1:
				r.in[i][l] = ^uint64(0)
			default:
				r.in[i][l] = rng.Uint64()
			}
		}
	}
	for i, reg := range p.Module.Regs {
		mask(r.in[len(p.bind)+i], p.Module.Width(reg.Q))
	}
	for i, v := range p.undefs {
		mask(r.in[len(p.bind)+len(p.Module.Regs)+i], p.Module.Width(v))
	}
	r.wrong, r.at, r.stray = make([]*Wrong, all), make([]int, all), make([]bool, all)
	r.begun = p.Protocol.Reset != ""
	return r
}

func mask(words []uint64, width int) {
	for i := range words {
		words[i] &= ^uint64(0) >> (64 - width)
	}
}

// show computes the outputs of a clock.
func (r *run) show(s Step) {
	r.steps = append(r.steps, s)
	for i, v := range r.bind {
		name := r.Module.Inputs[i].Name
		for l := range r.in[i] {
			var w uint64
			switch {
			case v >= 0:
				w = uint64(r.sets[s.Set][l%r.lanes][v])
			case name == portmap.Item:
				w = uint64(s.Item)
			case name == portmap.Reset && s.Reset, name == portmap.Start && s.Start, name == portmap.Taken && s.Taken:
				w = 1
			}
			r.in[i][l] = w
		}
		mask(r.in[i], r.Module.Inputs[i].Width)
	}
	r.prog.Run(len(r.in[0]), r.in, r.out)
}

// edge advances the clock.
func (r *run) edge() {
	last := r.steps[len(r.steps)-1]
	for l := range r.stray {
		for _, port := range []int{r.done, r.ready} {
			if r.begun && !last.Reset && port >= 0 && r.out[port][l] != r.out[port][0] {
				r.stray[l] = true
			}
		}
	}
	r.begun = r.begun || last.Start
	for i := range r.Module.Regs {
		at := len(r.bind) + i
		r.in[at], r.out[i] = r.out[i], r.in[at]
	}
}

// idle is any set of values.
func (r *run) any() int { return len(r.sets) - garbage + len(r.steps)%garbage }

// blame notes lanes in which a port has a wrong value.
func (r *run) blame(port int, name string, job, clocks int, want func(lane int) (int64, bool), words string) {
	for l := range r.wrong {
		w, judged := want(l % r.lanes)
		if r.wrong[l] != nil || r.stray[l] || !judged {
			continue
		}
		got := r.number(port, r.out[port][l])
		if got == w {
			continue
		}
		r.wrong[l], r.at[l] = &Wrong{Port: name, Job: job, Clocks: clocks, Want: w, Got: got, Words: words}, len(r.steps)
	}
}

func (r *run) number(port int, w uint64) int64 {
	if port != r.Player.out || !r.Model.Signed() {
		return int64(w)
	}
	width := r.Module.Outputs[port-len(r.Module.Regs)].Width
	return int64(w) << (64 - width) >> (64 - width)
}

// told is the value of a one-bit port in lane 0.
func (r *run) told(port int) bool { return port >= 0 && r.out[port][0] == 1 }

func always(v int64) func(int) (int64, bool) { return func(int) (int64, bool) { return v, true } }

func (r *run) gold(job int) func(int) (int64, bool) {
	known := map[int]int64{}
	return func(l int) (int64, bool) {
		v, ok := known[l]
		if !ok {
			v = r.Model.Run(r.sets[r.jobs[job]][l])
			known[l] = v
		}
		return v, true
	}
}

// patience is the number of clocks to wait for a block that has to respond.
func (r *run) patience() int {
	if n := max(r.first, r.took); n >= 0 {
		return 4*n + 64
	}
	return 1 << 12
}

// play runs computations one after another.
func (r *run) play(jobs int) {
	p := r.Protocol
	if p.Reset != "" {
		for range p.Clocks {
			r.show(Step{Reset: true, Set: r.any()})
			r.edge()
		}
	}
	for j := range jobs {
		idle := 0
		if r.manner.idle > 0 {
			idle = r.rng.Intn(r.manner.idle + 1)
		}
		if r.manner.long {
			idle *= max(1, r.first, r.took)
		}
		for range idle {
			r.show(Step{Set: r.any(), Taken: r.rng.Intn(2) == 0})
			r.rests(j)
			r.edge()
		}
		r.jobs = append(r.jobs, j)
		if !r.accept(j) || !r.give(j) {
			r.end = true
			return
		}
	}
	idle := 3
	if r.manner.long {
		idle *= max(1, r.first, r.took)
	}
	for range idle {
		r.show(Step{Set: r.any()})
		r.rests(jobs)
		r.edge()
	}
}

// rests checks the outputs in a clock between computations.
func (r *run) rests(next int) {
	switch {
	case next == 0 && (r.Protocol.Reset == "" || r.Protocol.Idle):
	case next == 0:
		r.blame(r.done, portmap.Done, -1, 0, always(0), `before any start (a port map may declare that with idle = "done")`)
	case r.Protocol.Taken != "" || r.Outputs > 1:
		r.blame(r.done, portmap.Done, next-1, 0, always(0), "after the last output")
	default:
		gold := r.gold(next - 1)
		r.blame(r.Player.out, r.Output, next-1, 0, func(l int) (int64, bool) {
			v, _ := gold(l)
			return v, r.out[r.done][l] == 1
		}, "while "+r.user(portmap.Done)+" stays 1")
	}
}

// accept offers the inputs of a computation until they are accepted.
func (r *run) accept(job int) bool {
	p := r.Protocol
	clocks := 0
	for item := range max(1, r.Inputs) {
		gap := 0
		if item > 0 && p.Each && r.manner.gap > 0 {
			gap = r.rng.Intn(r.manner.gap + 1)
		}
		for range gap {
			r.show(Step{Set: r.any()})
			r.blame(r.done, portmap.Done, job, clocks, always(0), "before the last input is there")
			r.edge()
		}
		asked := item == 0 || p.Each
		for waited := 0; ; waited++ {
			if waited > r.patience() {
				return false
			}
			r.show(Step{Start: asked, Item: item, Set: job})
			if clocks > 0 {
				r.blame(r.done, portmap.Done, job, clocks, always(0), "before the last input is there")
			} else if p.Ready != "" && !r.told(r.ready) {
				r.rests(job)
			}
			taken := !asked || p.Ready == "" || r.told(r.ready)
			r.edge()
			if taken {
				break
			}
		}
		clocks++
	}
	return true
}

// give takes the outputs of a computation.
func (r *run) give(job int) bool {
	p := r.Protocol
	given, stalled := 0, 0
	for clocks := max(1, r.Inputs); ; {
		s := Step{Set: r.any(), Start: p.Ready != "" && r.manner.eager}
		if p.Inputs == portmap.Held {
			s.Set = job
		}
		s.Taken = r.manner.stall == 0 || r.rng.Intn(r.manner.stall+1) == 0
		if r.show(s); r.told(r.ready) && s.Start {
			return false // that is another computation
		}
		if given == 0 && r.first >= 0 {
			want := int64(0)
			if clocks >= r.first {
				want = 1
			}
			r.blame(r.done, portmap.Done, job, clocks, always(want), "")
			if stalled == 0 && clocks > r.first {
				return false
			}
		} else if stalled > 0 {
			r.blame(r.done, portmap.Done, job, clocks, always(1), "before its output is taken")
		}
		if r.told(r.done) {
			if given == 0 && r.took < 0 {
				r.took = clocks
			}
			if given == r.Which {
				gold := r.gold(job)
				r.blame(r.Player.out, r.Output, job, clocks, func(l int) (int64, bool) {
					v, _ := gold(l)
					return v, r.out[r.done][l] == 1
				}, "")
			}
		}
		done := r.told(r.done)
		r.edge()
		switch {
		case done && p.Taken != "" && !s.Taken:
			stalled++
		case done:
			if given, stalled = given+1, 0; given == r.Outputs {
				return true
			}
			clocks++
		default:
			clocks++
		}
		if clocks > r.patience() || stalled > r.patience() {
			return false
		}
	}
}

// trace is the run of one lane up to its first wrong output, or the whole run.
func (r *run) trace(lane int) *Trace {
	t := &Trace{Jobs: r.jobs, Steps: r.steps, Wrong: r.wrong[lane]}
	if t.Wrong != nil {
		t.Steps = r.steps[:r.at[lane]]
	}
	for _, set := range r.sets {
		t.Sets = append(t.Sets, set[lane%r.lanes])
	}
	return t
}

// agreed is the first lane with the same wrong output for every power-up state.
func (r *run) agreed() (lane int, ok bool) {
	best := -1
	for l := range r.lanes {
		w := r.wrong[l]
		if w == nil {
			continue
		}
		same := true
		for f := 1; f < r.fills; f++ {
			o := r.wrong[l+f*r.lanes]
			same = same && o != nil && r.at[l+f*r.lanes] == r.at[l] && *o == *w
		}
		if same && (best < 0 || r.at[l] < r.at[best]) {
			best = l
		}
	}
	return best, best >= 0
}

// Words are the values of one input of the module in a trace, by step.
func (p *Player) Words(t *Trace, input int) []uint64 {
	words := make([]uint64, len(t.Steps))
	for k, s := range t.Steps {
		name := p.Module.Inputs[input].Name
		v := p.bind[input]
		switch {
		case v >= 0:
			words[k] = uint64(t.Sets[s.Set][v])
		case name == portmap.Item:
			words[k] = uint64(s.Item)
		case name == portmap.Reset && s.Reset, name == portmap.Start && s.Start, name == portmap.Taken && s.Taken:
			words[k] = 1
		}
	}
	mask(words, p.Module.Inputs[input].Width)
	return words
}

// Number is the integer that a word of an output represents.
func (p *Player) Number(port string, word uint64) int64 {
	for i, o := range p.Module.Outputs {
		if o.Name == port {
			return (&run{Player: p}).number(len(p.Module.Regs)+i, word)
		}
	}
	return int64(word)
}

// Expected is the outputs of a trace by step and by output of the module. It has only
// values that do not depend on the power-up state. It has data outputs only with Done,
// and nothing before the first reset or, without a reset, before the first start.
func (p *Player) Expected(t *Trace) [][]*uint64 {
	r := p.repeat(t)
	all := make([][]*uint64, len(t.Steps))
	known := p.Protocol.Reset != ""
	for k, s := range t.Steps {
		r.show(s)
		all[k] = make([]*uint64, len(p.Module.Outputs))
		for i, o := range p.Module.Outputs {
			w := r.out[len(p.Module.Regs)+i]
			same := constant(w)
			if same && known && !s.Reset && (o.Name != p.Output || r.told(r.done)) {
				v := w[0]
				all[k][i] = &v
			}
		}
		known = known || s.Start
		r.edge()
	}
	return all
}

// Sample is a run for others to replay, in which no output should be wrong.
func (p *Player) Sample(n int, seed int64) *Trace {
	rng := rand.New(rand.NewSource(seed + int64(n)))
	pool := equiv.Vectors(p.Model, rng, Computations+garbage)
	sets := make([][][]int64, Computations+garbage)
	for i := range sets {
		sets[i] = [][]int64{pool[rng.Intn(len(pool))]}
	}
	r := p.newRun(sets, -1, manners[n%len(manners)], searchFills, rng)
	r.play(Computations)
	t := r.trace(0)
	t.Steps, t.Wrong = r.steps, nil
	return t
}

// Says describes w in words.
func (b *Block) Says(w *Wrong) string {
	what := "the output"
	switch w.Port {
	case portmap.Done, portmap.Ready:
		what = b.user(w.Port)
	}
	at := ""
	switch {
	case w.Job < 0:
	case w.Job == 0:
		at = fmt.Sprintf(" in clock %d of the first computation", w.Clocks)
	default:
		at = fmt.Sprintf(" in clock %d of computation %d", w.Clocks, w.Job+1)
	}
	if w.Words != "" {
		at += ", " + w.Words
	}
	return fmt.Sprintf("%s is %d and should be %d%s", what, w.Got, w.Want, at)
}

// Port is the index of the output that a trace is about, -1 if the module lacks it.
func (t *Trace) Port(m *netlist.Module) int {
	return slices.IndexFunc(m.Outputs, func(o netlist.Port) bool { return o.Name == t.Wrong.Port })
}

// Last is the value, in the last clock, of the port that a trace is about. known is
// false if it depends on the power-up state.
func (p *Player) Last(t *Trace) (v int64, known bool) {
	r := p.repeat(t)
	for k, s := range t.Steps {
		if r.show(s); k < len(t.Steps)-1 {
			r.edge()
		}
	}
	w := r.out[len(p.Module.Regs)+t.Port(p.Module)]
	return p.Number(t.Wrong.Port, w[0]), constant(w)
}

func constant(words []uint64) bool {
	return !slices.ContainsFunc(words, func(w uint64) bool { return w != words[0] })
}

// repeat runs the steps of a trace.
func (p *Player) repeat(t *Trace) *run {
	sets := make([][][]int64, len(t.Sets))
	for i, s := range t.Sets {
		sets[i] = [][]int64{s}
	}
	return p.newRun(sets, -1, manner{}, knownFills, rand.New(rand.NewSource(1)))
}
