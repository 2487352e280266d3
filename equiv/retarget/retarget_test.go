package retarget

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/hashiflex/hashiflex/equiv/signoff"
	"github.com/hashiflex/hashiflex/reports"
	"github.com/hashiflex/hashiflex/reports/dossier"
	"github.com/hashiflex/hashiflex/reports/rundir"
	"github.com/hashiflex/hashiflex/rtl/npu"
	"github.com/hashiflex/hashiflex/spec"
	"github.com/hashiflex/hashiflex/spec/digest"
	"github.com/hashiflex/hashiflex/spec/networks"
	"github.com/hashiflex/hashiflex/spec/onnx"
	"github.com/hashiflex/hashiflex/spec/onnx/zoo"
	"github.com/hashiflex/hashiflex/spec/verdict"
)

const lanes = 4

func tiny(t *testing.T) *spec.Network {
	t.Helper()
	n, err := networks.Open("tiny")
	require.NoError(t, err)
	return n
}

// hashes are a network's files as a signoff lists them.
func hashes(t *testing.T, n *spec.Network) []reports.Input {
	t.Helper()
	topology, weights, err := spec.Encode(n)
	require.NoError(t, err)
	return []reports.Input{{Name: spec.TopologyFile, SHA256: digest.Bytes(topology)}, {Name: spec.WeightsFile, SHA256: digest.Bytes(weights)}}
}

// signedOff writes the run directory of a signoff in which nobody proved anything: what is
// tested is what becomes of it. change edits the signoff before it is written.
func signedOff(t *testing.T, n *spec.Network, change func(*reports.Signoff)) string {
	t.Helper()
	dir := filepath.Join(t.TempDir(), "run")
	p, err := npu.Room(signoff.Dense(n), lanes)
	require.NoError(t, err)
	head, err := signoff.HeadInputs(nil, p)
	require.NoError(t, err)
	run, err := rundir.Open(rundir.Config{Dir: dir, Identity: rundir.Identity{Network: n.Name}, Program: "test"})
	require.NoError(t, err)
	s := &reports.Signoff{
		Program: "test", Command: "hashiflex signoff", Network: n.Name, Edges: []verdict.Edge{verdict.GoldenNetlist},
		Inputs: append(hashes(t, n), head...), Omissions: []reports.Omission{},
		Head: &reports.Head{
			Program: reports.HeadProgram{Size: signoff.HeadSize(p), Images: 20},
			Proofs:  []reports.HeadProof{{ID: "head lane/step", Kind: verdict.HeadLane, Name: "step", Claim: "a lane adds", Verdict: verdict.Proved, Method: "smt"}},
		},
	}
	seq := 0
	enter := func(o reports.Obligation) {
		o.Verdict, o.Strategy, o.RestsOn = verdict.Proved, "said so", verdict.Computed
		require.NoError(t, run.Record(seq, o))
		seq++
	}
	for _, l := range Hardened(n) {
		s.Layers = append(s.Layers, reports.Layer{Name: l.Name, Kind: l.Kind(), Points: 1})
		at := verdict.Point{Layer: l.Name, Edge: verdict.GoldenNetlist, Label: "0"}
		enter(reports.Obligation{ID: at.ID(), Kind: verdict.Compare, Layer: l.Name, Edge: at.Edge, Point: at.Label})
	}
	enter(reports.Obligation{ID: "head lane/step", Kind: verdict.HeadLane})
	enter(reports.Obligation{ID: verdict.HeadFuzz.ID("campaign"), Kind: verdict.HeadFuzz})
	enter(reports.Obligation{ID: verdict.HeadProgram.ID(n.Name), Kind: verdict.HeadProgram})
	_, err = run.Write(rundir.Logs, "stem.txt", []byte("read by nobody\n"))
	require.NoError(t, err)
	if change != nil {
		change(s)
	}
	require.NoError(t, run.Fill(s))
	require.NoError(t, run.Finish(s))
	require.NoError(t, run.Close())
	return dir
}

