package bench

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/hashiflex/hashiflex/equiv/chain"
	"github.com/hashiflex/hashiflex/spec"
	"github.com/hashiflex/hashiflex/spec/verdict"
)

// Proof is one run of the chain over a network.
type Proof struct {
	What   string `json:"what"`
	Layers int    `json:"layers"`
	Points Count  `json:"points"` // compare points, over all edges
	Facts  Count  `json:"facts"`  // other obligations
	// Open names the first obligation that was not proved; "" if all were. It is
	// reported because a run that gives up early is fast.
	Open   string        `json:"open,omitempty"`
	Wall   time.Duration `json:"wall_ns"`
	Peak   int64         `json:"peak_bytes"` // resident, of this process
	Phases []Phase       `json:"phases"`
}

// Count is how many obligations there are, and how many of them were proved.
type Count struct {
	Total  int `json:"total"`
	Proved int `json:"proved"`
}

// Phase is one step of a run, over the whole network.
type Phase struct {
	Name string        `json:"name"`
	Busy time.Duration `json:"busy_ns"`              // summed over the workers
	Peak int64         `json:"peak_bytes,omitempty"` // resident, of its largest child process; 0: no child process was measured
}

// proof runs the chain. An unproved obligation is counted and is no error.
func proof(ctx context.Context, net *spec.Network, what string, o chain.Options) (Proof, error) {
	p := Proof{What: what}
	at := map[string]int{}
	o.Measure = func(m chain.Measurement) {
		name := m.Phase
		if name == chain.Solving {
			name = m.Object
		}
		i, ok := at[name]
		if !ok {
			i = len(p.Phases)
			at[name] = i
			p.Phases = append(p.Phases, Phase{Name: name})
		}
		p.Phases[i].Busy += m.Wall
		p.Phases[i].Peak = max(p.Phases[i].Peak, m.Peak)
	}
	stop := watchMemory()
	begin := time.Now()
	res, err := chain.Run(ctx, net, o)
	p.Wall = time.Since(begin)
	peak, memoryErr := stop()
	switch {
	case err != nil:
		return p, fmt.Errorf("%s: %w", what, err)
	case memoryErr != nil:
		return p, memoryErr
	}
	p.Peak = peak
	slices.SortFunc(p.Phases, func(a, b Phase) int { return int(b.Busy - a.Busy) })
	for _, r := range res.Records {
		p.Layers++
		for _, pt := range r.Points {
			p.count(&p.Points, pt.Verdict, pt.Unit+", "+string(pt.Edge), pt.Reason, pt.Detail)
		}
	}
	for _, f := range res.Facts {
		p.count(&p.Facts, f.Verdict, string(f.Kind)+" "+f.Name, f.Reason, f.Detail)
	}
	if p.Points.Total == 0 {
		return p, fmt.Errorf("%s: there was nothing to prove", what)
	}
	return p, nil
}

func (p *Proof) count(c *Count, v verdict.Verdict, name string, reason verdict.Reason, detail string) {
	c.Total++
	switch {
	case v == verdict.Proved:
		c.Proved++
	case p.Open == "":
		p.Open = fmt.Sprintf("%s: %v: %s: %s", name, v, reason, detail)
	}
}
