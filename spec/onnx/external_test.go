package onnx

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"

	"github.com/stretchr/testify/require"
)

// elsewhere is a tensor with its data in another file; entries are key, value, key,
// value.
func elsewhere(name string, ds []int64, entries ...string) []byte {
	b := cat(dims(ds), num(2, 1), str(8, name), num(14, 1))
	for i := 0; i < len(entries); i += 2 {
		b = append(b, sub(13, cat(str(1, entries[i]), str(2, entries[i+1])))...)
	}
	return b
}

// data is w1 of sample after 8 other bytes, and 4 others behind it.
func data() []byte { return slices.Concat(make([]byte, 8), little(wts(36)), make([]byte, 4)) }

func TestExternalData(t *testing.T) {
	want := everything(t, sample(), Quantizer{})
	dir := t.TempDir()
	require.NoError(t, os.Mkdir(filepath.Join(dir, "in"), 0o755))
	require.NoError(t, os.WriteFile(filepath.Join(dir, "w.data"), data(), 0o644))
	require.NoError(t, os.WriteFile(filepath.Join(dir, "in", "w1"), little(wts(36)), 0o644))
	path := filepath.Join(dir, "m.onnx")
	for _, entries := range [][]string{
		{"location", "w.data", "offset", "8", "length", "144"},
		{"location", "in/w1"},
		{"length", "144", "location", "in/w1", "offset", "0", "checksum", "any"},
	} {
		f := sample().with("w1", elsewhere("w1", []int64{2, 2, 3, 3}, entries...))
		require.NoError(t, os.WriteFile(path, f.bytes(), 0o644))
		m, err := Read(path, Options{})
		require.NoError(t, err)
		require.Equal(t, want, encoded(t, m))
		_, err = Parse(f.bytes())
		require.ErrorContains(t, err, `node "c1" (Conv): tensor "w1" keeps its data in another file`)
	}
	// The tensor of a Constant may be elsewhere too.
	f := sample().instead("c1", [][]byte{node("Constant", "k", nil, attr("value", 4, sub(5, elsewhere("", []int64{2, 2, 3, 3}, "location", "in/w1")))),
		node("Conv", "c1", []string{"image", "k"}, intsAttr("pads", 1, 1, 1, 1))})
	require.NoError(t, os.WriteFile(path, f.bytes(), 0o644))
	m, err := Read(path, Options{})
	require.NoError(t, err)
	require.Equal(t, want, encoded(t, m))
}

