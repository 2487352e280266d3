package spec

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/stretchr/testify/require"
)

// full is small with every optional member of network.json in use.
func full() *Network {
	n := small()
	n.Name = `<full> & "quoted" [`
	n.Input.Preprocess = []Preprocess{{"mul", []float64{0.1, 1e-300}}, {"sub", []float64{-3}}}
	n.Layers[0].Name = `a/b; "c" [`
	n.Layers[2].Inputs[0] = n.Layers[0].Name
	n.Layers[2].Expect = []Format{{true, 8, 4}, {true, 8, 4}}
	n.Layers[2].Out.Clamp = &Range{-128, 127}
	n.Layers[0].Op.(*Conv).Acc = Accumulator{Mode: AccSaturate, Width: 12, Drop: 2, Order: ShiftNegate}
	n.Layer("b").Op.(*Conv).Acc = Accumulator{Drop: 1}
	n.Layer("pool").Out.Format.Frac = -2
	n.Layer("fc1").Expect = []Format{{true, 8, -2}}
	return n
}

func TestSaveAndLoadAgree(t *testing.T) {
	for _, n := range []*Network{small(), full(), sums()} {
		dir := filepath.Join(t.TempDir(), "with space", `and "quote"`)
		require.NoError(t, Save(n, dir))
		back, err := Load(dir)
		require.NoError(t, err)
		require.NoError(t, n.Validate())
		require.Equal(t, n, back)

		fromFS, err := LoadFS(os.DirFS(dir))
		require.NoError(t, err)
		require.Equal(t, n, fromFS)
	}
}

func TestEveryModeSurvivesTheDisk(t *testing.T) {
	for _, r := range Roundings() {
		for _, o := range Overflows() {
			for _, m := range AccModes() {
				for _, ord := range TermOrders() {
					n := small()
					n.Layers[0].Out.Rounding, n.Layers[0].Out.Overflow = r, o
					acc := &conv(n, "a").Acc
					acc.Mode, acc.Order, acc.Drop = m, ord, 3
					if m != AccExact {
						acc.Width = 30
					}
					topology, weights, err := Encode(n)
					require.NoError(t, err)
					back, err := Decode(topology, weights)
					require.NoError(t, err)
					require.Equal(t, n.Layers[0].Out, back.Layers[0].Out)
					require.Equal(t, *acc, conv(back, "a").Acc)
				}
			}
		}
	}
}

func TestEncodeIsDeterministic(t *testing.T) {
	topology, weights, err := Encode(full())
	require.NoError(t, err)
	for range 20 {
		a, b, err := Encode(full())
		require.NoError(t, err)
		require.Equal(t, topology, a)
		require.Equal(t, weights, b)
	}
	back, err := Decode(topology, weights)
	require.NoError(t, err)
	a, b, err := Encode(back)
	require.NoError(t, err)
	require.Equal(t, topology, a)
	require.Equal(t, weights, b)
}

func TestEncodeRefusesAnInvalidNetwork(t *testing.T) {
	n := small()
	conv(n, "a").Codes[0] = 9
	_, _, err := Encode(n)
	require.EqualError(t, err, `network "small": layer "a", channel 0: codes: code 9 at tap 0 is outside the window -3..3`)
	require.Error(t, Save(n, t.TempDir()))
}

// lines are the problems of a load, which come one per line.
func lines(t *testing.T, err error) []string {
	t.Helper()
	require.Error(t, err)
	var list []string
	for _, e := range Problems(err) {
		list = append(list, e.Error())
	}
	require.Equal(t, strings.Join(list, "\n"), err.Error())
	return list
}

