package main

import (
	"bufio"
	"errors"
	"fmt"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/hashiflex/hashiflex/equiv/signoff"
	"github.com/hashiflex/hashiflex/reports"
	"github.com/hashiflex/hashiflex/reports/rundir"
	"github.com/hashiflex/hashiflex/spec/verdict"
	"github.com/hashiflex/hashiflex/spec/words"
)

// shardFlags are --shard, and the hidden flag by which merge hands over its directories.
type shardFlags struct {
	asked string
	merge []string

	on     string   // the scheduler, of signoff alone
	shards int      // on it
	sbatch []string // its further options
}

// mergeFlag is hidden: its value is the directories of all shards.
const mergeFlag = "merge-shards"

func (s *shardFlags) flags(f *pflag.FlagSet) {
	f.StringVar(&s.asked, "shard", "", "do part I of N, as I/N, in a folder of its own below -o, for \"hashiflex merge\"; auto/N takes I from Slurm, LSF or Kubernetes, and auto from a whole Slurm array")
	f.StringArrayVar(&s.merge, mergeFlag, nil, "")
	must(f.MarkHidden(mergeFlag))
}

// share is the share that --shard names, with the environment of a job array for auto; nil
// without the flag.
func (s *shardFlags) share(getenv func(string) string) (*rundir.Share, error) {
	if s.asked == "" {
		return nil, nil
	}
	first, of, divided := strings.Cut(s.asked, "/")
	var x rundir.Share
	var err error
	switch {
	case divided:
		x.Of, err = strconv.Atoi(of)
	case first == "auto":
		x.Of, err = arraySize(getenv)
	default:
		err = errors.New("want I/N, auto/N or auto")
	}
	if err != nil {
		return nil, fmt.Errorf("%q: %w", s.asked, err)
	}
	if first == "auto" {
		x.Index, err = arrayIndex(getenv)
	} else {
		x.Index, err = strconv.Atoi(first)
	}
	switch {
	case err != nil:
		return nil, fmt.Errorf("%q: %w", s.asked, err)
	case x.Of < 1 || x.Of > rundir.MaxShards || x.Index < 1 || x.Index > x.Of:
		return nil, fmt.Errorf("%q: want 1/N to N/N, and N up to %d", s.asked, rundir.MaxShards)
	}
	return &x, nil
}

// arrayIndex is the number of this job in its array, counted from 1.
func arrayIndex(getenv func(string) string) (int, error) {
	for _, v := range []struct {
		name string
		from int
	}{{"SLURM_ARRAY_TASK_ID", 1}, {"LSB_JOBINDEX", 1}, {"JOB_COMPLETION_INDEX", 0}} {
		text := getenv(v.name)
		// LSF sets 0 in a job that is in no array.
		if text == "" || v.name == "LSB_JOBINDEX" && text == "0" {
			continue
		}
		n, err := strconv.Atoi(text)
		if err != nil || n < v.from {
			return 0, fmt.Errorf("%s=%q: want an array that counts from %d", v.name, text, v.from)
		}
		return n - v.from + 1, nil
	}
	return 0, errors.New("none of SLURM_ARRAY_TASK_ID, LSB_JOBINDEX and JOB_COMPLETION_INDEX is set: this is no job of an array")
}

// arraySize is the number of jobs in a Slurm array that has all of them. An array of some
// jobs, as one makes to repeat them, does not say how many the whole has.
func arraySize(getenv func(string) string) (int, error) {
	count, most, least := getenv("SLURM_ARRAY_TASK_COUNT"), getenv("SLURM_ARRAY_TASK_MAX"), getenv("SLURM_ARRAY_TASK_MIN")
	n, err := strconv.Atoi(count)
	switch {
	case count == "":
		return 0, errors.New("SLURM_ARRAY_TASK_COUNT is not set: say of how many, as auto/N")
	case err != nil || least != "1" || most != count:
		return 0, fmt.Errorf("an array of %s jobs from %s to %s: want 1 to the number of shards, or say of how many, as auto/N", count, least, most)
	}
	return n, nil
}

