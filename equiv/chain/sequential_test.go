package chain

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/hashiflex/hashiflex/fuzz/everyday"
	"github.com/hashiflex/hashiflex/spec/verdict"
)

// unrefuted are faults of modules that compute over several clocks, by line, of which
// nobody can show a run: a register that is never set is x in a simulator, and what never
// comes is not seen to be missing. The reason is named.
var unrefuted = map[string]map[int]string{
	"bit_adder":     {33: "register hashiflex_core.carry", 35: "nothing changes any more"},
	"buffer_memory": {34: "an address that may lie outside", 53: "register hashiflex_core.store[3]"},
	"handshake": {
		29: "in_ready is 1 9 clocks after a start, before its last output is there and taken",
		50: "depends on register hashiflex_core.n",
	},
	"idle_done":      {30: "register hashiflex_core.acc"},
	"mac_rom-16":     {64: "register hashiflex_core.acc"},
	"mac_rom-64":     {112: "register hashiflex_core.acc"},
	"no_reset":       {34: "register hashiflex_core.acc"},
	"outputs_mac":    {55: "nothing changes any more"},
	"outputs_serial": {60: "nothing changes any more"},
	"overlap_taken": {
		25: "s_ready is 1 9 clocks after a start, before its last output is there and taken",
		49: "depends on register hashiflex_core.m_valid",
	},
	"planes_lsb": {36: "register hashiflex_core.acc"},
	"statistics": {57: "done is 0 5 clocks after a start, and another start takes as many"},
	"stream_in": {
		22: "nothing changes any more",
		40: "depends on register hashiflex_core.ok",
		43: "register hashiflex_core.acc",
	},
	"stream_valid": {40: "register hashiflex_core.acc"},
	"two_accumulators": {
		47: "register hashiflex_core.neg",
		57: "!none is not known 18 clocks after a start: it depends on input x0",
	},
}

// TestSequential: every right module that computes over several clocks is proved, with
// the latency that its header says, and every wrong one refuted by a run that Icarus
// replays, or unknown for a reason that is named.
func TestSequential(t *testing.T) {
	ms, err := everyday.Sequential(64)
	require.NoError(t, err)
	p := byPatientZ3(t, 1, time.Minute)
	right, wrong, unknown := 0, 0, 0
	for i := range ms {
		m := &ms[i]
		t.Run(m.Name, func(t *testing.T) {
			j := judgeText(t, p, m, m.Text)
			pt := j.worst()
			if pt.Verdict != verdict.Proved {
				t.Errorf("%v: %+v", j.took, pt)
			} else if right++; m.Latency > 0 {
				require.Equal(t, m.Latency, *j.points[0].Latency)
			}
			for _, f := range j.facts {
				require.Equal(t, verdict.Proved, f.Verdict, "%+v", f)
			}
			for _, f := range m.Faults {
				j := judgeText(t, p, m, f.Text)
				pt := j.worst()
				t.Logf("line %d, %s: %v, %v %s", f.Line, f.What, j.took.Round(time.Millisecond), pt.Verdict, pt.Detail)
				why := unrefuted[m.Name][f.Line]
				switch {
				case why == "" && pt.Verdict == verdict.Refuted:
					assert.NotEqual(t, pt.Witness.Gold, pt.Witness.Simulated)
					wrong++
				case why != "" && pt.Verdict == verdict.Unknown && strings.Contains(pt.Detail, why):
					unknown++
				default:
					t.Errorf("line %d, %s: want %q: %+v", f.Line, f.What, why, pt)
				}
			}
		})
	}
	t.Logf("%d right modules are proved, %d wrong ones refuted, %d unknown", right, wrong, unknown)
}

// skips is a module that leaves out inputs that are 0: how long it takes depends on them.
const skips = `module layer_c0 (input clk, rst, start, input [63:0] x, output done, output [7:0] y);
    reg [3:0] n;
    reg signed [15:0] acc;
    wire [3:0] next = n < 7 && x[8*(n+1) +: 8] == 0 ? n + 2 : n + 1;
    wire signed [15:0] v = $signed(x[8*n[2:0] +: 8]);
    reg signed [15:0] t;
    always @* case (n[2:0])
        0: t = v; 1: t = -2 * v; 2: t = 4 * v; 3: t = 8 * v; 4: t = -v; 5: t = 0; 6: t = 16 * v; 7: t = -4 * v;
    endcase
    always @(posedge clk)
        if (rst) n <= 9;
        else if (start) begin n <= 0; acc <= -359; end
        else if (n < 8) begin n <= next; acc <= acc + t; end
        else n <= 9;
    wire signed [11:0] q = acc >>> 4;
    assign done = n == 8;
    assign y = q < 0 ? 0 : q > 255 ? 255 : q;
endmodule
`

// TestControlThatDataReach: a module whose latency depends on its inputs is unknown, and
// the inputs and the register by which they come are named. With a latency that is
// declared it is refuted.
func TestControlThatDataReach(t *testing.T) {
	ms, err := everyday.Sequential(8)
	require.NoError(t, err)
	at := slices.IndexFunc(ms, func(m everyday.Module) bool { return m.Name == "mac_case" })
	m := ms[at]
	m.Map = strings.Replace(m.Map, `"mac"`, `"own"`, 1)
	text := []byte(strings.Replace(skips, "module layer_c0", "module own", 1))
	p := byZ3(t, 1)
	pt := judgeText(t, p, &m, text)
	w := pt.worst()
	require.Equal(t, verdict.Unknown, w.Verdict, "%+v", w)
	require.Equal(t, verdict.OpenControl, w.Reason)
	require.Contains(t, w.Detail, "done is not known 2 clocks after a start: it depends on input x1, through register hashiflex_core.n")

	m.Map = "latency = 9\n" + m.Map
	pt = judgeText(t, p, &m, text)
	w = pt.worst()
	require.Equal(t, verdict.Refuted, w.Verdict, "%+v", w)
	require.Contains(t, w.Detail, "done is 1 and should be 0")
}
