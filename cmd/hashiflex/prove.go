package main

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/hashiflex/hashiflex/equiv/chain"
	"github.com/hashiflex/hashiflex/equiv/factstore"
	"github.com/hashiflex/hashiflex/equiv/signoff"
	"github.com/hashiflex/hashiflex/reports"
	"github.com/hashiflex/hashiflex/reports/rundir"
	"github.com/hashiflex/hashiflex/spec/verdict"
	"github.com/hashiflex/hashiflex/spec/words"
)

func proveCommand() *cobra.Command {
	var c checkFlags
	cmd := &cobra.Command{
		Use:   "prove",
		Short: "Prove that generated hardware computes the network",
		Long: `Prove for every output channel, residual addition and pool that the generated
netlist and the Verilog that is read back compute the reference model, and
have a solver confirm it. The strict reader reads a text that is wholly in its dialect,
which leaves nothing open, and Yosys any other one; --front-end both has both read it and
compares their netlists. With --fast, only the netlist and only by normal forms:
points are then settled, but not confirmed.

With --verilog, your own Verilog of one --layer is proved instead: modules named
and with ports as "hashiflex generate" writes them, or as --top or a --ports map
says. It has to be combinational, or a pipeline: registers on one clock without
enable or feedback, as many on every path from an input to the output, and as many
for all outputs unless the map declares others. Or it computes over several clocks, and
the map says what starts it and what tells of its end: its control is then executed,
and data may be anything. Of a netlist of gates after synthesis, --rtl names the RTL that
it was made from: the two are proved equal, and the RTL is proved in its place. Two
simulators execute your text beside the netlist that was read from it: where they
contradict the netlist, nothing is proved, and where both contradict the model, it is
refuted. Constructs that readers are known to read in different ways are refused by file
and line.

This is no signoff: the lifter is not checked apart, and no vectors run on Verilog
that is generated. With -o, the evidence is kept in a run directory, and a run that was
interrupted resumes there; without it, only the witnesses of what is refuted are
kept, in a fresh directory that is named at the end.`,
		RunE: func(cmd *cobra.Command, _ []string) error {
			defer c.begin(cmd)()
			j, err := c.job(cmd)
			if err != nil {
				return c.inTime(cmd, err)
			}
			c.table = (*reports.Signoff).WriteProof
			j.Render = rendered(c.table)
			if j.Cache, err = c.store(cmd); err != nil {
				return err
			}
			if j.Cache != nil {
				defer func() { _ = j.Cache.Close() }() // what is too much is removed the next time
			}
			if done, err := c.shard.instead(cmd, j); done {
				return c.inTime(cmd, err)
			}
			res, err := perform(cmd, j)
			if err != nil {
				return c.inTime(cmd, err)
			}
			asked := res.Signoff.Asked()
			return errors.Join(c.conclude(cmd, j, res, asked, nil), c.own.refusal(asked))
		},
	}
	c.flags(cmd)
	c.own.flags(cmd)
	c.frontEndFlag(cmd.Flags(), chain.ByStrict)
	jsonFlag(cmd, &c.asJSON)
	cmd.Flags().StringVar(&c.cache, "cache", "", "folder, or s3://BUCKET/PREFIX, of what is proved already: it is taken from there, and kept there (default $"+cacheVariable+", else a folder of the user's cache)")
	cmd.Flags().BoolVar(&c.noCache, "no-cache", false, "prove everything anew, as a signoff does")
	cmd.AddCommand(proveHeadCommand(), proveStreamCommand())
	cmd.Flags().StringVarP(&c.out, "output", "o", "", "run directory for the evidence; without it only witnesses are kept")
	return cmd
}

// cacheVariable names the store of runs without --cache; its value cacheOff is none.
const (
	cacheVariable = "HASHIFLEX_CACHE"
	cacheOff      = "off"
)

