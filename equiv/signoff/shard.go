package signoff

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/hashiflex/hashiflex/equiv/chain"
	"github.com/hashiflex/hashiflex/reports"
	"github.com/hashiflex/hashiflex/reports/rundir"
	"github.com/hashiflex/hashiflex/spec/verdict"
)

// Unit is a piece of a job that one shard does.
type Unit struct {
	Name   string
	Points int // compare points of a layer, on one edge
	cost   int // in milliseconds of a processor; only proportions matter
}

// What units cost beside each other, in milliseconds.
const (
	pointCost    = 5
	termsPerCost = 3
	blockCost    = 2_300 // of a layer in the chip
	proverCost   = 55_000
	simulateCost = 15_000
	imagesCost   = 2_000
	mutantCost   = 20
)

// units are all pieces of a job, in the order of the run. What belongs to no unit, the
// facts that join the layers, is done by who merges.
func (j *Job) units() ([]Unit, error) {
	parts, err := chain.Parts(j.Network, j.Chain)
	if err != nil {
		return nil, err
	}
	var all []Unit
	for _, p := range parts {
		all = append(all, Unit{p.Name, p.Points, pointCost*p.Points + p.Terms/termsPerCost})
	}
	if j.Stream != nil {
		if _, err := j.design(); err == nil {
			all = append(all, Unit{Name: streamPhase, cost: blockCost * len(j.Network.Layers)})
		}
	}
	if h := j.Head; h != nil {
		for _, p := range h.Provers {
			all = append(all, Unit{Name: p.Name, cost: proverCost})
		}
		all = append(all, Unit{Name: sequencesPhase, cost: simulateCost}, Unit{Name: imagesPhase, cost: imagesCost})
	}
	if j.Mutants != nil {
		records, err := chain.Blank(j.Network, j.Chain)
		if err != nil {
			return nil, err
		}
		if len(j.generated(records)) > 0 {
			all = append(all, Unit{Name: mutantsPhase, cost: mutantCost * j.Mutants.Count})
		}
	}
	return all, nil
}

// Units are the pieces of a job that belong to a share of it, in the order of the run. The
// costliest unit goes first to the share that has least so far. So every machine divides
// a job in the same way.
func (j *Job) Units(share rundir.Share) ([]Unit, error) {
	all, err := j.units()
	if err != nil {
		return nil, err
	}
	order := make([]int, len(all))
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(a, b int) int { return cmp.Compare(all[b].cost, all[a].cost) })
	load := make([]int, share.Of)
	owner := make([]int, len(all))
	for _, u := range order {
		least := slices.Index(load, slices.Min(load))
		load[least] += max(1, all[u].cost)
		owner[u] = least + 1
	}
	var mine []Unit
	for i, u := range all {
		if owner[i] == share.Index {
			mine = append(mine, u)
		}
	}
	return mine, nil
}

// shard is what became of a shard's units. A nil shard has all units and notes nothing.
type shard struct {
	only map[string]bool
	done map[string]rundir.Unit
}

func (s *shard) has(unit string) bool { return s == nil || s.only[unit] }

func (s *shard) ended(unit string, key rundir.Key, v verdict.Verdict) {
	if s == nil {
		return
	}
	if v != verdict.Proved {
		key = ""
	}
	s.done[unit] = rundir.Unit{Name: unit, Key: key, Verdict: v}
}

