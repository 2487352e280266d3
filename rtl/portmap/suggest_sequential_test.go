package portmap

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// TestSuggestSequential: names of ports suggest a protocol, and the map is one that adapts.
func TestSuggestSequential(t *testing.T) {
	const body = "; reg s; always @(posedge clk) s <= !s; endmodule"
	for _, c := range []struct{ ports, protocol string }{
		{"input clk, rst, start, input [7:0] x, output done, output [17:0] y",
			`sequential = { done = "done", inputs = "held", reset = "rst", start = "start" }`},
		{"input clk, rst_n, go, input [7:0] x, output busy, output [17:0] y",
			`sequential = { done = "!busy", idle = "done", inputs = "held", reset = "!rst_n", start = "go" }`},
		{"input aclk, aresetn, s_valid, m_ready, output s_ready, m_valid, input [7:0] x, output [17:0] y",
			`sequential = { done = "m_valid", inputs = "held", ready = "s_ready", reset = "!aresetn", start = "s_valid", taken = "m_ready" }`},
		{"input clk, rst, in_valid, input [3:0] d, output out_valid, output [5:0] q",
			`sequential = { done = "out_valid", inputs = "serial", outputs = "serial", reset = "rst", valid = "in_valid" }`},
		// A pipeline with a bit beside its data is none.
		{"input clk, en, in_valid, input [7:0] x, output out_valid, output [17:0] y", ""},
		{"input clk, rst, input [7:0] x, output done, output [17:0] y", ""},
	} {
		text := "module m (" + c.ports + ")" + strings.ReplaceAll(body, "clk", map[bool]string{true: "aclk", false: "clk"}[strings.Contains(c.ports, "aclk")])
		s := Suggest(read(t, text), three(), "m")
		require.NotNil(t, s, c.ports)
		found := ""
		for _, k := range s.Keys {
			if strings.HasPrefix(k, "sequential") {
				found = k
			}
		}
		require.Equal(t, c.protocol, found, c.ports)
		if c.protocol == "" {
			continue
		}
		m, err := Parse("m.toml", []byte(strings.Join(s.Keys, "\n")))
		require.NoError(t, err)
		require.NotNil(t, m.Protocol())
		_, err = m.Adapt(read(t, text), three())
		require.NoError(t, err, c.ports)
	}
}
