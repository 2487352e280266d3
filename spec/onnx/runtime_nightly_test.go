//go:build nightly

package onnx

import (
	"encoding/json"
	"flag"
	"fmt"
	"math"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/hashiflex/hashiflex/golden"
	"github.com/hashiflex/hashiflex/spec"
)

var update = flag.Bool("update", false, "write "+record+" anew")

// onnxruntime is the package of npm that executes models, with its version.
const onnxruntime = "onnxruntime-node@1.30.0"

// job is a model and its input for testdata/runtime.js.
type job struct {
	Model string    `json:"model"`
	Dims  []int64   `json:"dims"`
	Data  []float32 `json:"data"`
	Half  bool      `json:"half"`
}

// otherRuntime executes models in onnxruntime. What is missing fails the test: a comparison
// that was not made must not pass.
func otherRuntime(t *testing.T, jobs []job) [][]float64 {
	dir := t.TempDir()
	script, err := filepath.Abs("testdata/runtime.js")
	require.NoError(t, err)
	npm := exec.Command("npm", "install", "--ignore-scripts", "--no-audit", "--no-fund", "--prefix", dir, onnxruntime)
	said, err := npm.CombinedOutput()
	require.NoError(t, err, "%s", said)
	list, err := json.Marshal(jobs)
	require.NoError(t, err)
	require.NoError(t, os.WriteFile(filepath.Join(dir, "jobs.json"), list, 0o644))
	node := exec.Command("node", script, filepath.Join(dir, "jobs.json"))
	node.Env = append(os.Environ(), "NODE_PATH="+filepath.Join(dir, "node_modules"))
	node.Stderr = os.Stderr
	answer, err := node.Output()
	require.NoError(t, err)
	var out []struct {
		Error string
		Data  []float64
	}
	require.NoError(t, json.Unmarshal(answer, &out))
	require.Len(t, out, len(jobs))
	var all [][]float64
	for i, o := range out {
		require.Empty(t, o.Error, jobs[i].Model)
		all = append(all, o.Data)
	}
	return all
}

// onnxruntime computes what the record says, and what the importer's models compute.
func TestOnnxruntimeExports(t *testing.T) {
	dir := t.TempDir()
	all := exports()
	var names []string
	var jobs []job
	for _, name := range sortedNames(all) {
		e := all[name]
		if e.refused != "" {
			continue
		}
		m, _ := e.ours(t)
		path := filepath.Join(dir, fmt.Sprint(len(jobs)))
		require.NoError(t, os.WriteFile(path, e.bytes(), 0o644))
		names = append(names, name)
		jobs = append(jobs, job{path, e.dims, e.fed(e.image(), m.Input), e.kind == typeFloat16})
	}
	outs := otherRuntime(t, jobs)
	r := recorded{Runtime: onnxruntime, Outputs: map[string][]float64{}}
	for i, name := range names {
		for _, x := range outs[i] {
			r.Outputs[name] = append(r.Outputs[name], math.Round(x*1e7)/1e7)
		}
		_, got := all[name].ours(t)
		all[name].agrees(t, got, outs[i])
	}
	if *update {
		b, err := json.MarshalIndent(r, "", " ")
		require.NoError(t, err)
		require.NoError(t, os.WriteFile(record, append(b, '\n'), 0o644))
	}
	have := readRecord(t)
	for i, name := range names {
		require.InDeltaSlice(t, outs[i], have.Outputs[name], 1e-5, name)
	}
	require.Len(t, have.Outputs, len(names))
}

// Models in QDQ format: the logits are the integers that onnxruntime computes, exactly.
// Logits that a model leaves real are rounded to the 16 bits of the network.
func TestOnnxruntimeQuantized(t *testing.T) {
	const seed = 31
	rng := rand.New(rand.NewPCG(seed, 0))
	dir := t.TempDir()
	var jobs []job
	var want [][]float64
	var fracs []int
	for round := range 12 {
		d, size, _ := quantizedModel(rng, round)
		if d.qonnx {
			continue // not an operation of onnxruntime
		}
		net, _, err := Import(ctx, parse(t, d.file), Options{})
		require.NoError(t, err)
		e, err := golden.New(net)
		require.NoError(t, err)
		path := filepath.Join(dir, fmt.Sprint(round))
		require.NoError(t, os.WriteFile(path, d.bytes(), 0o644))
		for range 20 {
			in := golden.NewTensor(net.Input.Shape)
			j := job{Model: path, Dims: []int64{1, 3, int64(size), int64(size)}}
			for i := range in.Data {
				in.Data[i] = int32(rng.IntN(256) - 128)
				j.Data = append(j.Data, float32(math.Ldexp(float64(in.Data[i]), -net.Input.Format.Frac)))
			}
			tr, err := e.Run(ctx, in)
			require.NoError(t, err)
			frac := net.Layers[len(net.Layers)-1].Out.Format.Frac
			var logits []float64
			for _, v := range tr.Outputs[len(tr.Outputs)-1].Data {
				logits = append(logits, math.Ldexp(float64(v), -frac))
			}
			jobs, want, fracs = append(jobs, j), append(want, logits), append(fracs, frac)
		}
	}
	require.NotEmpty(t, jobs)
	t.Logf("%d images, seed %d", len(jobs), seed)
	for i, got := range otherRuntime(t, jobs) {
		for k, x := range got {
			got[k] = math.Ldexp(math.Floor(math.Ldexp(x, fracs[i])+0.5), -fracs[i])
		}
		require.Equal(t, want[i], got, "model %s", filepath.Base(jobs[i].Model))
	}
}

func sortedNames(all map[string]*export) (names []string) {
	for name := range all {
		names = append(names, name)
	}
	slices.Sort(names)
	return names
}

// fed is what a runtime is given for the bytes of an image that are in the order C, H, W:
// b/255, in the order of the model's input, as raw data.
func (e *export) fed(chw []uint8, s spec.Shape) []float32 {
	out := make([]float32, len(chw))
	for i, b := range chw {
		k := i
		if n := len(e.dims); n == 4 && e.dims[n-1] == int64(s.C) && e.dims[1] == int64(s.H) && s.C != s.H {
			c, y, x := i/(s.H*s.W), i/s.W%s.H, i%s.W
			k = (y*s.W+x)*s.C + c
		}
		out[k] = float32(float64(b) / 255)
	}
	return out
}
