package main

import (
	"bufio"
	"fmt"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"

	"github.com/hashiflex/hashiflex/cmd/hashiflex/internal/evidence"
	"github.com/hashiflex/hashiflex/reports"
	"github.com/hashiflex/hashiflex/reports/rundir"
)

func proveCommand() *cobra.Command {
	var c checkFlags
	cmd := &cobra.Command{
		Use:   "prove",
		Short: "Prove that generated hardware computes the network",
		Long: `Prove for every output channel, residual addition and pool that the generated
netlist and the Verilog that Yosys reads back compute the reference model, and
have a solver confirm it. With --fast, only the netlist and only by normal forms:
points are then settled, but not confirmed.

This is no signoff: the lifter is not checked apart, and no vectors run on the
Verilog. With -o, the evidence is kept in a run directory, and a run that was
interrupted resumes there.`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			j, err := c.job(cmd.Context(), cmd)
			if err != nil {
				return err
			}
			j.Render = func(s *reports.Signoff) (string, error) {
				var b strings.Builder
				err := s.WriteProof(&b)
				return b.String(), err
			}
			res, err := perform(cmd, "prove", j)
			if err != nil {
				return err
			}
			return conclude(cmd, j, res, res.Signoff.Asked())
		},
	}
	c.flags(cmd)
	cmd.Flags().StringVarP(&c.out, "output", "o", "", "run directory for the evidence; none is kept without it")
	return cmd
}

// conclude prints a result and where its evidence is.
func conclude(cmd *cobra.Command, j *evidence.Job, res *evidence.Result, verdict reports.Conclusion) error {
	out := bufio.NewWriter(cmd.OutOrStdout())
	text, err := j.Render(res.Signoff)
	if err != nil {
		return err
	}
	fmt.Fprint(out, text)
	// A Writer keeps its first error for Flush.
	_ = writeProblems(out, res)
	if j.Dir != "" {
		fmt.Fprintf(out, "\nevidence: %s\n", printable(j.Dir))
		if j.Reports != nil {
			fmt.Fprintf(out, "report:   %s\n", printable(filepath.Join(j.Dir, string(rundir.Reports), htmlFile)))
		}
	}
	if err := out.Flush(); err != nil {
		return machine(err)
	}
	if verdict == reports.SignedOff {
		return nil
	}
	return &verdictError{verdict}
}
