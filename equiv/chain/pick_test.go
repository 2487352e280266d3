package chain

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/hashiflex/hashiflex/spec"
	"github.com/hashiflex/hashiflex/spec/verdict"
)

// TestTheUnliftedSampleIsSpread: a signoff of MobileNetV2 draws a hundred points of
// every layer that has narrow ones, as evenly as they go, no structure of a layer
// twice while it has another, and the same ones for the same seed.
func TestTheUnliftedSampleIsSpread(t *testing.T) {
	o := Options{Edges: verdict.Edges(), Unlifted: 100, UnliftedFanIn: 32, Seed: 1}
	tasks, err := plan(open(t, "mobilenet_v2_1.0_224"), &o)
	require.NoError(t, err)
	sample := pick(tasks, &o)
	require.Len(t, sample, 100)
	require.Equal(t, sample, pick(tasks, &o))
	kinds := map[string]int{}
	for _, task := range tasks {
		narrow, structures, taken, distinct := 0, map[string]bool{}, 0, map[string]bool{}
		for i, u := range task.units {
			if task.fanin[i] > o.UnliftedFanIn {
				continue
			}
			narrow++
			s := structure(task.layer, u)
			structures[s] = true
			if sample[u.Name] {
				taken++
				distinct[s] = true
			}
		}
		kind := task.layer.Kind()
		if conv, ok := task.layer.Op.(*spec.Conv); ok && conv.Groups > 1 {
			kind = "depthwise"
		}
		kinds[kind] += taken
		require.GreaterOrEqual(t, taken, min(narrow, 2), task.layer.Name)
		require.LessOrEqual(t, taken, 4, task.layer.Name)
		require.Len(t, distinct, min(taken, len(structures)), task.layer.Name)
	}
	t.Logf("%v", kinds)
	require.Less(t, kinds["depthwise"], 70)
	o.Seed = 2
	require.NotEqual(t, sample, pick(tasks, &o))
}