// The members of the small network's network.json, each spoilt in one way.
func TestTopologyIsReadStrictly(t *testing.T) {
	topology, weights, err := Encode(small())
	require.NoError(t, err)
	for _, c := range []struct {
		name, old, new string
		want           []string
	}{
		{"empty", string(topology), ``, []string{`byte 0: unexpected end of JSON input`}},
		{"truncated", "}\n  ]\n}\n", ``, []string{`unexpected end of JSON input`}},
		{"trailing data", "  ]\n}\n", "  ]\n}\n{}", []string{`invalid character '{' after top-level value`}},
		{"not an object", string(topology), `[1, 2]`, []string{`a list of 2: want an object`}},
		{"not UTF-8", `"small"`, "\"sm\xff\"", []string{`not UTF-8`}},
		{"other version", `"version": 1`, `"version": 2`, []string{`network: version: 2: this program reads version 1`}},
		{"no version", `"version": 1,`, ``, []string{`network: version: missing`}},
		{"doubled key", `"version": 1,`, `"version": 1, "version": 1,`, []string{`key "version" comes twice`}},
		{"other case", `"name": "small"`, `"Name": "small"`, []string{`network: name: missing`, `network: Name: unknown field`}},
		{"unknown field", `"name": "small"`, `"name": "small", "zzz": 1, "extra": {}`, []string{`network: extra: unknown field`, `network: zzz: unknown field`}},
		{"unprintable field", `"name": "small"`, `"name": "small", "x\ny": 1, "": 2`, []string{`network: : unknown field`, `network: "x\ny": unknown field`}},
		{"null", `"name": "small"`, `"name": null`, []string{`network: name: null: want a string`}},
		{"shape of two", `[2, 4, 4]`, `[2, 4]`, []string{`network: input.shape: 2 values: want 3`}},
		{"shape of strings", `[2, 4, 4]`, `[2, "4", true]`, []string{`network: input.shape[1]: "4": want an integer`, `network: input.shape[2]: true: want an integer`}},
		{"fraction", `[2, 4, 4]`, `[2, 4, 4.0]`, []string{`network: input.shape[2]: 4.0: want an integer of 64 bits`}},
		{"too large", `[2, 4, 4]`, `[2, 4, 99999999999999999999]`, []string{`network: input.shape[2]: 99999999999999999999: want an integer of 64 bits`}},
		{"large", `[2, 4, 4]`, `[2, 4, 4294967300]`, []string{`network: input.shape: 4294967300: want an integer of 32 bits`}},
		{"format", `"u8.8"`, `"u8"`, []string{`network: input.format: format "u8": want s or u, the width, a point and the fraction bits, as in s8.4`}},
		{"preprocess", `"u8.8"`, `"u8.8", "preprocess": [{"op": "mul", "values": [1e999, "x"], "by": 1}, 3]`, []string{
			`network: input.preprocess[1]: 3: want an object`,
			`network: input.preprocess[0].values[0]: 1e999: want a number of 64 bits`,
			`network: input.preprocess[0].values[1]: "x": want a number`,
			`network: input.preprocess[0].by: unknown field`}},
		{"layers", `"layers": [`, `"layers": [7, `, []string{`network: layers[0]: 7: want an object`}},
		{"inputs", `["input"]`, `[1]`, []string{`layer "a": inputs[0]: 1: want a string`}},
		{"inputs missing", `"inputs": ["input"],`, ``, []string{`layer "a": inputs: missing`}},
		{"unnamed layer", `"name": "a",`, ``, []string{`network: layers[0].name: missing`}},
		{"expected format", `"inputs": ["input"],`, `"inputs": ["input"], "in": ["q8.1"],`, []string{`layer "a": in[0]: format "q8.1": want`}},
		{"expected format differs", `"inputs": ["input"],`, `"inputs": ["input"], "in": ["s8.1"],`, []string{`layer "a": in[0]: expects s8.1, but "input" gives u8.8`}},
		{"two operations", `"add": {}`, `"add": {}, "pool": {"reciprocal": 1, "fraction": 1}`, []string{`layer "sum": op: 2 operations [add pool]: want one of conv, add, pool, maxpool, avgpool, concat, split, dense`}},
		{"no operation", `"add": {},`, ``, []string{`layer "sum": op: 0 operations []: want one of`}},
		{"unknown operation", `"add": {}`, `"product": {}`, []string{`layer "sum": op: 0 operations []`, `layer "sum": product: unknown field`}},
		{"member of add", `"add": {}`, `"add": {"x": 1}`, []string{`layer "sum": add.x: unknown field`}},
		{"kernel", `"kernel": [2, 2]`, `"kernel": 2`, []string{`layer "a": conv.kernel: 2: want a list of integers`}},
		{"stride missing", `"stride": [1, 1],`, ``, []string{`layer "a": conv.stride: missing`}},
		{"accumulator", `"bits": 3`, `"bits": 3, "accumulator": {"mode": "wrap", "width": 20, "drop": 0}`, []string{
			`layer "a": conv.accumulator.mode: accumulator mode "wrap": want one of EXACT, WRAP, SATURATE`,
			`layer "a": conv.accumulator.order: missing`}},
		{"rounding", `"RND"`, `"rnd"`, []string{`layer "a": out.rounding: rounding "rnd": want one of TRN, TRN_ZERO`}},
		{"overflow missing", ",\n        \"overflow\": \"SAT\"", ``, []string{`layer "a": out.overflow: missing`}},
		{"clamp", `"SAT"`, `"SAT", "clamp": [0]`, []string{`layer "a": out.clamp: 1 values: want 2`}},
		{"invalid as a network", `"reciprocal": 256`, `"reciprocal": 0`, []string{`layer "pool": pool.reciprocal: 0 is not positive`}},
		{"several", `"input"`, `"input2"`, []string{
			`network: input: missing`,
			`network: input2: unknown field`}},
	} {
		t.Run(c.name, func(t *testing.T) {
			require.Contains(t, string(topology), c.old)
			spoilt := strings.Replace(string(topology), c.old, c.new, 1)
			_, err := Decode([]byte(spoilt), weights)
			got := lines(t, err)
			require.Len(t, got, len(c.want), "what follows from a problem is none: %v", err)
			for i, w := range c.want {
				require.Contains(t, got[i], w)
				require.True(t, strings.HasPrefix(got[i], "network.json: "), got[i])
			}
		})
	}
}

