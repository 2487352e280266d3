package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"syscall"
	"time"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/hashiflex/hashiflex/cmd/hashiflex/internal/project"
	"github.com/hashiflex/hashiflex/equiv/chain"
	"github.com/hashiflex/hashiflex/equiv/signoff"
	"github.com/hashiflex/hashiflex/equiv/smt"
	"github.com/hashiflex/hashiflex/netlist/shiftadd"
	"github.com/hashiflex/hashiflex/reports"
	"github.com/hashiflex/hashiflex/reports/rundir"
	"github.com/hashiflex/hashiflex/rtl"
	"github.com/hashiflex/hashiflex/rtl/tool"
	"github.com/hashiflex/hashiflex/spec"
	"github.com/hashiflex/hashiflex/spec/bounded"
	"github.com/hashiflex/hashiflex/spec/digest"
	"github.com/hashiflex/hashiflex/spec/networks"
	"github.com/hashiflex/hashiflex/spec/verdict"
	"github.com/hashiflex/hashiflex/spec/words"
)

// Limits of a Yosys or Icarus process: generous for chunks of the size that the
// chain cuts.
var toolLimits = rtl.Limits{Time: 10 * time.Minute, Memory: 4 << 30}

// checkFlags are what prove and signoff have in common.
type checkFlags struct {
	network        string
	layers         []string
	channels       []int
	jobs           int
	timeout        time.Duration
	memory         int64
	solver, second string
	seed           int64
	fast           bool
	keepQueries    bool
	out            string
	knobs          knobs
	deadline       time.Duration
	frontEnd       string
	project        projectFlag
	own            foreignFlags
	opened         error // of the project
	asJSON         bool
	table          func(*reports.Signoff, io.Writer, int) error // in so many columns
	scope          project.Scope
	shard          shardFlags
	cache          string
	noCache        bool
}

func (c *checkFlags) flags(cmd *cobra.Command) {
	networkFlag(cmd, &c.network)
	c.project.flags(cmd)
	f := cmd.Flags()
	f.DurationVar(&c.deadline, "deadline", 0, "of the whole command; what is not settled by then is not concluded (0: none)")
	f.StringArrayVar(&c.layers, "layer", nil, "only this layer; may be given again")
	f.IntSliceVar(&c.channels, "channel", nil, "only this output channel of --layer; may be given again")
	c.solverFlags(f)
	f.BoolVar(&c.fast, "fast", false, "golden = netlist by normal forms alone: no solver, no Verilog")
	c.shard.flags(f)
	f.BoolVar(&c.keepQueries, "keep-queries", false, "keep the text of every query in the run directory")
	c.knobs.flags(cmd)
}

// frontEndFlag says who reads the Verilog, unless it is given.
func (c *checkFlags) frontEndFlag(f *pflag.FlagSet, unless chain.FrontEnd) {
	f.StringVar(&c.frontEnd, "front-end", unless.String(), "that reads the Verilog of the layers: strict (where the whole text is in its dialect, else yosys), yosys, or both, which must agree")
}

// solverFlags say who proves, and with what.
func (c *checkFlags) solverFlags(f *pflag.FlagSet) {
	f.IntVar(&c.jobs, "jobs", runtime.GOMAXPROCS(0), "workers, each with solver processes of its own")
	f.DurationVar(&c.timeout, "timeout", time.Minute, "of a solver on one query")
	f.Int64Var(&c.memory, "memory", 2048, "of a solver process, in MiB")
	f.StringVar(&c.solver, "solver", "z3", "that confirms: z3, cvc5, or the path of an SMT-LIB 2 solver, with arguments")
	f.StringVar(&c.second, "second-solver", "", "that has to agree on everything, such as cvc5; where one word would stand alone, "+strings.Join(smt.AloneNames(), ", ")+" are asked anyway")
	f.Int64Var(&c.seed, "seed", 1, "of samples, vectors and searches")
}

// begin opens the project and starts the clock of --deadline, before anything else. It
// returns what ends that clock.
func (c *checkFlags) begin(cmd *cobra.Command) (end func()) {
	c.opened = c.project.open(cmd)
	return c.limited(cmd)
}

