package seal

import (
	"bytes"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

type letter struct {
	To    string            `json:"to"`
	Pages []int             `json:"pages"`
	Sums  map[string]string `json:"sums"`
}

func TestSealed(t *testing.T) {
	l := &letter{To: "all", Pages: []int{1, 2}}
	text, err := Encode(l, &l.Sums)
	require.NoError(t, err)
	again, err := Encode(l, &l.Sums)
	require.NoError(t, err)
	require.Equal(t, text, again)
	var back letter
	require.NoError(t, Decode("f", text, &back))
	require.Equal(t, *l, back)

	// Spaces are no content.
	require.NoError(t, Decode("f", bytes.ReplaceAll(text, []byte("\n"), []byte("\n\n")), &back))

	for edit, want := range map[[2]string]string{
		{`"all"`, `"some"`}:                       "f: field to: it was changed: its hash is ",
		{`1,`, `1, 7,`}:                           "f: field pages: it was changed",
		{`"to": "all",`, ``}:                      "f: field to: it is missing",
		{`"to": "all",`, `"to": "all", "cc": 1,`}: "f: field cc: sums has no hash of it",
		{`"sums"`, `"suns"`}:                      "f: field sums: it is missing or no table of hashes",
		{`"pages"`, `"pages`}:                     "f: no complete JSON: ",
	} {
		edited := strings.Replace(string(text), edit[0], edit[1], 1)
		require.NotEqual(t, string(text), edited)
		var wrong *FieldError
		err := Decode("f", []byte(edited), &back)
		require.ErrorAs(t, err, &wrong, edit)
		require.ErrorContains(t, err, want)
	}
	require.ErrorContains(t, Decode("f", text[:len(text)/2], &back), "no complete JSON")
	require.ErrorContains(t, Decode("f", append(text, "{}"...), &back), "no complete JSON")
	other := &struct {
		To   int               `json:"to"`
		Sums map[string]string `json:"sums"`
	}{To: 3}
	text, err = Encode(other, &other.Sums)
	require.NoError(t, err)
	require.ErrorContains(t, Decode("f", text, &back), "f: field to: it is a number")
}