// file builds a safetensors file by hand.
func file(header string, data int) []byte {
	b := binary.LittleEndian.AppendUint64(nil, uint64(len(header)))
	return append(append(b, header...), make([]byte, data)...)
}

func TestTensorsAreReadStrictly(t *testing.T) {
	const a = `"a":{"dtype":"I32","shape":[2],"data_offsets":[0,8]}`
	const b = `"b":{"dtype":"I8","shape":[1,3],"data_offsets":[8,11]}`
	long := file(`{`+a+`}`, 8)
	binary.LittleEndian.PutUint64(long, 1<<63)
	wide := file(`{`+a+`}`, 8)
	binary.LittleEndian.PutUint64(wide, uint64(len(wide)-7))
	for _, c := range []struct {
		name string
		file []byte
		want []string
	}{
		{"empty", nil, []string{`truncated: 0 bytes, and the header's length alone takes 8`}},
		{"seven bytes", make([]byte, 7), []string{`truncated: 7 bytes`}},
		{"header length lies", long, []string{`header of 9223372036854775808 bytes: want at most 67108864, and 62 bytes follow`}},
		{"header length one too large", wide, []string{`header of 63 bytes: want at most 67108864, and 62 bytes follow`}},
		{"no header", file(``, 0), []string{`header: does not begin with {`}},
		{"space first", file(` {}`, 0), []string{`header: does not begin with {`}},
		{"broken JSON", file(`{"a":`, 0), []string{`header: byte 5: unexpected end of JSON input`}},
		{"trailing JSON", file(`{}{}`, 0), []string{`header: byte 3: invalid character '{' after top-level value`}},
		{"doubled tensor", file(`{`+a+`,`+a+`}`, 8), []string{`key "a" comes twice`}},
		{"doubled member", file(`{"a":{"dtype":"I8","dtype":"I8","shape":[0],"data_offsets":[0,0]}}`, 0), []string{`key "dtype" comes twice`}},
		{"metadata", file(`{"__metadata__":{"x":1}}`, 0), []string{`header: __metadata__ is not an object of strings`}},
		{"metadata list", file(`{"__metadata__":[]}`, 0), []string{`header: __metadata__ is not an object of strings`}},
		{"not an object", file(`{"a":1}`, 0), []string{`tensor "a": 1: want an object`}},
		{"null", file(`{"a":null}`, 0), []string{`tensor "a": null: want an object`}},
		{"missing shape", file(`{"a":{"dtype":"I8","data_offsets":[0,0]}}`, 0), []string{`tensor "a": shape: missing`}},
		{"surplus member", file(`{"a":{"dtype":"I8","shape":[0],"data_offsets":[0,0],"x":0}}`, 0), []string{`tensor "a": x: unknown field`}},
		{"type", file(`{"a":{"dtype":"F32","shape":[0],"data_offsets":[0,0]}}`, 0), []string{`tensor "a": type "F32": want I8 or I32`}},
		{"negative dimension", file(`{"a":{"dtype":"I8","shape":[-1],"data_offsets":[0,0]}}`, 0), []string{`tensor "a": shape [-1]: too large or negative`}},
		{"product overflows", file(`{"a":{"dtype":"I8","shape":[536870912,536870912,64],"data_offsets":[0,0]}}`, 0), []string{`tensor "a": shape [536870912 536870912 64]: too large or negative`}},
		{"offsets of three", file(`{"a":{"dtype":"I8","shape":[0],"data_offsets":[0,0,0]}}`, 0), []string{`tensor "a": data_offsets: 3 values: want 2`}},
		{"offsets backwards", file(`{"a":{"dtype":"I8","shape":[1],"data_offsets":[1,0]}}`, 1), []string{`tensor "a": bytes 1 to 0 do not lie in the 1 bytes of data`}},
		{"negative offset", file(`{"a":{"dtype":"I8","shape":[1],"data_offsets":[-1,0]}}`, 1), []string{`tensor "a": bytes -1 to 0 do not lie in`}},
		{"truncated data", file(`{`+a+`}`, 7), []string{`tensor "a": bytes 0 to 8 do not lie in the 7 bytes of data`}},
		{"surplus data", file(`{`+a+`}`, 9), []string{`9 bytes of data: the tensors take 8`}},
		{"size and shape", file(`{"a":{"dtype":"I32","shape":[2],"data_offsets":[0,7]}}`, 7), []string{`tensor "a": 7 bytes: I32 of shape [2] takes 8`}},
		{"gap", file(`{`+a+`,"b":{"dtype":"I8","shape":[3],"data_offsets":[9,12]}}`, 12), []string{`tensor "b": begins at byte 9 of the data, but the tensor before it ends at 8`}},
		{"overlap", file(`{`+a+`,"b":{"dtype":"I8","shape":[3],"data_offsets":[7,10]}}`, 10), []string{`tensor "b": begins at byte 7 of the data, but the tensor before it ends at 8`}},
		{"several", file(`{"z":0,`+b+`,"c":1}`, 11), []string{`tensor "c": 1: want an object`, `tensor "z": 0: want an object`}},
	} {
		t.Run(c.name, func(t *testing.T) {
			var all problems
			require.Nil(t, parseTensors(c.file, &all))
			got := lines(t, all.err())
			require.Len(t, got, len(c.want))
			for i, w := range c.want {
				require.Contains(t, got[i], w)
			}
		})
	}
	var all problems
	tensors := parseTensors(file(`{"__metadata__":{"x":"y"},`+b+`,`+a+`} `, 11), &all)
	require.NoError(t, all.err())
	require.Len(t, tensors, 2)
	require.Equal(t, []int64{1, 3}, tensors["b"].shape)
	require.Len(t, tensors["b"].data, 3)
}