// job checks the flags and the project against the network, finds the tools, and reads
// the user's hardware. The error lists all problems.
func (c *checkFlags) job(cmd *cobra.Command) (*signoff.Job, error) {
	ctx := cmd.Context()
	var errs []error
	bad := func(format string, args ...any) { errs = append(errs, fmt.Errorf(format, args...)) }
	errs = append(errs, c.opened)
	if err := tool.TempFolder(); err != nil {
		return nil, err
	}
	if err := tool.OpenFiles(max(1, c.jobs)); err != nil {
		return nil, err
	}
	frontEnd, err := chain.ParseFrontEnd(c.frontEnd)
	if err != nil {
		bad("--front-end: %w", err)
	}
	share, err := c.shard.share(os.Getenv)
	if err != nil {
		bad("--shard: %w", err)
	}
	if c.deadline < 0 {
		bad("--deadline %v: want 0 or more", c.deadline)
	}
	if c.jobs < 1 {
		bad("--jobs %d: want 1 or more", c.jobs)
	}
	if c.timeout <= 0 {
		bad("--timeout %v: want more than 0", c.timeout)
	}
	if c.memory < 1 || c.memory > 1<<30 {
		bad("--memory %d: want 1 to %d", c.memory, 1<<30)
	}
	for _, flag := range []string{"solver", "second-solver", "keep-queries"} {
		if c.fast && cmd.Flags().Changed(flag) {
			bad("--%s: --fast asks no solver", flag)
		}
	}
	opt, err := c.knobs.options()
	errs = append(errs, err)
	net, inputs, err := openHashed(c.network)
	errs = append(errs, err)
	if net != nil {
		errs = append(errs, c.selection(net)...)
	}
	knobbed := err == nil
	j := &signoff.Job{
		Network: net, Opened: c.network, Inputs: inputs, Program: version(), Command: canonicalCommand(cmd, c.network), Revision: revision(ctx, "."), Dir: c.out, Share: share,
		Chain: chain.Options{
			Layers: c.layers, Channels: c.channels, Knobs: opt, Jobs: c.jobs,
			Edges: verdict.Edges(), Seed: c.seed, FrontEnd: frontEnd,
			Limits: smt.Limits{Query: c.timeout, Memory: c.memory << 20},
			Yosys:  toolLimits, Icarus: toolLimits, KeepQueries: c.keepQueries,
		},
	}
	if j.ImportReport, err = importReportOf(c.network); err != nil {
		errs = append(errs, err)
	}
	all, err := c.hardware(cmd, j)
	errs = append(errs, err)
	if net != nil && knobbed {
		errs = append(errs, legal(net, opt, j.Chain.Layers, all)...)
	}
	if c.fast {
		j.Chain.Edges = []verdict.Edge{verdict.GoldenNetlist}
		return j, errors.Join(errs...)
	}
	for _, t := range []tool.Tool{tool.Yosys, tool.Icarus, tool.VVP, tool.Verilator, tool.CXX} {
		errs = append(errs, record(j, t))
	}
	errs = append(errs, c.opinions(ctx, j)...)
	if err := errors.Join(errs...); err != nil {
		return j, err
	}
	return j, c.own.apply(cmd, j, all)
}

// hardware is that of the user's, of the flags or else of the project.
func (c *checkFlags) hardware(cmd *cobra.Command, j *signoff.Job) ([]*own, error) {
	o, err := c.own.given(cmd, c.layers)
	if o != nil || err != nil {
		return []*own{o}, err
	}
	all, scope, err := c.selected(j)
	c.scope = scope
	return all, err
}

// opinions finds the solvers: first the named ones, which get every query, then those
// of the table that are asked only if one solver alone says unsat. All are different
// programs.
func (c *checkFlags) opinions(ctx context.Context, j *signoff.Job) (errs []error) {
	var found []smt.Identity
	add := func(flag, command string, alone bool) error {
		s, id, err := c.resolve(ctx, j, flag, command, found)
		switch {
		case err != nil:
			return err
		case !alone && !s.Takes(smt.LogicAll):
			return fmt.Errorf("%s %s: knows %s only, and would be asked about integers too", flag, command, strings.Join(s.Logics, ", "))
		}
		found = append(found, id)
		j.Chain.Opinions = append(j.Chain.Opinions, smt.Opinion{Solver: *s, Alone: alone})
		return nil
	}
	if err := add("--solver", c.solver, false); err != nil {
		errs = append(errs, err)
	}
	if c.second != "" {
		if err := add("--second-solver", c.second, false); err != nil {
			errs = append(errs, err)
		}
	}
	if len(errs) > 0 {
		return errs
	}
	for _, name := range smt.AloneNames() {
		if err := add("second solver", name, true); err != nil && !errors.Is(err, errAskedAlready) {
			errs = append(errs, err)
		}
	}
	if len(errs) == 0 && len(found) < 2 {
		errs = append(errs, machine(fmt.Errorf("second solver: %s are one program", strings.Join(smt.AloneNames(), ", "))))
	}
	return errs
}

// immaterial are flags that no verdict depends on, and --network, which is named first.
var immaterial = []string{"network", "output", "jobs", "deadline", "json", "progress", "quiet", "verbose", "shard", mergeFlag, "on", "shards", "sbatch", "cache", "serve", "serve-to-others"}

