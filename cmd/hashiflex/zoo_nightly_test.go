//go:build nightly

package main

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/hashiflex/hashiflex/spec/onnx/zoo"
)

// TestZooIsSignedOff imports the structure of well-known networks, with random weights,
// and signs them off, head and streaming chip included. MobileNetV1 and ResNet-18 have all
// their layers, a sixteenth of their channels and an image of 64×64; the other two are
// whole.
func TestZooIsSignedOff(t *testing.T) {
	small := zoo.Options{Divide: 16, Rows: 64, Columns: 64}
	for _, c := range []struct {
		network string
		options zoo.Options
		layers  int
	}{
		{"mobilenet_v1", small, 29}, {"resnet18", small, 31}, {"ds_cnn", zoo.Options{}, 11}, {"mlp", zoo.Options{}, 3}, {"kinds", zoo.Options{}, 14},
	} {
		t.Run(c.network, func(t *testing.T) {
			dir := t.TempDir()
			at := func(name string) string { return filepath.Join(dir, name) }
			n, err := zoo.Find(c.network)
			require.NoError(t, err)
			require.NoError(t, os.WriteFile(at("network.onnx"), n.Build(c.options), 0o644))
			require.NoError(t, os.Mkdir(at("pictures"), 0o755))
			require.NoError(t, zoo.Pictures(at("pictures"), n.Input(c.options), 4, 0))
			do := func(args ...string) string {
				var stdout, stderr bytes.Buffer
				require.Zero(t, run(args, &stdout, &stderr), "%v: %s%s", args, &stdout, &stderr)
				return stdout.String()
			}
			do("import", at("network.onnx"), "-o", at("net"), "--quantize", "po2:bits=4", "--calibrate", at("pictures"))
			said := do("signoff", at("net"), "-o", at("run"))
			t.Log(said)
			said = strings.Join(strings.Fields(said), " ") // lines are broken to the width
			require.Contains(t, said, c.network+" is signed off")
			require.Contains(t, said, "For every well-formed frame and every stall pattern, "+c.network+"_stream gives the")
		})
	}
}