func TestEveryTensorIsAskedForOnce(t *testing.T) {
	topology, _, err := Encode(small())
	require.NoError(t, err)
	for _, c := range []struct {
		name  string
		wreck func(*Network)
		want  []string
	}{
		{"missing and surplus", func(n *Network) { n.Layer("b").Name = "B"; n.Layer("sum").Inputs[1] = "B" }, []string{
			`weights.safetensors: tensor "b.codes": missing`,
			`weights.safetensors: tensor "b.base": missing`,
			`weights.safetensors: tensor "b.bias": missing`,
			`weights.safetensors: tensor "B.base": no layer of the network has it`,
			`weights.safetensors: tensor "B.bias": no layer of the network has it`,
			`weights.safetensors: tensor "B.codes": no layer of the network has it`}},
		{"shape", func(n *Network) {
			d := n.Layer("fc2").Op.(*Dense)
			d.OutN = 3
			d.Weights = make([]int8, 9)
			d.Bias = make([]int32, 3)
		}, []string{
			`weights.safetensors: tensor "fc2.weights": shape [3 3], want [1 any]`,
			`weights.safetensors: tensor "fc2.bias": shape [3], want [1]`}},
		{"kernel", func(n *Network) {
			conv(n, "a").Kernel = [2]int{1, 2}
			conv(n, "a").Pad[2] = 0
			conv(n, "a").Codes = make([]Code, 4)
			conv(n, "a").Base[0] = 0
		}, []string{
			`weights.safetensors: tensor "a.codes": shape [2 1 1 2], want [2 any 2 2]`}},
		{"fan-in", func(n *Network) { conv(n, "b").Groups = 2; conv(n, "b").Codes = []Code{1, 1} }, []string{
			`weights.safetensors: layer "b": codes: 2 values: want 4`}},
		{"code", func(n *Network) { conv(n, "a").Bits = 4; conv(n, "a").Codes[0] = 5 }, []string{
			`weights.safetensors: layer "a", channel 0: codes: code 5 at tap 0 is outside the window -3..3`}},
	} {
		t.Run(c.name, func(t *testing.T) {
			n := small()
			c.wreck(n)
			_, weights, err := Encode(n)
			require.NoError(t, err)
			_, err = Decode(topology, weights)
			require.Equal(t, c.want, lines(t, err))
		})
	}
	t.Run("type", func(t *testing.T) {
		_, weights, err := Encode(small())
		require.NoError(t, err)
		// fc2.bias has four bytes; as I8 of shape [4] it still tiles the data.
		swapped := bytes.Replace(weights, []byte(`"fc2.bias":{"dtype":"I32","shape":[1]`), []byte(`"fc2.bias":{"dtype":"I8","shape":[4] `), 1)
		require.NotEqual(t, weights, swapped)
		_, err = Decode(topology, swapped)
		require.Equal(t, []string{`weights.safetensors: tensor "fc2.bias": type I8, want I32`}, lines(t, err))
	})
}