// canonicalCommand returns the running command, as a shell reads it.
func canonicalCommand(cmd *cobra.Command, network string) string {
	typed := []string{"hashiflex"}
	for _, word := range canonicalArguments(cmd, network) {
		if flag, value, ok := strings.Cut(word, "="); ok && strings.HasPrefix(flag, "--") {
			word = flag + "=" + words.ShellQuote(value)
		} else {
			word = words.ShellQuote(word)
		}
		typed = append(typed, word)
	}
	return strings.Join(typed, " ")
}

// canonicalArguments are the running command's name and all flags that differ from their
// defaults, sorted by name. It leaves out the immaterial ones.
func canonicalArguments(cmd *cobra.Command, network string) []string {
	typed := []string{cmd.Name(), "--network", network}
	cmd.Flags().VisitAll(func(f *pflag.Flag) {
		switch {
		case slices.Contains(immaterial, f.Name), f.Value.String() == f.DefValue:
			return
		}
		list, many := f.Value.(pflag.SliceValue)
		if !many {
			typed = append(typed, "--"+f.Name+"="+f.Value.String())
			return
		}
		for _, v := range list.GetSlice() {
			typed = append(typed, "--"+f.Name+"="+v)
		}
	})
	return typed
}

// errAskedAlready is of a solver that is the program of another one.
var errAskedAlready = errors.New("the same as the first")

// resolve finds a solver, starts and examines it once, lists it with its reported
// version, and identifies its program. The error is a missing tool, or errAskedAlready
// for a program that is in the list already.
func (c *checkFlags) resolve(ctx context.Context, j *signoff.Job, flag, command string, others []smt.Identity) (*smt.Solver, smt.Identity, error) {
	s, err := smt.Resolve(command)
	var missing *tool.MissingError
	switch {
	case err == nil:
	case strings.TrimSpace(command) == "" || errors.As(err, &missing):
		return nil, smt.Identity{}, fmt.Errorf("%s: %w", flag, err)
	case errors.Is(err, exec.ErrNotFound), errors.Is(err, fs.ErrNotExist):
		return nil, smt.Identity{}, machine(fmt.Errorf("%s: %w: install it, or name z3 or cvc5 (apt-get install z3 cvc5)", flag, err))
	default:
		return nil, smt.Identity{}, fmt.Errorf("%s: %w", flag, err)
	}
	if s.Logics != nil {
		s = s.WithLogic(s.Logics[0])
	}
	session, err := smt.Start(ctx, s, j.Chain.Limits)
	if err != nil {
		return nil, smt.Identity{}, machine(fmt.Errorf("%s: %w", flag, err))
	}
	defer session.Close()
	id := session.Identity()
	for _, other := range others {
		same, err := other.Same(id)
		if err != nil {
			return nil, smt.Identity{}, machine(err)
		}
		if same {
			return nil, smt.Identity{}, fmt.Errorf("%s %s: %w", flag, command, errAskedAlready)
		}
	}
	if err := session.Examine(ctx); err != nil {
		return nil, smt.Identity{}, machine(fmt.Errorf("%s: %w", flag, err))
	}
	files, err := tool.IdentityOf(s.Path, s.Args...)
	if err != nil {
		return nil, smt.Identity{}, machine(fmt.Errorf("%s: %w", flag, err))
	}
	j.Tools = append(j.Tools, reports.ToolRecord{Name: s.Name, Version: id.Version, SHA256: files.SHA256})
	return &s, id, nil
}

// record finds a tool and lists it, once, by its version and the hash of its files.
func record(j *signoff.Job, t tool.Tool) error {
	if slices.ContainsFunc(j.Tools, func(r reports.ToolRecord) bool { return r.Name == t.Name }) {
		return nil
	}
	found, err := t.Find()
	if err != nil {
		return err
	}
	id, err := found.Identity()
	if err != nil {
		return machine(err)
	}
	j.Tools = append(j.Tools, reports.ToolRecord{Name: t.Name, Version: found.Version, SHA256: id.SHA256})
	return nil
}

// selection checks --layer and --channel, sorts them in the network's order and removes
// duplicates. So equal selections resume the same run.
func (c *checkFlags) selection(n *spec.Network) (errs []error) {
	bad := func(format string, args ...any) { errs = append(errs, fmt.Errorf(format, args...)) }
	slices.Sort(c.channels)
	c.channels = slices.Compact(c.channels)
	if len(c.channels) > 0 && len(c.layers) == 0 {
		bad("--channel %d: --layer is missing", c.channels[0])
	}
	for _, name := range c.layers {
		l := n.Layer(name)
		if l == nil {
			bad("--layer %q: %w", name, n.NoLayer(name))
			continue
		}
		conv, isConv := l.Op.(*spec.Conv)
		if _, dense := l.Op.(*spec.Dense); dense {
			bad("--layer %q: a dense layer is a program of the head, not fixed hardware", name)
			continue
		}
		for _, ch := range c.channels {
			if !isConv || ch < 0 || ch >= conv.OutC {
				bad("--channel %d: layer %s has no such output channel", ch, name)
			}
		}
	}
	if errs == nil {
		asked := c.layers
		c.layers = nil
		for _, l := range n.Layers {
			if slices.Contains(asked, l.Name) {
				c.layers = append(c.layers, l.Name)
			}
		}
	}
	return errs
}

