package portmap

import (
	"testing"

	"github.com/stretchr/testify/require"
)

// TestLatencyIsDeclared for all outputs, for some by channel, or not at all.
func TestLatencyIsDeclared(t *testing.T) {
	l := Layer{Channels: 3, Units: []Unit{{Channel: 0}, {Channel: 2}}}
	for _, c := range []struct {
		text string
		want map[int]int
		err  string
	}{
		{"", map[int]int{}, ""},
		{"latency = 2", map[int]int{0: 2, 2: 2}, ""},
		{"latency = 0", map[int]int{0: 0, 2: 0}, ""},
		{"[latency]\n2 = 5", map[int]int{2: 5}, ""},
		{"[latency]\n1 = 5\n\"0\" = 0", map[int]int{0: 0}, ""},
		{"[latency]\n3 = 5", nil, "ports.toml:3: latency: 3: the layer has 3 output channels"},
	} {
		m, err := Parse("ports.toml", []byte("module = 'm'\n"+c.text))
		require.NoError(t, err, c.text)
		got, err := m.Latency(l)
		if c.err != "" {
			require.EqualError(t, err, c.err)
			continue
		}
		require.NoError(t, err)
		require.Equal(t, c.want, got, c.text)
	}
	got, err := Of("m").Latency(l)
	require.NoError(t, err)
	require.Empty(t, got)
	for text, want := range map[string]string{
		"latency = -1":              "latency = -1: want a number of clocks",
		"latency = 'two'":           "latency = two: want a number of clocks",
		"latency = 1.5":             "latency = 1.5: want a number of clocks",
		"latency = [1, 2]":          "latency = [1 2]: want a number of clocks",
		"latency = 100000000":       "want a number of clocks from 0 to 1048576",
		"[latency]\ny = 1":          `latency: "y" is no output channel`,
		"[latency]\n01 = 1":         `latency: "01" is no output channel`,
		"[latency]\n-1 = 1":         `latency: "-1" is no output channel`,
		"[latency]\n0 = 'x'":        "latency: 0 = x: want a number of clocks",
		"[latency.0]\na = 1":        "latency: 0 = map[a:1]: want a number of clocks",
		"[latency]\n0 = 1\nbad = 1": `"bad" is no output channel`,
	} {
		_, err := Parse("ports.toml", []byte("module = 'm'\n"+text))
		require.ErrorContains(t, err, want)
		require.ErrorContains(t, err, "ports.toml:")
	}
}