// RunShard proves a job's Share and keeps it in the job's directory. command is what the
// user asked for, for who merges. The manifest says what became of each unit; a shard
// makes no signoff. Errors are those of Run.
func RunShard(ctx context.Context, j Job, command []string) (*rundir.Manifest, error) {
	share := *j.Share
	units, err := j.Units(share)
	if err != nil {
		return nil, err
	}
	m := &rundir.Manifest{Shard: share, Version: j.Program, Command: command, Units: []rundir.Unit{}}
	if m.Network, err = chain.NetworkHash(j.Network); err != nil {
		return nil, err
	}
	begin := time.Now()
	run, err := rundir.Open(rundir.Config{
		Dir:      j.Dir,
		Identity: rundir.Identity{Network: j.Network.Name, Options: j.Settings(), Shard: share.String()},
		Tools:    j.Tools,
	})
	if err != nil {
		return nil, err
	}
	s := &shard{only: map[string]bool{}, done: map[string]rundir.Unit{}}
	for _, u := range units {
		s.only[u.Name] = true
	}
	err = j.share(ctx, run, s)
	if err == nil {
		err = ctx.Err()
	}
	if err == nil {
		err = run.Time(usage(begin))
	}
	for _, u := range units {
		done, ok := s.done[u.Name]
		if !ok && err == nil {
			err = fmt.Errorf("%s: nothing came of it", u.Name)
		}
		m.Units = append(m.Units, done)
	}
	if err == nil {
		err = run.FinishShard(m)
	}
	return m, errors.Join(err, run.Close())
}

// share does the units of a shard.
func (j *Job) share(ctx context.Context, run *rundir.Run, s *shard) error {
	st := newStore(run, j.Chain.KeepQueries)
	st.shard = true
	j.Chain.Store = st
	var timing error
	j.Chain.Measure = func(m chain.Measurement) {
		if err := run.Time(rundir.Timing{What: m.Phase, Object: m.Object, Wall: m.Wall, PeakBytes: m.Peak}); timing == nil {
			timing = err
		}
	}
	j.Chain.Only = s.only
	// Who merges shows witnesses, all of a cause together.
	j.Chain.Refuted = nil
	res := &chain.Result{}
	parts, err := chain.Parts(j.Network, j.Chain)
	if err != nil {
		return err
	}
	if slices.ContainsFunc(parts, func(p chain.Part) bool { return s.only[p.Name] }) {
		if res, err = chain.Run(ctx, j.Network, j.Chain); err != nil {
			return err
		}
	}
	if timing != nil {
		return timing
	}
	for _, p := range res.Parts {
		key := st.partKey(p.Key)
		if p.Layer {
			key = st.key(p.Key)
		}
		s.ended(p.Name, key, p.Verdict)
	}
	w := &writer{job: j, book: &ledgerBook{reports.NewLedger()}, solvers: res.Solvers, store: st, gallery: newGallery(j, run), verdicts: map[verdict.ID]verdict.Verdict{}, premises: map[string][]verdict.ID{}, shard: s}
	var blank chain.Result
	if blank.Records, err = chain.Blank(j.Network, j.Chain); err != nil {
		return err
	}
	if s.only[mutantsPhase] {
		if _, err := w.mutants(ctx, &blank); err != nil {
			return err
		}
	}
	if s.only[streamPhase] {
		if _, err := j.stream(ctx, w, &blank); err != nil {
			return err
		}
	}
	if h := j.Head; h != nil && (s.only[sequencesPhase] || s.only[imagesPhase] || slices.ContainsFunc(h.Provers, func(p Prover) bool { return s.only[p.Name] })) {
		if _, err := j.head(ctx, w); err != nil {
			return err
		}
	}
	return w.err
}

// Foreign is why a shard is not of a job: of another network, under other options, by
// another program or other tools. nil: it is of the job.
func Foreign(j *Job, s *rundir.Shard) error {
	network, err := chain.NetworkHash(j.Network)
	if err != nil {
		return err
	}
	program, err := rundir.Executable()
	if err != nil {
		return err
	}
	var errs []error
	bad := func(format string, args ...any) {
		errs = append(errs, fmt.Errorf("%s: shard %v is "+format, append([]any{s.Dir, s.Shard}, args...)...))
	}
	if s.Network != network || s.Identity.Network != j.Network.Name {
		bad("of another network: %s, SHA-256 %.16s, and this is %s, %.16s", s.Identity.Network, s.Network, j.Network.Name, network)
	}
	whole := s.Identity
	whole.Shard = ""
	if why := whole.Differs(rundir.Identity{Network: whole.Network, Options: j.Settings()}); why != "" {
		bad("under other options: %s", why)
	}
	if s.Program != program {
		bad("by another program: %s, SHA-256 %.16s, and this is %.16s", s.Version, s.Program, program)
	}
	if why := otherTools(s.Tools, j.Tools); why != "" {
		bad("by other tools: %s", why)
	}
	return errors.Join(errs...)
}