// instead does what --shard asks for instead of a whole run, and reports whether it did.
// For a merge, it gives the job its shards, which must be those of the job.
func (s *shardFlags) instead(cmd *cobra.Command, j *signoff.Job) (done bool, err error) {
	if s.on != "" {
		if err := s.scheduled(cmd, j); err != nil {
			return true, err
		}
	}
	switch {
	case len(s.merge) > 0 && j.Share != nil:
		return true, errors.New("--shard: a merge has all shards")
	case len(s.merge) > 0:
		err := s.merged(cmd, j)
		return err != nil, err
	case j.Share == nil:
		return false, nil
	case j.Dir == "":
		return true, errors.New("--shard: -o is missing: the folder for the shards")
	}
	j.Dir = filepath.Join(j.Dir, fmt.Sprintf("%d-of-%d", j.Share.Index, j.Share.Of))
	metered(cmd, j)
	m, err := signoff.RunShard(cmd.Context(), *j, canonicalArguments(cmd, j.Opened))
	if err != nil {
		return true, performed(cmd, j, err)
	}
	return true, concludeShard(cmd, j, m)
}

// merged reads the shards of a merge and holds them against the job.
func (s *shardFlags) merged(cmd *cobra.Command, j *signoff.Job) error {
	var errs []error
	for _, dir := range s.merge {
		shard, err := rundir.ReadShard(dir)
		if err != nil {
			errs = append(errs, err)
			continue
		}
		j.Shards = append(j.Shards, shard)
	}
	if err := errors.Join(errs...); err != nil {
		return err
	}
	open, err := signoff.CheckShards(j, j.Shards)
	if err != nil {
		return err
	}
	if len(open) > 0 {
		screenOf(cmd).progress.Line("%s", printable(fmt.Sprintf("%s that no shard has proved: proved again here: %s", words.Count(len(open), "unit"), strings.Join(open[:min(len(open), maxNext)], ", "))))
	}
	return nil
}

// shardOutput is what --shard prints, and writes as JSON.
type shardOutput struct {
	Shard rundir.Share  `json:"shard"`
	Dir   string        `json:"dir"`   // the run directory of the shard
	Units []shardedUnit `json:"units"` // that are the shard's
	Open  int           `json:"open"`  // units that are not proved
}

type shardedUnit struct {
	Name    string `json:"name"`
	Verdict string `json:"verdict"`
}

// concludeShard says what became of a shard's units. The gravest decides the exit code.
func concludeShard(cmd *cobra.Command, j *signoff.Job, m *rundir.Manifest) error {
	o := shardOutput{Shard: m.Shard, Dir: j.Dir, Units: []shardedUnit{}}
	codes := map[verdict.Verdict]reports.Conclusion{verdict.Refuted: reports.NetworkRefuted, verdict.Failed: reports.MachineryFailed}
	var ends error
	at := len(verdict.ByGravity())
	for _, u := range m.Units {
		o.Units = append(o.Units, shardedUnit{u.Name, u.Verdict.String()})
		if u.Verdict == verdict.Proved {
			continue
		}
		o.Open++
		if g := slices.Index(verdict.ByGravity(), u.Verdict); g < at {
			at = g
			c, ok := codes[u.Verdict]
			if !ok {
				c = reports.NotProved
			}
			ends = &verdictError{c}
		}
	}
	if cmd.Flag("json").Value.String() == "true" {
		return errors.Join(machine(writeJSON(cmd.OutOrStdout(), &o)), ends)
	}
	out := bufio.NewWriter(cmd.OutOrStdout())
	fmt.Fprintf(out, "shard %v of %s: %s, %d not proved\n", m.Shard, printable(j.Network.Name), words.Count(len(o.Units), "unit"), o.Open)
	for _, u := range o.Units {
		if u.Verdict != verdict.Proved.String() {
			fmt.Fprintf(out, "%s: %s\n", u.Verdict, printable(u.Name))
		}
	}
	fmt.Fprintf(out, "\nkept in: %s\nThis says nothing of the network: when all shards are there, \"hashiflex merge %s\" does.\n", printable(j.Dir), words.ShellQuote(printable(filepath.Dir(j.Dir))))
	return errors.Join(machine(out.Flush()), ends)
}
