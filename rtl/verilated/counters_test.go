package verilated

import (
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"
)

// counted counts to 10 where up says so; its program clocks it 7 times up and 5 times not.
var counted = Model{
	Files: []File{{Name: "m.v", Text: []byte(`module m(input clk, input up, output reg [3:0] n);
initial n = 0;
always @(posedge clk) begin
  if (up)
    n <= n + 1;
  else
    n <= 0;
end
endmodule
`)}},
	Top: "m", Prefix: "Vm", Quick: true,
	Main: `#include "Vm.h"
#include "verilated_cov.h"
int main(int, char** argv) {
    VerilatedContext context;
    Verilated::threadContextp(&context);
    Vm m(&context, "top");
    for (int i = 0; i < 12; i++) {
        m.up = i < 7;
        m.clk = 0; m.eval();
        m.clk = 1; m.eval();
    }
    m.final();
    VerilatedCov::write(argv[1]);
    return 0;
}
`,
}

// Counts are those of the clocks, to the last one.
func TestCountersAreExact(t *testing.T) {
	counts := func(c Coverage) map[Point]int64 {
		m := counted
		m.Coverage, m.Cache = c, t.TempDir()
		path, err := m.Make(context.Background())
		require.NoError(t, err)
		file := filepath.Join(t.TempDir(), "counts")
		require.NoError(t, exec.Command(path, file).Run())
		all := map[Point]int64{}
		require.NoError(t, ReadCounts(file, all))
		return all
	}
	lines := counts(CoverLines)
	for p, n := range lines {
		switch p.Line {
		case 3:
			require.EqualValues(t, 12, n, "%+v", p)
		case 4:
			require.Contains(t, []int64{7, 5}, n, "%+v", p)
		default:
			require.LessOrEqual(t, n, int64(12), "%+v", p)
		}
	}
	require.EqualValues(t, 7, lines[Point{"m.v", 4, Line, "if"}])
	require.EqualValues(t, 5, lines[Point{"m.v", 4, Line, "else"}])
	// Bit 0 changes at each of 7 clocks up, and falls to 0 once.
	toggles := counts(CoverToggles)
	require.EqualValues(t, 8, toggles[Point{"m.v", 1, Toggle, "n[0]"}])
}

// Text of a Verilator that counts in another way stays as it is.
func TestOtherCountersAreLeft(t *testing.T) {
	file := filepath.Join(t.TempDir(), "m.cpp")
	for text, want := range map[string]string{
		"uint32_t n[3]; ++n[1];":                       "uint32_t n[3]; ++n[1];",
		"std::atomic<uint32_t> n[3]; n[1].fetch_add(1": "PlainCounter n[3]; n[1].fetch_add(1",
	} {
		require.NoError(t, os.WriteFile(file, []byte(text), 0o600))
		require.NoError(t, plainCounters(filepath.Dir(file)))
		got, err := os.ReadFile(file)
		require.NoError(t, err)
		require.Equal(t, want, string(got))
	}
}