// store opens the store of what is proved already. A run that keeps evidence, asks no
// solver or proves the user's own Verilog has none.
func (c *checkFlags) store(cmd *cobra.Command) (*factstore.Store, error) {
	asked := cmd.Flag("cache").Changed
	for _, flag := range []string{"no-cache", "output", "fast", "keep-queries", "verilog"} {
		switch {
		case !cmd.Flag(flag).Changed:
		case asked:
			return nil, fmt.Errorf("--cache: --%s excludes it", flag)
		default:
			return nil, nil
		}
	}
	where, name := c.cache, "--cache"
	if !asked {
		where, name = os.Getenv(cacheVariable), cacheVariable
	}
	if where == cacheOff && !asked {
		return nil, nil
	}
	if where == "" && !asked {
		base, err := os.UserCacheDir()
		if err != nil {
			return nil, nil // nobody's folder, as in a container: everything is proved
		}
		where, name = filepath.Join(base, "hashiflex", "facts"), "the user's cache"
	}
	s, err := factstore.Open(cmd.Context(), where)
	var away *factstore.AwayError
	switch {
	case errors.As(err, &away):
		return nil, machine(fmt.Errorf("%s: %w; --no-cache proves without it", name, err))
	case err != nil && name == "the user's cache":
		screenOf(cmd).progress.Note("%s", printable(fmt.Sprintf("nothing is taken from %s: %v", name, err)))
		return nil, nil
	case err != nil:
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	return s, nil
}

// writeStore says what came from the store, and what was wrong with it.
func writeStore(w io.Writer, j *signoff.Job, res *result) {
	if j.Cache == nil {
		return
	}
	total := 0
	for _, l := range res.Signoff.Layers {
		total += l.Points
	}
	fmt.Fprintf(w, "\n%s of %s points from the store\n", words.Number(res.Recalled), words.Number(total))
	if n := j.Cache.Damaged(); n > 0 {
		fmt.Fprintf(w, "damaged entries of the store, which were not used: %d\n", n)
	}
	if n := j.Cache.Unasked(); n > 0 {
		fmt.Fprintf(w, "entries that the store could not be asked about: %d\n", n)
	}
	if n := j.Cache.Unkept(); n > 0 {
		fmt.Fprintf(w, "proofs that the store could not keep: %d\n", n)
	}
}

// proofOutput is what prove and signoff write as JSON.
type proofOutput struct {
	// Conclusion is on what was asked for: signed off, of a signoff alone; proved; settled,
	// by normal forms and confirmed by no solver; refuted; not proved; failed.
	Conclusion string `json:"conclusion"`
	Sentence   string `json:"sentence"` // the verdict in words
	Evidence   string `json:"evidence"` // the run directory; empty: not kept
	Report     string `json:"report"`   // the file to read; empty: none
	// Refuted counts the refuted points. Witnesses are the folders that explain takes, one for
	// each cause; causes beyond those have none.
	Refuted   int      `json:"refuted_points"`
	Causes    int      `json:"causes"`
	Witnesses []string `json:"witnesses"`
	// Recalled counts the points from the store of what is proved, Damaged its entries that
	// were not whole, which were not used.
	Recalled int `json:"points_from_store"`
	Damaged  int `json:"damaged_entries"`
	// Problems are the first obligations that are not proved.
	Problems []reports.Obligation `json:"problems"`
	Hints    []string             `json:"hints"`   // flags that may settle what is unknown
	Signoff  *reports.Signoff     `json:"signoff"` // as in signoff.json
}

// hints say which limits to raise for what is unknown.
func (c *checkFlags) hints(problems []reports.Obligation) (all []string) {
	ended := func(r verdict.Reason) bool {
		return slices.ContainsFunc(problems, func(o reports.Obligation) bool { return o.Reason == r })
	}
	const more = 4
	if ended(verdict.SolverTime) {
		all = append(all, fmt.Sprintf("a solver ended at its limit of time on a query; --timeout %v gives it more", more*c.timeout))
	}
	if ended(verdict.SolverMemory) {
		all = append(all, fmt.Sprintf("a solver ended at its limit of memory on a query; --memory %d gives it more", more*c.memory))
	}
	return all
}

// rendered is a table as a run directory keeps it.
func rendered(table func(*reports.Signoff, io.Writer, int) error) func(*reports.Signoff) (string, error) {
	return func(s *reports.Signoff) (string, error) {
		var b strings.Builder
		err := table(s, &b, reports.TableWidth)
		return b.String(), err
	}
}

// provedOnly is the word for a conclusion of a run that is no signoff.
func provedOnly(c reports.Conclusion) string {
	if c == reports.SignedOff {
		return "proved"
	}
	return string(c)
}

// conclude prints a result and where its evidence is. waived is the signoff with the
// waivers of a project, nil if it has none.
func (c *checkFlags) conclude(cmd *cobra.Command, j *signoff.Job, res *result, concluded reports.Conclusion, waived *reports.Signoff) error {
	report := ""
	if j.Dir != "" && j.Reports != nil {
		report = filepath.Join(j.Dir, string(rundir.Reports), htmlFile)
	}
	if c.asJSON {
		s := res.Signoff
		if waived != nil {
			s = waived
		}
		sentence, conclusion := s.Sentence(), string(concluded)
		if cmd.Name() != "signoff" {
			sentence = s.ProofSentence()
			conclusion = provedOnly(concluded)
		}
		if c.fast && concluded == reports.SignedOff {
			conclusion = "settled"
		}
		o := proofOutput{
			Conclusion: conclusion, Sentence: sentence, Evidence: j.Dir, Report: report,
			Refuted: res.Gallery.Points, Causes: res.Gallery.Causes, Witnesses: []string{},
			Problems: list(res.Problems), Hints: list(c.hints(res.Problems)), Signoff: s.Canonical(),
		}
		if j.Cache != nil {
			o.Recalled, o.Damaged = res.Recalled, j.Cache.Damaged()
		}
		for _, f := range res.Gallery.Folders {
			o.Witnesses = append(o.Witnesses, filepath.Join(res.Gallery.Dir, f))
		}
		return errors.Join(machine(writeJSON(cmd.OutOrStdout(), &o)), ended(concluded))
	}
	out := bufio.NewWriter(cmd.OutOrStdout())
	if err := c.table(res.Signoff, out, screenOf(cmd).width); err != nil {
		return machine(err)
	}
	// A Writer keeps its first error for Flush.
	_ = writeProblems(out, res)
	for i, h := range c.hints(res.Problems) {
		if i == 0 {
			fmt.Fprintln(out)
		}
		fmt.Fprintf(out, "hint: %s\n", h)
	}
	writeStore(out, j, res)
	if j.Dir != "" {
		fmt.Fprintf(out, "\nevidence: %s\n", printable(j.Dir))
		if report != "" {
			fmt.Fprintf(out, "report:   %s\n", printable(report))
		}
	}
	writeNext(out, &res.Gallery)
	writeHeadWitnesses(out, j, res.Problems)
	if waived != nil {
		fmt.Fprintf(out, "\nwith %s: %s\n", printable(c.project.Project.Waivers), printable(waived.Sentence()))
	}
	return errors.Join(machine(out.Flush()), ended(concluded))
}

// maxNext is the largest number of witnesses named at the end.
const maxNext = 5

// writeNext says where the witnesses are and what to type next.
func writeNext(w io.Writer, g *signoff.Gallery) {
	if g.Points == 0 {
		return
	}
	fmt.Fprintf(w, "\nrefuted points: %d, causes: %d; see what is wrong:\n", g.Points, g.Causes)
	for _, f := range g.Folders[:min(len(g.Folders), maxNext)] {
		fmt.Fprintf(w, "    hashiflex explain %s\n", words.ShellQuote(printable(filepath.Join(g.Dir, f))))
	}
	if more := len(g.Folders) - maxNext; more > 0 {
		fmt.Fprintf(w, "%s in %s\n", words.Count(more, "more folder"), printable(g.Dir))
	}
	if more := g.Causes - len(g.Folders); more > 0 {
		fmt.Fprintf(w, "%s without a folder: a file for each point\n", words.Count(more, "more cause"))
	}
}
