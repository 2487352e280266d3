package main

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/hashiflex/hashiflex/spec"
)

// four is a network of one layer with four channels of two inputs, the last of which is
// a constant.
func four(t *testing.T) string {
	t.Helper()
	return networkDir(t, &spec.Network{
		Name: "four", Input: spec.Input{Shape: spec.Shape{C: 2, H: 1, W: 1}, Format: spec.Format{Signed: true, Width: 4}},
		Layers: []*spec.Layer{{
			Name: "mix", Inputs: []string{spec.InputName}, Out: spec.Requant{Format: spec.Format{Signed: true, Width: 8}},
			Op: &spec.Conv{
				OutC: 4, Kernel: [2]int{1, 1}, Stride: [2]int{1, 1}, Groups: 1, Bits: 4,
				Codes: []spec.Code{1, 0, 0, 1, 1, -1, 0, 0}, Base: []int32{0, 0, 0, 0}, Bias: []int32{0, 1, 0, 5},
			},
		}},
	})
}

// bus is hardware of four whose channels have the given latencies; channel 3 has no
// registers. wrong replaces text.
func bus(latency [3]int, wrong ...string) string {
	var b strings.Builder
	b.WriteString("module top (input ck, input signed [3:0] a, input signed [3:0] b, output [31:0] ys);\n")
	for c, expr := range []string{"a", "b + 1", "a - b"} {
		fmt.Fprintf(&b, "wire signed [7:0] c%d_0 = %s;\n", c, expr)
		for n := 1; n <= latency[c]; n++ {
			fmt.Fprintf(&b, "reg signed [7:0] c%d_%d;\nalways @(posedge ck) c%d_%d <= c%d_%d;\n", c, n, c, n, c, n-1)
		}
	}
	fmt.Fprintf(&b, "assign ys = {8'd5, c2_%d, c1_%d, c0_%d};\nendmodule\n", latency[2], latency[1], latency[0])
	return strings.NewReplacer(wrong...).Replace(b.String())
}

const busMap = "module = 'top'\n%s[ports]\nx0 = 'a'\nx1 = 'b'\n'y*' = 'ys'\n"

func proveBus(t *testing.T, net, text, latency string, more ...string) (int, string) {
	t.Helper()
	if strings.HasPrefix(latency, "[") {
		latency = "\n" + latency
	}
	ports := fmt.Sprintf(busMap, latency+"\n")
	code, out, errs := command(append([]string{"prove", "--network", net, "--layer", "mix",
		"--verilog", file(t, "own.v", text), "--ports", file(t, "ports.toml", ports)}, more...)...)
	return code, out + errs
}

