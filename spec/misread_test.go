package spec

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// What cannot be read hides nothing that is wrong elsewhere, and nothing is said
// that only follows from it.
func TestMisreadFieldsHideNothing(t *testing.T) {
	topology, weights, err := Encode(small())
	require.NoError(t, err)
	for _, c := range []struct {
		name    string
		replace []string // old, new, ...: the first occurrence of each
		want    []string
	}{
		{"rounding, inputs, names", []string{`"RND"`, `"rnd"`, `["a", "b"]`, `["a", "nosuch"]`, `"fc2"`, `"pool"`}, []string{
			`layer "a": out.rounding: rounding "rnd": want one of`,
			`layer "pool": name: "pool" is also the name of layer 3; this is layer 5`,
			`layer "sum": inputs[1]: there is no layer "nosuch"`,
		}},
		{"overflow and what the weights hold", []string{`"SAT"`, `"sat"`, `"bits": 4`, `"bits": 3`}, []string{
			`layer "a": out.overflow: overflow "sat": want one of`,
			`weights.safetensors: layer "b", channel 0: codes: code -7 at tap 1 is outside the window`,
		}},
		{"types", []string{`"kernel": [2, 2]`, `"kernel": "2x2"`, `"reciprocal": 256`, `"reciprocal": 0`, `["fc1"]`, `["fc3"]`}, []string{
			`layer "a": conv.kernel: "2x2": want a list of integers`,
			`layer "pool": pool.reciprocal: 0 is not positive`,
			`layer "fc2": inputs[0]: there is no layer "fc3"`,
		}},
		{"an operation, and the inputs of its layer", []string{`"add": {}`, `"product": {}`, `["a", "b"]`, `["a", "nosuch"]`}, []string{
			`layer "sum": op: 0 operations []`,
			`layer "sum": product: unknown field`,
			`layer "sum": inputs[1]: there is no layer "nosuch"`,
		}},
		{"a name, which others may mean", []string{`"name": "a",`, `"name": 7,`, `"reciprocal": 256`, `"reciprocal": 0`}, []string{
			`network: layers[0].name: 7: want a string`,
			`layer "pool": pool.reciprocal: 0 is not positive`,
		}},
		{"the input", []string{`"u8.8"`, `"u8", "preprocess": [{"op": "mul", "values": [1, 2, 3]}]`, `[2, 4, 4]`, `[2, 0, 4]`, `"groups": 2`, `"groups": 0`}, []string{
			`network: input.format: format "u8": want`,
			`network: input.shape: 0 rows are not in`,
			`layer "a": conv.groups: group count 0 is not in`,
		}},
		{"padding, on which the shape depends", []string{`"pad": [0, 0, 1, 1]`, `"pad": [0, 0, true, 1]`, `[2, 4, 4]`, `[2, 1, 4]`}, []string{
			`layer "a": conv.pad[2]: true: want an integer`,
		}},
		{"accumulator", []string{`"bits": 3`, `"bits": 9, "accumulator": {"mode": "wrap", "width": 20, "drop": 0, "order": "NEGATE_SHIFT"}`}, []string{
			`layer "a": conv.accumulator.mode: accumulator mode "wrap": want one of`,
		}},
	} {
		t.Run(c.name, func(t *testing.T) {
			spoilt := string(topology)
			for i := 0; i < len(c.replace); i += 2 {
				require.Contains(t, spoilt, c.replace[i])
				spoilt = strings.Replace(spoilt, c.replace[i], c.replace[i+1], 1)
			}
			_, err := Decode([]byte(spoilt), weights)
			got := lines(t, err)
			require.Len(t, got, len(c.want), "%v", err)
			for i, w := range c.want {
				require.Contains(t, got[i], w)
			}
		})
	}
}