func TestExternalDataRefused(t *testing.T) {
	top := t.TempDir()
	dir := filepath.Join(top, "model")
	require.NoError(t, os.MkdirAll(filepath.Join(dir, "in"), 0o755))
	secret := filepath.Join(top, "w1")
	for _, at := range []string{secret, filepath.Join(dir, "w1"), filepath.Join(dir, "in", "w1")} {
		require.NoError(t, os.WriteFile(at, little(wts(36)), 0o644))
	}
	require.NoError(t, os.Symlink("w1", filepath.Join(dir, "inside")))
	require.NoError(t, os.Symlink(secret, filepath.Join(dir, "outside")))
	require.NoError(t, os.Symlink("in", filepath.Join(dir, "folder")))
	require.NoError(t, os.Symlink("..", filepath.Join(dir, "away")))
	require.NoError(t, os.Symlink("../../w1", filepath.Join(dir, "in", "up")))
	require.NoError(t, syscall.Mkfifo(filepath.Join(dir, "pipe"), 0o644))
	big, err := os.Create(filepath.Join(dir, "big"))
	require.NoError(t, err)
	require.NoError(t, big.Truncate(MaxFile+4)) // without blocks
	require.NoError(t, big.Close())
	path := filepath.Join(dir, "m.onnx")
	for want, entries := range map[string][]string{
		`location "../w1": want a file inside the model's folder`:         {"location", "../w1"},
		`location "in/../w1": want a file inside`:                         {"location", "in/../w1"},
		`location "in/../../w1": want a file inside`:                      {"location", "in/../../w1"},
		`location "` + secret + `": want a file inside`:                   {"location", secret},
		`location "..\\w1": want a file inside`:                           {"location", `..\w1`},
		`location "": want a file inside`:                                 {"offset", "0"},
		`location "./w1": want a file inside`:                             {"location", "./w1"},
		`location "inside": inside is a link`:                             {"location", "inside"},
		`location "outside": outside is a link`:                           {"location", "outside"},
		`location "folder/w1": folder is a link`:                          {"location", "folder/w1"},
		`location "away/w1": away is a link`:                              {"location", "away/w1"},
		`location "in/up": up is a link`:                                  {"location", "in/up"},
		`location "in": in is no regular file`:                            {"location", "in"},
		`location "pipe": pipe is no regular file`:                        {"location", "pipe"},
		`location "w1/w1": w1 is no regular file`:                         {"location", "w1/w1"},
		`location "nothing": no such file; put the data beside the model`: {"location", "nothing"},
		`offset "-1" of its data is no number of bytes`:                   {"location", "w1", "offset", "-1"},
		`length "x" of its data is no number of bytes`:                    {"location", "w1", "length", "x"},
		`offset 8 and length 144 are not within its 144 bytes`:            {"location", "w1", "offset", "8", "length", "144"},
		`offset 145 and length 0 are not within its 144 bytes`:            {"location", "w1", "offset", "145"},
		`length 9223372036854775807 are not within its 144 bytes`:         {"location", "w1", "offset", "1", "length", "9223372036854775807"},
		`536870916 bytes are more than the`:                               {"location", "big"},
		`tensor "w1" of dimensions [2 2 3 3] has 35 values, want 36`:      {"location", "w1", "offset", "4"},
	} {
		f := sample().with("w1", elsewhere("w1", []int64{2, 2, 3, 3}, entries...))
		require.NoError(t, os.WriteFile(path, f.bytes(), 0o644))
		_, err := Read(path, Options{})
		require.ErrorContains(t, err, want)
		require.True(t, strings.HasPrefix(err.Error(), path+`: node "c1" (Conv): tensor "w1"`), err)
	}
	f := sample().with("w1", cat(tensor("w1", []int64{2, 2, 3, 3}, wts(36)...), num(14, 1), sub(13, cat(str(1, "location"), str(2, "w1")))))
	require.NoError(t, os.WriteFile(path, f.bytes(), 0o644))
	_, err = Read(path, Options{})
	require.ErrorContains(t, err, `tensor "w1": has data of its own and in another file`)
	// What is read in pieces is bounded in sum.
	c := &companions{dir: dir, left: 200}
	one := &tensorProto{where: map[string]string{"location": "w1"}}
	_, err = c.read(one)
	require.NoError(t, err)
	_, err = c.read(one)
	require.ErrorContains(t, err, "144 bytes are more than the 56 that are left")
}

// One output of several, or a tensor inside, is the network of what it needs.
func TestOutput(t *testing.T) {
	path := filepath.Join(t.TempDir(), "m.onnx")
	several := sample()
	several.nodes = append(several.nodes, node("Selu", "other", []string{"sum"}))
	several.extra = sub(12, info("other"))
	require.NoError(t, os.WriteFile(path, several.bytes(), 0o644))
	_, err := Read(path, Options{})
	require.ErrorContains(t, err, `2 outputs, want 1; --model-output takes one of ["prob" "other"]`)
	m, err := Read(path, Options{Output: "prob"})
	require.NoError(t, err)
	require.Equal(t, everything(t, sample(), Quantizer{}), encoded(t, m))
	require.Contains(t, m.Notes, "output prob: 1 of 10 nodes left out, which it does not need")
	_, err = Read(path, Options{Output: "other"})
	require.ErrorContains(t, err, `Selu is not supported`)
	for _, name := range []string{"nothing", "image", "w1"} {
		_, err = Read(path, Options{Output: name})
		require.ErrorContains(t, err, `is not computed; the model has the outputs ["prob" "other"]`)
	}
	m, err = Read(path, Options{Output: "pool"})
	require.NoError(t, err)
	short := sample()
	short.nodes, short.output = short.nodes[:6], "pool"
	require.Equal(t, everything(t, short, Quantizer{}), encoded(t, m))
}
