//go:build nightly

package stream

import (
	"context"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"golang.org/x/sys/unix"

	"github.com/hashiflex/hashiflex/rtl/stream"
	"github.com/hashiflex/hashiflex/spec/networks"
	"github.com/hashiflex/hashiflex/spec/verdict"
)

// TestMobileNetIsProved at one pixel a beat, and as it is planned for four million images
// a second at 1 GHz, and for 1.21 million with programmable heads.
func TestMobileNetIsProved(t *testing.T) {
	n, err := networks.Open("mobilenet_v2_1.0_224")
	require.NoError(t, err)
	fast, err := stream.PixelsFor(n, 250)
	require.NoError(t, err)
	headed, err := stream.PixelsFor(n, 826)
	require.NoError(t, err)
	lanes, heads, err := stream.HeadsFor(n, 826, 0, 0)
	require.NoError(t, err)
	for _, c := range []struct {
		name string
		how  stream.Options
	}{
		{"one pixel a beat", stream.Options{}},
		{"4 M images a second", stream.Options{Pixels: fast, Headless: true}},
		{"1.21 M images a second", stream.Options{Pixels: headed, Lanes: lanes, Heads: heads}},
	} {
		t.Run(c.name, func(t *testing.T) {
			begin := time.Now()
			r, err := Prove(context.Background(), generated(t, n, c.how))
			require.NoError(t, err)
			states := 0
			for _, x := range r.Blocks {
				if x != nil {
					states += x.States
				}
			}
			for _, f := range r.Facts {
				require.Equal(t, verdict.Proved, f.Verdict, "%s: %s", f.ID(), f.Detail)
				if f.Kind == verdict.StreamRate {
					t.Logf("%s: %s", f.Name, f.Detail)
				}
			}
			for _, x := range r.Blocks {
				if x.Pace != nil {
					require.Equal(t, x.Pace.FIFOs[0].Places, x.Pace.FIFOs[0].Needed)
				}
			}
			t.Logf("%d blocks, %d positions, %v", len(r.Blocks), states, time.Since(begin).Round(time.Second))
			for who, name := range map[int]string{unix.RUSAGE_SELF: "this process", unix.RUSAGE_CHILDREN: "the largest tool"} {
				var u unix.Rusage
				require.NoError(t, unix.Getrusage(who, &u))
				t.Logf("%s: max RSS %d MiB, CPU %d s", name, u.Maxrss>>10, u.Utime.Sec+u.Stime.Sec)
				require.Less(t, u.Maxrss>>10, int64(6<<10), "MiB of %s", name)
			}
		})
	}
}