// model is a classifier of package zoo.
func model(t *testing.T, sizes ...int) *onnx.Model {
	t.Helper()
	path := filepath.Join(t.TempDir(), "classifier.onnx")
	require.NoError(t, os.WriteFile(path, zoo.Classifier(zoo.Options{Seed: 5}, sizes...), 0o644))
	m, err := onnx.Read(path, onnx.Options{Quantizer: onnx.Quantizer{Bits: 4, Round: true}})
	require.NoError(t, err)
	return m
}

// classified is tiny with such a classifier.
func classified(t *testing.T, n *spec.Network, sizes ...int) *spec.Network {
	t.Helper()
	is, notes, err := New(context.Background(), n, model(t, sizes...), onnx.Options{}, nil)
	require.NoError(t, err)
	require.NotEmpty(t, notes)
	return is
}

func renew(t *testing.T, was, is *spec.Network, from, to string) *reports.Signoff {
	t.Helper()
	c, err := Cite(from, hashes(t, was))
	require.NoError(t, err)
	s, err := Run(context.Background(), Job{Was: was, Is: is, Cited: c, Images: 40, Seed: 1, Jobs: 2, Dir: to, Program: "now", Command: "hashiflex retarget"})
	require.NoError(t, err)
	return s
}

func TestRenewedRun(t *testing.T) {
	n := tiny(t)
	from, to := signedOff(t, n, nil), filepath.Join(t.TempDir(), "renewed")
	is := classified(t, n, 12, 8, 4)
	s := renew(t, n, is, from, to)
	require.Equal(t, reports.SignedOff, s.Conclusion, s.Reasons)
	d, err := dossier.Open(to, dossier.Options{})
	require.NoError(t, err)
	require.Empty(t, d.Problems)
	require.Contains(t, s.Sentence(), "Its classifier was replaced: ")
	sums, err := os.ReadFile(filepath.Join(from, "SHA256SUMS"))
	require.NoError(t, err)
	require.Equal(t, digest.Bytes(sums), s.Renewal.Cited)
	require.Equal(t, hashes(t, n), s.Renewal.Inputs)
	require.Len(t, s.Renewal.Changed, 2, "both layers are others")
	require.FileExists(t, filepath.Join(to, "logs", "stem.txt"))
	require.FileExists(t, filepath.Join(to, "head", npu.DriverFile))

	own := map[verdict.ID]bool{}
	run, err := rundir.Read(to)
	require.NoError(t, err)
	for o, err := range run.Obligations() {
		require.NoError(t, err)
		if o.Kind == verdict.Retarget || o.Kind == verdict.HeadProgram {
			own[o.ID] = true
			require.Equal(t, verdict.Proved, o.Verdict, o.ID)
		}
	}
	for _, name := range []string{"features", "feature memory", "weight memory", "classes", "descriptors", "accumulator of hidden", "accumulator of logits", "hardened layers", "commit", "program", "cited run"} {
		require.True(t, own[verdict.Retarget.ID(name)], name)
	}
	require.True(t, own[verdict.HeadProgram.ID(n.Name)])
	require.Len(t, own, s.Renewal.Own)

	// The renewed network is the one that the run is of, and can be renewed itself.
	again, err := spec.Load(filepath.Join(to, "network"))
	require.NoError(t, err)
	require.Equal(t, hashes(t, is), hashes(t, again))
	third := renew(t, again, classified(t, again, 12, 5), to, filepath.Join(t.TempDir(), "third"))
	require.Equal(t, reports.SignedOff, third.Conclusion, third.Reasons)
	require.Equal(t, s.Renewal.Copied, third.Renewal.Copied)

	// Equal jobs write equal bytes.
	twice := filepath.Join(t.TempDir(), "twice")
	renew(t, n, is, from, twice)
	a, err := os.ReadFile(filepath.Join(to, "SHA256SUMS"))
	require.NoError(t, err)
	b, err := os.ReadFile(filepath.Join(twice, "SHA256SUMS"))
	require.NoError(t, err)
	require.Equal(t, string(a), string(b))
}

