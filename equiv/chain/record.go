package chain

import (
	"slices"

	"github.com/hashiflex/hashiflex/equiv"
	"github.com/hashiflex/hashiflex/equiv/certificate"
	"github.com/hashiflex/hashiflex/equiv/sequential"
	"github.com/hashiflex/hashiflex/netlist"
	"github.com/hashiflex/hashiflex/spec/verdict"
)

// Record is the outcome of one layer. It is complete: the report and a resumed
// run need nothing else.
type Record struct {
	Layer  string
	Kind   string
	Units  []string // compare points, in order
	Labels []string // of each unit: its channel number, or what it does instead
	Fanin  []int    // of each unit: taps in use
	Points []Point  // of every unit on every edge, units first
	Tails  []TailRecord
	Rules  []equiv.Rule // lifting rules that the layer's cells need
	Chunks []ChunkRecord
	Vector []VectorRecord
	// Unlifted are the points among the sample that were proved without the lifter.
	Unlifted []equiv.Fact `json:",omitempty"`
	// Latency are the registers of points that have some.
	Latency []equiv.Fact `json:",omitempty"`
	// Sweep are netlists of gates that compute what their RTL does.
	Sweep []equiv.Fact `json:",omitempty"`
	// Reading is what two simulators make of the user's text beside the netlist.
	Reading []equiv.Fact `json:",omitempty"`
	Cover   Coverage
	Stats   Stats
}

// Count counts the layer's compare points by their worst edge. A point that is proved on all
// of its edges is settled; its premises are discharged later. One on which an edge is
// refuted is refuted. The others are open.
func (r *Record) Count() (settled, open, refuted int) {
	verdicts := map[string][]verdict.Verdict{}
	for _, unit := range r.Units {
		verdicts[unit] = nil
	}
	for i := range r.Points {
		p := &r.Points[i]
		verdicts[p.Unit] = append(verdicts[p.Unit], p.Verdict)
	}
	for _, vs := range verdicts {
		switch {
		case slices.Contains(vs, verdict.Refuted):
			refuted++
		case len(vs) > 0 && !slices.ContainsFunc(vs, func(v verdict.Verdict) bool { return v != verdict.Proved }):
			settled++
		default:
			open++
		}
	}
	return settled, open, refuted
}

// Point is one compare point on one edge.
type Point struct {
	Unit     string
	Edge     verdict.Edge
	Verdict  verdict.Verdict
	Basis    verdict.Basis  `json:",omitempty"` // of Proved: whose word that is, its tail and merges apart
	By       []string       `json:",omitempty"` // of TwoSolvers: their names
	Reason   verdict.Reason `json:",omitempty"`
	Detail   string         `json:",omitempty"`
	Strategy equiv.Strategy `json:",omitempty"`
	Lemmas   int            // range lemmas, proved within the queries
	Merges   int            `json:",omitempty"` // cells that read another net of the same bits, proved by the first query
	Queries  []string       `json:",omitempty"` // hashes, each answered unsat
	Tail     string         `json:",omitempty"` // key of a TailRecord
	Chunk    string         `json:",omitempty"`
	Latency  *int           `json:",omitempty"` // clocks from inputs to output, by the fact of the unit's name; nil: no registers
	// Settles is how many clocks after power-up the output becomes the model's for good, if
	// those are more than the latency: a constant decides only when it has come through so
	// many registers, and of what is before nothing is said.
	Settles int `json:",omitempty"`
	// Executed says that the latency is from a start on, of hardware whose control was
	// executed, by the facts of the unit's name.
	Executed bool `json:",omitempty"`
	// Swept says that what was settled is the RTL of a netlist of gates, by the fact of the
	// unit's name.
	Swept   bool           `json:",omitempty"`
	Clock   string         `json:",omitempty"` // that the latency is counted in, as the user calls it, and its edge
	Witness *WitnessRecord `json:",omitempty"`
	// Certificate is what shows the point to a reader who does not believe this package.
	Certificate *certificate.Point `json:",omitempty"`
}

// WitnessRecord is an input on which a point's sides differ, as each reading of the
// hardware says. It is only kept when all of them differ from the model.
type WitnessRecord struct {
	Ports     []string // that carry the inputs
	Inputs    []int64
	Gold      int64
	Netlist   int64 // evaluated on the netlist of the edge
	Simulated int64 // by Icarus, on the Verilog
	// Misread says, where both simulators make something else of the Verilog than the
	// netlist, what each gives; the netlist may agree with the model then.
	Misread string `json:",omitempty"`
	// Sequence is two inputs, of which Inputs is the second, that show paths of
	// different length; nil: Inputs are held.
	Sequence *equiv.Sequence `json:",omitempty"`
	// Timing is two inputs likewise, at which the output comes at the wrong clock. Gold
	// is what belongs there.
	Timing *equiv.Timing `json:",omitempty"`
	// Run is several computations, one after another, of which the last is wrong; Gold is
	// what the port of the hardware should be then that Netlist is.
	Run *sequential.Trace `json:",omitempty"`
}

