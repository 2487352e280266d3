package chain

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strings"

	"github.com/hashiflex/hashiflex/equiv"
	"github.com/hashiflex/hashiflex/equiv/smt"
	"github.com/hashiflex/hashiflex/netlist/shiftadd"
	"github.com/hashiflex/hashiflex/spec"
	"github.com/hashiflex/hashiflex/spec/digest"
	"github.com/hashiflex/hashiflex/spec/verdict"
)

// Work is a part of a layer, as a value: what is to be proved, of which network, and
// under which terms. It can be written as JSON and run elsewhere. Of Units, Tails and
// Late one is not empty.
type Work struct {
	Network string // SHA-256 of the network, as package spec encodes it
	Layer   string
	Terms   Terms

	// Units are compare points to settle, by the names of their modules. They share a
	// Verilog file, Chunk.
	Units []string `json:",omitempty"`
	Chunk string   `json:",omitempty"`
	// Alone discharges each point's tail at once, over that point's own interval; it
	// leaves nothing in the store.
	Alone bool `json:",omitempty"`
	// First counts the layer's shared terms, which are one piece of hardware however
	// many files hold it.
	First bool `json:",omitempty"`
	// Twice runs the vectors through Verilator too.
	Twice bool `json:",omitempty"`
	// Unlifted are the units that are proved without the lifter besides.
	Unlifted []string `json:",omitempty"`

	// Tails are to be discharged, each over an interval that holds those of all points
	// that need it.
	Tails []Hull `json:",omitempty"`

	// Late are proved points of somebody else's hardware whose outputs come at the wrong
	// clock, to be refuted by inputs that show it.
	Late []Late `json:",omitempty"`
}

// Hull is a tail with the interval over which it is claimed.
type Hull struct {
	Tail  *equiv.Tail
	Range spec.Range
	Users int // points that need it
}

// Late is a point whose output comes at another clock than it should.
type Late struct {
	Point    Point
	Latency  int     // in clocks
	Declared *int    `json:",omitempty"` // that it should have instead
	Beside   *Output `json:",omitempty"` // or the output that it should come with
}

// Output is an output of a layer and its latency in clocks.
type Output struct {
	Unit    string
	Latency int
}

// Outcome is what came of a work. It can be written as JSON. Two runs of a work have
// the same outcome, but for what it Took.
type Outcome struct {
	Points    []Point       // of every unit on every edge, units first
	Tails     []*equiv.Tail `json:",omitempty"` // that Points need; one for each point that has one
	Rules     []equiv.Rule  `json:",omitempty"` // lifting rules that the cells need
	Chunks    []ChunkRecord `json:",omitempty"`
	Vectors   []VectorRecord
	Unlifted  []equiv.Fact
	Latencies []equiv.Fact
	Sweeps    []equiv.Fact `json:",omitempty"`
	Readings  []equiv.Fact
	// Covers is what of the RTL is covered, by unit, provided that its point is proved;
	// "" is the layer's shared terms, or all of a layer that somebody else wrote.
	Covers     map[string]Coverage
	Stats      Stats
	Discharged []TailRecord `json:",omitempty"` // of the work's tails, in their order
	Took       Phases       `json:",omitempty"`

	rules equiv.Rules // while a chunk is being proved; Rules then
}

// add appends what o found.
func (to *Outcome) add(o *Outcome) {
	to.Points = append(to.Points, o.Points...)
	to.Tails = append(to.Tails, o.Tails...)
	to.Rules = append(to.Rules, o.Rules...)
	to.Chunks = append(to.Chunks, o.Chunks...)
	to.Vectors = append(to.Vectors, o.Vectors...)
	to.Unlifted = append(to.Unlifted, o.Unlifted...)
	to.Latencies = append(to.Latencies, o.Latencies...)
	to.Sweeps = append(to.Sweeps, o.Sweeps...)
	to.Readings = append(to.Readings, o.Readings...)
	maps.Copy(to.Covers, o.Covers)
	to.Stats.plus(o.Stats)
	to.Discharged = append(to.Discharged, o.Discharged...)
	to.Took.plus(o.Took)
}

