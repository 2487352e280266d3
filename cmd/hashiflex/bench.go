package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"runtime"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/hashiflex/hashiflex/equiv/bench"
	"github.com/hashiflex/hashiflex/equiv/chain"
	"github.com/hashiflex/hashiflex/equiv/signoff"
	"github.com/hashiflex/hashiflex/equiv/smt"
	"github.com/hashiflex/hashiflex/fuzz/head/rate"
	"github.com/hashiflex/hashiflex/rtl/npu"
	"github.com/hashiflex/hashiflex/spec"
	"github.com/hashiflex/hashiflex/spec/networks"
	"github.com/hashiflex/hashiflex/spec/verdict"
)

// The settings in which a full run and a quick one differ.
const (
	benchLimit, quickLimit     = time.Minute, 5 * time.Second
	benchRepeats, quickRepeats = 25, 5
	benchImages, quickImages   = 20, 3
	benchFloat, quickFloat     = 50, 10 // of them, beside another runtime
	quickLayers                = 4
	quickUnlifted              = 2
	quickNetwork               = "tiny" // of the commands that are run

	benchCases, quickCases = 3000, 200 // sequences on the small head
	benchBoth, quickBoth   = 300, 20   // of them, in Icarus as well
	benchHead, quickHead   = 300, 20   // images on the full head
	benchLoads, quickLoads = 30, 3     // with a program for each
)

// The parts of a benchmark.
const (
	pointsPart  = "points"
	networkPart = "network"
	imagesPart  = "images"
	readingPart = "reading"
	headPart    = "head"
	sizePart    = "size"
	runtimePart = "runtime"
	provePart   = "prove"
	stylesPart  = "styles"
)

var benchParts = []string{pointsPart, networkPart, imagesPart, readingPart, headPart, sizePart, runtimePart, provePart, stylesPart}

var quickFanIns = []int{4, 9, 16, 64, 320, 960}

// Matrices of 1, 4, 16 and 45 million weights, the last a projection of a language model
// with 7 billion.
var (
	benchRows, quickRows = []int{92, 368, 1472, 4096}, []int{8}
	benchTexts           = []int{92, 368, 4096} // with their Verilog
)

const benchColumns = 11008

// Hand-written modules: word-level styles of these fan-ins, others of fewer operands, and
// netlists of gates made of some.
var (
	benchStyles = bench.Styles{FanIns: []int{32, 160, 960}, Bits: 64, Gates: 32, From: []string{"tree", "csa_tree", "grouped", "multiply"}}
	quickStyles = bench.Styles{FanIns: []int{16}, Bits: 16, Gates: 16, From: []string{"tree"}}
)