func TestRunsThatCannotBeCited(t *testing.T) {
	n := tiny(t)
	other := n.Clone()
	other.Layers[0].Op.(*spec.Conv).Bias[0]++
	edit := func(file string) func(t *testing.T, dir string) {
		return func(t *testing.T, dir string) {
			path := filepath.Join(dir, file)
			text, err := os.ReadFile(path)
			require.NoError(t, err)
			require.NoError(t, os.WriteFile(path, []byte(strings.Replace(string(text), "a", "b", 1)), 0o644))
		}
	}
	for name, c := range map[string]struct {
		change func(*reports.Signoff)
		damage func(t *testing.T, dir string)
		of     *spec.Network
		want   string
	}{
		"log changed":         {damage: edit("logs/stem.txt"), want: "logs/stem.txt was changed"},
		"obligations changed": {damage: edit("obligations.jsonl"), want: "obligations.jsonl was changed"},
		"file gone": {damage: func(t *testing.T, dir string) { require.NoError(t, os.Remove(filepath.Join(dir, "logs", "stem.txt"))) },
			want: "logs/stem.txt is missing"},
		"file added": {damage: func(t *testing.T, dir string) {
			require.NoError(t, os.WriteFile(filepath.Join(dir, "head", "extra"), nil, 0o644))
		}, want: "head/extra was added"},
		"unfinished": {damage: func(t *testing.T, dir string) { require.NoError(t, os.Remove(filepath.Join(dir, "SHA256SUMS"))) },
			want: "no finished run"},
		"not signed off": {change: func(s *reports.Signoff) {
			s.Omissions = append(s.Omissions, reports.Omission{What: "vectors", Why: "no time", Blocks: true})
		}, want: "only a run that is signed off can be cited: tiny is not signed off"},
		"without head":    {change: func(s *reports.Signoff) { s.Head = nil }, want: "did not check the programmable head"},
		"another network": {of: other, want: "it is a run of another network, tiny: weights.safetensors had the SHA-256 "},
		"another head": {change: func(s *reports.Signoff) {
			for i := range s.Inputs {
				if s.Inputs[i].Name == "head/npu_lane.v" {
					s.Inputs[i].SHA256 = digest.Bytes(nil)
				}
			}
		}, want: "head/npu_lane.v had the SHA-256 e3b0c44298fc1c14, and this program's has "},
		"head not listed": {change: func(s *reports.Signoff) { s.Inputs = s.Inputs[:2] }, want: "does not list head/npu_head.v"},
	} {
		t.Run(name, func(t *testing.T) {
			dir := signedOff(t, n, c.change)
			if c.damage != nil {
				c.damage(t, dir)
			}
			of := n
			if c.of != nil {
				of = c.of
			}
			_, err := Cite(dir, hashes(t, of))
			require.ErrorContains(t, err, c.want)
		})
	}
	_, err := Cite(filepath.Join(t.TempDir(), "none"), nil)
	require.ErrorContains(t, err, "no finished run")
}

func TestClassifierThatDoesNotFit(t *testing.T) {
	n := tiny(t)
	p, err := npu.Room(signoff.Dense(n), lanes)
	require.NoError(t, err)
	for name, c := range map[string]struct {
		sizes []int
		want  []string
	}{
		"classes":   {[]int{12, 8, 40}, []string{"classes: the classifier needs 48, and the head was hardened with BIASES=12 (hidden: 8 outputs, logits: 40 outputs)", "weight memory: the classifier needs 104, and the head was hardened with ROWS=32"}},
		"layers":    {[]int{12, 4, 4, 2}, []string{"descriptors: the classifier needs 3, and the head was hardened with LAYERS=2"}},
		"too wide":  {[]int{12, 2, 13}, []string{"classes: the classifier needs 15"}},
		"one layer": {[]int{12, 4}, nil},
	} {
		t.Run(name, func(t *testing.T) {
			_, prog, err := Fit(n, classified(t, n, c.sizes...), p)
			if c.want == nil {
				require.NoError(t, err)
				require.Len(t, prog.Layers, len(c.sizes)-1)
				return
			}
			require.Nil(t, prog)
			for _, w := range c.want {
				require.ErrorContains(t, err, w)
			}
		})
	}
	_, _, err = New(context.Background(), n, model(t, 7, 4), onnx.Options{}, nil)
	require.ErrorContains(t, err, "the classifier reads 7 features, and pool gives 12")

	overflows := classified(t, n, 12, 8, 4)
	overflows.Layer("logits").Op.(*spec.Dense).Bias[2] = 1<<31 - 10
	_, _, err = Fit(n, overflows, p)
	require.ErrorContains(t, err, "accumulator of layer logits: output 2: features of format u8.")
	require.ErrorContains(t, err, "more than 32 bits hold")

	hardened := classified(t, n, 12, 8, 4)
	hardened.Layers[3].Op.(*spec.Conv).Bias[5]++
	_, _, err = Fit(n, hardened, p)
	require.ErrorContains(t, err, "layer expand: not the signed-off one (SHA-256 ")
	require.ErrorContains(t, err, "weights or biases of 1 of 48 channels, the first 5")
}

