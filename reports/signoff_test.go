package reports

import (
	"bytes"
	"flag"
	"fmt"
	"math/rand/v2"
	"os"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/stretchr/testify/require"

	"github.com/hashiflex/hashiflex/spec/verdict"
)

var update = flag.Bool("update", false, "rewrite the snapshots in testdata")

// sample is a complete run of two layers that is signed off.
func sample() *Signoff {
	all := func(n int) Counts { return Counts{Total: n, Proved: n} }
	return &Signoff{
		Program: "v1.0.0",
		Network: "tiny",
		Options: []Setting{{"tree", "balanced"}, {"share", "false"}},
		Edges:   []verdict.Edge{verdict.GoldenNetlist, verdict.GoldenRTL},
		Layers: []Layer{
			{Name: "conv0", Kind: "conv", Points: 1280, Edges: []Counts{all(1280), all(1280)}},
			{Name: "add", Kind: "add", Points: 1, Edges: []Counts{all(1), all(1)}},
		},
		Strategies:  []Tally{{"normal form", 2560}, {"enumeration", 2}},
		Obligations: []Discharge{{"range", 40, 40, 0, 0, 0}, {"interface", 3, 3, 0, 0, 0}},
		Coverage:    []Coverage{{"ports", 12, 12, 0}, {"cells", 100, 99, 1}},
		Uncovered:   []Uncovered{{Kind: "cells", Object: "dbg", Source: "a.v:7", Waiver: "observation only"}},
		Omissions:   []Omission{{"mutation score", "nightly only", false}},
		Tools:       []ToolRecord{{"z3", "4.8.12", "48"}, {"yosys", "0.23", "23"}},
		Inputs:      []Input{{"weights.safetensors", "bb"}, {"network.json", "aa"}},
		Trust:       []string{"Yosys' Verilog front end", "the IR reader"},
	}
}

func TestConclude(t *testing.T) {
	for _, c := range []struct {
		name   string
		change func(*Signoff)
		want   Conclusion
		reason string
	}{
		{"complete", func(*Signoff) {}, SignedOff, ""},
		{"zero value", func(s *Signoff) { *s = Signoff{} }, NotProved, "nothing was checked"},
		{"no edges", func(s *Signoff) { s.Edges = nil; s.Layers[0].Edges = nil; s.Layers[1].Edges = nil }, NotProved, "nothing was checked"},
		{"no layers", func(s *Signoff) { s.Layers = nil }, NotProved, "nothing was checked"},
		{"no points", func(s *Signoff) { s.Layers[0] = Layer{Name: "conv0", Kind: "conv", Edges: make([]Counts, 2)} }, MachineryFailed, "has 0 points"},
		{"an edge without counts", func(s *Signoff) { s.Layers[0].Edges = s.Layers[0].Edges[:1] }, MachineryFailed, "1 of 2 edges"},
		{"points left out", func(s *Signoff) { s.Layers[0].Edges[1] = Counts{Total: 1279, Proved: 1279} }, MachineryFailed, "do not add up to 1,280"},
		{"total without parts", func(s *Signoff) { s.Layers[0].Edges[1].Proved-- }, MachineryFailed, "do not add up"},
		{"negative counts", func(s *Signoff) { s.Layers[0].Edges[1] = Counts{Total: 1280, Proved: 1281, Unknown: -1} }, MachineryFailed, "do not add up"},
		{"one unknown", func(s *Signoff) { s.Layers[0].Edges[1] = Counts{Total: 1280, Proved: 1279, Unknown: 1} }, NotProved, "1 of 1,281 points unknown"},
		{"one vacuous", func(s *Signoff) { s.Layers[1].Edges[0] = Counts{Total: 1, Vacuous: 1} }, NotProved, "1 of 1,281 points vacuous"},
		{"one failed", func(s *Signoff) { s.Layers[1].Edges[0] = Counts{Total: 1, Failed: 1} }, MachineryFailed, "1 of 1,281 points failed"},
		{"one refuted", func(s *Signoff) { s.Layers[1].Edges[0] = Counts{Total: 1, Refuted: 1} }, NetworkRefuted, "1 of 1,281 points refuted"},
		{"refuted before failed", func(s *Signoff) {
			s.Layers[0].Edges[0] = Counts{Total: 1280, Proved: 1277, Refuted: 1, Failed: 1, Unknown: 1}
		}, NetworkRefuted, "refuted"},
		{"failed before unknown", func(s *Signoff) {
			s.Layers[0].Edges[0] = Counts{Total: 1280, Proved: 1278, Failed: 1, Unknown: 1}
		}, MachineryFailed, "failed"},
		{"no obligations", func(s *Signoff) { s.Obligations = nil }, NotProved, "no obligation is listed"},
		{"an obligation open", func(s *Signoff) { s.Obligations[0].Discharged-- }, NotProved, "range: 1 of 40 not discharged"},
		{"an obligation failed", func(s *Signoff) { s.Obligations[0].Discharged--; s.Obligations[0].Failed++ }, MachineryFailed, "range: 1 of 40 failed"},
		{"more discharged than there are", func(s *Signoff) { s.Obligations[0].Discharged++ }, MachineryFailed, "41 of 40"},
		{"no coverage of RTL", func(s *Signoff) { s.Coverage = nil }, NotProved, "not known"},
		{"a cell neither covered nor waived", func(s *Signoff) { s.Coverage[0].Covered-- }, NotProved, "ports: 1 of 12"},
		{"more covered than there is", func(s *Signoff) { s.Coverage[1].Covered++ }, MachineryFailed, "100 covered and 1 waived of 100"},
		{"an uncovered object without waiver", func(s *Signoff) { s.Uncovered[0].Waiver = "" }, NotProved, "without waiver"},
		{"an omission that matters", func(s *Signoff) { s.Omissions[0].Blocks = true }, NotProved, "mutation score"},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := sample()
			c.change(s)
			s.Conclude()
			require.Equal(t, c.want, s.Conclusion, "%v", s.Reasons)
			if c.want == SignedOff {
				require.Empty(t, s.Reasons)
				return
			}
			require.Contains(t, s.Reasons[0], c.reason)
			// What was written is read back and amounts to the same.
			var b bytes.Buffer
			require.NoError(t, s.Encode(&b))
			back, err := Decode(&b)
			require.NoError(t, err)
			require.Equal(t, c.want, back.Conclusion)
		})
	}
}

