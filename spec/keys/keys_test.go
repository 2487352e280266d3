package keys

import (
	"fmt"
	"strings"
	"testing"

	"github.com/BurntSushi/toml"
	"github.com/stretchr/testify/require"
)

const sample = `# a comment with "quotes' and [brackets]
network = "net" # here
text = """
[not.a.table]
key = "of nobody" \""" ""
"""
a.b."c.d" = 1

[layer.stem]
files = [
  "a.v", # ] no end
  'b].v',

  "c.v"]
where = { x = 1, "y z" = [ { deep = 'd' } ] }
[layer."block/1"]
when = 2027-06-30
[[waiver]]
kind = "line"
[[waiver]]
kind = "port"
[waiver.more]
n = 0x10
`

func TestPlaces(t *testing.T) {
	table, at, err := Decode("f", []byte(sample))
	require.NoError(t, err)
	require.Equal(t, "net", table["network"])
	for path, line := range map[string]int{
		"network": 2, "text": 3, "a": 7, "a b": 7, "a b c.d": 7,
		"layer": 9, "layer stem": 9, "layer stem files": 10, "layer stem files 0": 11, "layer stem files 1": 12, "layer stem files 2": 14,
		"layer stem where x": 15, "layer stem where y_z 0 deep": 15, "layer block/1": 16, "layer block/1 when": 17,
		"waiver": 18, "waiver 0 kind": 19, "waiver 1": 20, "waiver 1 kind": 21, "waiver 1 more n": 23,
		"layer stem none": 9, "layer stem files 7": 10,
	} {
		keys := strings.Fields(path)
		for i := range keys {
			keys[i] = strings.ReplaceAll(keys[i], "_", " ")
		}
		require.Equal(t, fmt.Sprintf("f:%d", line), at.At(keys...), path)
	}
	require.Equal(t, "f", at.At("not"))
	require.Equal(t, "f", at.At())
}

func TestNoTOML(t *testing.T) {
	_, _, err := Decode("f", []byte("a = 1\nb = = 2\n"))
	require.ErrorContains(t, err, "f:2: ")
	_, _, err = Decode("f", []byte("a = 1\na = 2\n"))
	require.ErrorContains(t, err, "f:2: ")
}

// FuzzPlaces: whatever the decoder takes has a line for each of its keys, and the walk
// comes to an end.
func FuzzPlaces(f *testing.F) {
	f.Add([]byte(sample))
	f.Add([]byte("x = [[1,2],[{a=1}]]\r\n'' = \"\"\"\"\"\"\"\"\n"))
	f.Add([]byte("\xfe\xffa=0"))
	f.Add([]byte("[a]\n[a.'b']\n[[c.d]]\n[c.d.e]\n"))
	f.Fuzz(func(t *testing.T, text []byte) {
		_, at, err := Decode("f", text)
		if err != nil {
			return
		}
		var table map[string]any
		meta, err := toml.Decode(string(text), &table)
		require.NoError(t, err)
		for _, key := range meta.Keys() {
			require.NotEqual(t, "f", at.At(key[:1]...), "%q", key)
		}
		for k, line := range at.lines {
			require.Positive(t, line, k)
			require.LessOrEqual(t, line, strings.Count(string(text), "\n")+1)
		}
	})
}
