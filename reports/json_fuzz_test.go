package reports

import (
	"bytes"
	"testing"
)

// FuzzDecode: no signoff.json makes the reader panic, and what it takes is written again
// as it was understood.
func FuzzDecode(f *testing.F) {
	var b bytes.Buffer
	if err := (&Signoff{Network: "tiny"}).Encode(&b); err != nil {
		f.Fatal(err)
	}
	f.Add(b.Bytes())
	f.Add([]byte(`{"schema":1}`))
	f.Fuzz(func(t *testing.T, text []byte) {
		s, err := Decode(bytes.NewReader(text))
		if err != nil {
			return
		}
		var again bytes.Buffer
		if err := s.Encode(&again); err != nil {
			t.Fatal(err)
		}
		if _, err := Decode(&again); err != nil {
			t.Fatal(err)
		}
	})
}
