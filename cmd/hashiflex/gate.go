package main

import (
	"fmt"
	"os"
	"path/filepath"
	"time"

	"github.com/spf13/cobra"

	"github.com/hashiflex/hashiflex/reports"
	"github.com/hashiflex/hashiflex/reports/gate"
	"github.com/hashiflex/hashiflex/reports/rundir"
)

func gateCommand() *cobra.Command {
	var baseline string
	var waivers waiverFlags
	cmd := &cobra.Command{
		Use:   "gate --baseline OLD NEW",
		Short: "Compare a signoff with an earlier one and say whether it may pass",
		Long: `Compare a signoff with an earlier one. OLD and NEW are run directories or
signoff.json files; a run directory, and a file in one, is checked first. The gate
is shut, with exit 2 or the code of the new verdict, unless the new signoff is
signed off and nothing is worse: no layer, edge, point, kind of obligation or
covered hardware is lost and no waiver is added. Times are told, not judged.`,
		Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			if baseline == "" {
				return fmt.Errorf("--baseline: say which signoff came before")
			}
			waive, err := waivers.waive(cmd)
			if err != nil {
				return err
			}
			was, before, err := openSignoff(baseline)
			if err != nil {
				return err
			}
			is, after, err := openSignoff(args[0])
			if err != nil {
				return err
			}
			if waive != nil {
				if err := waive(is); err != nil {
					return err
				}
			}
			r, err := gate.Compare(was, is)
			if err != nil {
				return err
			}
			if before > 0 && after > 0 {
				r.Times(before, after)
			}
			out := cmd.OutOrStdout()
			for _, c := range r.Changes {
				fmt.Fprintf(out, "%-9s  %s\n", c.Effect, printable(c.Text))
			}
			fmt.Fprintln(out, printable(is.Sentence()))
			if r.Open() {
				fmt.Fprintln(out, "The gate is open.")
			} else {
				fmt.Fprintln(out, "The gate is shut.")
			}
			return ended(r.Conclusion)
		},
	}
	cmd.Flags().StringVar(&baseline, "baseline", "", "the signoff before")
	waivers.flags(cmd)
	return cmd
}

// openSignoff reads a signoff from a run directory or a file, and how long the run
// took; 0 where that is not known.
func openSignoff(path string) (*reports.Signoff, time.Duration, error) {
	info, err := os.Stat(path)
	if err != nil {
		return nil, 0, err
	}
	dir := path
	if !info.IsDir() {
		dir = filepath.Dir(path)
		// A report's signoff.json stands alone.
		if !rundir.Is(dir) || filepath.Base(path) != "signoff.json" {
			f, err := os.Open(path)
			if err != nil {
				return nil, 0, err
			}
			defer f.Close()
			s, err := reports.Decode(f)
			if err != nil {
				return nil, 0, fmt.Errorf("%s: %w", path, err)
			}
			return s, 0, nil
		}
	}
	run, err := rundir.Read(dir)
	if err != nil {
		return nil, 0, err
	}
	if err := run.Verify(); err != nil {
		return nil, 0, err
	}
	all, err := run.Timings()
	if err != nil {
		return nil, 0, err
	}
	var took time.Duration
	for _, t := range all {
		if t.What == "run" {
			took += t.Wall
		}
	}
	return run.Signoff, took, nil
}
