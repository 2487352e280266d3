package mutant

import (
	"bytes"
	"context"
	"fmt"
	"math/rand"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/hashiflex/hashiflex/netlist"
	"github.com/hashiflex/hashiflex/rtl"
	"github.com/hashiflex/hashiflex/rtl/source"
)

func verilog(t testing.TB, m *netlist.Module) []byte {
	var b bytes.Buffer
	require.NoError(t, rtl.WriteVerilog(&b, m))
	return b.Bytes()
}

// TestEveryStatementIsUnderstood: the parser's shapes are the writer's, so that no
// construct escapes planting because nobody noticed a change of the writer.
func TestEveryStatementIsUnderstood(t *testing.T) {
	for _, m := range modules(t) {
		text := verilog(t, m)
		s := &textScan{text: text}
		statements, understood := 0, 0
		at := 0
		for i, line := range strings.SplitAfter(string(text), "\n") {
			end := at + len(strings.TrimSuffix(line, "\n"))
			if strings.Contains(line, " = ") && !strings.HasPrefix(line, "//") && !strings.Contains(line, "unused_") {
				statements++
				s.stmt = statement{}
				s.line(i+1, at, end)
				if s.stmt.define != nil {
					understood++
				} else {
					t.Errorf("%s: not understood: %s", m.Name, line)
				}
			} else {
				s.line(i+1, at, end)
			}
			at += len(line)
		}
		require.Equal(t, statements, understood)
	}
}

// TestTextFaultsChangeOneStatement: a mutant differs from the original in the line
// that the fault names, and there only within one statement; exchanged modules
// change two headers.
func TestTextFaultsChangeOneStatement(t *testing.T) {
	found := map[Kind]int{}
	for _, m := range modules(t) {
		text := verilog(t, m)
		lines := strings.Split(string(text), "\n")
		for _, f := range TextFaults(text) {
			found[f.Kind]++
			got := strings.Split(string(f.Apply()), "\n")
			require.Equal(t, len(lines), len(got), "%v", f)
			for i := range lines {
				if i+1 == f.Line {
					require.NotEqual(t, lines[i], got[i], "%v", f)
					require.Contains(t, lines[i], f.Signal)
				} else {
					require.Equal(t, lines[i], got[i], "%v", f)
				}
			}
		}
	}
	for _, k := range Kinds() {
		switch k {
		case Revived, SwappedInputs, SwappedTerms, ClampOrder, NegateOrder, SwappedChannels:
			require.Zero(t, found[k], "of one module alone")
		default:
			require.NotZero(t, found[k], "no fault of kind %q", k)
		}
	}
	t.Log(found)
}

// TestTextMutantsAreLegal: Yosys reads a mutant of every kind that each module can
// have, without an error and without a warning that is not on the reviewed list.
func TestTextMutantsAreLegal(t *testing.T) {
	const seed = 11
	t.Logf("seed %d", seed)
	rng := rand.New(rand.NewSource(seed))
	name := regexp.MustCompile(`(?m)^module (\w+)`)
	var all bytes.Buffer
	n := 0
	for _, m := range modules(t) {
		for _, f := range Sample(TextFaults(verilog(t, m)), 1, rng) {
			all.Write(name.ReplaceAll(f.Apply(), fmt.Appendf(nil, "module ${1}_%d", n)))
			n++
		}
	}
	design, _, err := rtl.Yosys{}.Read(context.Background(), source.One("mutants.v", all.Bytes()))
	require.NoError(t, err)
	require.Len(t, design.Modules(), n)
	t.Logf("%d mutants", n)
}

func TestSwappedChannels(t *testing.T) {
	text := []byte("module a (\n    output wire y\n);\n    assign y = 1'd0;\nendmodule\nmodule b (\n    output wire y\n);\n    assign y = 1'd1;\nendmodule\n")
	fs := TextFaults(text)
	require.Len(t, fs, 1)
	require.Equal(t, SwappedChannels, fs[0].Kind)
	got := string(fs[0].Apply())
	require.Equal(t, strings.NewReplacer("module a", "module b", "module b", "module a").Replace(string(text)), got)
}

// TestOtherTextIsLeftAlone: no shape of text makes the scan fail or plant in what
// it does not understand.
func TestOtherTextIsLeftAlone(t *testing.T) {
	for _, text := range []string{
		"", "\n", "wire", "wire ", "wire x = ;", "assign y = a + b;", "module", "module ", "input wire [x:0] y;",
		"module m (\n    wire [7:0] a = b + c;\n", // undeclared operands
		"module m (\n    wire [7:0] a = 100'd3;\n    wire [7:0] b = 0'd0;\n    wire [7:0] c = 3'd99999999999999999999;\n",
		"module m (\n    input  wire [7:0] x\n);\n    wire [7:0] a = x + ;\n    wire [7:0] b = {x;\n    wire [7:0] c = 8'hff + x;\n    wire [7:0] d = f(x) + x;\n    assign z = x + x;\n",
	} {
		require.Empty(t, TextFaults([]byte(text)), "%q", text)
	}
}

func FuzzTextFaults(f *testing.F) {
	f.Add([]byte("module m (\n    input  wire [7:0] x,\n    output wire [8:0] y\n);\n    wire [8:0] a = {1'd0, x} + {x[7], x};\n    assign y = a[8] ? 9'd0 : (9'sd3 < $signed(a)) ? 9'd3 : a;\nendmodule\n"))
	f.Fuzz(func(t *testing.T, text []byte) {
		for _, fault := range TextFaults(text) {
			if bytes.Equal(fault.Apply(), text) {
				t.Errorf("%v changes nothing", fault)
			}
		}
	})
}
