package source

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// flat is all tokens of a text, a space between two.
func flat(t *Text) string {
	var words []string
	for _, f := range t.Files {
		for _, x := range f.List {
			if x.Kind != Directive {
				words = append(words, x.Text)
			}
		}
	}
	return strings.Join(words, " ")
}

func TestPreprocessing(t *testing.T) {
	for _, c := range []struct{ text, want string }{
		{"`define A 1\n`A", "1"},
		{"`define A 1 // one\n`A `A", "1 1"},
		{"`define A\n`ifdef A yes `else no `endif", "yes"},
		{"`ifndef A yes `else no `endif", "yes"},
		{"`ifdef A a `elsif B b `else c `endif", "c"},
		{"`define B\n`ifdef A a `elsif B b `elsif B bb `else c `endif d", "b d"},
		{"`ifdef A `ifdef B x `else y `endif `else z `endif", "z"},
		{"`define A 1\n`undef A\n`ifdef A a `endif b", "b"},
		{"`define A 1\n`undefineall\n`ifdef A a `endif b", "b"},
		{"`define A 1\n`define A 2\n`A", "2"},
		{"`define ADD(a, b) ((a) + (b))\n`ADD(x, y[1,2])", "( ( x ) + ( y [ 1 , 2 ] ) )"},
		{"`define ADD(a, b=2) a+b\n`ADD (x) `ADD(x,) `ADD(x,(3,4))", "x + 2 x + 2 x + ( 3 , 4 )"},
		{"`define S(x) `\"x is x`\\`\"`\"\n`S(a)", `"a is a\""`},
		{"`define P(x) r_``x``_q\n`P(one)", "r_one_q"},
		{"`define P(x) `X_``x\n`define X_1 one\n`P(1)", "one"},
		{"`define S \"a // b\"\n`S c", `"a // b" c`},
		{"`define M a \\\n b \\\n c\nx `M y", "x a b c y"},
		{"`define I(x) x\n`I(`I(`I(1)))", "1"},
		{"`define EMPTY\n`EMPTY a`EMPTY", "a"},
		{"`define LONG(a, \\\n b) a+b\n`LONG(1, 2)", "1 + 2"},
		{"`define W 8\n`W'hff", "8'hff"},
		{"`define V 12ab\n16'h`V", "16'h12ab"},
		{"8 'h ff 4'b1?z_ 'd12 1.5e-3 'sd 3", "8'hff 4'b1?z_ 'd12 1.5e-3 'sd3"},
		{"// synopsys parallel_case\na /* plain */ b", "// synopsys parallel_case a b"},
		{"`pragma foo bar\na", "`pragma foo bar a"},
		{"always @(*) (* full_case *) @ ( * ) f(a*b)", "always @ ( * ) (* full_case *) @ ( * ) f ( a * b )"},
		{"a\\b+c d \\x[3] ;", `a \b+c d \x[3] ;`},
		{"`timescale 1ns / 1ps\n`default_nettype none\n`resetall `celldefine x `endcelldefine\n`line 3 \"x.v\" 0\n`begin_keywords \"1364-2005\"\nlogic `end_keywords", "x logic"},
		{"a--b<<<c", "a - - b <<< c"},
		{"`ifdef X ' `foo \\ // it's `endif\n`bar( \"a\n`endif b", "b"},
		{"// `include \"x\"\n/* `foo */ \"`bar\" b", "\"`bar\" b"},
		{"a\r\n`define A 1 \\\r\n +2\r\n`A", "a 1 + 2"},
	} {
		got, err := Read(Of(File{Name: "a.v", Text: []byte(c.text)}))
		require.NoError(t, err, c.text)
		require.Equal(t, c.want, flat(got), c.text)
	}
}

