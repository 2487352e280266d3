package main

import (
	"errors"
	"fmt"
	"net/url"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/hashiflex/hashiflex/equiv/chain"
	"github.com/hashiflex/hashiflex/equiv/signoff"
	"github.com/hashiflex/hashiflex/reports"
	"github.com/hashiflex/hashiflex/reports/dossier"
	"github.com/hashiflex/hashiflex/reports/rundir"
	"github.com/hashiflex/hashiflex/reports/waiver"
	"github.com/hashiflex/hashiflex/rtl/stream"
	"github.com/hashiflex/hashiflex/rtl/tool"
	"github.com/hashiflex/hashiflex/spec"
)

// The sample that a signoff proves without the lifter, the modules of each chunk that run
// through a simulator, and the faults that are planted.
const (
	signoffUnlifted      = 100
	signoffUnliftedFanIn = 32
	signoffVectors       = 2
	signoffMutants       = 200
)

func signoffCommand() *cobra.Command {
	var c checkFlags
	var live serveFlags
	s := streamKnobs{lanes: signoff.HeadLanes}
	cmd := &cobra.Command{
		Use:   "signoff",
		Short: "Prove everything about a network and keep the evidence",
		Long: `Prove for every output channel, residual addition and pool that the generated
netlist and the Verilog that is read back compute the reference model, and
have a solver confirm it. Two front ends read the Verilog of the layers, Yosys and, as far
as the text is in its dialect, the strict reader; their netlists must be the same. Check the lifter apart, run vectors on the Verilog
itself, and measure the coverage. If the network ends in dense layers, prove the
programmable head, fuzz it, and run those layers on it. Prove that the streaming chip
that "hashiflex generate --stream" writes brings every pixel where it belongs, whatever
stalls. Plant 200 faults in the generated circuits, and see whether the prover finds them: one
that lives is a failure. The evidence is kept in a run directory,
runs/NETWORK if -o names no other; a run that was interrupted resumes there. With --serve,
a browser shows the layers as they settle; the page closes with the run.

A signoff with --fast, --layer or --channel is one of a part: it never says signed
off.`,
		RunE: func(cmd *cobra.Command, _ []string) error {
			defer c.begin(cmd)()
			j, err := c.job(cmd)
			part := c.fast || len(c.layers) > 0
			j.Knobs = !part
			if !c.fast {
				j.Chain.Unlifted, j.Chain.UnliftedFanIn, j.Chain.Vectors = signoffUnlifted, signoffUnliftedFanIn, signoffVectors
				j.Chain.UnliftedLimits = j.Chain.Limits
				var e error
				j.Chain.UnliftedSolver, _, e = c.resolve(cmd.Context(), j, "lifter check", "cvc5-bv-as-int", nil)
				err = errors.Join(err, e)
			}
			if !part {
				j.Mutants = &signoff.Mutants{Count: signoffMutants, Seed: 1}
			}
			project := c.project.Project
			if s.headless && !part {
				c.leaveHead(j)
			}
			lanes := signoff.HeadLanes
			if !part && (project == nil || c.scope.Stream) {
				s.headless = s.headless || project != nil && !c.scope.Head
				var e error
				if j.Stream, e = s.stream(j.Network); j.Stream != nil && j.Stream.Design.Lanes > 0 {
					lanes = j.Stream.Design.Lanes
				}
				if e == nil && err == nil && j.Stream != nil {
					e = c.blocks(cmd, j, &j.Stream.Design)
				}
				err = errors.Join(err, e)
			}
			if !part && !s.headless && (project == nil || c.scope.Head) {
				err = errors.Join(err, c.head(j, lanes))
			}
			if err != nil {
				return c.inTime(cmd, err)
			}
			switch {
			case j.Dir == "" && !part && project != nil && project.Output != "":
				j.Dir = project.Output
			case j.Dir == "":
				j.Dir = runDir(j.Network.Name, c.fast)
			}
			c.table = (*reports.Signoff).WriteTable
			j.Render = rendered(c.table)
			j.Reports = signoffReports
			if live.address != "" && j.Share != nil {
				return errors.New("--serve: a shard has no page of its own; its merge has one")
			}
			if done, err := c.shard.instead(cmd, j); done {
				return c.inTime(cmd, err)
			}
			stop, err := live.begin(cmd, j.Dir)
			if err != nil {
				return err
			}
			defer stop()
			res, err := perform(cmd, j)
			if err != nil {
				return c.inTime(cmd, err)
			}
			waived, err := c.waived(res.Signoff, part)
			if err != nil {
				return errors.Join(c.conclude(cmd, j, res, res.Signoff.Conclusion, nil), err)
			}
			concluded := res.Signoff.Conclusion
			if waived != nil {
				concluded = waived.Conclusion
			}
			return errors.Join(c.conclude(cmd, j, res, concluded, waived), c.own.refusal(concluded))
		},
	}
	c.flags(cmd)
	c.frontEndFlag(cmd.Flags(), chain.ByBoth)
	s.flagsOfLayers(cmd)
	c.shard.onFlags(cmd.Flags())
	jsonFlag(cmd, &c.asJSON)
	live.flags(cmd, "serve", "", "show the layers as they settle on a page at this address, such as 127.0.0.1:8000")
	cmd.Flags().StringVarP(&c.out, "output", "o", "", "run directory for the evidence (default runs/NETWORK)")
	return cmd
}

