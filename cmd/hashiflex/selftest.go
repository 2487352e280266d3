package main

import (
	"errors"
	"fmt"
	"io"
	"text/tabwriter"

	"github.com/spf13/cobra"

	"github.com/hashiflex/hashiflex/equiv/selftest"
	"github.com/hashiflex/hashiflex/reports"
	"github.com/hashiflex/hashiflex/spec/words"
)

func selftestCommand() *cobra.Command {
	var (
		o      selftest.Options
		asJSON bool
		show   uint64
	)
	cmd := &cobra.Command{
		Use:   "selftest",
		Short: "Try the prover on random circuits of which the truth is known",
		Long: `Draw small random layers, build a channel of each, and mostly change it: by a planted
fault, or by a rewriting that keeps its function. Every input is tried on both sides.
Then the engines decide: normal forms on the netlist and on what is read back from its
Verilog, the search for a witness, and the checker of certificates. Whoever is not of one
mind with the truth is told: exit 4. No solver runs; what only a solver could
decide is counted as open. Some circuits get registers and are clocked; some are Verilog as
a user writes it, read by Yosys, and Icarus says what they compute. How often each kind
of layer, mode and knob was drawn is listed.`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if cmd.Flags().Changed("show") {
				text, err := selftest.Describe(show)
				if err == nil {
					_, err = fmt.Fprint(cmd.OutOrStdout(), text)
				}
				return machine(err)
			}
			if o.Cases < 1 {
				return errors.New("--cases: at least one")
			}
			bar := screenOf(cmd).progress
			bar.Report("cases", 0, o.Cases)
			o.Done = bar.Add
			res, err := selftest.Run(cmd.Context(), o)
			if err != nil {
				return err
			}
			if asJSON {
				err = writeJSON(cmd.OutOrStdout(), newSelftestOutput(o.Seed, res))
			} else {
				err = saySelftest(cmd.OutOrStdout(), o.Seed, res)
			}
			if err != nil {
				return machine(err)
			}
			if len(res.Mismatches) > 0 {
				return &verdictError{reports.MachineryFailed}
			}
			return nil
		},
	}
	f := cmd.Flags()
	f.IntVar(&o.Cases, "cases", 10000, "how many are tried")
	f.Uint64Var(&o.Seed, "seed", 1, "of the first case; the others follow")
	f.IntVar(&o.Jobs, "jobs", 0, "cases at a time (0: as many as there are processors)")
	f.Uint64Var(&show, "show", 0, "print the case of this seed, and try none")
	jsonFlag(cmd, &asJSON)
	return cmd
}

func saySelftest(w io.Writer, seed uint64, r *selftest.Result) error {
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintln(t, "circuit\tfunction\tcases\tproved\trefuted\topen\tread back\tchecked\t")
	for _, c := range r.Tallies {
		if c.Cases == 0 {
			continue
		}
		function := "another"
		if c.Equal {
			function = "the model's"
		}
		fmt.Fprintf(t, "%s\t%s\t%d\t%d\t%d\t%d\t%d\t%d\t\n", c.Change, function, c.Cases, c.Proved, c.Refuted, c.Open, c.Read, c.Checked)
	}
	if err := t.Flush(); err != nil {
		return err
	}
	if err := sayDrawn(w, r.Drawn); err != nil {
		return err
	}
	for _, m := range r.Mismatches {
		fmt.Fprintf(w, "disagreement: case %d, %s of %s, %s: %s\n", m.Seed, m.Unit, m.Layer, m.What, m.Why)
	}
	_, err := fmt.Fprintf(w, "%s from seed %d: %s\n", words.Count(r.Cases, "case"), seed, words.Count(len(r.Mismatches), "disagreement"))
	return err
}

// sayDrawn has a line for each thing that was drawn, with its kinds.
func sayDrawn(w io.Writer, all []selftest.Drawn) error {
	for i, d := range all {
		before := ", "
		if i == 0 || all[i-1].What != d.What {
			if before = d.What + ": "; i > 0 {
				before = "\n" + before
			}
		}
		if _, err := fmt.Fprintf(w, "%s%s %d", before, d.Kind, d.Cases); err != nil {
			return err
		}
	}
	_, err := fmt.Fprintln(w)
	return err
}

// selftestOutput is the JSON of selftest.
type selftestOutput struct {
	Cases      int                `json:"cases"`
	Seed       uint64             `json:"seed"`
	Tallies    []selftestTally    `json:"tallies"`
	Drawn      []selftestDrawn    `json:"drawn"`
	Mismatches []selftestMismatch `json:"mismatches"`
}

type selftestDrawn struct {
	What  string `json:"what"` // such as rounding
	Kind  string `json:"kind"`
	Cases int    `json:"cases"`
}

type selftestTally struct {
	Circuit  string `json:"circuit"` // how it was made
	Equal    bool   `json:"equal"`   // to the model, on all inputs
	Cases    int    `json:"cases"`
	Proved   int    `json:"proved"`
	Refuted  int    `json:"refuted"`
	Open     int    `json:"open"`
	ReadBack int    `json:"read_back"` // from their Verilog
	Checked  int    `json:"checked"`   // certificates that were accepted
}

type selftestMismatch struct {
	Seed  uint64 `json:"seed"`
	Layer string `json:"layer"`
	Point string `json:"point"`
	What  string `json:"what"`
	Why   string `json:"why"`
}

func newSelftestOutput(seed uint64, r *selftest.Result) selftestOutput {
	o := selftestOutput{r.Cases, seed, []selftestTally{}, []selftestDrawn{}, []selftestMismatch{}}
	for _, c := range r.Tallies {
		o.Tallies = append(o.Tallies, selftestTally{string(c.Change), c.Equal, c.Cases, c.Proved, c.Refuted, c.Open, c.Read, c.Checked})
	}
	for _, d := range r.Drawn {
		o.Drawn = append(o.Drawn, selftestDrawn(d))
	}
	for _, m := range r.Mismatches {
		o.Mismatches = append(o.Mismatches, selftestMismatch{m.Seed, m.Layer, m.Unit, m.What, m.Why})
	}
	return o
}