// CheckShards reports shards that are not together the whole of a job: foreign to it,
// missing, there twice, or without the units that are theirs. open are the units that no
// shard has proved.
func CheckShards(j *Job, shards []*rundir.Shard) (open []string, err error) {
	var errs []error
	bad := func(format string, args ...any) { errs = append(errs, fmt.Errorf(format, args...)) }
	at := map[rundir.Share]string{}
	of := 0
	for _, s := range shards {
		if of == 0 {
			of = s.Shard.Of
		}
		switch before, twice := at[s.Shard]; {
		case s.Shard.Of != of:
			bad("%s: shard %v, and %s is one of %d", s.Dir, s.Shard, shards[0].Dir, of)
		case twice:
			bad("shard %v is there twice: %s and %s", s.Shard, before, s.Dir)
		}
		at[s.Shard] = s.Dir
		if why := Foreign(j, s); why != nil {
			errs = append(errs, why)
		}
	}
	missing(of, func(i int) bool { return at[rundir.Share{Index: i, Of: of}] != "" }, bad)
	if errs != nil {
		return nil, errors.Join(errs...)
	}
	for _, s := range shards {
		units, err := j.Units(s.Shard)
		if err != nil {
			return nil, err
		}
		theirs := map[string]bool{}
		for _, u := range units {
			theirs[u.Name] = true
		}
		for _, u := range s.Units {
			if !theirs[u.Name] {
				bad("%s: shard %v has %s, which is not its own or is there twice", s.Dir, s.Shard, u.Name)
			}
			delete(theirs, u.Name)
			if u.Verdict != verdict.Proved {
				open = append(open, u.Name)
			}
		}
		for _, u := range units {
			if theirs[u.Name] {
				bad("%s: shard %v lacks %s", s.Dir, s.Shard, u.Name)
			}
		}
	}
	return open, errors.Join(errs...)
}

// missing reports the shards that are not there, those that follow each other in one line.
func missing(of int, there func(i int) bool, bad func(format string, args ...any)) {
	for i := 1; i <= of; i++ {
		if there(i) {
			continue
		}
		first := i
		for i < of && !there(i+1) {
			i++
		}
		if first == i {
			bad("shard %v is missing", rundir.Share{Index: i, Of: of})
		} else {
			bad("shards %d to %d of %d are missing", first, i, of)
		}
	}
}

// otherTools says how two lists of tools differ; "": they do not.
func otherTools(there, here []reports.ToolRecord) string {
	find := func(list []reports.ToolRecord, name string) *reports.ToolRecord {
		i := slices.IndexFunc(list, func(t reports.ToolRecord) bool { return t.Name == name })
		if i < 0 {
			return nil
		}
		return &list[i]
	}
	for _, t := range slices.Concat(there, here) {
		a, b := find(there, t.Name), find(here, t.Name)
		switch {
		case a == nil:
			return t.Name + " is missing there"
		case b == nil:
			return t.Name + " is missing here"
		case a.Version != b.Version:
			return fmt.Sprintf("%s %s there, %s here", t.Name, a.Version, b.Version)
		case a.SHA256 != b.SHA256:
			return fmt.Sprintf("%s has the SHA-256 %.16s there, %.16s here", t.Name, a.SHA256, b.SHA256)
		}
	}
	a, errA := json.Marshal(there)
	b, errB := json.Marshal(here)
	if errors.Join(errA, errB) != nil || !bytes.Equal(a, b) {
		return "in another order or number"
	}
	return ""
}