func TestNobodySetsTheConclusion(t *testing.T) {
	s := sample()
	s.Layers[0].Edges[0] = Counts{Total: 1280, Proved: 1279, Refuted: 1}
	s.Conclusion = SignedOff
	var b bytes.Buffer
	require.NoError(t, s.Encode(&b))
	require.Contains(t, b.String(), `"conclusion": "refuted"`)
	for old, new := range map[string]string{
		`"conclusion": "refuted"`: `"conclusion": "signed off"`,
		`"schema": 4`:             `"schema": 1`,
		`"waivers": 1`:            `"waivers": 0`,
		`"network"`:               `"netork"`,
		`"not_done"`:              `"not_done": [], "extra"`,
		`1 of 1,281 points`:       `0 of 1281 points`,
		`"total": 1281`:           `"total": 1282`,
	} {
		edited := strings.Replace(b.String(), old, new, 1)
		require.NotEqual(t, b.String(), edited, old)
		_, err := Decode(strings.NewReader(edited))
		require.Error(t, err, new)
	}
	_, err := Decode(strings.NewReader(b.String() + "{}"))
	require.ErrorContains(t, err, "after top-level value")
	_, err = Decode(strings.NewReader(b.String()[:b.Len()/2]))
	require.Error(t, err)
	_, err = Decode(strings.NewReader(b.String() + "\n \n"))
	require.NoError(t, err)
}

// Another version is named as such, whatever else it holds.
func TestOtherVersions(t *testing.T) {
	for text, want := range map[string]SchemaError{
		`{"schema": 1, "program": "v0.9", "network": "tiny", "gone": true}`: {1, "v0.9"},
		`{"schema": 2}`: {2, ""},
		`{"schema": 3}`: {3, ""},
		`{}`:            {0, ""},
	} {
		_, err := Decode(strings.NewReader(text))
		var wrong *SchemaError
		require.ErrorAs(t, err, &wrong)
		require.Equal(t, want, *wrong)
		require.ErrorContains(t, err, "this program reads schema 4: make the run again")
	}
	for _, text := range []string{"", "[]", `{"schema": "4"}`, `{"schema": 4`, "null"} {
		_, err := Decode(strings.NewReader(text))
		require.Error(t, err, text)
	}
}

func TestEncodeIsCanonical(t *testing.T) {
	var want bytes.Buffer
	require.NoError(t, sample().Encode(&want))
	require.NotContains(t, want.String(), "null")
	const seed = 1
	r := rand.New(rand.NewPCG(seed, 0))
	for range 50 {
		s := sample()
		shuffle(r, s.Options)
		shuffle(r, s.Strategies)
		shuffle(r, s.Obligations)
		shuffle(r, s.Coverage)
		shuffle(r, s.Tools)
		shuffle(r, s.Inputs)
		shuffle(r, s.Trust)
		before := fmt.Sprint(s)
		var got bytes.Buffer
		require.NoError(t, s.Encode(&got))
		require.Equal(t, want.String(), got.String(), "seed %d", seed)
		require.Equal(t, before, fmt.Sprint(s), "Encode must not touch its receiver")
	}
	back, err := Decode(&want)
	require.NoError(t, err)
	var again, first bytes.Buffer
	require.NoError(t, back.Encode(&again))
	require.NoError(t, sample().Encode(&first))
	require.Equal(t, first.String(), again.String())
}

