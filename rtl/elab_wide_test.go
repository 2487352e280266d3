package rtl

import (
	"context"
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/hashiflex/hashiflex/netlist"
	"github.com/hashiflex/hashiflex/rtl/source"
)

// wideCircuit is a module over words of many bits, whose ports are words of few: a
// result goes out in parts.
type wideCircuit struct {
	ports, body strings.Builder
	what        []string // expression of each output
	results     int
}

const wideInputs = "input [7:0] x0, input signed [7:0] x1, input [7:0] x2, input signed [7:0] x3, input [3:0] n"

const wideDeclarations = `
  wire [143:0] bus = {x1, x0, x3, x2, x2, x1, x0, x3, x3, x2, x1, x0, x1, x2, x3, x0, x2, x1};
  wire signed [127:0] acc = x1 - x3 + (x1 <<< 40);
  wire [63:0] u64 = x0 * x2; wire signed [63:0] s64 = x1 * x3;
  wire signed [69:0] s70 = x3; wire [69:0] u70 = x2;
`

// result is an expression at a width of its own; sign is "" or "signed".
func (c *wideCircuit) result(width int, sign, expr string) {
	fmt.Fprintf(&c.body, "  wire %s [%d:0] r%d = %s;\n", sign, width-1, c.results, expr)
	for lo := 0; lo < width; lo += 50 {
		hi := min(lo+50, width) - 1
		fmt.Fprintf(&c.ports, ",\n  output [%d:0] y%d", hi-lo, len(c.what))
		fmt.Fprintf(&c.body, "  assign y%d = r%d[%d:%d];\n", len(c.what), c.results, hi, lo)
		c.what = append(c.what, fmt.Sprintf("bits %d to %d of %s, %s %d bits", lo, hi, expr, sign, width))
	}
	c.results++
}

func (c *wideCircuit) text() string {
	return "module top (" + wideInputs + c.ports.String() + ");" + wideDeclarations + c.body.String() + "endmodule\n"
}

// agree compares what is defined with Icarus, which is quick, and with Verilator where
// that is asked for, and returns what is not.
func (c *wideCircuit) agree(t *testing.T, verilated bool) (undefined []string) {
	t.Helper()
	text := c.text()
	m := elaborate(t, readText(t, text), "top")
	in := vectors(m.Inputs, 100)
	var sims []Simulation
	if verilated {
		sims = both(t, source.One("design.v", []byte(text)), under(m))
	} else {
		s, err := Icarus{}.Compile(context.Background(), source.One("design.v", []byte(text)), under(m))
		require.NoError(t, err)
		defer func() { require.NoError(t, s.Close()) }()
		sims = []Simulation{s}
	}
	got := map[string][][]Bits{}
	for _, s := range sims {
		out, err := s.Run(context.Background(), 1, in)
		require.NoError(t, err)
		got[s.Simulator()] = out
	}
	for k, what := range c.what {
		p, err := netlist.Compile(m, values(m.Inputs), []netlist.Value{m.Outputs[k].Value})
		if err != nil {
			require.ErrorContains(t, err, string(netlist.UndefWide), what)
			require.ErrorContains(t, err, "a word of ", what)
			undefined = append(undefined, what)
			continue
		}
		out := [][]uint64{make([]uint64, len(in[0]))}
		p.Run(len(in[0]), in, out)
		for name, lanes := range got {
			for lane, b := range lanes[k] {
				if b.Unknown == 0 {
					require.Equal(t, b.Value, out[0][lane], "%s: %s, lane %d", name, what, lane)
				}
			}
		}
	}
	return undefined
}

