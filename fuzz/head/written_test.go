package head

import (
	"bytes"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/hashiflex/hashiflex/rtl"
	"github.com/hashiflex/hashiflex/rtl/npu"
)

// carried counts images from a count that is written to where it carries.
func carried(from uint32) Sequence {
	begin, load := Plain("begin"), Plain("program")
	begin.Reset = &Reset{For: 1, Images: from}
	write := func(address, data uint32) {
		load.Writes = append(load.Writes, BusWrite{Write: npu.Write{Address: address, Data: data, Strobe: 0xf}})
	}
	l := npu.Layer{In: 1, Out: 1, Width: 32, Signed: true}
	for i, w := range l.Words() {
		write(npu.Descriptor(0, i), w)
	}
	write(npu.Address(npu.RegionWeights, 0), 3)
	write(npu.Address(npu.RegionBiases, 0), 5)
	write(npu.Register(npu.RegLayers), 1)
	write(npu.Register(npu.RegControl), npu.ControlCommit)
	s := Sequence{Params: small, Steps: []Step{begin, load}, Bare: true}
	for range 2 {
		image := Plain("image")
		image.Beats = []Beat{{Data: 1, Last: true}}
		image.AfterIn, image.AfterOut = 1, 1
		image.Reads = []BusRead{{Address: npu.Register(npu.RegImages)}}
		s.Steps = append(s.Steps, image)
	}
	return s
}

// renamed is the head with its counter of images called otherwise.
func renamed(t *testing.T) []rtl.Source {
	t.Helper()
	sources, err := npu.Sources(small)
	require.NoError(t, err)
	for i, s := range sources {
		if s.Name == "npu_regs.v" {
			sources[i].Text = bytes.ReplaceAll(s.Text, []byte("images"), []byte("counted"))
		}
	}
	return sources
}

// A count that is written is there, in Verilator and in Icarus; what carries wrong from
// there is found.
func TestCountsAreWritten(t *testing.T) {
	ctx := t.Context()
	sim, err := Build{Params: small, Quick: true}.Make(ctx)
	require.NoError(t, err)
	require.True(t, sim.Counted)
	own, err := npu.Sources(small)
	require.NoError(t, err)
	for _, from := range []uint32{1<<20 - 2, 1<<31 - 1, 1<<32 - 1} {
		seq := carried(from)
		require.NoError(t, Replay(ctx, sim, seq))
		tape, failure, err := Record(ctx, sim, seq)
		require.NoError(t, err)
		require.Nil(t, failure)
		p, err := NewPlayer(ctx, own, tape)
		require.NoError(t, err)
		played, err := p.Play(ctx, tape, true, false)
		require.NoError(t, err)
		require.True(t, played.Pass, played.Said)
		require.NoError(t, p.Close())
	}
	sources, err := Fault{"", "npu_regs.v", "images <= images + 32'd1;", "images <= {images[31:20], images[19:0] + 20'd1};"}.Plant(small)
	require.NoError(t, err)
	bad, err := Build{Params: small, Quick: true, Sources: sources}.Make(ctx)
	require.NoError(t, err)
	require.NoError(t, Replay(ctx, bad, carried(1<<19-1)))
	require.ErrorAs(t, Replay(ctx, bad, carried(1<<20-1)), new(*Failure))
}

// A head that calls its counter otherwise is not written to: the sequences that need it are
// left out, and one that is replayed is refused.
func TestCountsThatCannotBeWritten(t *testing.T) {
	ctx := t.Context()
	sim, err := Build{Params: small, Quick: true, Sources: renamed(t)}.Make(ctx)
	require.NoError(t, err)
	require.False(t, sim.Counted)
	err = Replay(ctx, sim, carried(1<<20-1))
	require.ErrorContains(t, err, "register images of module npu_regs")
	require.NotErrorAs(t, err, new(*Failure))
	r, err := Run(ctx, sim, Campaign{Cases: 1, Seed: 1, Aims: []Aim{{Name: "counted", Steps: func() []Step { return carried(9).Steps }, Counted: true}}})
	require.NoError(t, err)
	require.Zero(t, r.Directed.Cases)
	require.EqualValues(t, 1, r.Cases)
}

// A bare sequence that uses what it has not written is a mistake, and no fault of the head.
func TestBareSequencesUseWhatTheyWrote(t *testing.T) {
	ctx := t.Context()
	sim, err := Build{Params: small, Quick: true}.Make(ctx)
	require.NoError(t, err)
	for _, region := range []int{npu.RegionWeights, npu.RegionBiases} {
		seq := carried(1)
		seq.Steps[1].Reads = []BusRead{{Address: npu.Address(region, 2)}}
		err := Replay(ctx, sim, seq)
		require.ErrorContains(t, err, "never written")
		require.NotErrorAs(t, err, new(*Failure))
	}
	seq := carried(1)
	writes := seq.Steps[1].Writes
	seq.Steps[1].Writes = append(writes[:npu.FieldTail+1:npu.FieldTail+1], writes[npu.FieldTail+2:]...)
	require.ErrorContains(t, Replay(ctx, sim, seq), "never written")
}
