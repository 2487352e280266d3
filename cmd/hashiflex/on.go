package main

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/hashiflex/hashiflex/cmd/hashiflex/internal/progress"
	"github.com/hashiflex/hashiflex/cmd/hashiflex/internal/slurm"
	"github.com/hashiflex/hashiflex/equiv/signoff"
	"github.com/hashiflex/hashiflex/reports/rundir"
	"github.com/hashiflex/hashiflex/spec/bounded"
)

// onSlurm is the scheduler that --on knows.
const onSlurm = "slurm"

// onFlags say that a scheduler divides the run.
func (s *shardFlags) onFlags(f *pflag.FlagSet) {
	f.StringVar(&s.on, "on", "", "run as an array of jobs on a cluster and merge: slurm. This program, the network and the run directory have to be on a file system that all nodes share")
	f.IntVar(&s.shards, "shards", 8, "jobs of the array of --on")
	f.StringArrayVar(&s.sbatch, "sbatch", nil, "a further option of sbatch for --on, such as --sbatch=--mem=8G; may be given again")
}

// unitsPhase is the progress of an array: units with a record.
const unitsPhase = "units"

// scheduled runs the shards of a job as an array, in a folder beside its run directory. The
// merge that follows takes them.
func (s *shardFlags) scheduled(cmd *cobra.Command, j *signoff.Job) error {
	switch {
	case s.on != onSlurm:
		return fmt.Errorf("--on %w", noneOf(s.on, onSlurm))
	case j.Share != nil || len(s.merge) > 0:
		return errors.New("--on: it divides the run itself, without --shard")
	case s.shards < 1 || s.shards > rundir.MaxShards:
		return fmt.Errorf("--shards %d: want 1 to %d", s.shards, rundir.MaxShards)
	}
	self, err := os.Executable()
	if err != nil {
		return machine(err)
	}
	parts, err := filepath.Abs(j.Dir + ".shards")
	if err != nil {
		return machine(err)
	}
	units := make([]int, s.shards+1) // by shard
	total := 0
	dirs := make([]string, s.shards+1)
	for i := 1; i <= s.shards; i++ {
		mine, err := j.Units(rundir.Share{Index: i, Of: s.shards})
		if err != nil {
			return err
		}
		units[i], dirs[i] = len(mine), filepath.Join(parts, fmt.Sprintf("%d-of-%d", i, s.shards))
		total += len(mine)
	}
	command := append([]string{self}, canonicalArguments(cmd, j.Opened)...)
	if cmd.Flag("jobs").Changed {
		command = append(command, "--jobs="+cmd.Flag("jobs").Value.String())
	}
	command = append(command, fmt.Sprintf("--shard=auto/%d", s.shards), "--output="+parts, "--progress=lines")
	p := screenOf(cmd).progress
	p.Plan(progress.Phase{Name: unitsPhase, Cost: 1})
	// What is there of another run would never become a shard of this one.
	for _, dir := range dirs[1:] {
		if shard, err := rundir.ReadShard(dir); err == nil {
			if why := signoff.Foreign(j, shard); why != nil {
				return fmt.Errorf("%w: remove it", why)
			}
		}
	}
	err = (&slurm.Array{
		Command: command, Dir: parts, Size: s.shards, Options: s.sbatch,
		Done: func(i int) bool { return rundir.Ended(dirs[i]) },
		Progress: func() {
			done := 0
			for i := 1; i <= s.shards; i++ {
				if rundir.Ended(dirs[i]) {
					done += units[i]
				} else {
					done += min(records(dirs[i]), max(0, units[i]-1))
				}
			}
			p.Report(unitsPhase, done, total)
		},
	}).Run(cmd.Context())
	if err != nil {
		var none *slurm.UnavailableError
		if errors.As(err, &none) {
			return err
		}
		if cmd.Context().Err() != nil {
			return &interruptedError{resumes: true}
		}
		return machine(err)
	}
	s.merge = dirs[1:]
	return nil
}

// records is the number of units that a shard under way has proved.
func records(dir string) int {
	text, err := bounded.ReadFile(filepath.Join(dir, rundir.Journal), bounded.Lines)
	if err != nil {
		return 0
	}
	return bytes.Count(text, []byte("\n"))
}
