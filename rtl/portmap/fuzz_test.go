package portmap

import "testing"

// FuzzParse: no text makes the reader of port maps panic.
func FuzzParse(f *testing.F) {
	f.Add([]byte("top = \"m\"\nclock = \"clk\"\n[[output]]\nport = \"y\"\nchannel = 0\n"))
	f.Add([]byte("top = 3\n[ports]\na = [1, [2]]\n"))
	f.Fuzz(func(t *testing.T, text []byte) {
		if m, err := Parse("map.toml", text); m == nil && err == nil {
			t.Fatal("neither a map nor an error")
		}
	})
}
