package portmap

import (
	"context"
	"strconv"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/hashiflex/hashiflex/rtl"
	"github.com/hashiflex/hashiflex/rtl/source"
)

// three is a layer of three channels of two signed inputs of 4 bits: y = x0, x1, x0 - x1
// in 6 bits.
func three() Layer {
	ins := []Port{{Name: "x0", Width: 4, Signed: true}, {Name: "x1", Width: 4, Signed: true}}
	l := Layer{Channels: 3, Inputs: ins}
	for c := range 3 {
		l.Units = append(l.Units, Unit{Name: "unit_c" + strconv.Itoa(c), Channel: c, Inputs: ins, Output: Port{Name: "y", Width: 6, Signed: true}})
	}
	return l
}

// sum is a module that computes three from words a and b; between are more declarations.
func sum(header, a, b, outputs string) string {
	return "module m (" + header + ");\nwire signed [5:0] a = " + a + ";\nwire signed [5:0] b = " + b + ";\nwire signed [5:0] d = a - b;\n" + outputs + "\nendmodule\n"
}

// TestMapsSayWhatDesignsHave: ports of their own, orders, encodings, bits of nobody's.
func TestMapsSayWhatDesignsHave(t *testing.T) {
	const in = "input signed [3:0] x0, input signed [3:0] x1, "
	const mine = "module = 'm'\n"
	for name, c := range map[string]struct{ design, text string }{
		"outputs in ports of their own":     {sum(in+"output [5:0] p, output [5:0] q, output [5:0] r", "x0", "x1", "assign p = a, q = b, r = d;"), mine + "[ports]\ny0 = 'p'\ny1 = 'q'\ny2 = 'r'"},
		"outputs by a list":                 {sum(in+"output [5:0] p, output [11:0] q", "x0", "x1", "assign p = a, q = {b, d};"), mine + "[ports]\n'y*' = ['p', 'q[11:6]', 'q[5:0]']"},
		"outputs by number":                 {sum(in+"output [5:0] o0, output [5:0] o1, output [5:0] o2", "x0", "x1", "assign o0 = a, o1 = b, o2 = d;"), mine + "[ports]\n'y*' = 'o{n}'"},
		"outputs by channel":                {sum(in+"output [5:0] o0, output [5:0] o1, output [5:0] o2", "x0", "x1", "assign o0 = a, o1 = b, o2 = d;"), mine + "[ports]\ny = 'o{channel}'"},
		"reversed":                          {sum(in+"output [17:0] o", "x0", "x1", "assign o = {a, b, d};"), mine + "[ports]\n'y*' = { port = 'o', order = 'reversed' }"},
		"in an order":                       {sum(in+"output [17:0] o", "x0", "x1", "assign o = {a, d, b};"), mine + "[ports]\n'y*' = { port = 'o', order = [1, 2, 0] }"},
		"inputs reversed":                   {sum("input [7:0] x, output [17:0] o", "$signed(x[7:4])", "$signed(x[3:0])", "assign o = {d, b, a};"), mine + "[ports]\n'x*' = { port = 'x', order = 'reversed' }\n'y*' = 'o'"},
		"inputs by a list":                  {sum("input signed [3:0] s, input signed [3:0] t, output [17:0] o", "s", "t", "assign o = {d, b, a};"), mine + "[ports]\n'x*' = ['s', 't']\n'y*' = 'o'"},
		"offset binary at inputs":           {sum("input [3:0] x0, input [3:0] x1, output [17:0] o", "x0 - 8", "x1 - 8", "assign o = {d, b, a};"), mine + "[ports]\n'y*' = 'o'\n[encoding]\n'x*' = 'offset'"},
		"offset binary at one input":        {sum("input [3:0] x0, input signed [3:0] x1, output [17:0] o", "x0 - 8", "x1", "assign o = {d, b, a};"), mine + "[ports]\n'y*' = 'o'\n[encoding]\nx0 = 'offset'"},
		"offset binary at outputs":          {sum(in+"output [17:0] o", "x0", "x1", "wire [5:0] p = a + 32, q = b + 32, r = d + 32;\nassign o = {r, q, p};"), mine + "[ports]\n'y*' = 'o'\n[encoding]\n'y*' = 'offset'"},
		"offset binary at one output":       {sum(in+"output [17:0] o", "x0", "x1", "wire [5:0] q = b + 32;\nassign o = {d, q, a};"), mine + "[ports]\n'y*' = 'o'\n[encoding]\ny1 = 'offset'"},
		"an input in a wider port":          {sum("input signed [7:0] x0, input signed [3:0] x1, output [17:0] o", "x0", "x1", "assign o = {d, b, a};"), mine + "[ports]\n'y*' = 'o'\n[encoding]\nx0 = 'extended'"},
		"bits that nobody uses":             {sum("input signed [3:0] x0, input [5:0] x, output [19:0] o, output more", "x0", "$signed(x[4:1])", "assign o = {2'd0, d, b, a};\nassign more = x[0];"), mine + "unused = ['x[0]', 'x[5]', 'o[19:18]', 'more']\n[ports]\nx1 = 'x[4:1]'\n'y*' = ['o[5:0]', 'o[11:6]', 'o[17:12]']"},
		"a parameter":                       {"module m #(parameter W = 3, parameter [3:0] K = 0) (" + in + "output [3*W-1:0] o);\nwire signed [W-1:0] a = x0, b = x1, d = a - b + K;\nassign o = {d, b, a};\nendmodule\n", mine + "[parameters]\nW = 6\nK = \"4'd0\"\n[ports]\n'y*' = 'o'"},
		"a port that has a name of Verilog": {sum("input signed [3:0] x0, input signed [3:0] x1, output [17:0] o", "x0", "x1", "assign o = {d, b, a};"), mine + "latency = 'auto'\n[ports]\n'y*' = 'o'"},
	} {
		t.Run(name, func(t *testing.T) {
			l := three()
			m, err := Parse("m.toml", []byte(c.text))
			require.NoError(t, err)
			sources := source.One("m.v", []byte(c.design))
			if p := m.Probe(l); p != nil {
				sources = sources.With(source.File{Name: "probe.v", Text: p})
			}
			d, _, err := rtl.Yosys{}.Read(context.Background(), sources)
			require.NoError(t, err)
			adapter, err := m.Adapt(d, l)
			require.NoError(t, err)
			require.Len(t, m.Outputs(d, l), 3)
			joint := m.Join(d, l)
			require.NotNil(t, joint)
			whole := source.One("m.v", []byte(c.design)).With(source.File{Name: "a.v", Text: adapter}, source.File{Name: "j.v", Text: joint})
			var xs, ys [][]uint64
			x := make([][]uint64, 2)
			y := make([][]uint64, 3)
			for a := int64(-8); a < 8; a++ {
				for b := int64(-8); b < 8; b++ {
					x[0], x[1] = append(x[0], uint64(a)&15), append(x[1], uint64(b)&15)
					for i, v := range []int64{a, b, a - b} {
						y[i] = append(y[i], uint64(v)&63)
					}
				}
			}
			xs, ys = x, y
			ins := []rtl.Signal{{Name: "x0", Width: 4}, {Name: "x1", Width: 4}}
			for i, u := range l.Units {
				got, err := rtl.Icarus{}.Run(context.Background(), whole, u.Name, ins, []rtl.Signal{{Name: "y", Width: 6}}, xs)
				require.NoError(t, err)
				for j, want := range ys[i] {
					require.Equal(t, rtl.Bits{Value: want}, got[0][j])
				}
				got, err = rtl.Icarus{}.Run(context.Background(), whole, Joint, ins, []rtl.Signal{{Name: JointOutput(u.Name), Width: 6}}, xs)
				require.NoError(t, err)
				for j, want := range ys[i] {
					require.Equal(t, rtl.Bits{Value: want}, got[0][j])
				}
			}
		})
	}
}

