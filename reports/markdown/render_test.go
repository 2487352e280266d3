package markdown

import (
	"bytes"
	"fmt"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/hashiflex/hashiflex/reports"
	"github.com/hashiflex/hashiflex/reports/dossier"
	"github.com/hashiflex/hashiflex/reports/internal/example"
	"github.com/hashiflex/hashiflex/reports/internal/opened"
)

func render(t *testing.T, r example.Run, opt dossier.Options) string {
	t.Helper()
	d := opened.Run(t, r, opt)
	var b bytes.Buffer
	require.NoError(t, Write(&b, d))
	return b.String()
}

func TestVerdictComesFirst(t *testing.T) {
	require.True(t, strings.HasPrefix(render(t, example.Small(), dossier.Options{}), "# ✅ small is signed off"))
	r := example.Small()
	r.Change = func(o *reports.Obligation) {
		if o.ID == "stem/golden = rtl/3" {
			example.Refute(o)
		}
	}
	text := render(t, r, dossier.Options{})
	require.True(t, strings.HasPrefix(text, "# ❌ small is refuted"), text)
	require.Contains(t, text, "| stem/golden = rtl/3 | refuted | model 17, netlist 18, simulated Verilog 18 |")
	require.Contains(t, text, "| golden = rtl | 31 | 30 | 1 | 0 | 0 | 0 |")
	require.Contains(t, text, "this run did not look at the programmable head")
	require.Contains(t, text, "| output channels of convolutions | 30 | 17,056 |")
	r.Head = example.Head()
	text = render(t, r, dossier.Options{})
	require.Contains(t, text, "- fuzzed: 1,500 sequences with 23,456 commands and 1,789 inferences, seed 1; found: nothing")
	require.Contains(t, text, "no address is as large")
	require.True(t, strings.HasPrefix(render(t, example.Run{Network: "none"}, dossier.Options{}), "# ❔ none is not signed off"))
}

func TestWaived(t *testing.T) {
	r, waive := example.Waived()
	text := render(t, r, dossier.Options{Waive: waive})
	require.True(t, strings.HasPrefix(text, "# ✅ small is signed off with 1 waiver"), "%.100s", text)
	require.Contains(t, text, "waived: observation only")
}

func TestReproducible(t *testing.T) {
	opt := dossier.Options{NoTimings: true}
	require.Equal(t, render(t, example.Small(), opt), render(t, example.Small(), opt))
	require.NotContains(t, render(t, example.Small(), opt), "## Times")
	require.Contains(t, render(t, example.Small(), dossier.Options{}), "## Times")
}

// Rows keep their cells, and nothing unescaped is left that could become markup.
func TestHostileText(t *testing.T) {
	text := render(t, example.HostileRun(), dossier.Options{})
	cells := 0
	bar := regexp.MustCompile(`(^|[^\\])((\\\\)*)\|`)
	for line := range strings.Lines(text) {
		if !strings.HasPrefix(line, "|") {
			cells = 0
			continue
		}
		n := len(bar.FindAllString(strings.TrimSuffix(line, "\n"), -1))
		if cells == 0 {
			cells = n
		}
		require.Equal(t, cells, n, "%s", line)
	}
	for _, bad := range []string{"\x1b", "\u202e", "\r"} {
		require.NotContains(t, text, bad)
	}
	require.NotRegexp(t, `(^|[^\\])<(script|img)`, text)
	require.NotRegexp(t, `[^\\]\]\(`, text)
	require.Contains(t, text, `\<script\>alert(1)\</script\>`)
}

func TestEscape(t *testing.T) {
	for in, want := range map[string]string{
		"expanded_conv_1":  "expanded_conv_1",
		"_a_":              `\_a\_`,
		"1. x":             `1\. x`,
		"- x":              `\- x`,
		"a|b\\":            `a\|b\\`,
		"http://x www.y.z": `http\://x www\.y.z`,
		"@user #1 &lt;":    `\@user \#1 \&lt;`,
	} {
		require.Equal(t, want, escape(in))
	}
}

// The limit of the size holds for runs of any size.
func TestSize(t *testing.T) {
	text := render(t, example.MobileNet(), dossier.Options{})
	require.Less(t, len(text), 100<<10)
	r := example.Run{Network: strings.Repeat("n", 5000)}
	for i := range 300 {
		r.Layers = append(r.Layers, example.Layer{Name: fmt.Sprint(i, strings.Repeat("<&", 500)), Kind: "conv", Points: 5})
	}
	r.Change = func(o *reports.Obligation) {
		if o.IsPoint() {
			example.TimeOut(o)
			o.Detail = strings.Repeat("<", 3000)
		}
	}
	text = render(t, r, dossier.Options{})
	require.Less(t, len(text), MaxBytes)
	require.Contains(t, text, "more in obligations.jsonl")
}

func TestStream(t *testing.T) {
	r := example.Small()
	require.Contains(t, render(t, r, dossier.Options{}), "this run did not look at what brings pixels")
	r.Stream = example.Stream()
	text := render(t, r, dossier.Options{})
	require.Contains(t, text, "- proved: For every well-formed frame")
	require.Contains(t, text, "| depthwise.window | depthwise | window | 1 | 30 | 2 | 150, slowest | 1,488 | proved |")
	require.Contains(t, text, "| add.fifo_b | add | fifo, 15 items (1.3 rows) | 1 | 15 | 14 | 144 | 171 | proved |")
	require.Contains(t, text, "9 blocks · 150 clocks a frame (depthwise.window)")
}
