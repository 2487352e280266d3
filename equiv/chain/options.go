package chain

import (
	"context"

	"github.com/hashiflex/hashiflex/equiv"
	"github.com/hashiflex/hashiflex/equiv/smt"
	"github.com/hashiflex/hashiflex/netlist/shiftadd"
	"github.com/hashiflex/hashiflex/rtl"
	"github.com/hashiflex/hashiflex/spec/verdict"
)

// MaxAdders is the largest number of adders in one Verilog file and one Yosys process.
const MaxAdders = 20000

// Options select the claims of a run and its tools. The zero value proves no edge; Layers
// nil means all.
type Options struct {
	Layers   []string // names; nil: all
	Channels []int    // output channels of convolutions; nil: all
	Knobs    shiftadd.Options
	Jobs     int            // workers; 0: one for each CPU
	Edges    []verdict.Edge // to prove, in the order of the chain

	// Opinions are the solvers, in the order in which they are asked. The first confirms;
	// others that are not Alone must agree on every point. Without any, nothing is
	// confirmed. A claim that only solvers decide is put to all, one after another, until
	// two agree.
	Opinions []smt.Opinion
	Limits   smt.Limits // per query and process

	// Unlifted is the number of points of fan-in at most UnliftedFanIn to prove without
	// the lifter, by UnliftedSolver. 0: none. If all points are wider, inputs beyond
	// UnliftedFanIn are held constant.
	Unlifted       int
	UnliftedFanIn  int
	UnliftedSolver *smt.Solver
	UnliftedLimits smt.Limits
	// Vectors is the number of modules of each chunk that run through Icarus. Those of
	// one chunk of each layer run through Verilator too. 0: none.
	Vectors int
	Seed    int64

	FrontEnd FrontEnd // that reads the Verilog of the layers
	Yosys    rtl.Limits
	Icarus   rtl.Limits

	// Only are the parts to prove, by name, of a run that several machines share; nil: all.
	// The run then proves no facts, and completes only the layers of which it has all parts.
	Only map[string]bool

	// Runner starts the runner of one worker; nil: NewRunner's, in this process.
	Runner func(context.Context) (Runner, error)

	// Store remembers layers; nil remembers nothing.
	Store Store
	// KeepQueries hands the text of every query to the store, not only of those
	// that ended in no proof.
	KeepQueries bool
	// Measure is called with the measurements of a layer's phases; may be nil. Calls come
	// from several goroutines, one at a time.
	Measure func(Measurement)
	// Progress is called when a chunk or a layer ends, and now and then in between; may be nil.
	// Calls come from several goroutines, one at a time.
	Progress func(Progress)
	// Refuted is called with every point that was refuted and replayed, to show it; may
	// be nil. A witness that it cannot replay makes the point Failed. Calls come from
	// several goroutines at a time.
	Refuted func(context.Context, *Refutation) error
	// Foreign is the user's hardware, by layer. For such a layer only golden = rtl is
	// proved. Other layers are generated.
	Foreign map[string]*Foreign
}

// Store keeps the results of a run.
type Store interface {
	// Lookup finds the record of a layer by the hash of everything that it depends on.
	Lookup(key string) (*Record, bool)
	// Keep stores the record of a finished layer that is fully proved.
	Keep(key string, r *Record) error
	// LookupPart finds the outcome of a part by the hash of everything that it depends on.
	LookupPart(key string) (*Outcome, bool)
	// KeepPart stores the outcome of a part that is fully proved, of a layer whose other
	// parts are proved elsewhere.
	KeepPart(key string, o *Outcome) error
	// Chunk keeps the Verilog of a chunk and the netlists read back from it.
	Chunk(name string, verilog, netlists []byte) error
	// Query keeps the text of a query.
	Query(hash, text string) error
}

// PartStore is a Store that also keeps the outcomes of parts by what they compute, so that
// the parts of a layer that were not changed are known in whatever network.
type PartStore interface {
	LookupContent(key string) (*Outcome, bool)
	// KeepContent stores an outcome that is fully proved.
	KeepContent(key string, o *Outcome)
}

// AnswerStore is a Store that also keeps what solvers say of facts, by the hash of the query
// and of who was asked.
type AnswerStore interface {
	LookupAnswer(key string) (*equiv.Answer, bool)
	// KeepAnswer stores an answer that is a proof.
	KeepAnswer(key string, a *equiv.Answer)
}

// Progress is the progress of a run.
type Progress struct {
	Layer  string // just finished, or ""
	Record *Record
	Done   int // points settled, over all edges
	Total  int
	Known  int    // of Done, what an earlier run did
	Stage  string // "layers" or "facts"
	// Efforts is what is done and to be done within the layers, by kind.
	Efforts []Effort
}