func benchCommand() *cobra.Command {
	var (
		flags  checkFlags // of them: the network and the project
		text   string
		asJSON bool
		parts  []string
		jobs   int
		quick  bool
	)
	cmd := &cobra.Command{
		Use:   "bench",
		Short: "Measure the proofs beside other tools, phase by phase",
		Long: `Put compare points of growing fan-in with the network's own weights to the
strategies of this program and to Z3, cvc5, ABC and Yosys; prove the whole network
and say what each phase takes; execute the reference model; read the network's Verilog
by the strict reader; run prove as somebody types it, also after a weight was changed; prove
hand-written modules of many styles with 32, 160 and 960 operands, and gates; fuzz the programmable head in Verilator and in Icarus; prove matrices of up to 45 million weights;
execute the network in onnxruntime, in float32 on the same cores, which npm installs into a
temporary folder. What a rival does not solve counts as its time limit. Without onnxruntime
the other parts are measured, and the exit code is 4.

A full run takes about half an hour and wants an idle machine. --quick takes a few
minutes: fewer sizes, a shorter limit, the first layers only. --part takes one of
points, network, images, reading, head, size, runtime, prove and styles, and may be given again.
With a project, its network is measured, with the hardware and the scope that the project says.`,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if jobs < 1 {
				return fmt.Errorf("--jobs %d: want 1 or more", jobs)
			}
			for _, p := range parts {
				if !slices.Contains(benchParts, p) {
					return fmt.Errorf("--part %w", noneOf(p, benchParts...))
				}
			}
			if len(parts) == 0 {
				parts = benchParts
			}
			opened := flags.project.open(cmd)
			n, err := networks.OpenOrLoad(flags.network)
			if err := errors.Join(opened, err); err != nil {
				return err
			}
			c, err := benchConfig(n, parts, jobs, quick)
			if err != nil {
				return machine(err)
			}
			if err := errors.Join(bench.Check(n, c.FanIns), flags.bench(cmd, n, c.Chain)); err != nil {
				return err
			}
			bar := screenOf(cmd).progress
			c.Say = func(format string, args ...any) { bar.Note("%s", printable(fmt.Sprintf(format, args...))) }
			r := benchReport{
				Date: time.Now().UTC().Format(time.RFC3339), Commit: commit(), Command: commandLine(cmd),
				CPUs: runtime.NumCPU(), Jobs: jobs, Go: runtime.Version(), Quick: quick,
			}
			if r.Load, err = load(); err != nil {
				return machine(err)
			}
			if r.Record, err = bench.Run(cmd.Context(), n, c); err != nil {
				return machine(err)
			}
			if slices.Contains(parts, headPart) {
				if r.Head, err = benchHeads(cmd.Context(), n, c.Say, quick); err != nil {
					return machine(err)
				}
			}
			var table strings.Builder
			r.write(&table)
			if asJSON {
				r.lists()
				err = machine(writeJSON(cmd.OutOrStdout(), &r))
			} else {
				_, err = fmt.Fprint(cmd.OutOrStdout(), table.String())
				err = machine(err)
			}
			if text != "" {
				err = errors.Join(err, machine(os.WriteFile(text, []byte(table.String()), 0o644)))
			}
			if x := r.Record.Runtime; x != nil && x.Failed != "" {
				err = errors.Join(err, machine(fmt.Errorf("bench: %s was not measured: %s", x.Package, x.Failed)))
			}
			return err
		},
	}
	networkFlag(cmd, &flags.network)
	flags.project.flags(cmd)
	f := cmd.Flags()
	f.StringArrayVar(&parts, "part", nil, "only this part; may be given again")
	f.BoolVar(&quick, "quick", false, "a few minutes instead of half an hour")
	f.IntVar(&jobs, "jobs", runtime.GOMAXPROCS(0), "workers for the whole network")
	jsonFlag(cmd, &asJSON)
	f.StringVar(&text, "record", "", "file to write the tables to")
	return cmd
}

// benchConfig is what a signoff does, and the sizes for the compare points, as far as
// parts name them.
func benchConfig(n *spec.Network, parts []string, jobs int, quick bool) (bench.Config, error) {
	z3, err := smt.Z3()
	if err != nil {
		return bench.Config{}, err
	}
	unlifted, err := smt.CVC5BVAsInt()
	if err != nil {
		return bench.Config{}, err
	}
	program, err := os.Executable()
	if err != nil {
		return bench.Config{}, err
	}
	c := bench.Config{
		Commands: n, Program: program,
		FanIns: bench.FanIns(), Limit: benchLimit, Repeats: benchRepeats, Images: benchImages, Read: len(n.Layers), Runtime: benchFloat,
		Rows: benchRows, RTLRows: benchTexts, Columns: benchColumns, Jobs: jobs, Styles: &benchStyles,
		Chain: &chain.Options{
			Jobs: jobs, Edges: verdict.Edges(), Seed: 1,
			Opinions: []smt.Opinion{{Solver: z3}}, Unlifted: signoffUnlifted, UnliftedFanIn: signoffUnliftedFanIn, UnliftedSolver: &unlifted,
			Vectors: signoffVectors, FrontEnd: chain.ByBoth, Yosys: toolLimits, Icarus: toolLimits,
		},
	}
	if quick {
		c.FanIns, c.Limit, c.Repeats, c.Images, c.Read = quickFanIns, quickLimit, quickRepeats, quickImages, quickLayers
		c.Rows, c.RTLRows, c.Runtime, c.Styles = quickRows, quickRows, quickFloat, &quickStyles
		if c.Commands, err = networks.Open(quickNetwork); err != nil {
			return bench.Config{}, err
		}
		c.Chain.Unlifted, c.Chain.UnliftedLimits.Query = quickUnlifted, quickLimit
		for _, l := range n.Layers[:min(len(n.Layers), quickLayers)] {
			c.Chain.Layers = append(c.Chain.Layers, l.Name)
		}
	}
	for part, leave := range map[string]func(){
		pointsPart:  func() { c.FanIns = nil },
		networkPart: func() { c.Chain = nil },
		imagesPart:  func() { c.Images = 0 },
		readingPart: func() { c.Read = 0 },
		sizePart:    func() { c.Rows, c.RTLRows = nil, nil },
		runtimePart: func() { c.Runtime = 0 },
		provePart:   func() { c.Commands = nil },
		stylesPart:  func() { c.Styles = nil },
	} {
		if !slices.Contains(parts, part) {
			leave()
		}
	}
	return c, nil
}