// TestOneLatency: all outputs of a layer come at one clock, or each when it is declared.
// What does not is refuted, and shown by two inputs in order.
func TestOneLatency(t *testing.T) {
	t.Setenv("TMPDIR", t.TempDir())
	net := four(t)
	for _, c := range []struct {
		name    string
		latency [3]int
		ports   string
		more    []string
		refuted []int
		want    []string
	}{
		{"all alike", [3]int{2, 2, 2}, "", nil, nil, []string{"latency     mix: 2 clocks of ck\n"}},
		{"without registers", [3]int{0, 0, 0}, "", nil, nil, []string{"latency     mix: 0 clocks, without registers\n"}},
		{"one late", [3]int{1, 2, 1}, "", nil, []int{1}, []string{"latency is 2 clocks of ck, that of mix_c0 is 1 clock", "mix: 1 clock of ck\n"}},
		{"one early", [3]int{3, 3, 1}, "", nil, []int{2}, []string{"latency is 1 clock of ck, that of mix_c0 is 3 clocks"}},
		{"one without registers", [3]int{1, 1, 0}, "", nil, []int{2}, []string{"latency is 0 clocks of ck, that of mix_c0 is 1 clock"}},
		{"one with registers", [3]int{0, 1, 0}, "", nil, []int{1}, []string{"latency is 1 clock of ck, that of mix_c0 is 0 clocks"}},
		{"three latencies", [3]int{0, 1, 2}, "", nil, []int{1, 2}, nil},
		{"among those asked for", [3]int{1, 2, 1}, "", []string{"--channel", "0,2"}, nil, []string{"mix: 1 clock of ck\n"}},
		{"one of those asked for", [3]int{1, 2, 1}, "", []string{"--channel", "1,2"}, []int{2}, []string{"latency is 1 clock of ck, that of mix_c1 is 2 clocks"}},
		{"one alone", [3]int{1, 2, 1}, "", []string{"--channel", "1"}, nil, []string{"mix: 2 clocks of ck\n"}},
		{"beside a constant", [3]int{1, 2, 1}, "", []string{"--channel", "1,3"}, nil, []string{"mix: 2 clocks of ck\n"}},
		{"as declared", [3]int{2, 2, 2}, "latency = 2", nil, nil, []string{"mix: 2 clocks of ck\n"}},
		{"declared less", [3]int{2, 2, 2}, "latency = 1", nil, []int{0, 1, 2}, []string{"latency is 2 clocks of ck, the port map declares 1 clock", "causes: 1;"}},
		{"declared more", [3]int{2, 2, 2}, "latency = 3", nil, []int{0, 1, 2}, []string{"latency is 2 clocks of ck, the port map declares 3 clocks"}},
		{"declared without registers", [3]int{0, 0, 0}, "latency = 1", nil, []int{0, 1, 2}, []string{"latency is 0 clocks, the port map declares 1 clock"}},
		{"declared none", [3]int{0, 1, 0}, "latency = 0", nil, []int{1}, []string{"latency is 1 clock of ck, the port map declares 0 clocks"}},
		{"each as declared", [3]int{1, 2, 0}, "[latency]\n0 = 1\n1 = 2\n2 = 0", nil, nil, []string{"mix: 0 clocks of ck (2); 1 clock of ck (0); 2 clocks of ck (1)\n"}},
		{"one as declared, the others alike", [3]int{1, 2, 1}, "[latency]\n1 = 2", nil, nil, []string{"mix: 1 clock of ck (0, 2); 2 clocks of ck (1)\n"}},
		{"one as declared, the others not alike", [3]int{1, 2, 3}, "[latency]\n1 = 2", nil, []int{2}, []string{"latency is 3 clocks of ck, that of mix_c0 is 1 clock"}},
		{"two in each other's place", [3]int{1, 2, 1}, "[latency]\n0 = 2\n1 = 1", nil, []int{0, 1}, nil},
	} {
		t.Run(c.name, func(t *testing.T) {
			code, out := proveBus(t, net, bus(c.latency), c.ports, c.more...)
			for _, w := range c.want {
				require.Contains(t, out, w)
			}
			if c.refuted == nil {
				require.Zero(t, code, out)
				return
			}
			require.Equal(t, exitRefuted, code, out)
			require.Equal(t, len(c.refuted), strings.Count(out, "\nrefuted: mix/"), out)
			for _, ch := range c.refuted {
				require.Contains(t, out, fmt.Sprintf("\nrefuted: mix/golden = rtl/%d: ", ch))
			}
			if c.name != "two in each other's place" && c.name != "declared without registers" {
				// Hardware without a clock has an adapter without one.
				mended := c.latency
				for _, ch := range c.refuted {
					mended[ch] = 2
				}
				for i := range mended {
					switch {
					case c.ports == "":
						mended[i] = 2
					case strings.HasPrefix(c.ports, "latency"):
						_, err := fmt.Sscanf(c.ports, "latency = %d", &mended[i])
						require.NoError(t, err)
					default:
						mended = [3]int{1, 2, 1}
					}
				}
				shows(t, folderIn(t, out), file(t, "right.v", bus(mended)))
			}
		})
	}
}

// TestLatencyWithAFault: wrong hardware is refuted for what it computes, and only what
// is right is held to a latency.
func TestLatencyWithAFault(t *testing.T) {
	t.Setenv("TMPDIR", t.TempDir())
	code, out := proveBus(t, four(t), bus([3]int{1, 2, 1}, "b + 1", "b + 2"), "")
	require.Equal(t, exitRefuted, code, out)
	require.Contains(t, out, "refuted: mix/golden = rtl/1: output channel 1 of mix: bias is 2")
	require.NotContains(t, out, "latency is")
	require.Contains(t, out, "latency     mix: 1 clock of ck\n")
}

