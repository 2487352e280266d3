package bench

import (
	"context"
	"fmt"
	"time"

	"github.com/hashiflex/hashiflex/equiv/chain"
	"github.com/hashiflex/hashiflex/rtl/tool"
	"github.com/hashiflex/hashiflex/spec"
	"github.com/hashiflex/hashiflex/spec/verdict"
)

// Config says what to measure. Empty fields are left out.
type Config struct {
	FanIns  []int
	Limit   time.Duration // of a rival on one point
	Repeats int           // of our strategies on one point
	Images  int           // for the reference model
	Read    int           // layers whose Verilog the strict reader reads
	Rows    []int         // of matrices of Columns that are proved by normal forms
	Columns int
	RTLRows []int // of such matrices whose Verilog is proved too
	Jobs    int   // workers on a matrix
	Runtime int   // images in onnxruntime and in the reference model, in turn
	// Styles are the hand-written modules that are proved; nil: none.
	Styles *Styles
	// Commands is the network on which commands are run as somebody types them, and Program
	// is this program; nil: none.
	Commands *spec.Network
	Program  string
	// Chain is the proof of the network whose phases are measured. It runs twice: first
	// without solvers and Verilog, then complete.
	Chain *chain.Options
	// Say, if not nil, reports progress.
	Say func(format string, args ...any)
}

// Record is what one run measured.
type Record struct {
	Network string        `json:"network"`
	Tools   []Tool        `json:"tools"`
	Limit   time.Duration `json:"limit_ns"`
	Rivals  []Method      `json:"rivals"`
	Rows    []Row         `json:"points"`
	Proofs  []Proof       `json:"proofs"`
	Images  Images        `json:"golden"`
	Reading *Reading      `json:"reading,omitempty"`
	Sizes   []Size        `json:"sizes,omitempty"`
	Texts   []Size        `json:"sizes_with_text,omitempty"`
	Runtime *Runtime      `json:"runtime,omitempty"`
	Typed   []Command     `json:"commands,omitempty"`
	Styles  []Style       `json:"styles,omitempty"`
}

// Tool is an external program that was used.
type Tool struct {
	Name    string `json:"name"`
	Version string `json:"version"`
}

// Method is a rival, as it was run.
type Method struct {
	Name string `json:"name"`
	How  string `json:"how"`
}

// Run measures a validated network. An error, such as a missing tool or a rival with a
// wrong setup, ends the run.
func Run(ctx context.Context, net *spec.Network, c Config) (*Record, error) {
	say := c.Say
	if say == nil {
		say = func(string, ...any) {}
	}
	r := &Record{Network: net.Name, Limit: c.Limit}
	for _, t := range []tool.Tool{tool.Yosys, tool.Z3, tool.CVC5, tool.Icarus, tool.ABC} {
		found, err := t.Find()
		if err != nil {
			return nil, err
		}
		r.Tools = append(r.Tools, Tool{t.Name, found.Version})
	}
	var err error
	if c.Images > 0 {
		if r.Images, err = images(ctx, net, c.Images); err != nil {
			return nil, err
		}
		say("golden: %d images in %v", r.Images.Count, r.Images.Wall)
	}
	if c.Runtime > 0 {
		r.Runtime = besideRuntime(ctx, net, c.Runtime)
		if r.Runtime.Failed != "" {
			say("onnxruntime: not measured: %s", r.Runtime.Failed)
		} else {
			say("onnxruntime: %d images each in %d ways, golden at %.2f of its rate", r.Runtime.Count, len(r.Runtime.Ways), r.Runtime.Ratio())
		}
		if err := ctx.Err(); err != nil {
			return nil, err
		}
	}
	if c.Read > 0 {
		if r.Reading, err = reading(ctx, net, c.Read); err != nil {
			return nil, err
		}
		say("strict reader: %d files, %.1f MB/s", r.Reading.Files, r.Reading.Rate()/1e6)
	}
	if len(c.Rows) > 0 {
		if r.Sizes, err = sizes(ctx, c.Rows, c.Columns, c.Jobs, verdict.GoldenNetlist); err != nil {
			return nil, err
		}
		last := &r.Sizes[len(r.Sizes)-1]
		say("%d weights by normal forms: %v", last.Weights(), last.Wall)
	}
	if len(c.RTLRows) > 0 {
		if r.Texts, err = sizes(ctx, c.RTLRows, c.Columns, c.Jobs, verdict.GoldenRTL); err != nil {
			return nil, err
		}
		last := &r.Texts[len(r.Texts)-1]
		say("%d weights and their Verilog: %v", last.Weights(), last.Wall)
	}
	if c.Styles != nil {
		if r.Styles, err = styles(ctx, c.Styles, say); err != nil {
			return nil, err
		}
	}
	if c.Commands != nil {
		if r.Typed, err = commands(ctx, c.Commands, c.Program, say); err != nil {
			return nil, err
		}
	}
	if c.Chain != nil {
		if r.Proofs, err = proofs(ctx, net, *c.Chain, say); err != nil {
			return nil, err
		}
	}
	if len(c.FanIns) > 0 {
		rivals := Rivals()
		for _, x := range rivals {
			r.Rivals = append(r.Rivals, Method{x.Name, x.How})
		}
		if r.Rows, err = compare(ctx, net, c.FanIns, rivals, c.Limit, c.Repeats, say); err != nil {
			return nil, fmt.Errorf("compare points: %w", err)
		}
	}
	return r, nil
}

// proofs measures the whole network, first without solvers and Verilog.
func proofs(ctx context.Context, net *spec.Network, whole chain.Options, say func(string, ...any)) (list []Proof, err error) {
	fast := whole
	fast.Edges = []verdict.Edge{verdict.GoldenNetlist}
	fast.Opinions, fast.UnliftedSolver, fast.Unlifted, fast.Vectors = nil, nil, 0, 0
	for _, run := range []struct {
		what string
		o    chain.Options
	}{{"golden = netlist by normal forms alone", fast}, {"both edges, confirmed, with the checks of the lifter", whole}} {
		p, err := proof(ctx, net, run.what, run.o)
		if err != nil {
			return nil, err
		}
		say("%s: %d points in %v", run.what, p.Points.Total, p.Wall)
		list = append(list, p)
	}
	return list, nil
}
