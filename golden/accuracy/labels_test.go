package accuracy

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestLabels(t *testing.T) {
	path := filepath.Join(t.TempDir(), "labels.txt")
	write := func(text string) { require.NoError(t, os.WriteFile(path, []byte(text), 0o644)) }
	names := []string{"cat", "gazelle hound", "7"}
	write("# ours\n\na.png,1\nb b.png\tgazelle hound\r\nfolder/c.png cat\nd.png, 5\ne.png 7\n")
	l, err := ReadLabels(path, names)
	require.NoError(t, err)
	require.Equal(t, Labels{"a.png": 1, "b b.png": 1, "c.png": 0, "d.png": 5, "e.png": 2}, l)
	require.Equal(t, []string{"x.png"}, l.Missing([]string{"dir/a.png", "dir/x.png"}))
	r := &Result{Images: []Image{
		{Name: "a.png", Top: []int{1, 0}, TrainedTop: []int{0, 1}},
		{Name: "c.png", Top: []int{1, 0}, TrainedTop: []int{0, 1}},
		{Name: "x.png", Top: []int{1, 0}, TrainedTop: []int{0, 1}},
	}}
	network, trained := r.Correct(l, 1)
	require.Equal(t, [2]int{1, 1}, [2]int{network, trained})
	network, trained = r.Correct(l, 5)
	require.Equal(t, [2]int{2, 2}, [2]int{network, trained})

	write("alone\na.png dog\na.png -1\nb.png 1\nb.png 2\n")
	_, err = ReadLabels(path, names)
	for _, want := range []string{`labels.txt:1: "alone"`, `labels.txt:2: "dog" is neither`, `labels.txt:3: "-1"`, `labels.txt:5: b.png is of class 1`} {
		require.ErrorContains(t, err, want)
	}
	write("# nothing\n")
	_, err = ReadLabels(path, nil)
	require.ErrorContains(t, err, "no labels")
}
