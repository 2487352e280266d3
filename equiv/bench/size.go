package bench

import (
	"context"
	"fmt"
	"time"

	"github.com/hashiflex/hashiflex/equiv/chain"
	"github.com/hashiflex/hashiflex/spec/networks"
	"github.com/hashiflex/hashiflex/spec/verdict"
)

// Size is the proof of one matrix of powers of two by normal forms, golden = netlist.
type Size struct {
	Rows    int           `json:"rows"`
	Columns int           `json:"columns"`
	Proved  Count         `json:"points"`
	Wall    time.Duration `json:"wall_ns"`
	Busy    time.Duration `json:"busy_ns"`    // processor time of this process, the collector's included
	Peak    int64         `json:"peak_bytes"` // resident, of this process
}

// Weights is the number of weights, zeros included.
func (s *Size) Weights() int { return s.Rows * s.Columns }

// sizes proves matrices of the given rows and of columns each.
func sizes(ctx context.Context, rows []int, columns, jobs int) (all []Size, err error) {
	for _, n := range rows {
		s := Size{Rows: n, Columns: columns}
		net, err := networks.Open(fmt.Sprintf("matrix:%dx%d", n, columns))
		if err != nil {
			return nil, err
		}
		before := busy()
		p, err := proof(ctx, net, net.Name, chain.Options{Jobs: jobs, Edges: []verdict.Edge{verdict.GoldenNetlist}, Seed: 1})
		if err != nil {
			return nil, err
		}
		s.Busy, s.Proved, s.Wall, s.Peak = busy()-before, p.Points, p.Wall, p.Peak
		if p.Open != "" {
			return nil, fmt.Errorf("%s: not proved: %s", net.Name, p.Open)
		}
		all = append(all, s)
	}
	return all, nil
}
