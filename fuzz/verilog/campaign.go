package verilog

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"sync"

	"github.com/hashiflex/hashiflex/spec/crash"
	"github.com/hashiflex/hashiflex/spec/words"
)

// Campaign is a comparison of many modules.
type Campaign struct {
	Readers Readers
	Seed    uint64
	Modules int
	Only    []int // of the modules, by index: these and no others, on the vectors that they have among all; nil is all
	Packed  bool  // all modules are of the dialect PackedArrays
	Workers int   // batches that are compared at one time; 0 is 1
	// Done is called after each batch with the number of finished modules and the
	// batch's disagreements; it may be nil.
	Done func(n int, found []Result)
}

// batchSize is the number of modules in a batch: enough to share the start-up of the
// tools and the C++ compiler.
const batchSize = 50

// batch makes the modules of one batch, as far as they are asked for. Every third batch is SystemVerilog.
func (c *Campaign) batch(n int) []*Module {
	dialect := Verilog2005
	if n%3 == 2 {
		dialect = SystemVerilog
	}
	if c.Packed {
		dialect = PackedArrays
	}
	var ms []*Module
	for i := n * batchSize; i < min((n+1)*batchSize, c.Modules); i++ {
		if c.Only != nil && !slices.Contains(c.Only, i) {
			continue
		}
		ms = append(ms, Generate(fmt.Sprintf("m%d", i), c.Seed<<32|uint64(i), dialect))
	}
	return ms
}

// Tally counts modules by outcome.
type Tally struct {
	Modules    int
	Outcomes   [AgainstBoth + 1]int
	Partly     int                 // compared, though not all of their outputs are accepted
	Constructs map[string]*Counted // by the construct that they have
	Refused    map[string]int      // not accepted, by reason
	Found      []Result            // against a simulator or both, in the order of the modules
	Failed     []string            // batches that a tool failed on altogether: nothing was compared
}

// Counted counts the modules with a construct, and how many of them were accepted and
// executed.
type Counted struct{ Modules, Accepted int }

// Run compares all modules. If a tool fails on a batch, the batch is in Failed, and Run
// continues. The error is that of ctx.
func (c *Campaign) Run(ctx context.Context) (*Tally, error) {
	batches := (c.Modules + batchSize - 1) / batchSize
	results := make([][]Result, batches)
	failed := make([]error, batches)
	var mu sync.Mutex
	done := 0
	var workers crash.Group
	workers.SetLimit(max(c.Workers, 1))
	for n := range batches {
		workers.Go(func() {
			ms := c.batch(n)
			if len(ms) == 0 || ctx.Err() != nil {
				return
			}
			rs, err := Compare(ctx, c.Readers, ms, c.Seed+uint64(n))
			for i := range rs {
				rs[i].bus, rs[i].said = nil, executed{}
				rs[i].Seed = c.Seed + uint64(n)
			}
			mu.Lock()
			defer mu.Unlock()
			results[n], failed[n] = rs, err
			done += len(ms)
			if c.Done != nil {
				c.Done(done, slices.DeleteFunc(slices.Clone(rs), func(r Result) bool { return r.Outcome < AgainstIcarus }))
			}
		})
	}
	workers.Wait()
	t := &Tally{Constructs: map[string]*Counted{}, Refused: map[string]int{}}
	for _, k := range Constructs() {
		t.Constructs[k] = &Counted{}
	}
	for n, rs := range results {
		if failed[n] != nil {
			t.Failed = append(t.Failed, fmt.Sprintf("batch %d: %v", n, failed[n]))
		}
		for _, r := range rs {
			t.add(r)
		}
	}
	return t, ctx.Err()
}

func (t *Tally) add(r Result) {
	t.Modules++
	t.Outcomes[r.Outcome]++
	compared := r.Outcome != NotAccepted && r.Outcome != NotExecuted
	if compared && !r.Accepted {
		t.Partly++
	}
	for _, k := range r.Module.Kinds {
		t.Constructs[k].Modules++
		if compared {
			t.Constructs[k].Accepted++
		}
	}
	if !compared {
		t.Refused[reason(r.Why)]++
	}
	if r.Outcome >= AgainstIcarus {
		t.Found = append(t.Found, r)
	}
}

// reason is what a refusal begins with: a rule's name, or whose word it is.
func reason(why string) string {
	parts := strings.SplitN(why, ":", 3)
	if strings.HasPrefix(why, "rule ") || len(parts) < 2 {
		return parts[0]
	}
	if parts[0] == "undefined" {
		return strings.TrimSpace(parts[0] + ":" + parts[1])
	}
	return parts[0]
}

// Compared is the number of modules that all readers accepted.
func (t *Tally) Compared() int {
	return t.Modules - t.Outcomes[NotAccepted] - t.Outcomes[NotExecuted]
}

// Record is the tally as text, equal for equal tallies.
func (t *Tally) Record() string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s, %d accepted and compared (%d of them not in all outputs)\n\nOutcomes\n", words.Count(t.Modules, "module"), t.Compared(), t.Partly)
	for o, n := range t.Outcomes {
		fmt.Fprintf(&b, "  %7d  %v\n", n, Outcome(o))
	}
	b.WriteString("\nDisagreements that are listed\n")
	listed := map[string]int{}
	for _, r := range t.Found {
		listed[Listed(r)]++
	}
	for _, k := range Known {
		fmt.Fprintf(&b, "  %7d  %s\n", listed[k.Kind], k.Kind)
	}
	fmt.Fprintf(&b, "  %7d  on no list\n", listed[""])
	b.WriteString("\nNot accepted or not executed, by reason\n")
	var reasons []string
	for r := range t.Refused {
		reasons = append(reasons, r)
	}
	slices.Sort(reasons)
	for _, r := range reasons {
		fmt.Fprintf(&b, "  %7d  %s\n", t.Refused[r], r)
	}
	fmt.Fprintf(&b, "  %7d  batches that a tool failed on\n", len(t.Failed))
	b.WriteString("\nConstructs: modules that have it, and those of them that were compared\n")
	for _, k := range Constructs() {
		c := t.Constructs[k]
		fmt.Fprintf(&b, "  %7d %7d  %s\n", c.Modules, c.Accepted, k)
	}
	return b.String()
}