// TestArithmeticOnWideWords: every operator over operands of few and of many bits,
// of either sign, with results of widths around the limits. Where the operands are
// small numbers, all of it is defined.
func TestArithmeticOnWideWords(t *testing.T) {
	c := &wideCircuit{}
	for _, width := range []int{62, 65, 128} {
		for _, pair := range [][2]string{{"x0", "x3"}, {"x1", "-5"}, {"x1", "s70"}, {"acc", "x3"}, {"acc", "acc"}, {"u70", "x0"}, {"7", "u70"}} {
			c.result(width, "signed", pair[0]+" + "+pair[1])
			c.result(width, "", pair[0]+" - "+pair[1])
			if pair[1] != "acc" {
				c.result(width, "signed", pair[0]+" * "+pair[1])
			}
		}
		for _, a := range []string{"x1", "s70", "u70", "acc"} {
			for _, e := range []string{"-@", "~@", "@ <<< 3", "@ >>> 2", "n[0] ? @ : x3", "n[0] ? @ : bus", "@ & bus", "@ | x1", "@ ^ u64", "@ ~^ 128'hffff0000ffff000012345678"} {
				c.result(width, "", strings.ReplaceAll(e, "@", a))
			}
		}
	}
	for _, op := range []string{"==", "!=", "<", "<=", ">", ">=", "&&"} {
		for _, a := range []string{"acc", "u70", "bus", "s64"} {
			for _, b := range []string{"x1", "s70", "acc", "bus", "-70'sd3"} {
				c.result(3, "", a+" "+op+" "+b)
			}
		}
	}
	for _, op := range []string{"!", "&", "|", "^"} {
		for _, a := range []string{"acc", "u70", "bus", "~acc", "-s70"} {
			c.result(2, "", op+"("+a+")")
		}
	}
	require.Empty(t, c.agree(t, false))
	t.Logf("%d results", c.results)
}

// TestWideWordsAreShiftedAndIndexed by constants and by what is computed.
func TestWideWordsAreShiftedAndIndexed(t *testing.T) {
	c := &wideCircuit{}
	for _, op := range []string{"<<", ">>", "<<<", ">>>"} {
		for _, b := range []string{"8", "143", "200", "n", "{n, 3'd0}", "8*n", "{x0, 1'b1}"} {
			for _, a := range []string{"bus", "acc", "x1"} {
				c.result(144, "", a+" "+op+" "+b)
			}
			c.result(70, "signed", "s70 "+op+" "+b)
			c.result(64, "", "s64 "+op+" "+b)
		}
	}
	c.result(8, "", "bus[8*n +: 8]")
	c.result(8, "", "bus[{n, 3'd0} +: 8]")
	c.result(70, "", "bus[n +: 70]")
	c.result(70, "", "bus[8*n[2:0] +: 70]")
	c.result(1, "", "bus[x0[6:0]]")
	require.Empty(t, c.agree(t, false))
	t.Logf("%d results", c.results)
}

// TestLanesOfABusStayWords: of a bus that is masked, selected, inverted, shifted by a
// whole number of words and taken apart again, every word is computed as a word.
func TestLanesOfABusStayWords(t *testing.T) {
	c := &wideCircuit{}
	c.body.WriteString(`
  wire [143:0] held = n[0] ? bus : ~bus;
  wire [143:0] masked = held & {18{8'hf0}} | (bus >> {n, 3'd0});
  wire [143:0] all = (masked << 16) ^ {bus[7:0], held[143:8]};
`)
	for i := range 18 {
		c.result(8, "", fmt.Sprintf("all[%d +: 8]", 8*i))
	}
	require.Empty(t, c.agree(t, true))
	m := elaborate(t, readText(t, c.text()), "top")
	m, _ = netlist.Cone(m, values(m.Outputs))
	for i := range m.Cells {
		if op := m.Cells[i].Op; !op.IsWiring() && op != netlist.OpConst && op != netlist.OpInput {
			require.LessOrEqual(t, m.Cells[i].Width, uint8(8), "%v", op)
		}
	}
}

