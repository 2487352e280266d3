package rules_test

import (
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/txtar"
	"github.com/stretchr/testify/require"

	"github.com/hashiflex/hashiflex/rtl/source"
	"github.com/hashiflex/hashiflex/rtl/source/rules"
)

// samples is the text of every archive, a file each.
func samples(t testing.TB) (texts [][]byte) {
	t.Helper()
	names, err := filepath.Glob("testdata/*.txtar")
	require.NoError(t, err)
	require.NotEmpty(t, names)
	for _, n := range names {
		text, err := os.ReadFile(n)
		require.NoError(t, err)
		for _, f := range txtar.Parse(text).Files {
			texts = append(texts, f.Data)
		}
	}
	return texts
}

func run(t *testing.T, text []byte) {
	for _, name := range []string{"a.v", "a.sv"} {
		s := source.One(name, text)
		read, err := source.Read(s)
		if err != nil {
			continue
		}
		for _, f := range rules.Check(s, read) {
			require.NotEmpty(t, f.Kind)
			require.NotEmpty(t, f.Text)
		}
		rules.Endless(read)
	}
}

// FuzzCheck looks for texts that the rules do not survive.
func FuzzCheck(f *testing.F) {
	for _, text := range samples(f) {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text []byte) { run(t, text) })
}

// Every sample with words of it left out, doubled, or put in another's place, and with its
// end missing: most of it is no Verilog any more.
func TestBroken(t *testing.T) {
	for _, text := range samples(t) {
		words := strings.SplitAfter(string(text), " ")
		for i := 0; i < len(words); i += 1 + len(words)/15 {
			cut := strings.Join(words[:i], "") + strings.Join(words[i+1:], "")
			run(t, []byte(cut))
			run(t, []byte(strings.Join(words[:i], "")+words[i]+strings.Join(words[i:], "")))
			run(t, []byte(strings.Join(words[:i], "")))
			other := words[(i*7+3)%len(words)]
			run(t, []byte(strings.Join(words[:i], "")+other+strings.Join(words[i+1:], "")))
		}
	}
}

// What nests deeply, or is long, is read in bounded depth and steps.
func TestDeep(t *testing.T) {
	const n = 20_000
	for name, text := range map[string]string{
		"parentheses": "module m; assign y = " + strings.Repeat("(", n) + "a" + strings.Repeat(")", n) + "; endmodule",
		"unary":       "module m; assign y = " + strings.Repeat("~", n) + "a; endmodule",
		"sum":         "module m; localparam K = 1" + strings.Repeat("+1", n) + "; endmodule",
		"chain":       "module m(input a); wire w0 = a;" + strings.Repeat(" wire w = a;", n) + " endmodule",
		"conditional": "module m; assign y = a" + strings.Repeat(" ? a : b", n) + "; endmodule",
		"blocks":      "module m; initial " + strings.Repeat("begin ", n) + strings.Repeat("end ", n) + "endmodule",
		"ifs":         "module m; always @* " + strings.Repeat("if (a) ", n) + "b = c; endmodule",
		"elses":       "module m; always @* " + strings.Repeat("if (a) b = c; else ", n) + "b = c; endmodule",
		"concat":      "module m; assign y = " + strings.Repeat("{", n) + "a" + strings.Repeat("}", n) + "; endmodule",
		"select":      "module m; assign y = a" + strings.Repeat("[0]", n) + "; endmodule",
		"index":       "module m; assign y = " + strings.Repeat("a[", n) + "0" + strings.Repeat("]", n) + "; endmodule",
		"generate":    "module m; " + strings.Repeat("if (K) ", n) + "assign y = a; endmodule",
		"parameters":  "module m #(parameter A0 = 1) (); " + doubling(200) + " endmodule",
		"types":       "module m; " + typedefs(200) + " endmodule",
		"cases":       "module m; always @* (* parallel_case *) casez (s) " + strings.Repeat("4'b1?0?: y = 0; ", n) + "endcase endmodule",
		"itself":      "module m; localparam A = B + B, B = A + A; wire [A:0] y = A; function f(input p); f = f(p) + g(p); endfunction function g(input p); g = f(p) + g(p); endfunction always @* q = f(y); endmodule",
		"widths":      "module m; wire [9999999999:0] y = {9999999999{1'b1}} + 99999999999'd1 + (1 << 99999999999) ** 9999999999; endmodule",
	} {
		t.Run(name, func(t *testing.T) { run(t, []byte(text)) })
	}
}

// doubling is parameters of which each names the one before twice.
func doubling(n int) string {
	var b strings.Builder
	b.WriteString("localparam P0 = 1;")
	for i := range n {
		b.WriteString(strings.NewReplacer("@", strconv.Itoa(i), "#", strconv.Itoa(i+1)).Replace("localparam [P@+P@-P@:0] P# = P@ ? P@ : P@;"))
	}
	return b.String()
}

// typedefs is structs of which each has two of the one before.
func typedefs(n int) string {
	var b strings.Builder
	b.WriteString("typedef logic t0;")
	for i := range n {
		b.WriteString(strings.NewReplacer("@", strconv.Itoa(i), "#", strconv.Itoa(i+1)).Replace("typedef struct packed { t@ a, b; } t#;"))
	}
	b.WriteString("t" + strconv.Itoa(n) + " y; always_comb case (y) 1: z = 0; endcase")
	return b.String()
}
