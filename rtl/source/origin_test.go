package source

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// Lines of a conversion are found again: renamed in part, moved, and broken into several. What
// a converter makes up has no origin, and of two equal lines each has its own.
func TestOrigin(t *testing.T) {
	file := File{Name: "rtl/own.sv", Text: []byte(`package cfg;
  localparam int WEIGHT = 37;
endpackage
module core (input logic signed [7:0] left, right, output logic signed [15:0] sum);
  assign sum = cfg::WEIGHT * left + right;
endmodule
module top (input logic signed [7:0] a, b, c, d, output logic signed [15:0] y, z);
  core first (.left(a), .right(b), .sum(y));
  core second (.left(c), .right(d), .sum(z));
endmodule
`)}
	made := `module core (
	left,
	right,
	sum
);
	localparam signed [31:0] cfg_WEIGHT = 37;
	assign sum = (cfg_WEIGHT * left) + right;
endmodule
module top (
	a,
	b,
	y,
	z
);
	core second(
		.left(c),
		.right(d),
		.sum(z)
	);
	core first(
		.left(a),
		.right(b),
		.sum(y)
	);
	reg _made_up_0;
	initial _made_up_0 = 8'h99;
endmodule
`
	s := Of(file)
	text, err := Read(s)
	require.NoError(t, err)
	s = s.Converted(&Conversion{By: "conv", Text: []byte(made)}, text)
	require.Equal(t, 1, s.Conversion.Of)
	lines := strings.Split(made, "\n")
	want := map[string]int{
		"	assign sum = (cfg_WEIGHT * left) + right;": 5,
		"	core second(":                9,
		"		.right(d),":                 9,
		"	core first(":                 8,
		"		.left(a),":                  8,
		"	initial _made_up_0 = 8'h99;": 0,
	}
	for i, l := range lines {
		line, ok := want[l]
		if !ok {
			continue
		}
		at, known := s.Conversion.Origin(i + 1)
		require.Equal(t, line != 0, known, l)
		require.Equal(t, line, at.Line, l)
	}
	require.Equal(t, "x at rtl/own.sv:5|converted.v:25, y", s.Conversion.Said("x at converted.v:7.9-7.17|converted.v:25, y"))
	require.Equal(t, "converted.v:9000", s.Conversion.Said("converted.v:9000"))
	var none *Conversion
	require.Equal(t, "converted.v:7", none.Said("converted.v:7"))
}