// TestSumsOfManyTermsNeedFewBits: the bounds of a sum are known, not only a width
// that grows with every term.
func TestSumsOfManyTermsNeedFewBits(t *testing.T) {
	var b strings.Builder
	b.WriteString("module top (input signed [7:0] x, input [7:0] u, output [19:0] y, output top);\n  wire signed [127:0] a0 = 0;\n")
	const terms = 300
	for i := range terms {
		fmt.Fprintf(&b, "  wire signed [127:0] a%d = a%d %s;\n", i+1, i, []string{"+ x", "- x", "+ (x <<< 3)", "+ $signed({1'b0, u})"}[i%4])
	}
	fmt.Fprintf(&b, "  assign y = a%d[19:0];\n  assign top = a%d[127];\nendmodule\n", terms, terms)
	m := elaborate(t, readText(t, b.String()), "top")
	most := 0
	for i := range m.Cells {
		if m.Cells[i].Op == netlist.OpAdd || m.Cells[i].Op == netlist.OpSub {
			most = max(most, int(m.Cells[i].Width))
		}
	}
	require.Equal(t, 18, most, "75·(-128·8 ± …) is a number of 18 bits")
	in := vectors(m.Inputs, 200)
	got := outputs(t, m, in)
	for lane := range in[0] {
		x, u := int64(in[0][lane]<<56)>>56, int64(in[1][lane])
		want := 75 * (8*x + u)
		require.Equal(t, uint64(want)&(1<<20-1), got[0][lane])
		require.Equal(t, uint64(want)>>63, got[1][lane])
	}
}

// TestWordsThatNeedTheirBitsAreUndefined, with the reason, and the rest is not.
func TestWordsThatNeedTheirBitsAreUndefined(t *testing.T) {
	c := &wideCircuit{}
	c.result(100, "", "bus + 1")
	c.result(144, "", "bus * x0")
	c.result(100, "", "-bus")
	require.Len(t, c.agree(t, false), 7)
	m := elaborate(t, readText(t, c.text()), "top")
	details := map[string]bool{}
	for _, u := range m.Undefs {
		details[u.Detail[:strings.Index(u.Detail, " cell")]] = true
	}
	require.Equal(t, map[string]bool{"a word of 144 bits in $add": true, "a word of 144 bits in $mul": true, "a word of 144 bits in $neg": true}, details)
}

// TestRandomWideExpressions, each over the ones before it.
func TestRandomWideExpressions(t *testing.T) {
	t.Logf("seed %d", *seed)
	r := rand.New(rand.NewPCG(*seed, 9))
	c := &wideCircuit{}
	names := []string{"x0", "x1", "x2", "x3", "n", "bus", "acc", "u64", "s64", "s70", "u70"}
	pick := func() string { return names[r.IntN(len(names))] }
	for range 150 {
		a, b := pick(), pick()
		var e string
		switch r.IntN(8) {
		case 0, 1:
			e = a + []string{" + ", " - ", " * "}[r.IntN(3)] + b
		case 2:
			e = a + []string{" & ", " | ", " ^ ", " ~^ "}[r.IntN(4)] + b
		case 3:
			e = a + []string{" < ", " <= ", " == ", " != ", " && "}[r.IntN(5)] + b
		case 4:
			e = "n[" + fmt.Sprint(r.IntN(4)) + "] ? " + a + " : " + b
		case 5:
			e = a + []string{" << ", " >> ", " <<< ", " >>> "}[r.IntN(4)] + []string{"n", "{n, 3'd0}", fmt.Sprint(r.IntN(150))}[r.IntN(3)]
		case 6:
			e = []string{"-", "~", "!", "^", "|"}[r.IntN(5)] + a
		default:
			e = "{" + a + ", " + b + "}"
		}
		sign := []string{"", "signed"}[r.IntN(2)]
		c.result(1+r.IntN(150), sign, e)
		names = append(names, fmt.Sprintf("r%d", c.results-1))
	}
	undefined := c.agree(t, false)
	t.Logf("%d parts of results, %d undefined", len(c.what), len(undefined))
	require.Less(t, len(undefined), len(c.what)/2)
}