// TestLatencyEverywhere: reports and witnesses say it, and a gate sees it change.
func TestLatencyEverywhere(t *testing.T) {
	net := four(t)
	runs := map[string]string{}
	for name, l := range map[string][3]int{"one": {1, 1, 1}, "two": {2, 2, 2}, "mixed": {1, 2, 1}} {
		runs[name] = filepath.Join(t.TempDir(), "run")
		_, out := proveBus(t, net, bus(l), "", "-o", runs[name])
		require.Contains(t, out, "latency     mix: ")
	}
	to := t.TempDir()
	code, out, errs := command("report", runs["two"], "--format", "html,md,junit,sarif,json", "-o", to)
	require.Equal(t, exitNotProved, code, out+errs)
	files, err := filepath.Glob(filepath.Join(to, "*"))
	require.NoError(t, err)
	require.Len(t, files, 5)
	for _, f := range files {
		text, err := os.ReadFile(f)
		require.NoError(t, err)
		require.Contains(t, string(text), "2 clocks of ck", f)
	}
	text, err := os.ReadFile(filepath.Join(runs["two"], "signoff.json"))
	require.NoError(t, err)
	require.Contains(t, string(text), "ports.toml", "what ties inputs and declares latencies is evidence")
	text, err = os.ReadFile(filepath.Join(runs["two"], "obligations.jsonl"))
	require.NoError(t, err)
	require.Contains(t, string(text), `"id":"latency/mix/outputs"`)
	require.Contains(t, string(text), `"latency/mix/outputs"],`, "points need it")
	text, err = os.ReadFile(filepath.Join(runs["mixed"], "obligations.jsonl"))
	require.NoError(t, err)
	require.NotContains(t, string(text), `"latency/mix/outputs"`)
	_, out, errs = command("gate", "--baseline", runs["one"], runs["two"])
	require.Contains(t, out+errs, `layer mix: its latency is "2 clocks of ck", and was "1 clock of ck"`)

	folder := filepath.Join(runs["mixed"], "witnesses", "mix_c1.rtl")
	text, err = os.ReadFile(filepath.Join(folder, "witness.json"))
	require.NoError(t, err)
	var w struct {
		Timing struct {
			Latency int
			Clock   string
			Beside  struct {
				Unit    string
				Latency int
			}
		}
	}
	require.NoError(t, json.Unmarshal(text, &w))
	require.Equal(t, 2, w.Timing.Latency)
	require.Equal(t, "ck", w.Timing.Clock)
	require.Equal(t, "mix_c0", w.Timing.Beside.Unit)
	require.Equal(t, 1, w.Timing.Beside.Latency)
	words, err := os.ReadFile(filepath.Join(folder, "explain.md"))
	require.NoError(t, err)
	require.Contains(t, string(words), "latency is 2 clocks of ck, that of mix_c0 is 1 clock")
	code, out, errs = command("report", runs["mixed"], "--format", "html,md,junit,sarif", "-o", t.TempDir())
	require.Equal(t, exitRefuted, code, out+errs)

	// A pipeline that computes something else says its latency, too.
	run := filepath.Join(t.TempDir(), "run")
	code, out = proveBus(t, net, bus([3]int{2, 2, 2}, "b + 1", "b + 2"), "", "-o", run)
	require.Equal(t, exitRefuted, code, out)
	words, err = os.ReadFile(filepath.Join(run, "witnesses", "mix_c1.rtl", "explain.md"))
	require.NoError(t, err)
	require.Contains(t, string(words), "the latency is 2 clocks of ck")
	text, err = os.ReadFile(filepath.Join(run, "witnesses", "mix_c1.rtl", "witness.json"))
	require.NoError(t, err)
	require.Contains(t, strings.Join(strings.Fields(string(text)), ""), `"latency":2,"clock":"ck"`)
}