// bench makes the measured chain that of the project: with its hardware, of the layers
// that are in its scope.
func (c *checkFlags) bench(cmd *cobra.Command, n *spec.Network, o *chain.Options) error {
	p := c.project.Project
	if p == nil || o == nil {
		return nil
	}
	measured := o.Layers // nil: all
	j := &signoff.Job{Network: n, Chain: *o}
	all, scope, err := c.selected(j)
	if err != nil {
		return err
	}
	within := func(layer string) bool { return measured == nil || slices.Contains(measured, layer) }
	all = slices.DeleteFunc(all, func(o *own) bool { return !within(o.layer) })
	j.Chain.Layers = slices.DeleteFunc(scope.Layers, func(layer string) bool { return !within(layer) })
	if p.Seed != nil {
		j.Chain.Seed = *p.Seed
	}
	if err := c.own.apply(cmd, j, all); err != nil {
		return err
	}
	*o = j.Chain
	return messages(c.own.refused)
}

// benchReport is the JSON output.
type benchReport struct {
	Date    string        `json:"date"`
	Commit  string        `json:"commit"`
	Command string        `json:"command"`
	CPUs    int           `json:"cpus"`
	Load    string        `json:"load"` // processes that ran before, averaged over a minute
	Jobs    int           `json:"jobs"`
	Go      string        `json:"go"`
	Quick   bool          `json:"quick"`
	Record  *bench.Record `json:"record"`
	Head    *rate.Record  `json:"head,omitempty"` // nil: left out, or the network has no program for it
}

// benchHeads measures the programmable head, on the network's own program.
func benchHeads(ctx context.Context, n *spec.Network, say func(string, ...any), quick bool) (*rate.Record, error) {
	dense := signoff.Dense(n)
	if len(dense) == 0 {
		return nil, nil
	}
	say("the programmable head")
	params, err := npu.Room(dense, signoff.HeadLanes)
	if err != nil {
		return nil, err
	}
	c := rate.Config{Cases: benchCases, Both: benchBoth, Images: benchHead, Loads: benchLoads, Seed: 1}
	if quick {
		c = rate.Config{Cases: quickCases, Both: quickBoth, Images: quickHead, Loads: quickLoads, Seed: 1}
	}
	if c.Program, err = npu.Assemble(dense, params); err != nil {
		return nil, err
	}
	return rate.Run(ctx, c)
}

// load is the machine's load average over the last minute: measurements during other
// work are not valid.
func load() (string, error) {
	const file = "/proc/loadavg"
	text, err := os.ReadFile(file)
	if err != nil {
		return "", err
	}
	minute, _, ok := strings.Cut(string(text), " ")
	if !ok {
		return "", fmt.Errorf("%s says %q", file, text)
	}
	return minute, nil
}

// commandLine is the command with the flags that were given.
func commandLine(cmd *cobra.Command) string {
	words := []string{cmd.CommandPath()}
	cmd.Flags().Visit(func(f *pflag.Flag) { words = append(words, "--"+f.Name+"="+f.Value.String()) })
	return strings.Join(words, " ")
}

// lists has empty lists in the place of those that were not measured.
func (r *benchReport) lists() {
	if b := r.Record; b != nil {
		b.Tools, b.Rivals, b.Rows, b.Proofs = list(b.Tools), list(b.Rivals), list(b.Rows), list(b.Proofs)
		for i := range b.Rows {
			b.Rows[i].Rivals = list(b.Rows[i].Rivals)
		}
		for i := range b.Proofs {
			b.Proofs[i].Phases = list(b.Proofs[i].Phases)
		}
	}
}
