package main

import (
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/hashiflex/hashiflex/equiv/bench"
	"github.com/hashiflex/hashiflex/fuzz/head/rate"
	"github.com/hashiflex/hashiflex/spec/networks"
	"github.com/hashiflex/hashiflex/spec/verdict"
)

func TestBenchTableShowsWhatIsMissing(t *testing.T) {
	r := benchReport{Date: "2001-02-03T04:05:06Z", Commit: "c0ffee", Command: "hashiflex bench", CPUs: 2, Jobs: 2, Go: "go1", Record: &bench.Record{
		Network: "n", Limit: time.Minute,
		Rivals: []bench.Method{{Name: "A one", How: "a"}, {Name: "B two", How: "b"}, {Name: "C three", How: "c"}},
		Rows: []bench.Row{{
			Source: bench.Source{FanIn: 960, Terms: 949, Layer: "l", Channel: 3, Cut: true},
			Ours:   bench.Ours{Settle: 1500 * time.Microsecond, Tail: 60 * time.Millisecond, Confirm: 51 * time.Millisecond, ConfirmTail: time.Millisecond},
			Rivals: []bench.Answer{
				{Verdict: verdict.Proved, Solved: true, Time: 27600 * time.Millisecond},
				{Reason: "time limit", Time: time.Minute},
				{Reason: "not run", NotRun: true, Time: time.Minute},
			},
		}},
		Proofs: []bench.Proof{{What: "w", Layers: 1, Points: bench.Count{Total: 3, Proved: 2}, Open: "p: unknown", Wall: time.Second, Peak: 5e6}},
		Images: bench.Images{Count: 3, Wall: 2 * time.Second},
		Runtime: &bench.Runtime{
			Package: "other@1", Cores: 2, Count: 10,
			Ways: []bench.Way{
				{AtOnce: 1, Golden: bench.Timing{Wall: time.Second, Busy: 2 * time.Second}, Float: bench.Timing{Wall: time.Second / 4, Busy: time.Second / 2}},
				{AtOnce: 2, Golden: bench.Timing{Wall: 800 * time.Millisecond, Busy: 1600 * time.Millisecond}, Float: bench.Timing{Wall: time.Second / 5, Busy: 400 * time.Millisecond}},
			},
		},
		Sizes: []bench.Size{
			{Rows: 92, Columns: 11008, Wall: time.Second, Busy: 2 * time.Second, Peak: 1e8},
			{Rows: 4096, Columns: 11008, Wall: 3 * time.Minute, Busy: 80 * time.Second, Peak: 424e6},
		},
		Texts: []bench.Size{{Rows: 92, Columns: 11008, Text: 46e6, Wall: 2 * time.Second, Busy: 4 * time.Second, Peak: 1e8}},
		Styles: []bench.Style{
			{Name: "tree", Style: "adder tree", FanIn: 32, Proved: true, Read: 70 * time.Millisecond, Proof: 20 * time.Millisecond, Whole: 4 * time.Second, Busy: 5 * time.Second},
			{Name: "tree", Style: "adder tree", FanIn: 960, Proved: true, Read: time.Second, Proof: 300 * time.Millisecond, Whole: 9 * time.Second, Busy: 11 * time.Second},
			{Name: "planes", Style: "bit planes", FanIn: 64, Bits: true, Proved: true, Read: time.Second, Proof: 61 * time.Second, Whole: 70 * time.Second, Busy: 80 * time.Second},
			{Name: "tree", Style: "adder tree", FanIn: 32, Gates: true, Open: "layer_c0: unknown", Proof: time.Second, Whole: 5 * time.Second, Busy: 6 * time.Second},
		},
		Typed: []bench.Command{
			{What: "both edges, each point confirmed", Command: "prove --network mobilenet_v2_1.0_224 --no-cache", Points: 17068, Wall: 32 * time.Second, Busy: 54 * time.Second, Peak: 2e8},
			{What: "normal forms alone", Command: "prove --network mobilenet_v2_1.0_224 --fast", Points: 17068, Wall: 5 * time.Second, Busy: 6 * time.Second, Peak: 2e8},
			{What: "both readers", Command: "prove --network mobilenet_v2_1.0_224 --no-cache --front-end both", Points: 17068, Wall: 200 * time.Second, Busy: 300 * time.Second, Peak: 2e8},
			{What: "one weight of l is another", Command: "prove --network mobilenet_v2_1.0_224 --cache STORE", Points: 17068, Recalled: 17000, Wall: time.Second, Busy: 2 * time.Second, Peak: 2e8, Edited: true},
		},
	}, Head: &rate.Record{
		Small: rate.Size{Lanes: 3, Features: 9, Rows: 40, Biases: 13, Layers: 3}, Full: rate.Size{Lanes: 16, Features: 1280, Rows: 22656, Biases: 389, Layers: 3},
		Verilator: rate.Rate{Count: 3000, CPU: 3 * time.Second}, Icarus: rate.Rate{Count: 300, CPU: 10 * time.Second}, Ratio: 1000.0 / 30, Steps: 18, Checked: 9.1,
		Lines: rate.Rate{Count: 300, CPU: 3 * time.Second}, Toggles: rate.Rate{Count: 30, CPU: 3 * time.Second}, Loads: rate.Rate{Count: 1, CPU: time.Second},
	}}
	var b strings.Builder
	r.write(&b)
	for _, want := range []string{
		"c0ffee",
		"   960   949 |   1.50 ms     60 ms |     51 ms   1.00 ms |   27.6 s    >60 s   >60 s*\n",
		"960  l, channel 3, its first 960 non-zero weights",
		"by normal form: at most 5.00 ms; took 1.50 ms: met.",
		"with Z3 in a running session: at most 50 ms; took 51 ms: MISSED.",
		"2 of 3 points", "NOT PROVED, first of all: p: unknown",
		"1.50 images a second",
		"4096x11008         45088768      180 s       80 s      1.77 us     424 MB\n",
		"45088768 weights in at most 120 s and 4000 MB: took 180 s and 424 MB: MISSED.",
		"other@1", "1            10.00               200 ms\n", "2            50.00                40 ms\n", "at least\n0.33; 0.25, and 0.25 by processor time: MISSED.",
		"92x11008          1012736      46 MB      2 s        4 s    3.95 us    11.5 MB/s   100 MB\n",
		"each point confirmed: at most 60 s and 2000 MB; took 32 s and 200 MB: met.",
		"prove --fast: at most 4 s; took 5 s: MISSED.", "both readers: at most 249 s; took 200 s: met.", "by the clock: at most 1.00 us; took 3.99 us: MISSED.", "one weight is another: at most 2 s; took 1 s: met.",
		"    one weight of l is another                    17068      17000        2 s      1 s    200 MB\n",
		"  adder tree                                                    960      1 s   300 ms     11 s\n",
		"  gates: adder tree                                              32  0.00 ms     OPEN      6 s\n",
		"Target, word-level styles: read and proved in at most 5 s; 2 of 2, the longest 1.3 s: met.",
		"Target, bits of words: read and proved in at most 60 s; 0 of 1, the longest 62 s: MISSED.",
		"Target, gates: read and proved in at most 60 s; 0 of 1, the longest 1 s: MISSED.", "NOT PROVED: tree, 32 operands: layer_c0: unknown",
		"LANES=16 FEATURES=1280", "33.3", "360000 an hour", "between two programs: at least 100000; 360000: met.", "for each: at least 10000; 3600: MISSED.",
	} {
		require.Contains(t, b.String(), want)
	}
	for _, line := range strings.Split(b.String(), "\n") {
		require.LessOrEqual(t, len(line), 100, line)
	}
}

