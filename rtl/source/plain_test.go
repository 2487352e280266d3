package source

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

func plain(t *testing.T, text string) string {
	t.Helper()
	got, err := Read(One("a.sv", []byte(text)))
	require.NoError(t, err, text)
	plain, err := got.Plain(func(string) string { return "f0.sv" })
	require.NoError(t, err, text)
	return string(plain[0])
}

func TestPlain(t *testing.T) {
	for text, want := range map[string]string{
		"a  b // c\n\n  d":                                   "a  b\n\n  d",
		"a /* x\n y */ b":                                    "a\n      b",
		"`define M a\\\n b\n`M c":                            "\n\na b c",
		"(* x = \"*)\" *) a(* y *)b":                         "               a       b",
		"unique case (a) priority if (b) unique_x":           "       case (a)          if (b) unique_x",
		"\\a+b [\\c ]":                                       "\\a+b [\\c ]",
		"initial $display(\"a;\", (b)); c":                   "initial ;                    c",
		"a; $finish; b":                                      "a;          b",
		"if (a) $stop; else $fatal(1); b":                    "if (a) ;      else ;          b",
		"x = $display; y":                                    "x = $display; y",
		"`begin_keywords \"1364-2005\"\na--b`end_keywords":   "\na- - b",
		"begin assert (a) else $error; b = 1; end":           "begin                         b = 1; end",
		"case (a) A: assert (b); c: d: assert (e); endcase":  "case (a) A: ;           c:    ;           endcase",
		"begin l: assert (b); if (c) m: assert (d); end":     "begin                if (c)    ;           end",
		"property p; (a) |-> b; endproperty : p c":           "                                       c",
		"default clocking c @(posedge d); endclocking e":     "                                             e",
		"default clocking c; e default: f":                   "                    e default: f",
		"`default_nettype none\na\n`default_nettype wire\nb": "`default_nettype none\n`line 1 \"f0.sv\" 0\n\na\n`default_nettype wire\n`line 3 \"f0.sv\" 0\n\nb",
	} {
		require.Equal(t, "`line 1 \"f0.sv\" 0\n"+want+"\n", plain(t, text), text)
	}
}

func TestCastsAtPorts(t *testing.T) {
	for text, want := range map[string]string{
		"m u (.a($signed(b)), .c(($unsigned(d))));":        "m u (.a(( $signed(b) + $signed ( 1'b0 ) )), .c((( $unsigned(d) + 1'b0 ))));",
		"m #(.W(8)) u [3:0] ($signed(b), $signed(c) + 1);": "m #(.W(8)) u [3:0] (( $signed(b) + $signed ( 1'b0 ) ), $signed(c) + 1);",
		"y = f($signed(b)); if (a) ($signed(c));":          "y = f($signed(b)); if (a) ($signed(c));",
	} {
		without := func(s string) string { return strings.ReplaceAll(s, " ", "") }
		require.Equal(t, without("`line 1 \"f0.sv\" 0\n"+want+"\n"), without(plain(t, text)), text)
	}
}

// What an assertion does beside saying something is not left out in silence.
func TestActionsOfAssertions(t *testing.T) {
	for _, action := range []string{"a = 1;", "begin $error; a <= 1; end", "if (b) ; else f(c);", "$display; else a = 1;", "else case (a) endcase"} {
		got, err := Read(One("a.sv", []byte("module m;\nalways_comb assert (x) "+action+"\nendmodule")))
		require.NoError(t, err)
		_, err = got.Plain(func(f string) string { return f })
		require.ErrorContains(t, err, "a.sv:2: the action of an assertion does more than say something", action)
	}
}