func newOutcome() *Outcome {
	return &Outcome{Covers: map[string]Coverage{}, Took: Phases{}, rules: equiv.Rules{}}
}

// Runner runs works, one at a time. What a tool or a solver fails at is a verdict in
// the outcome; the error is of the machine, of the context, or of a work that the
// runner cannot have: of another network, or under other terms.
type Runner interface {
	Run(context.Context, *Work) (*Outcome, error)
	Close()
}

// Terms are what an outcome depends on besides the work's own part of the network.
type Terms struct {
	Knobs          shiftadd.Options
	Edges          []verdict.Edge
	Solvers        []string // that take part, each with its arguments; empty: nothing is confirmed
	Limits         smt.Limits
	UnliftedLimits smt.Limits
	UnliftedFanIn  int
	Vectors        int
	Seed           int64
	FrontEnd       FrontEnd `json:",omitempty"`
	Hardware       string   `json:",omitempty"` // SHA-256 of somebody else's hardware, of all layers; empty: all is generated
}

// terms are those of o.
func (o *Options) terms() (Terms, error) {
	t := Terms{
		Knobs: o.Knobs, Edges: o.Edges, Limits: o.Limits, UnliftedLimits: o.UnliftedLimits, UnliftedFanIn: o.UnliftedFanIn, Vectors: o.Vectors, Seed: o.Seed, FrontEnd: o.FrontEnd,
	}
	with := func(s *smt.Solver, when string) {
		t.Solvers = append(t.Solvers, strings.Join(append([]string{s.Name}, s.Args...), " ")+when)
	}
	for i := range o.Opinions {
		when := ""
		if o.Opinions[i].Alone {
			when = ", where one stands alone"
		}
		with(&o.Opinions[i].Solver, when)
	}
	if o.UnliftedSolver != nil {
		with(o.UnliftedSolver, ", unlifted")
	}
	if len(o.Foreign) > 0 {
		text, err := json.Marshal(o.Foreign)
		if err != nil {
			return t, err
		}
		t.Hardware = digest.Bytes(text)
	}
	return t, nil
}

// networkHash is the SHA-256 of a network.
func networkHash(net *spec.Network) (string, error) {
	topology, weights, err := spec.EncodeValid(net)
	if err != nil {
		return "", err
	}
	h := sha256.New()
	for _, part := range [][]byte{topology, weights} {
		fmt.Fprintf(h, "%d\n", len(part))
		h.Write(part)
	}
	return hex.EncodeToString(h.Sum(nil)), nil
}

// check reports a work that is not for a runner of the given network and terms.
func (w *Work) check(network string, t *Terms) error {
	switch {
	case w.Network != network:
		return fmt.Errorf("layer %s: the work is of network %.16s, the runner has %.16s", w.Layer, w.Network, network)
	case !reflect.DeepEqual(w.Terms, *t):
		return fmt.Errorf("layer %s: the work is under other terms than the runner's", w.Layer)
	}
	return nil
}

// work is a chunk as a work.
func (r *run) work(c *chunk, alone bool) *Work {
	w := &Work{Network: r.network, Layer: c.task.layer.Name, Terms: r.terms, Chunk: c.name, Alone: alone, First: c.first, Twice: c.twice}
	for _, at := range c.units {
		name := c.task.units[at].Name
		w.Units = append(w.Units, name)
		if r.sample[name] && !alone {
			w.Unlifted = append(w.Unlifted, name)
		}
	}
	return w
}

// chunk is a work as a chunk of a task.
func (w *Work) chunk(t *task) (*chunk, error) {
	c := &chunk{task: t, name: w.Chunk, shared: t.gen.Shared() != nil, first: w.First, twice: w.Twice}
	for _, name := range w.Units {
		at := slices.IndexFunc(t.units, func(u shiftadd.Unit) bool { return u.Name == name })
		if at < 0 {
			return nil, fmt.Errorf("layer %s has no module %s", w.Layer, name)
		}
		c.units = append(c.units, at)
	}
	return c, nil
}