// TailRecord is a tail obligation, over the hull of the points that need it.
type TailRecord struct {
	Key     string
	Lo, Hi  int64
	Users   int
	Wide    bool `json:",omitempty"` // more than is enumerated: solvers alone decided
	Verdict verdict.Verdict
	Basis   verdict.Basis  `json:",omitempty"` // of Proved: whose word that is
	By      []string       `json:",omitempty"` // of TwoSolvers: their names
	Reason  verdict.Reason `json:",omitempty"`
	Detail  string         `json:",omitempty"`
	Query   string         `json:",omitempty"`
}

// ChunkRecord is one Verilog file.
type ChunkRecord struct {
	Name     string
	Units    int
	Adders   int
	SHA256   string   // of the Verilog
	Netlists string   `json:",omitempty"` // SHA-256 of the dump of what was read back
	Readers  []string `json:",omitempty"` // that read it
	Refused  string   `json:",omitempty"` // why the strict reader did not, if it was asked
	Script   string   `json:",omitempty"` // that Yosys ran
	Warnings []string `json:",omitempty"` // of Yosys, all of them reviewed
	// Lines are the blocks and branches of the user's text that are counted, Unentered
	// those that no vector entered.
	Lines     int         `json:",omitempty"`
	Unentered []Uncovered `json:",omitempty"`
}

// VectorRecord is a module that ran through a simulator.
type VectorRecord struct {
	Unit    string
	Vectors int
	// Simulators are those that executed it.
	Simulators []string `json:",omitempty"`
	Verdict    verdict.Verdict
	Reason     verdict.Reason `json:",omitempty"`
	Detail     string         `json:",omitempty"`
}

// Stats describe the generated hardware of a layer.
type Stats struct {
	Adders    int
	Bits      int
	Depth     int
	ModelBits int // of the paper's adder-bit area model
}

func (s *Stats) add(m netlist.Stats) {
	s.Adders += m.Adders + m.Subtractors
	s.Bits += m.Bits
	s.Depth = max(s.Depth, m.Depth)
	s.ModelBits += m.ModelBits
}

func (s *Stats) plus(o Stats) {
	s.Adders += o.Adders
	s.Bits += o.Bits
	s.Depth = max(s.Depth, o.Depth)
	s.ModelBits += o.ModelBits
}

// Coverage counts the RTL's objects and names those outside every proven cone.
type Coverage struct {
	Cells, CellsCovered int
	Ports, PortsCovered int
	Uncovered           []Uncovered `json:",omitempty"`
}

// Uncovered is a cell or port in no proven cone.
type Uncovered struct{ Kind, Object, Source string }

// Proved reports whether everything in the record is proved.
func (r *Record) Proved() bool {
	for _, p := range r.Points {
		if p.Verdict != verdict.Proved {
			return false
		}
	}
	for _, v := range r.Vector {
		if v.Verdict != verdict.Proved {
			return false
		}
	}
	for _, u := range slices.Concat(r.Unlifted, r.Latency, r.Sweep, r.Reading) {
		if u.Verdict != verdict.Proved {
			return false
		}
	}
	return len(r.Points) > 0
}

// Certificate is the certificate of the layer's proved points, or nil if none has one.
func (r *Record) Certificate() *certificate.Layer {
	c := &certificate.Layer{Layer: r.Layer}
	tails := map[string]int{}
	for i := range r.Points {
		pt := &r.Points[i]
		if pt.Verdict != verdict.Proved || pt.Certificate == nil {
			continue
		}
		p := *pt.Certificate
		p.Chunk = pt.Chunk
		hull := certificate.Tail{Lo: p.Lo, Hi: p.Hi}
		at, known := tails[pt.Tail]
		if known {
			t := &c.Tails[at]
			t.Lo, t.Hi = min(t.Lo, p.Lo), max(t.Hi, p.Hi)
		} else {
			at = len(c.Tails)
			c.Tails = append(c.Tails, hull)
			if pt.Tail != "" {
				tails[pt.Tail] = at
			}
		}
		p.Tail = at
		c.Points = append(c.Points, p)
	}
	if c.Points == nil {
		return nil
	}
	return c
}