// Every kind of text that is refused, with the line and a part of the reason.
func TestProblems(t *testing.T) {
	for text, want := range map[string]string{
		"\n`inc\rlude \"x\"":               "a.v:2: a carriage return within a line",
		"a // comment\rb":                  "a.v:1: a carriage return",
		"\"a\rb\"":                         "a.v:1: a carriage return",
		"a\n\x00":                          "a.v:2: control character 0x00",
		"a\f":                              "a.v:1: control character 0x0c",
		"a\x7f":                            "a.v:1: control character 0x7f",
		"\n\xe9":                           "a.v:2: byte 0xe9 outside",
		"\"\xe9\"":                         "a.v:1: a string that is not UTF-8",
		"\xef\xbb\xbfa":                    "a.v:1: the file begins with a byte order mark",
		"a /* b":                           "a.v:1: a comment that does not end",
		"\"a\nb\"":                         "a.v:1: a string that does not end on its line",
		"\n`include \"x.vh\"":              "a.v:2: \"x.vh\" is taken in and not declared",
		"`include <x.vh>":                  "a.v:1: `include <x.vh> is searched for where a tool is installed",
		"`define F \"x.vh\"\n`include `F":  "a.v:2: \"x.vh\" is taken in and not declared",
		"`include \"in.vh\" a":             "a.v:1: `include: want a file name in quotes and nothing else",
		"`define I `include \"in.vh\"\n`I": "a.v:2: `include comes out of macro I",
		"`define I(x) `in``x\n`I(clude) \"in.vh\"":   "a.v:2: `include comes out of macro I",
		"` include \"in.vh\"":                        "a.v:1: a grave accent and no name",
		"`define D `define E 1\n`D":                  "a.v:2: `define comes out of macro D",
		"`nonsense":                                  "a.v:1: macro `nonsense is not defined",
		"`SYNTHESIS":                                 "a.v:1: macro `SYNTHESIS is not defined",
		"`__LINE__":                                  "a.v:1: `__LINE__ is not the same for every reader",
		"`protect":                                   "a.v:1: macro `protect is not defined",
		"`pragma protect begin":                      "a.v:1: `pragma protect",
		"`ifdef A\na":                                "a.v:1: `ifdef without `endif",
		"`ifdef A\n`else\n`else\n`endif":             "a.v:3: `else behind `else",
		"`ifdef A\n`else\n`elsif B\n`endif":          "a.v:3: `elsif behind `else",
		"`endif":                                     "a.v:1: `endif without `ifdef",
		"`ifdef":                                     "a.v:1: `ifdef: the name of a macro is missing",
		"`define M `ifdef A\n`M `endif":              "a.v:2: `ifdef without `endif in the same file or macro",
		"`include \"open.vh\"":                       "open.vh:1: `ifdef without",
		"`define A `A\n`A":                           "a.v:2: macro `A: macros nest more than 64 deep",
		"`define A `A `A\n`A":                        "a.v:2: macro `A: macros nest",
		"`include \"self.vh\"":                       "self.vh:1: files and macros nest more than 64 deep",
		"`define A(x) x\n`A":                         "a.v:2: macro `A: its arguments are missing",
		"`define A(x) x\n`A(1,2)":                    "a.v:2: macro `A: 2 arguments, want at most 1",
		"`define A(x,y) x\n`A(1)":                    "a.v:2: macro `A: argument y is missing",
		"`define A(x) x\n`A((]":                      "a.v:2: macro `A: parentheses that do not match",
		"`define A(x) x\n`A(1":                       "a.v:2: macro `A: a list of arguments that does not end",
		"`define A(x,x) x":                           "a.v:1: macro A: two parameters are called x",
		"`define A 1\n`define A(x) x":                "a.v:2: macro A is defined again with other parameters",
		"`define A(1) x":                             "a.v:1: macro A: its parameter \"1\" is no identifier",
		"`define A(x) `x":                            "a.v:1: macro A: its parameter x stands behind a grave accent",
		"`define A 1 // a \\\n b":                    "a.v:1: macro A: readers part on where a comment in it ends",
		"`define A /* a\n b */ c":                    "a.v:1: macro A: readers part on where a comment in it ends",
		"`define A 1 \\ \n 2":                        "a.v:1: macro A: white space behind the backslash",
		"`define A \"a":                              "a.v:1: macro A: a string that does not end",
		"`define A `\"a":                             "a.v:1: macro A: `\" without another one",
		"`define endif 1":                            "a.v:1: macro endif: its name is that of a directive",
		"`define":                                    "a.v:1: `define: the name of a macro is missing",
		"`define A+1":                                "a.v:1: macro A: a space is missing",
		"`define A foo\n`define B bar\n`A`B":         "a.v:3: foo and bar stand side by side",
		"`define A foo\n`define E()\nx`E()y":         "a.v:3: x and y stand side by side",
		"`define L <\n`define E =\na `L`E b":         "a.v:3: < and = stand side by side",
		"`define L /\n`L`L b":                        "a.v:2: / and / stand side by side",
		"`unconnected_drive pull1":                   "a.v:1: `unconnected_drive",
		"`default_nettype wand":                      "a.v:1: `default_nettype: want wire or none",
		"`timescale 1ns":                             "a.v:1: `timescale",
		"`line x":                                    "a.v:1: `line",
		"`begin_keywords \"1364-2038\"":              "a.v:1: `begin_keywords",
		"`begin_keywords \"1364-2005\"":              "a.v: `begin_keywords without",
		"`end_keywords":                              "a.v:1: `end_keywords",
		"\\a`b ":                                     "a.v:1: name \\a`b: readers cut names",
		"\\a//b ":                                    "a.v:1: name \\a//b: readers cut names",
		"\\ a":                                       "a.v:1: a backslash and no name",
		"`ifdef A\n\"`endif\"\n`endif":               "a.v:2: a string in text that is not read",
		"\ninitial $readmemh(\"rom.hex\", m);":       "a.v:2: $readmemh reads \"rom.hex\", which is not declared",
		"initial $readmemb(NAME, m);":                "a.v:1: $readmemb: write the name of the file as a string",
		"initial $readmemh({\"rom\", \".hex\"}, m);": "a.v:1: $readmemh: write",
		"initial $readmemh(\"r\\157m.hex\", m);":     "a.v:1: $readmemh: write",
		"initial $readmemh(\"in\" + 1, m);":          "a.v:1: $readmemh: write",
		"`define R(x) $readm``x\ninitial `R(emh)(\"rom.hex\", m);":                   "a.v:2: $readmemh reads \"rom.hex\", which is not declared",
		"initial f = $fopen(\"x\");":                                                 "a.v:1: $fopen reaches outside",
		"if ($test$plusargs(\"x\")) a = 1;":                                          "a.v:1: $test$plusargs reaches outside",
		"initial $system(\"rm\");":                                                   "a.v:1: $system reaches outside",
		"`begin_keywords \"1800-2017\"\nimport \"DPI-C\" function f;\n`end_keywords": "a.v:2: import \"DPI-C\": code in another language",
	} {
		_, err := Read(Sources{Files: []File{{Name: "a.v", Text: []byte(text)}}, Extra: []File{
			{Name: "in.vh", Text: []byte("in")}, {Name: "open.vh", Text: []byte("`ifdef B")}, {Name: "self.vh", Text: []byte("`include \"self.vh\"\n")},
		}})
		var bad *Error
		require.ErrorAs(t, err, &bad, text)
		require.True(t, strings.HasPrefix(bad.Messages[0].String(), want), "%q: %v", text, err)
	}
	_, err := Read(Of(File{Name: "a.v", Text: []byte("`x\n`y\n")}, File{Name: "b.v", Text: []byte("`z")}))
	require.Len(t, err.(*Error).Messages, 3, "all problems at once")
}