// TestDamagedTiming: what a witness says of latencies is not believed.
func TestDamagedTiming(t *testing.T) {
	t.Setenv("TMPDIR", t.TempDir())
	net := four(t)
	code, out := proveBus(t, net, bus([3]int{1, 2, 1}), "")
	require.Equal(t, exitRefuted, code, out)
	folder := folderIn(t, out)
	// A design that has one latency does not show what the witness says.
	code, out, errs := command("replay", folder, "--verilog", file(t, "own.v", bus([3]int{3, 3, 3})))
	require.Zero(t, code, out+errs)
	code, out, errs = command("replay", folder, "--verilog", file(t, "own.v", bus([3]int{2, 1, 1})))
	require.Equal(t, exitRefuted, code, out+errs)
	code, out, errs = command("replay", folder, "--verilog", file(t, "own.v", bus([3]int{2, 2, 2}, "b + 1", "b + 2")))
	require.Equal(t, exitRefuted, code, out+errs)
	code, out, errs = command("replay", folder, "--network", sums(t))
	require.Equal(t, exitBadInput, code, out+errs)
}

// TestSeveralEdges: modules of a layer whose registers change at different edges, or on
// different clocks, are not compared by counting.
func TestSeveralEdges(t *testing.T) {
	net := sums(t)
	const head = "(input clk, input signed [3:0] x0, input signed [3:0] x1, output reg signed [7:0] y);\n"
	for want, second := range map[string]string{
		"several clocks: sum_c1 has clk, falling edge, sum_c0 has clk": "module sum_c1 " + head + "always @(negedge clk) y <= 2 * x0 - x1;\nendmodule\n",
		"several clocks: sum_c1 has clk2, sum_c0 has clk":              "module sum_c1 " + strings.Replace(head, "clk", "clk2", 1) + "always @(posedge clk2) y <= 2 * x0 - x1;\nendmodule\n",
	} {
		own := file(t, "own.v", "module sum_c0 "+head+"always @(posedge clk) y <= x0 + 2 * x1 + 3;\nendmodule\n"+second)
		code, out, errs := command("prove", "--network", net, "--layer", "sum", "--verilog", own)
		require.Equal(t, exitNotProved, code, out+errs)
		require.Contains(t, out, "no clock: "+want)
	}
}

// TestLateConstants: what a constant decides after its way through registers is claimed
// from then on and no earlier, and that is said beside the latency, in the claims and
// among what was not done.
func TestLateConstants(t *testing.T) {
	t.Setenv("TMPDIR", t.TempDir())
	net := four(t)
	for _, c := range []struct {
		name    string
		latency int
		chain   int // registers that a constant crosses before it lets results through
		says    string
	}{
		{"behind registers", 1, 64, "latency     mix: 1 clock of ck, from clock 65 after power-up on"},
		{"without registers of its own", 0, 64, "latency     mix: 0 clocks, without registers, from clock 64 after power-up on"},
		{"at once", 1, 0, "latency     mix: 1 clock of ck\n"},
	} {
		t.Run(c.name, func(t *testing.T) {
			text := bus([3]int{c.latency, c.latency, c.latency})
			if c.chain > 0 {
				text = strings.Replace(text, "assign ys = {", fmt.Sprintf("reg [%d:0] q;\nalways @(posedge ck) q <= {q[%d:0], 1'b1};\nassign ys = ~q[%d] ? 32'd0 : {",
					c.chain-1, c.chain-2, c.chain-1), 1)
			}
			run := filepath.Join(t.TempDir(), "run")
			code, out := proveBus(t, net, text, "", "-o", run)
			require.Equal(t, exitProved, code, out)
			require.Contains(t, out, c.says)
			claims, err := os.ReadFile(filepath.Join(run, "obligations.jsonl"))
			require.NoError(t, err)
			late := c.chain > 0
			require.Equal(t, late, strings.Contains(out, "not done    layer mix: before clock "), out)
			require.Equal(t, late, strings.Contains(string(claims), "after power-up on"))
		})
	}
}