// legal checks the knobs against the accumulators of the layers asked for, as far as
// they are generated.
func legal(n *spec.Network, opt shiftadd.Options, layers []string, all []*own) (errs []error) {
	for _, l := range n.Layers {
		conv, ok := l.Op.(*spec.Conv)
		if !ok || slices.ContainsFunc(all, func(o *own) bool { return o != nil && o.layer == l.Name }) || layers != nil && !slices.Contains(layers, l.Name) {
			continue
		}
		if err := shiftadd.Check(conv.Acc, opt); err != nil {
			errs = append(errs, fmt.Errorf("layer %s: %w", l.Name, err))
		}
	}
	return errs
}

// openHashed is openNetwork with the hashes of the network's two files. The network comes
// from the hashed bytes. The files of an embedded network are those that Encode writes.
func openHashed(name string) (*spec.Network, []reports.Input, error) {
	var n *spec.Network
	var topology, weights []byte
	var err error
	if networks.BuiltIn(name) {
		if n, err = networks.OpenOrLoad(name); err == nil {
			topology, weights, err = spec.EncodeValid(n)
		}
	} else if topology, err = bounded.ReadFile(filepath.Join(name, spec.TopologyFile), bounded.Record); err == nil {
		if weights, err = bounded.ReadFile(filepath.Join(name, spec.WeightsFile), bounded.Lines); err == nil {
			n, err = spec.Decode(topology, weights)
		}
	}
	if err != nil {
		// Who loads a directory names its files, and everything that is wrong with them.
		if _, load := networks.OpenOrLoad(name); load != nil {
			err = load
		}
		return nil, nil, err
	}
	return n, []reports.Input{{Name: spec.TopologyFile, SHA256: digest.Bytes(topology)}, {Name: spec.WeightsFile, SHA256: digest.Bytes(weights)}}, nil
}

// importReportOf is the content of the import report beside a network; nil: there is none.
func importReportOf(name string) ([]byte, error) {
	if networks.BuiltIn(name) {
		return nil, nil
	}
	text, err := bounded.ReadFile(filepath.Join(name, signoff.ImportFile), bounded.Record)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	return text, err
}

// result is what became of a job.
type result struct {
	Signoff *reports.Signoff
	signoff.Details
}

// metered lets a job show its progress on standard error.
func metered(cmd *cobra.Command, j *signoff.Job) {
	m := newMeter(screenOf(cmd).progress, j)
	j.Chain.Progress = m.report
	if j.Head != nil {
		j.Head.Progress = m.head
	}
	if j.Stream != nil {
		j.Stream.Progress = m.head
	}
	if j.Mutants != nil {
		j.Mutants.Progress = m.head
	}
}

// perform runs a job with progress on standard error.
func perform(cmd *cobra.Command, j *signoff.Job) (*result, error) {
	metered(cmd, j)
	res := new(result)
	j.Details = &res.Details
	var err error
	res.Signoff, err = signoff.Run(cmd.Context(), *j)
	if err == nil {
		return res, nil
	}
	return nil, performed(cmd, j, err)
}

// performed is the error of a job that ended without a result.
func performed(cmd *cobra.Command, j *signoff.Job, err error) error {
	var foreign *rundir.ForeignError
	switch {
	case cmd.Context().Err() != nil:
		return &interruptedError{resumes: j.Dir != ""}
	case errors.As(err, &foreign), errors.Is(err, syscall.ENOTDIR):
		return err
	}
	var unkept *signoff.UnkeptError
	if errors.As(err, &unkept) {
		return errors.Join(&verdictError{reports.NetworkRefuted}, machine(err))
	}
	return machine(err)
}

// writeProblems lists unproved obligations, up to a limit.
func writeProblems(w io.Writer, res *result) error {
	if len(res.Problems) == 0 {
		return nil
	}
	if _, err := fmt.Fprintln(w); err != nil {
		return err
	}
	for _, o := range res.Problems {
		line := fmt.Sprintf("%v: %s", o.Verdict, o.ID)
		for _, part := range []string{string(o.Reason), o.Detail} {
			if part != "" {
				line += ": " + part
			}
		}
		if _, err := fmt.Fprintln(w, printable(line)); err != nil {
			return err
		}
	}
	if res.More > 0 {
		_, err := fmt.Fprintf(w, "%s\n", words.Count(res.More, "more problem"))
		return err
	}
	return nil
}
