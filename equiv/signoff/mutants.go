package signoff

import (
	"context"
	"encoding/json"
	"fmt"
	"sync"
	"time"

	"github.com/hashiflex/hashiflex/equiv/chain"
	"github.com/hashiflex/hashiflex/equiv/selftest"
	"github.com/hashiflex/hashiflex/reports"
	"github.com/hashiflex/hashiflex/reports/rundir"
	"github.com/hashiflex/hashiflex/spec"
	"github.com/hashiflex/hashiflex/spec/verdict"
)

// Mutants says how many faults a signoff plants in the generated circuits, to see whether
// the prover finds them.
type Mutants struct {
	Count int // at least 1
	Seed  uint64
	// Progress gets the number of mutants that were tried, one call at a time. It may be nil.
	Progress func(phase string, done, total int)
}

const mutantsPhase = "mutants"

func (m *Mutants) setting() string { return fmt.Sprintf("%d from seed %d", m.Count, m.Seed) }

// generated are the layers whose circuits are generated.
func (j *Job) generated(records []*chain.Record) (layers []string) {
	for _, rec := range records {
		if j.Chain.Foreign[rec.Layer] == nil {
			layers = append(layers, rec.Layer)
		}
	}
	return layers
}

// mutants plants the job's faults, or recalls what came of them. There is no score if no
// layer is generated.
func (w *writer) mutants(ctx context.Context, res *chain.Result) (*reports.Mutation, error) {
	j := w.job
	if j.Mutants == nil {
		return nil, nil
	}
	layers := j.generated(res.Records)
	if len(layers) == 0 {
		return nil, nil
	}
	var key rundir.Key
	if w.store != nil {
		topology, weights, err := spec.Encode(j.Network)
		if err != nil {
			return nil, err
		}
		chosen, err := json.Marshal(layers)
		if err != nil {
			return nil, err
		}
		key = w.store.run.Key(mutantsPhase, topology, weights, chosen, []byte(j.Mutants.setting()))
		kept := new(reports.Mutation)
		if w.store.run.Recall(key, kept) {
			w.shard.ended(mutantsPhase, key, verdict.Proved)
			return kept, nil
		}
	}
	begin := time.Now()
	var mu sync.Mutex
	tried := 0
	m, err := selftest.Mutate(ctx, j.Network, selftest.MutateOptions{
		Mutants: j.Mutants.Count, Seed: j.Mutants.Seed, Layers: layers, Knobs: j.Chain.Knobs, Jobs: j.Chain.Jobs, NoYosys: true,
		Done: func(n int) {
			mu.Lock()
			defer mu.Unlock()
			tried += n
			if j.Mutants.Progress != nil {
				j.Mutants.Progress(mutantsPhase, tried, j.Mutants.Count)
			}
		},
	})
	if err != nil {
		return nil, fmt.Errorf("planted faults: %w", err)
	}
	found := verdict.Proved
	if len(m.Survivors) > 0 {
		found = verdict.Failed
	}
	w.shard.ended(mutantsPhase, key, found)
	if w.store != nil && len(m.Survivors) == 0 {
		if err := w.store.run.Remember(key, m); err != nil {
			return nil, err
		}
	}
	return m, w.phaseTime(mutantsPhase, begin)
}
