package chain

import (
	"context"

	"github.com/hashiflex/hashiflex/equiv/smt"
	"github.com/hashiflex/hashiflex/netlist/shiftadd"
	"github.com/hashiflex/hashiflex/rtl"
	"github.com/hashiflex/hashiflex/spec/verdict"
)

// MaxAdders is how many adders go into one Verilog file and one Yosys process.
const MaxAdders = 20000

// Options say what is proved and with what means. The zero value proves no
// edge; Layers nil means all.
type Options struct {
	Layers   []string // names; nil: all
	Channels []int    // output channels of convolutions; nil: all
	Knobs    shiftadd.Options
	Jobs     int            // workers; 0: one for each CPU
	Edges    []verdict.Edge // that are proved, in the order of the chain

	// Opinions are the solvers, in the order in which they are asked. The first confirms;
	// others that are not Alone must agree on every point. Without any, nothing is
	// confirmed. What rests on solvers alone is put to all, one after another, until two
	// agree.
	Opinions []smt.Opinion
	Limits   smt.Limits // per query and process

	// Unlifted is how many points of fan-in at most UnliftedFanIn are proved
	// without the lifter, by UnliftedSolver. 0: none. Where all points are wider, all
	// but so many of their inputs are held.
	Unlifted       int
	UnliftedFanIn  int
	UnliftedSolver *smt.Solver
	UnliftedLimits smt.Limits
	// Vectors is how many modules of each chunk run through Icarus, and those of one
	// chunk of each layer through Verilator too. 0: none.
	Vectors int
	Seed    int64

	Yosys  rtl.Limits
	Icarus rtl.Limits

	// Runner starts what runs the works of one worker; nil: NewRunner's, in this process.
	Runner func(context.Context) (Runner, error)

	// Store remembers layers; nil remembers nothing.
	Store Store
	// KeepQueries hands the text of every query to the store, not only of those
	// that ended in no proof.
	KeepQueries bool
	// Measure is told what each phase of a layer took; may be nil. Calls come
	// from several goroutines, one at a time.
	Measure func(Measurement)
	// Progress is told of every chunk and layer that ends; may be nil. Calls
	// come from several goroutines, one at a time.
	Progress func(Progress)
	// Refuted is given every point that was refuted and replayed, to show it; may
	// be nil. A witness that it cannot replay makes the point Failed. Calls come
	// from several goroutines at a time.
	Refuted func(context.Context, *Refutation) error
	// Foreign is hardware of somebody else's, by layer. Of such a layer golden = rtl alone
	// is proved; what layers it does not have are generated.
	Foreign map[string]*Foreign
}

// Store keeps what a run leaves behind.
type Store interface {
	// Lookup finds the record of a layer by the hash of all it depends on.
	Lookup(key string) (*Record, bool)
	// Keep stores the record of a finished layer that is fully proved.
	Keep(key string, r *Record) error
	// Chunk keeps the Verilog of a chunk and the netlists read back from it.
	Chunk(name string, verilog, netlists []byte) error
	// Query keeps the text of a query.
	Query(hash, text string) error
}

// Progress is how far a run has come.
type Progress struct {
	Layer  string // just finished, or ""
	Record *Record
	Done   int // points settled, over all edges
	Total  int
	Stage  string // "layers" or "facts"
}
