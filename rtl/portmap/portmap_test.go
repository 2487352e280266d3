package portmap

import (
	"context"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/hashiflex/hashiflex/rtl"
	"github.com/hashiflex/hashiflex/rtl/source"
)

// design has two channels of y = x0 + 2 x1 in one module, and each in its own.
const design = `
module both (input [15:0] pixels, input [7:0] extra, input enable, output [19:0] results);
    assign results[9:0] = enable ? pixels[7:0] + {pixels[15:8], 1'd0} : 10'd0;
    assign results[19:10] = pixels[15:8] + {pixels[7:0], 1'd0};
endmodule
module one_0 (input [7:0] a, input [7:0] b, output [9:0] sum); assign sum = a + {b, 1'd0}; endmodule
module one_1 (input [15:0] ab, output [9:0] sum); assign sum = ab[15:8] + {ab[7:0], 1'd0}; endmodule
module l_c1 (input [7:0] x0, output [9:0] y); assign y = x0; endmodule
`

func read(t *testing.T, text string) *rtl.Design {
	t.Helper()
	d, _, err := rtl.Yosys{}.Read(context.Background(), source.One("own.v", []byte(text)))
	require.NoError(t, err)
	return d
}

// layer has a channel whose module is called name.
func layer(channel int, name string) Layer {
	ins := []Port{{Name: "x0", Width: 8}, {Name: "x1", Width: 8}}
	return Layer{Channels: 2, Inputs: ins, Units: []Unit{{Name: name, Channel: channel, Inputs: ins, Output: Port{Name: "y", Width: 10}}}}
}

// TestAdaptersCompute runs adapters in Icarus, and reads their ports back.
func TestAdaptersCompute(t *testing.T) {
	d := read(t, design)
	for _, c := range []struct {
		name, text string
		channel    int
		want       uint64
	}{
		{"buses, lowest channel", "module = 'both'\n[ports]\n'x*' = 'pixels'\n'y*' = 'results'\n[tie]\nenable = 1", 0, 3 + 2*7},
		{"buses, highest channel", "module = 'both'\n[ports]\n'x*' = 'pixels'\n'y*' = 'results'\n[tie]\nenable = 0", 1, 7 + 2*3},
		{"tied the other way", "module = 'both'\n[ports]\n'x*' = 'pixels'\n'y*' = 'results'\n[tie]\nenable = 0", 0, 0},
		{"by single ports", "module = 'one_{channel}'\n[ports]\nx0 = 'a'\nx1 = 'b'\ny = 'sum'", 0, 3 + 2*7},
		{"bits of a port", "module = 'one_1'\n[ports]\nx0 = 'ab[7:0]'\nx1 = 'ab[15:8]'\ny = 'sum'", 1, 7 + 2*3},
		{"bits of the output", "module = 'both'\n[ports]\n'x*' = 'pixels'\ny = 'results[19:10]'", 0, 7 + 2*3},
		{"one module's own bus", "module = 'one_{channel}'\n[ports]\n'x*' = 'ab'\ny = 'sum'", 1, 7 + 2*3},
		{"one against the bus", "module = 'both'\nunused = ['pixels[15:8]']\n[ports]\n'x*' = 'pixels'\nx1 = 'extra'\ny = 'results[9:0]'\n[tie]\nenable = 1", 0, 0},
	} {
		m, err := Parse("map.toml", []byte(c.text))
		require.NoError(t, err, c.name)
		adapter, err := m.Adapt(d, layer(c.channel, "unit"))
		require.NoError(t, err, c.name)
		text := design + string(adapter)
		ports, err := read(t, text).Ports("unit")
		require.NoError(t, err, c.name)
		require.Equal(t, []rtl.ModulePort{{Name: "x0", Width: 8, In: true}, {Name: "x1", Width: 8, In: true}, {Name: "y", Width: 10, Out: true}}, ports)
		got, err := rtl.Icarus{}.Run(context.Background(), source.One("a.v", []byte(text)), "unit",
			[]rtl.Signal{{Name: "x0", Width: 8}, {Name: "x1", Width: 8}}, []rtl.Signal{{Name: "y", Width: 10}}, [][]uint64{{3}, {7}})
		require.NoError(t, err, c.name)
		if c.name == "one against the bus" {
			// pixels[15:8] is driven by nothing, and the output is not to be had.
			require.NotZero(t, got[0][0].Unknown)
			continue
		}
		require.Equal(t, rtl.Bits{Value: c.want}, got[0][0], c.name)
	}
}

func lines(err error) []string {
	if err == nil {
		return nil
	}
	return strings.Split(err.Error(), "\n")
}

// TestParseNamesEveryProblem, each with the file.
func TestParseNamesEveryProblem(t *testing.T) {
	_, err := Parse("m.toml", []byte("modul = 'a'\n[ports]\nx0 = 'a[1'\nx1 = 'a[1:2]'\n'x*' = 'a[3]'\n[tie]\ne = -1"))
	require.Equal(t, []string{
		"m.toml:1: unknown key modul",
		"m.toml: module: say which module computes the layer",
		`m.toml:5: ports: "x*" = "a[3]": want a whole port`,
		`m.toml:3: ports: "x0" = "a[1": want a port, as in "data", "data[7]" or "data[7:0]"`,
		`m.toml:4: ports: "x1" = "a[1:2]": the high bit comes first`,
		"m.toml:7: tie: e = -1: want a number, 0 or more",
	}, lines(err))
	_, err = Parse("m.toml", []byte("module = "))
	require.ErrorContains(t, err, "m.toml:")
	_, err = Parse("100%d.toml", []byte("modul = 'a'\nmodule = 'b'"))
	require.EqualError(t, err, "100%d.toml:1: unknown key modul")
}

