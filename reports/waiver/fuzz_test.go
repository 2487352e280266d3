package waiver

import "testing"

// FuzzParse: no text makes the reader of waivers panic, and what it takes can be applied.
func FuzzParse(f *testing.F) {
	f.Add([]byte("[[waiver]]\nkind = \"port\"\nobject = \"m.busy\"\nsha256 = \"00\"\nowner = \"a\"\nreason = \"b\"\nexpires = 2027-06-30\n"))
	f.Add([]byte("[[waiver]]\nkind = 1\n"))
	f.Add([]byte("waiver = [[[[]]]]"))
	f.Fuzz(func(t *testing.T, text []byte) {
		if file, err := parse("w.toml", text); (file == nil) == (err == nil) {
			t.Fatalf("%v, %v", file, err)
		}
	})
}
