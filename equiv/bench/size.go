package bench

import (
	"context"
	"fmt"
	"time"

	"github.com/hashiflex/hashiflex/equiv/chain"
	"github.com/hashiflex/hashiflex/netlist/shiftadd"
	"github.com/hashiflex/hashiflex/rtl"
	"github.com/hashiflex/hashiflex/spec"
	"github.com/hashiflex/hashiflex/spec/networks"
	"github.com/hashiflex/hashiflex/spec/verdict"
)

// Size is the proof of one matrix of powers of two by normal forms, golden = netlist, or,
// where Text is not 0, golden = rtl.
type Size struct {
	Text    int64         `json:"text_bytes"` // of Verilog that is written and read by the strict reader
	Rows    int           `json:"rows"`
	Columns int           `json:"columns"`
	Proved  Count         `json:"points"`
	Wall    time.Duration `json:"wall_ns"`
	Busy    time.Duration `json:"busy_ns"`    // processor time of this process, the collector's included
	Peak    int64         `json:"peak_bytes"` // resident, of this process
}

// Weights is the number of weights, zeros included.
func (s *Size) Weights() int { return s.Rows * s.Columns }

// sizes proves matrices of the given rows and of columns each, on one edge.
func sizes(ctx context.Context, rows []int, columns, jobs int, edge verdict.Edge) (all []Size, err error) {
	for _, n := range rows {
		s := Size{Rows: n, Columns: columns}
		net, err := networks.Open(fmt.Sprintf("matrix:%dx%d", n, columns))
		if err != nil {
			return nil, err
		}
		if edge == verdict.GoldenRTL {
			if s.Text, err = text(net); err != nil {
				return nil, err
			}
		}
		before := busy()
		p, err := proof(ctx, net, net.Name, chain.Options{Jobs: jobs, Edges: []verdict.Edge{edge}, Seed: 1, FrontEnd: chain.ByStrict})
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

// text is the size of a network's Verilog.
func text(net *spec.Network) (int64, error) {
	var n length
	for _, l := range net.Layers {
		if l.Kind() == "dense" {
			continue
		}
		g, err := shiftadd.New(l, shiftadd.Options{})
		if err != nil {
			return 0, err
		}
		for _, u := range g.Modules() {
			if err := rtl.WriteVerilog(&n, g.Module(u)); err != nil {
				return 0, err
			}
		}
	}
	return int64(n), nil
}

// length is a writer that counts.
type length int64

func (n *length) Write(b []byte) (int, error) {
	*n += length(len(b))
	return len(b), nil
}