func TestDeclarations(t *testing.T) {
	text := []byte("`include \"./in.vh\"\n`include \"sub/more.vh\" // more\n`W'd1 initial $readmemh(\"rom.hex\", m);")
	got, err := Read(Sources{
		Files:   []File{{Name: "a.v", Text: text}, {Name: "b.v", Text: []byte("`M `L")}},
		Extra:   []File{{Name: "in.vh", Text: []byte("`define M m\nx")}, {Name: "sub/more.vh", Text: []byte("y\n`M")}, {Name: "rom.hex", Text: nil}, {Name: "unused.vh", Text: nil}},
		Defines: []Define{{"W", " 8 "}, {"L", ""}},
	})
	require.NoError(t, err)
	require.Equal(t, `x y m 8'd1 initial $readmemh ( "rom.hex" , m ) ; m`, flat(got))
	require.Equal(t, []string{"in.vh", "rom.hex", "sub/more.vh"}, got.Used)
	require.Equal(t, Token{Kind: Identifier, Text: "m", File: "sub/more.vh", Line: 2, Column: 1}, got.Files[0].List[2])
	require.Equal(t, Token{Kind: Number, Text: "8'd1", File: "a.v", Line: 3, Column: 1}, got.Files[0].List[3])

	for _, bad := range []Sources{
		{Extra: []File{{Name: "../in.vh", Text: nil}}}, {Extra: []File{{Name: "/etc/passwd", Text: nil}}}, {Extra: []File{{Name: "a b", Text: nil}}}, {Extra: []File{{Name: "", Text: nil}}},
		{Extra: []File{{Name: "a/../b", Text: nil}}}, {Extra: []File{{Name: "-I", Text: nil}}}, {Extra: []File{{Name: "x", Text: nil}, {Name: "x", Text: nil}}}, {Extra: []File{{Name: "x", Text: nil}, {Name: "x/y", Text: nil}}}, {Extra: []File{{Name: "x/y/z", Text: nil}, {Name: "x/y", Text: nil}}},
		{Defines: []Define{{"1", ""}}}, {Defines: []Define{{"define", ""}}}, {Defines: []Define{{"A", "a\nb"}}}, {Defines: []Define{{"A", "`x"}}},
		{Defines: []Define{{"A", "\""}}}, {Defines: []Define{{"A", "1"}, {"A", "2"}}}, {Defines: []Define{{"A", "//"}}},
	} {
		_, err := Read(bad)
		require.Error(t, err, "%v", bad)
	}
	_, err = Read(Sources{Files: []File{{Name: "a.v", Text: []byte("`undefineall")}}, Defines: []Define{{"W", ""}}})
	require.ErrorContains(t, err, "a.v:1: `undefineall")
}