// Whatever of a hardened layer changes, its hash does.
func TestHardenedLayersAreCompared(t *testing.T) {
	n := tiny(t)
	require.NoError(t, SameHardened(n, n.Clone()))
	renamed := n.Clone()
	renamed.Layers[0].Name = "other"
	renamed.Layers[1].Inputs[0] = "other"
	for i := range renamed.Layers {
		for k := range renamed.Layers[i].Inputs {
			if renamed.Layers[i].Inputs[k] == "stem" {
				renamed.Layers[i].Inputs[k] = "other"
			}
		}
	}
	require.NoError(t, SameHardened(n, renamed), "names are no hardware")
	for name, change := range map[string]func(*spec.Network){
		"stem: ":      func(n *spec.Network) { c := n.Layers[0].Op.(*spec.Conv); c.Codes[0] = -c.Codes[0] + 1 },
		"depthwise: ": func(n *spec.Network) { n.Layers[1].Op.(*spec.Conv).Base[0]++ },
		"grouped: ":   func(n *spec.Network) { n.Layers[2].Out.Rounding = spec.TRN },
		"expand: ":    func(n *spec.Network) { n.Layers[3].Out.Format.Frac++ },
		"residual: ":  func(n *spec.Network) { i := n.Layers[5].Inputs; i[0], i[1] = i[1], i[0] },
		"pool: ":      func(n *spec.Network) { n.Layer("pool").Op.(*spec.Pool).Recip++ },
		"input: ":     func(n *spec.Network) { n.Input.Format.Frac++ },
		"last: ":      func(n *spec.Network) { n.Layer("last").Out.Clamp = &spec.Range{Lo: 1, Hi: 2} },
	} {
		is := n.Clone()
		change(is)
		err := SameHardened(n, is)
		require.ErrorContains(t, err, strings.TrimSuffix(name, ": "), name)
		require.NotEqual(t, HashOf(n), HashOf(is), name)
	}
}

// A program with one wrong write is found by reading it back, and by the simulation alone.
func TestWrongWriteIsFound(t *testing.T) {
	n := tiny(t)
	p, err := npu.Room(signoff.Dense(n), lanes)
	require.NoError(t, err)
	is := classified(t, n, 12, 8, 4)
	_, prog, err := Fit(n, is, p)
	require.NoError(t, err)
	dense := signoff.Dense(is)
	ws, err := npu.ParseWrites(npu.FormatWrites(p, prog.Writes()))
	require.NoError(t, err)
	require.Equal(t, prog.Writes(), ws)
	require.NoError(t, Holds(prog, dense, ws))
	images := Images(dense[0], nil, 60, 1)
	_, res, err := Simulate(context.Background(), prog, ws, dense, images, 2)
	require.NoError(t, err)
	require.Nil(t, res.Found)
	require.EqualValues(t, len(images), res.Images)

	for i, w := range ws {
		wrong := append([]npu.Write(nil), ws...)
		wrong[i].Data ^= 1 << (i % 32)
		if w.Strobe == 0 || strings.HasPrefix(npu.Name(w.Address), "CONTROL") {
			continue
		}
		if Holds(prog, dense, wrong) == nil {
			// A byte of a lane that no output uses.
			require.True(t, strings.HasPrefix(npu.Name(w.Address), "weights"), npu.Name(w.Address))
		}
	}
	for _, what := range []string{"weights", "bias", "layer 0 TAIL", "layer 1 IN"} {
		wrong := append([]npu.Write(nil), ws...)
		for i, w := range wrong {
			if strings.HasPrefix(npu.Name(w.Address), what) {
				wrong[i].Data ^= 0x20
				break
			}
		}
		require.Error(t, Holds(prog, dense, wrong), what)
		_, res, err := Simulate(context.Background(), prog, wrong, dense, images, 1)
		require.True(t, err != nil || res.Found != nil, what)
		if what == "weights" || what == "bias" {
			require.NoError(t, err)
			require.NotNil(t, res.Found)
			require.Contains(t, res.Found.Why, "the network's is")
		}
	}
}