// TestMapsThatCannotBe: unknown names, overlaps, bits left out, contradicting widths, all
// at once and each with its line.
func TestMapsThatCannotBe(t *testing.T) {
	const design = "module m (input signed [3:0] x0, input signed [3:0] x1, input [7:0] both, input on, output [17:0] o, output [5:0] p, output q);\n" +
		"assign o = {x0, x1, both, 2'd0}, p = {on, both[4:0]}, q = on;\nendmodule\n"
	d := read(t, design)
	for text, want := range map[string][]string{
		"module = 'm'\n[ports]\ny0 = 'o[5:0]'\ny1 = 'o[10:5]'\ny2 = 'o[17:12]'\ny7 = 'p'": {
			`m.toml:6: ports: "y7" = "p": the layer has no such input or output`,
			"m.toml:2: module m: bit 11 of o", "m.toml:4: module m: bit 5 of o is said to be in y0 and in y1",
		},
		"module = 'm'\n[ports]\ny0 = 'o[5:0]'\ny1 = 'o[10:5]'\ny2 = 'o[17:12]'": {
			"m.toml:2: module m: bit 11 of o: the map says nothing of them",
			"m.toml:4: module m: bit 5 of o is said to be in y0 and in y1",
		},
		"module = 'm'\nunused = ['o[17]', 'nothing', 'both[9]', 'x1[0]', 'on']\n[ports]\n'y*' = 'o'\n[tie]\non = 1": {
			"m.toml:2: module m: bit 17 of o is said to be unused, and to hold y2",
			"m.toml:2: unused: no module has a port nothing",
			"m.toml:2: module m: unused: both has 8 bits",
			"m.toml:2: module m: bit 0 of x1 is said to be unused, and to hold x1",
			"m.toml:2: module m: bit 0 of on is said to be unused, and to hold a constant",
		},
		"module = 'm'\n[ports]\n'y*' = ['p', 'p', 'q']":                                    {"m.toml:3: module m: y has 6 bits, and is said to be in bits 0 to 0 of q, which has 1", "m.toml:3: module m: bit 0 of p is said to be in y0 and in y1"},
		"module = 'm'\n[ports]\n'y*' = ['p', 'o[5:0]']":                                    {`m.toml:3: module m: "y*": 2 places are given, there are 3`},
		"module = 'm'\n[ports]\n'y*' = 'out{n}'":                                           {"m.toml:3: module m: y is said to be in out0, which is no output of it", "out1", "out2"},
		"module = 'm'\n[ports]\n'y*' = { port = 'o', order = [0, 1] }":                     {`m.toml:3: module m: "y*": order has 2 numbers, there are 3`},
		"module = 'm'\n[ports]\n'x*' = { port = 'both', order = [0, 2, 1] }\n'y*' = 'o'":   {`m.toml:3: module m: "x*": order has 3 numbers, there are 2`},
		"module = 'm'\n[ports]\nx0 = 'both[3:0]'\nx1 = 'both[6:3]'\n'y*' = 'o'":            {"m.toml:4: module m: bit 3 of both is said to be two things", "m.toml:2: module m: bit 7 of both: "},
		"module = 'm'\n[ports]\nx0 = 'both[3:0]'\n'y*' = 'o'":                              {"m.toml:2: module m: bits 4, 5, 6, 7 of both: the map says nothing of them"},
		"module = 'm'\n[ports]\n'y*' = 'o'\n[encoding]\nx9 = 'offset'":                     {`m.toml:5: encoding: "x9": the layer has no such input or output`},
		"module = 'm'\n[ports]\n'y*' = 'o'\nx0 = 'both[4:0]'\n[encoding]\nx1 = 'extended'": {"m.toml:4: module m: x0 has 4 bits, and is said to be in bits 4 to 0 of both, which has 8", "m.toml:2: module m: bits 5, 6, 7 of both: "},
	} {
		m, err := Parse("m.toml", []byte(text))
		require.NoError(t, err, text)
		_, err = m.Adapt(d, three())
		require.Len(t, lines(err), len(want), "%s: %v", text, err)
		for _, w := range want {
			require.ErrorContains(t, err, w, text)
		}
	}
	_, err := Parse("m.toml", []byte("module = 'a b'\nclock = 3\nunused = 'x'\nparameters = { W = 1.5, 'x y' = 1, V = \"2+2\" }\n[ports]\n'x*' = 3\n'y*' = { port = 'o', order = [0, 0], more = 1 }\ny = 'o{channel}'\n[encoding]\nx0 = 'gray'\ny = 'extended'\n[tie]\na = 'x'\n"))
	require.Len(t, lines(err), 13, "%v", err)
	for i, line := range []int{1, 2, 6, 8, 7, 7, 10, 11, 13, 3, 4, 4, 4} {
		require.Contains(t, lines(err)[i], "m.toml:"+strconv.Itoa(line)+": ", "%v", err)
	}
}