// What was not measured is not in the table, and an unknown part is bad input.
func TestBenchParts(t *testing.T) {
	r := benchReport{Record: &bench.Record{Network: "n"}}
	var b strings.Builder
	r.write(&b)
	for _, part := range []string{"compare point", "Network,", "busy", "head", "Reference model", "matrix", "onnxruntime", "Hand-written"} {
		require.NotContains(t, b.String(), part)
	}

	n, err := networks.Open("tiny")
	require.NoError(t, err)
	for _, part := range benchParts {
		c, err := benchConfig(n, []string{part}, 1, false)
		require.NoError(t, err)
		require.Equal(t, part == pointsPart, c.FanIns != nil, part)
		require.Equal(t, part == networkPart, c.Chain != nil, part)
		require.Equal(t, part == imagesPart, c.Images != 0, part)
		require.Equal(t, part == sizePart, c.Rows != nil, part)
		require.Equal(t, part == sizePart, c.RTLRows != nil, part)
		require.Equal(t, part == runtimePart, c.Runtime != 0, part)
		require.Equal(t, part == provePart, c.Commands != nil, part)
		require.Equal(t, part == stylesPart, c.Styles != nil, part)
	}

	cmd := benchCommand()
	cmd.SetArgs([]string{"--part", "heads"})
	cmd.SilenceErrors, cmd.SilenceUsage = true, true
	require.EqualError(t, cmd.Execute(), `--part "heads": want points, network, images, reading, head, size, runtime, prove, styles; did you mean "head"?`)
}

// A runtime that was not to be had is said where its figures would be.
func TestBenchSaysWhatWasNotMeasured(t *testing.T) {
	r := benchReport{Record: &bench.Record{Network: "n", Runtime: &bench.Runtime{Package: "other@1", Failed: "npm: not found"}}}
	var b strings.Builder
	r.write(&b)
	require.Contains(t, b.String(), "NOT MEASURED: npm: not found\n")
	require.NotContains(t, b.String(), "Target")
}

func TestHuman(t *testing.T) {
	for d, want := range map[time.Duration]string{
		0: "0.00 ms", 40 * time.Microsecond: "0.04 ms", 9994 * time.Microsecond: "9.99 ms", 9996 * time.Microsecond: "10 ms",
		999 * time.Millisecond: "999 ms", 1500 * time.Millisecond: "1.5 s", time.Minute: "60 s", 5 * time.Minute: "300 s",
	} {
		require.Equal(t, want, human(d))
	}
}

func TestCommandLineHasTheFlagsThatWereGiven(t *testing.T) {
	cmd := benchCommand()
	require.NoError(t, cmd.ParseFlags([]string{"--quick", "--jobs", "1"}))
	require.Equal(t, "bench --jobs=1 --quick=true", commandLine(cmd))
}