// leaveHead leaves the programmable head out of a signoff, since --no-head says so.
func (c *checkFlags) leaveHead(j *signoff.Job) {
	if j.Network == nil {
		return
	}
	dense := signoff.Dense(j.Network)
	if j.Chain.Layers == nil && len(dense) > 0 {
		for _, l := range j.Network.Layers {
			if !slices.Contains(dense, l) {
				j.Chain.Layers = append(j.Chain.Layers, l.Name)
			}
		}
	}
	for _, l := range dense {
		if !slices.ContainsFunc(j.LeftOut, func(x reports.Exclusion) bool { return x.Layer == l.Name }) {
			j.LeftOut = append(j.LeftOut, reports.Exclusion{Layer: l.Name, What: "layer " + l.Name, Why: "--no-head says so"})
		}
	}
}

// waived returns a signoff with the project's waivers as of today. The evidence does
// not change. It returns nil if there are no waivers, or the run is only of a part.
func (c *checkFlags) waived(s *reports.Signoff, part bool) (*reports.Signoff, error) {
	p := c.project.Project
	if p == nil || p.Waivers == "" || part {
		return nil, nil
	}
	f, err := waiver.Read(p.Waivers)
	if err != nil {
		return nil, err
	}
	copied := *s
	return &copied, f.Apply(&copied, time.Now())
}

// stream returns the streaming chip for a signoff. It returns an error for flags that
// no chip of the network can satisfy, but not for a network without a possible chip.
func (k *streamKnobs) stream(n *spec.Network) (*signoff.Stream, error) {
	if n == nil {
		return nil, nil
	}
	o, err := k.options(n, stream.Options{})
	if err == nil && k.pipeline < 0 {
		err = fmt.Errorf("--pipeline %d: want 1 or more, or 0 for none", k.pipeline)
	}
	if err != nil {
		return nil, err
	}
	return &signoff.Stream{Design: o}, nil
}

// signoffReports returns the reports that a signoff writes into its own directory. They
// equal the output of "hashiflex report --no-timings".
func signoffReports(run *rundir.Finished) (map[string][]byte, error) {
	d, err := dossier.Of(run, dossier.Options{NoTimings: true})
	if err != nil {
		return nil, err
	}
	return render(d, "html", "md")
}

// head adds the programmable head of so many lanes to a job, if the network has a program
// for it. The tools of its simulator must be there.
func (c *checkFlags) head(j *signoff.Job, lanes int) error {
	if j.Network == nil || len(signoff.Dense(j.Network)) == 0 {
		return nil
	}
	var errs []error
	for _, t := range []tool.Tool{tool.Verilator, tool.CXX} {
		errs = append(errs, record(j, t))
	}
	var err error
	if j.Head, err = signoff.WholeHead(j.Network, &j.Chain, lanes); err != nil {
		errs = append(errs, fmt.Errorf("network %s: %w", j.Network.Name, err))
	}
	return errors.Join(errs...)
}

// runDir is the default directory of the evidence, without -o. Fast runs have a
// directory of their own, so that they do not replace a signoff.
func runDir(network string, fast bool) string {
	name := url.PathEscape(network)
	if strings.Trim(name, ".") == "" {
		name = "network" + name
	}
	if fast {
		name += "-fast"
	}
	return filepath.Join("runs", name)
}