// What is wrong in both files is reported together, and consequences are not.
func TestBothFilesAreReported(t *testing.T) {
	topology, weights, err := Encode(small())
	require.NoError(t, err)
	topology = bytes.Replace(topology, []byte(`"reciprocal": 256`), []byte(`"reciprocal": -1`), 1)
	_, err = Decode(topology, weights[:len(weights)-1])
	got := lines(t, err)
	require.Len(t, got, 2)
	require.Contains(t, got[0], `network.json: layer "pool": pool.reciprocal: -1 is not positive`)
	require.Regexp(t, `^weights.safetensors: tensor "[^"]*": bytes \d+ to \d+ do not lie in the \d+ bytes of data$`, got[1])
}

func TestEveryTruncationIsAnError(t *testing.T) {
	topology, weights, err := Encode(full())
	require.NoError(t, err)
	for i := range weights {
		_, err := Decode(topology, weights[:i])
		require.Error(t, err, i)
	}
	for i := range len(topology) - 1 { // all but the last line break
		_, err := Decode(topology[:i], weights)
		require.Error(t, err, i)
	}
}

func TestLoadNamesTheFiles(t *testing.T) {
	dir := t.TempDir()
	_, err := Load(dir)
	require.Equal(t, []string{
		filepath.Join(dir, "network.json") + ": no such file or directory",
		filepath.Join(dir, "weights.safetensors") + ": no such file or directory",
	}, lines(t, err))
	require.ErrorIs(t, err, os.ErrNotExist)

	require.NoError(t, Save(small(), dir))
	for name, limit := range map[string]int64{TopologyFile: maxTopology, WeightsFile: maxWeights} {
		// A sparse file: as large as it claims, without taking the space.
		path := filepath.Join(dir, name)
		require.NoError(t, os.Truncate(path, limit+1))
		_, err = Load(dir)
		require.Contains(t, lines(t, err), fmt.Sprintf("%s: %d bytes: more than %d", path, limit+1, limit))
		require.NoError(t, Save(small(), dir))
	}
	_, err = Load(dir)
	require.NoError(t, err)

	_, err = LoadFS(fstest.MapFS{TopologyFile: {Data: []byte("{}")}})
	require.Equal(t, []string{"weights.safetensors: file does not exist"}, lines(t, err))
}