// The whole network, fine-tuned, takes its classifier and nothing else.
func TestWholeModel(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "network.onnx")
	net, err := zoo.Find("ds_cnn")
	require.NoError(t, err)
	o := zoo.Options{Seed: 1, Divide: 16, Rows: 12, Columns: 10}
	require.NoError(t, os.WriteFile(path, net.Build(o), 0o644))
	opt := onnx.Options{Quantizer: onnx.Quantizer{Bits: 4, Round: true}}
	m, err := onnx.Read(path, opt)
	require.NoError(t, err)
	was, _, err := onnx.Import(context.Background(), m, opt)
	require.NoError(t, err)
	is, _, err := New(context.Background(), was, m, opt, nil)
	require.NoError(t, err)
	require.NoError(t, SameHardened(was, is))

	o.Seed = 2
	require.NoError(t, os.WriteFile(path, net.Build(o), 0o644))
	m, err = onnx.Read(path, opt)
	require.NoError(t, err)
	_, _, err = New(context.Background(), was, m, opt, nil)
	require.ErrorContains(t, err, "not the signed-off one")
	require.ErrorContains(t, err, "weights or biases of ")
}

// Features with a sign reach the hardware as such, with one lane, and with more lanes than
// outputs.
func TestSignedFeatures(t *testing.T) {
	for _, lanes := range []int{1, 7} {
		n := tiny(t).Clone()
		pool := n.Layer("pool")
		pool.Out.Format.Signed, pool.Out.Clamp = true, nil
		require.NoError(t, n.Validate())
		p, err := npu.Room(signoff.Dense(n), lanes)
		require.NoError(t, err)
		is := classified(t, n, 12, 8, 4)
		_, prog, err := Fit(n, is, p)
		require.NoError(t, err)
		require.True(t, prog.Signed)
		dense := signoff.Dense(is)
		ws, err := npu.ParseWrites(npu.FormatWrites(p, prog.Writes()))
		require.NoError(t, err)
		require.NoError(t, Holds(prog, dense, ws))
		images := Images(dense[0], [][]int32{{-128, 127, -1, 1, 0, 5, -5, 64, -64, 2, -2, 100}}, 40, 1)
		require.EqualValues(t, 0x80, images[2][0], "the least value")
		require.EqualValues(t, 0xff, images[3][2])
		_, res, err := Simulate(context.Background(), prog, ws, dense, images, 2)
		require.NoError(t, err)
		require.Nil(t, res.Found)
		require.EqualValues(t, len(images), res.Images)
	}
}

// A clamp other than a ReLU, and features of more than 8 bits, are no head's.
func TestTailsThatTheHeadDoesNotHave(t *testing.T) {
	n := tiny(t)
	p, err := npu.Room(signoff.Dense(n), lanes)
	require.NoError(t, err)
	is := classified(t, n, 12, 8, 4)
	is.Layer("hidden").Out.Clamp.Hi = 6
	_, _, err = Fit(n, is, p)
	require.ErrorContains(t, err, "layer hidden: clamp")
	is = classified(t, n, 12, 8, 4)
	is.Layer("hidden").Out.Format.Width, is.Layer("hidden").Out.Clamp = 12, nil
	_, _, err = Fit(n, is, p)
	require.ErrorContains(t, err, "layer logits: features of format u12")
}