// TestAdaptNamesWhatDoesNotFit, one error for each thing.
func TestAdaptNamesWhatDoesNotFit(t *testing.T) {
	d := read(t, design)
	for text, want := range map[string]string{
		"module = 'none'": "m.toml:1: module none: the design has no such module",
		"module = 'both'\n[ports]\n'x*' = 'pixels'":                                     "m.toml:2: module both: y is said to be in y, which is no output of it",
		"module = 'both'\n[ports]\n'x*' = 'extra'\ny='results[9:0]'":                    "extra has 8 bits, all inputs together have 16",
		"module = 'both'\n[ports]\nx0 = 'pixels'\ny='results[9:0]'":                     "x0 has 8 bits, and is said to be in bits 15 to 0 of pixels, which has 16",
		"module = 'both'\n[ports]\nx0 = 'extra'\nx1 = 'extra'\ny='results[9:0]'":        "bit 0 of extra is said to be two things",
		"module = 'both'\n[ports]\nx0 = 'extra'\ny='results'":                           "y has 10 bits, and is said to be in bits 19 to 0 of results, which has 20",
		"module = 'both'\n[ports]\nx0 = 'nowhere'\ny='results[9:0]'":                    "x0 is said to be in nowhere, which is no input of it",
		"module = 'both'\n[ports]\nx0 = 'results'\ny='results[9:0]'":                    "x0 is said to be in results, which is no input of it",
		"module = 'both'\n[ports]\n'y*'='results'\n[tie]\nresults = 0":                  "results is tied, and is no input of it",
		"module = 'both'\n[ports]\nx0 = 'extra'\n'y*'='results'\n[tie]\nextra = 0":      "bit 0 of extra is said to be two things",
		"module = 'one_0'\n[ports]\n'y*'='sum'":                                         "sum has 10 bits, the outputs of all 2 channels have 20; in the order of the map, there is no room for y1",
		"module = 'both'\n[ports]\n'x*' = 'pixels'\ny='results[9:0]'\nx0='pixels[7:0]'": "",
		"module = 'both'\n[ports]\n'x*' = 'pixels'\n'y*'='results'\ny0='extra'":         "m.toml:5: module both: y is said to be in extra, which is no output of it",
		"module = 'both'\n[ports]\n'x*' = 'pixels'\n'y*'='results'\n[tie]\nenable = 2":  "enable is tied to 2, and has 1 bit",
	} {
		m, err := Parse("m.toml", []byte(text))
		require.NoError(t, err, text)
		_, err = m.Adapt(d, layer(0, "unit"))
		if want == "" {
			require.NoError(t, err, text)
			continue
		}
		require.ErrorContains(t, err, want, text)
		require.Len(t, lines(err), 1, text)
	}
	m := Of("both")
	_, err := m.Adapt(d, layer(1, "l_c1"))
	require.ErrorContains(t, err, "the design has a module of this name")
	two := layer(0, "u0")
	two.Units = append(two.Units, layer(1, "u1").Units...)
	_, err = Of("none").Adapt(d, two)
	require.Len(t, lines(err), 1, "a module of two channels is missing once: %v", err)
}

// TestOtherNames: a module whose ports have the units' names.
func TestOtherNames(t *testing.T) {
	d := read(t, "module mine (input [7:0] x1, output [9:0] y); assign y = x1; endmodule")
	adapter, err := Of("mine").Adapt(d, layer(0, "unit"))
	require.NoError(t, err)
	require.Contains(t, string(adapter), "module unit (")
	require.NotContains(t, string(adapter), "bx", "the input that it lacks is no input that is driven by nothing")
}

// TestClock is found or said, and is one input of one bit that nothing else is in.
func TestClock(t *testing.T) {
	d := read(t, `
module mine (input ck, input on, input [7:0] x0, input [7:0] x1, output reg [9:0] y);
    reg [9:0] s;
    always @(posedge ck) begin s <= x0 + {x1, 1'd0}; if (on) y <= s; end
endmodule
module none (input ck, input [7:0] x0, output [9:0] y); assign y = x0; endmodule`)
	for _, text := range []string{"module = 'mine'\n[tie]\non = 1", "module = 'mine'\nclock = 'ck'\n[tie]\non = 1"} {
		m, err := Parse("m.toml", []byte(text))
		require.NoError(t, err)
		adapter, err := m.Adapt(d, layer(0, "unit"))
		require.NoError(t, err)
		require.Contains(t, string(adapter), "input  wire hashiflex_clock,")
		require.Contains(t, string(adapter), `.\ck ({hashiflex_clock})`)
	}
	adapter, err := Of("none").Adapt(d, layer(0, "unit"))
	require.NoError(t, err)
	require.NotContains(t, string(adapter), Clock, "nothing is clocked")
	for text, want := range map[string]string{
		"module = 'mine'\nclock = 'x0'":                "m.toml:2: module mine: clock: x0 is no input of one bit",
		"module = 'mine'\nclock = 'nowhere'":           "clock: nowhere is no input of one bit",
		"module = 'mine'\nclock = 'on'":                "clock: on is said to be it, its registers have ck",
		"module = 'mine'\nclock = 'ck'\n[tie]\nck = 0": "bit 0 of ck is said to be two things",
	} {
		m, err := Parse("m.toml", []byte(text))
		require.NoError(t, err, text)
		_, err = m.Adapt(d, layer(0, "unit"))
		require.ErrorContains(t, err, want, text)
		require.Len(t, lines(err), 1, text)
	}
}
