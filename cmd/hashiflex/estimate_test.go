package main

import (
	"bufio"
	"encoding/json"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/hashiflex/hashiflex/cmd/hashiflex/internal/progress"
	"github.com/hashiflex/hashiflex/equiv/chain"
	"github.com/hashiflex/hashiflex/equiv/signoff"
	"github.com/hashiflex/hashiflex/equiv/smt"
	"github.com/hashiflex/hashiflex/fuzz/head"
	"github.com/hashiflex/hashiflex/fuzz/head/directed"
	"github.com/hashiflex/hashiflex/spec/networks"
	"github.com/hashiflex/hashiflex/spec/verdict"
)

// A recording is what a command with --progress json said on standard error, less most of the
// lines between. Each was recorded beside other work on the same machine, so that its pace
// changes on the way. Its first line is the command.
type recording struct {
	typed  string
	events []progress.Event
	whole  float64 // seconds
}

func recorded(t *testing.T, path string) (r recording) {
	t.Helper()
	f, err := os.Open(path)
	require.NoError(t, err)
	defer f.Close()
	for lines := bufio.NewScanner(f); lines.Scan(); {
		if r.typed == "" {
			r.typed = lines.Text()
			continue
		}
		var e progress.Event
		require.NoError(t, json.Unmarshal(lines.Bytes(), &e))
		r.events, r.whole = append(r.events, e), e.Elapsed
	}
	return r
}

// has reports whether the command had a phase. Plans have grown since some were recorded.
func (r *recording) has(phase string) bool {
	return slices.ContainsFunc(r.events, func(e progress.Event) bool { return e.Phase == phase })
}

// planOf is the plan that a recorded command makes.
func planOf(t *testing.T, typed string) []progress.Phase {
	t.Helper()
	words := strings.Fields(typed)
	switch words[0] {
	case "mutate", "selftest":
		return nil
	case "fuzz":
		p := head.DefaultParams
		cases, err := strconv.Atoi(words[3])
		require.NoError(t, err)
		return fuzzPhases(&head.Campaign{Cases: cases, Aims: directed.Aims(p)}, directed.Sizes())
	}
	n, err := networks.OpenOrLoad(words[1])
	require.NoError(t, err)
	o := chain.Options{Edges: []verdict.Edge{verdict.GoldenNetlist}}
	j := &signoff.Job{Network: n}
	for i, w := range words {
		if w == "--layer" {
			o.Layers = append(o.Layers, words[i+1])
		}
	}
	if !slices.Contains(words, "--fast") {
		o.Edges = append(o.Edges, verdict.GoldenRTL)
		o.Opinions = []smt.Opinion{{}}
	}
	if words[0] == "signoff" {
		o.FrontEnd = chain.ByBoth
		o.Unlifted, o.UnliftedFanIn, o.Vectors = signoffUnlifted, signoffUnliftedFanIn, signoffVectors
	}
	j.Chain = o
	if words[0] == "signoff" && len(o.Layers) == 0 {
		j.Stream, j.Mutants, j.Knobs = &signoff.Stream{}, &signoff.Mutants{Count: signoffMutants}, true
		j.Head, err = signoff.WholeHead(n, &o, signoff.HeadLanes)
		require.NoError(t, err)
	}
	return phases(j)
}

// loose are the recordings of which the estimate is worse, with the factor. They were made at a
// load of 30, which changed: a signoff whose layers were slowed by 17 and its head by 10, then
// 20; layers with many points without the lifter; simulators that took turns with other jobs.
var loose = map[string]float64{"signoff_tiny.jsonl": 2.2, "fuzz_head_few.jsonl": 2.6, "more_layers.jsonl": 2.2}

// After the first tenth of the time, the estimate of the time left is between the half and
// the double of what it was in the end. At the first tenth itself it may be worse, or none.
// Prices were fitted to a quiet run of MobileNetV2 that is not among the recordings; their proportions
// were chosen with those of prove, prove tiny and layers in view.
func TestEstimateWithinTwo(t *testing.T) {
	paths, err := filepath.Glob("testdata/traces/*.jsonl")
	require.NoError(t, err)
	require.GreaterOrEqual(t, len(paths), 6)
	for _, path := range paths {
		r := recorded(t, path)
		begin := time.Unix(0, 0)
		now := begin
		p := progress.Start(progress.Options{Mode: progress.None, Now: func() time.Time { return now }})
		p.Plan(slices.DeleteFunc(planOf(t, r.typed), func(x progress.Phase) bool { return !r.has(x.Name) })...)
		next := 1
		var got []float64
		at := func(seconds float64) { now = begin.Add(time.Duration(seconds * float64(time.Second))) }
		for _, e := range r.events {
			for ; next < 10 && r.whole*float64(next)/10 < e.Elapsed; next++ {
				at(r.whole * float64(next) / 10)
				left, ok := p.Left()
				ratio := left.Seconds() / (r.whole * float64(10-next) / 10)
				if !ok {
					ratio = math.NaN()
				}
				got = append(got, math.Round(ratio*100)/100)
			}
			at(e.Elapsed)
			if e.Phase != "" {
				p.ReportWorks(e.Phase, e.Done, e.Total, e.Works)
			}
		}
		p.Close()
		t.Logf("%-40.40s %6.1f s %v", r.typed, r.whole, got)
		factor := 2.0
		if f := loose[filepath.Base(path)]; f > 0 {
			factor = f
		}
		require.Len(t, got, 9, path)
		for i, ratio := range got {
			if i == 0 {
				continue
			}
			if !(ratio >= 1.0/factor && ratio <= factor) {
				t.Errorf("%s: after %d tenths of %.0f s the estimate is %.2f of the time left", r.typed, i+1, r.whole, ratio)
			}
		}
	}
}
