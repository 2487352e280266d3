package signoff

import (
	"runtime"
	"sync"
	"sync/atomic"

	"github.com/hashiflex/hashiflex/equiv/chain"
	"github.com/hashiflex/hashiflex/netlist"
	"github.com/hashiflex/hashiflex/netlist/shiftadd"
	"github.com/hashiflex/hashiflex/reports"
	"github.com/hashiflex/hashiflex/spec"
)

// KnobsPhase is what the progress calls the search for what each knob costs.
const KnobsPhase = "area by knob"

// knobs says what a layer's hardware would be with each knob turned alone, as far as that
// is legal. It is nil for a part of a layer and for a layer that sums nothing up.
func knobs(l *spec.Layer, o *chain.Options) (all []reports.KnobCost) {
	if _, ok := l.Op.(*spec.Conv); !ok || o.Channels != nil {
		return nil
	}
	for _, to := range shiftadd.Combinations() {
		name := turned(o.Knobs, to)
		if name == "" {
			continue
		}
		g, err := shiftadd.New(l, to)
		if err != nil {
			continue // not legal with the layer's accumulator
		}
		s := measure(g, o.Jobs)
		all = append(all, reports.KnobCost{Knob: name, Adders: s.Adders + s.Subtractors, Bits: s.Bits, Depth: s.Depth, ModelBits: s.ModelBits})
	}
	return all
}

// turned names the one knob in which two settings differ, with its new value; "" if they
// differ in none or in several.
func turned(from, to shiftadd.Options) string {
	name, n := "", 0
	for _, k := range []struct{ name, from, to string }{
		{"tree", from.Tree.String(), to.Tree.String()},
		{"widths", from.Widths.String(), to.Widths.String()},
		{"subtract", from.Subtract.String(), to.Subtract.String()},
		{"share", from.Share.String(), to.Share.String()},
	} {
		if k.from != k.to {
			name = k.name + "=" + k.to
			n++
		}
	}
	if n != 1 {
		return ""
	}
	return name
}

// measure builds all modules of a layer by some workers, and counts their cells.
func measure(g *shiftadd.Generator, jobs int) netlist.Stats {
	if jobs == 0 {
		jobs = runtime.NumCPU()
	}
	units := g.Modules()
	var (
		next  atomic.Int64
		mu    sync.Mutex
		total netlist.Stats
		wait  sync.WaitGroup
	)
	for range min(jobs, len(units)) {
		wait.Go(func() {
			var own netlist.Stats
			for i := next.Add(1) - 1; i < int64(len(units)); i = next.Add(1) - 1 {
				own = own.Plus(netlist.Measure(g.Module(units[i])))
			}
			mu.Lock()
			defer mu.Unlock()
			total = total.Plus(own)
		})
	}
	wait.Wait()
	return total
}