func TestMemoryImages(t *testing.T) {
	for image, ok := range map[string]bool{
		"1 2 3\n": true, "": true, "@0 1 2 @2 3 // @0\n@10 4 ": true, "@5 1 /* @0 */ 2\t": true, "1\r\nx\r\n": true, "f_F ?z //": true, "1 /* // */ 2\n": true,
		"@0 1 2 @0 3\n": false, "1 2 @5 3\n": false, "@0 1 2 @1 3\n": false, "@x 1\n": false, "@ 1\n": false, "@1_0 1\n": false,
		"1 2 3": false, "1\r2\n": false, "g\n": false, "1 # 2\n": false, "_1\n": false, "1/**/2\n": false, "1 /**/2\n": false,
		"/*/ 1 /**/ 2\n": false, "1 /* 2\n": false, "1\x00\n": false, "1\f2\n": false, "1, 2\n": false, "-1\n": false,
	} {
		_, err := Read(Sources{Files: []File{{Name: "a.v", Text: []byte("initial $readmemh(\"m\", m);")}}, Extra: []File{{Name: "m", Text: []byte(image)}}})
		require.Equal(t, ok, err == nil, "%q: %v", image, err)
	}
	_, err := Read(Sources{Files: []File{{Name: "a.v", Text: []byte("initial begin $readmemh(\"m\", m); $readmemb(\"m\", m); end")}}, Extra: []File{{Name: "m", Text: []byte("1\n0\n2\n")}}})
	require.ErrorContains(t, err, "m:3: \"2\" is no binary number")
}

func TestLanguages(t *testing.T) {
	kinds := func(name, text string) (ks []Kind) {
		got, err := Read(One(name, []byte(text)))
		require.NoError(t, err)
		for _, x := range got.Files[0].List {
			ks = append(ks, x.Kind)
		}
		return ks
	}
	require.Equal(t, []Kind{Identifier, Identifier, Number, Identifier}, kinds("a.v", "logic unique 1 ns"))
	require.Equal(t, []Kind{Keyword, Keyword, Number, Number}, kinds("a.sv", "logic unique 1ns '1"))
	require.Equal(t, []Kind{Keyword, Identifier, System, String, Escaped, Operator}, kinds("a.v", "module a $display \"x\" \\b ;"))
	require.Equal(t, []Kind{Identifier, Operator, Identifier, Operator}, kinds("a.sv", "a++ b--"))
	require.Equal(t, []Kind{Operator, Identifier}, kinds("a.sv", "`begin_keywords \"1364-2001\"\n$ logic `end_keywords"))
}

// TestLanguage: a file of any name is in the language that is given, and an archive
// tells the one from the other.
func TestLanguage(t *testing.T) {
	text := []byte("module m (output wire [3:0] y); assign y = 4'(3); endmodule")
	seen := map[string]bool{}
	for _, c := range []struct {
		name     string
		language Language
		sv       bool
	}{{"a.v", ByName, false}, {"a.v", Verilog, false}, {"a.v", SystemVerilog, true}, {"a.sv", ByName, true}, {"a.sv", Verilog, false}, {"a", SystemVerilog, true}} {
		s := Of(File{Name: c.name, Text: text, Language: c.language})
		require.Equal(t, c.sv, s.SystemVerilog(), "%s %s", c.name, c.language)
		if c.name == "a.v" {
			require.False(t, seen[string(s.Archive())])
			seen[string(s.Archive())] = true
		}
	}
}
