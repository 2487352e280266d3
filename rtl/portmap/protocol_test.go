package portmap

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// What is wrong with the table of a sequential circuit is said, each problem with its line.
func TestProtocolIsChecked(t *testing.T) {
	for text, want := range map[string]string{
		`done = "d"`:                  "sequential: start: say with which input",
		`start = "s"`:                 "sequential: done: say which output",
		"start = \"s\"\ndone = \"s\"": "m.toml:4: sequential: s is said to be",
		"start = \"s\"\nvalid = \"v\"\ndone = \"d\"":                "sequential: start and valid",
		"start = 1\ndone = \"d\"":                                   "sequential: start = 1: want a port of one bit",
		"start = \"s\"\ndone = \"d\"\ninputs = \"later\"":           "sequential: inputs = later: want one of [held at-start serial]",
		"start = \"s\"\ndone = \"d\"\noutputs = \"any\"":            `sequential: outputs = any: want "serial" or "parallel"`,
		"start = \"s\"\ndone = \"d\"\nreset_clocks = 2":             "sequential: reset_clocks = 2: want for how many clocks",
		"start = \"s\"\ndone = \"d\"\nidle = 1":                     `sequential: idle = 1: want "done"`,
		"start = \"s\"\ndone = \"d\"\nidle = \"done\"\ntaken=\"t\"": `sequential: idle = "done": with taken`,
		"start = \"s\"\ndone = \"d\"\nfinish = \"f\"":               "sequential: unknown key finish",
		"start = \"s\"\ndone = \"d\"\nreset=\"r\"\nreset_clocks=0":  "sequential: reset_clocks = 0",
	} {
		_, err := Parse("m.toml", []byte("module = \"m\"\n[sequential]\n"+text+"\n"))
		require.ErrorContains(t, err, want, text)
	}
	_, err := Parse("m.toml", []byte("module = \"m\"\nlatency = { 0 = 3 }\n[sequential]\nstart = \"s\"\ndone = \"d\"\n"))
	require.ErrorContains(t, err, "m.toml:2: latency: want the clocks from the start")
	m, err := Parse("m.toml", []byte("module = \"m\"\n[sequential]\nstart = \"!s\"\nready = \"r\"\ndone = \"d\"\n"))
	require.NoError(t, err)
	require.Equal(t, &Protocol{Clocks: 2, Start: "s", Done: "d", Ready: "r", Inputs: Held, Active: map[string]int{"s": 0}}, m.Protocol())
	require.True(t, strings.HasPrefix(Reset, "hashiflex_"))
}
