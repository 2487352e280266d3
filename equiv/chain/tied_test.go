package chain

import (
	"context"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/hashiflex/hashiflex/rtl"
	"github.com/hashiflex/hashiflex/rtl/source"
)

// own is somebody's module: a pipeline with a reset and an enable, outputs of nobody's,
// and nets that nothing needs.
const own = `module core (input clk, input rst, input en, input [7:0] x0, input [7:0] x1, output reg [7:0] y, output busy, output [1:0] more);
    reg [7:0] held;
    assign busy = en & rst, more = x0[1:0] + x1[1:0];
    always @(posedge clk)
        if (rst) held <= 0;
        else if (en) begin
            held <= x0;
            if (x1 == 3) held <= x1;
        end
    always @(posedge clk) y <= held;
    wire [7:0] both = en ? x0 : (x1[0] ? x1 : 8'd0);
endmodule
`

// TestTiedLines: only a choice that nothing but tied inputs makes rules a line out.
func TestTiedLines(t *testing.T) {
	d, _, err := rtl.Yosys{}.Read(context.Background(), source.One("own.v", []byte(own)))
	require.NoError(t, err)
	f := &Foreign{Tied: map[string]uint64{"rst": 0, "en": 1}, Outputs: map[string]Place{"u": {Module: "core", Port: "y", Hi: 7}}}
	c := &ChunkRecord{Lines: 6}
	for _, at := range []string{"own.v:5", "own.v:6", "own.v:8", "own.v:11", "own.v:3"} {
		c.Unentered = append(c.Unentered, Uncovered{Kind: "line", Object: at + " else", Source: at})
	}
	f.excuse(d, c)
	require.Equal(t, 4, c.Lines)
	require.Equal(t, []Uncovered{{"line", "own.v:8 else", "own.v:8"}, {"line", "own.v:11 else", "own.v:11"}, {"line", "own.v:3 else", "own.v:3"}}, c.Unentered)
	f.Tied = map[string]uint64{"en": 1}
	c.Lines, c.Unentered = 2, []Uncovered{{"line", "own.v:5 if", "own.v:5"}, {"line", "own.v:6 elsif", "own.v:6"}}
	f.excuse(d, c)
	require.Equal(t, []Uncovered{{"line", "own.v:5 if", "own.v:5"}}, c.Unentered)
}

// TestOwnCoverage counts what lies in the cones of the outputs that are proved.
func TestOwnCoverage(t *testing.T) {
	d, _, err := rtl.Yosys{}.Read(context.Background(), source.One("own.v", []byte(own)))
	require.NoError(t, err)
	f := &Foreign{Outputs: map[string]Place{"u": {Module: "core", Port: "y", Hi: 7}}, Unused: []string{"core.busy"}}
	c := f.coverage(d)
	var objects []string
	for _, u := range c.Uncovered {
		objects = append(objects, u.Kind+" "+u.Object)
	}
	require.Contains(t, objects, "port core.more")
	require.Contains(t, objects, "cell core.more")
	require.Contains(t, objects, "cell core.mux#20", "what only a net without a reader needs")
	require.Contains(t, objects, "cell core.busy", "an output that is declared unused is no port that counts, its logic is hardware")
	require.NotContains(t, objects, "port core.busy")
	require.Less(t, c.CellsCovered, c.Cells)
	require.Equal(t, c.Ports-1, c.PortsCovered)
	// Half of an output covers what makes that half.
	f.Outputs = map[string]Place{"u": {Module: "core", Port: "y", Hi: 7}, "v": {Module: "core", Port: "more", Hi: 1}}
	require.Greater(t, f.coverage(d).CellsCovered, c.CellsCovered)
	// Nobody said where outputs are, or a module is not there: nothing is covered.
	for _, f := range []*Foreign{{}, {Outputs: map[string]Place{"u": {Module: "none", Port: "y"}}}} {
		c := f.coverage(d)
		require.Zero(t, c.CellsCovered)
		require.Len(t, c.Uncovered, 1)
		require.Equal(t, "module", c.Uncovered[0].Kind)
	}
}