func shuffle[T any](r *rand.Rand, list []T) {
	r.Shuffle(len(list), func(i, j int) { list[i], list[j] = list[j], list[i] })
}

func TestVerdictText(t *testing.T) {
	for v := verdict.Unknown; v <= verdict.Failed; v++ {
		b, err := v.MarshalText()
		require.NoError(t, err)
		var back verdict.Verdict
		require.NoError(t, back.UnmarshalText(b))
		require.Equal(t, v, back)
		var c Counts
		c.Count(v)
		require.True(t, c.consistent())
		require.Equal(t, 1, c.Total)
	}
	_, err := (verdict.Failed + 1).MarshalText()
	require.Error(t, err)
	require.Error(t, new(verdict.Verdict).UnmarshalText([]byte("Proved")))
	require.Equal(t, verdict.Unknown, verdict.Verdict(0))
}

func TestTable(t *testing.T) {
	s := sample()
	s.Layers[0].Edges[1] = Counts{Total: 1280, Proved: 1270, Refuted: 2, Unknown: 5, Vacuous: 1, Failed: 2}
	s.Layers[1].Name = "block.13.a_layer_with_a_very_long_name.conv"
	s.Unknown = []Tally{{"timeout", 5}}
	s.Omissions[0].Why = strings.Repeat("because of this and that, ", 12) + "in short " + strings.Repeat("x", 200)
	var b bytes.Buffer
	require.NoError(t, s.WriteTable(&b, TableWidth))
	const file = "testdata/table.txt"
	if *update {
		require.NoError(t, os.WriteFile(file, b.Bytes(), 0o644))
	}
	want, err := os.ReadFile(file)
	require.NoError(t, err)
	require.Equal(t, string(want), b.String())
}

func TestTableFits(t *testing.T) {
	s := sample()
	const n = 499_999
	for i := range 10 {
		s.Layers = append(s.Layers, Layer{Name: fmt.Sprintf("features.%d.ä\x1b[31m\nlayer", i), Kind: "depthwise", Points: n, Latency: "3 clocks of \x1b[31mclk", Edges: []Counts{
			{Total: n, Proved: 99_999, Refuted: 99_999, Unknown: 99_999, Vacuous: 99_999, Failed: 100_003},
			{Total: n, Proved: n},
		}})
	}
	var b bytes.Buffer
	require.NoError(t, s.WriteTable(&b, TableWidth))
	lines := 0
	for line := range strings.Lines(b.String()) {
		line = strings.TrimSuffix(line, "\n")
		require.LessOrEqual(t, utf8.RuneCountInString(line), TableWidth, line)
		require.NotContains(t, line, "\x1b")
		require.Equal(t, strings.TrimRight(line, " "), line)
		if strings.HasPrefix(line, "features.") {
			lines++
		}
	}
	require.Equal(t, 10, lines)
}

func TestTableOfMoreEdges(t *testing.T) {
	s := sample()
	s.Edges = append(s.Edges, "stream = blocks")
	for i := range s.Layers {
		s.Layers[i].Edges = append(s.Layers[i].Edges, Counts{Total: s.Layers[i].Points, Proved: s.Layers[i].Points})
	}
	var b bytes.Buffer
	require.NoError(t, s.WriteTable(&b, TableWidth))
	require.Equal(t, 2, strings.Count(b.String(), "\nconv0 ")) // once per pair of edges
	require.Contains(t, b.String(), "- stream = blocks -")
	require.Contains(t, b.String(), "tiny is signed off with 1 waiver: 1,281 compare points in 2 layers")
}

func TestFit(t *testing.T) {
	for _, c := range []struct {
		n    int
		want string
	}{{7, "7"}, {17056, "17,056"}, {999999, "999999"}, {5123456, "5123k"}} {
		require.Equal(t, c.want, fit(c.n, 6))
	}
}

func TestShorten(t *testing.T) {
	require.Equal(t, "abc", shorten("abc", 3))
	require.Equal(t, "ab…ef", shorten("abccccef", 5))
	require.Equal(t, "a?b", shorten("a\nb", 5))
}
