package propose

import (
	"context"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/hashiflex/hashiflex/equiv/smt"
	"github.com/hashiflex/hashiflex/fuzz/head"
	"github.com/hashiflex/hashiflex/rtl/npu"
)

func solver(t *testing.T) *Solver {
	t.Helper()
	z, err := smt.Z3()
	require.NoError(t, err)
	s, err := New(t.Context(), []smt.Opinion{{Solver: z}})
	require.NoError(t, err)
	t.Cleanup(s.Close)
	return s
}

// build is a simulator of the default head.
func build(t *testing.T) *head.Simulator {
	t.Helper()
	sim, err := head.Build{Params: head.DefaultParams, Quick: true}.Make(t.Context())
	require.NoError(t, err)
	return sim
}

// Chance leaves values out: sums, ties, limits and counts. What the solver proposes hits
// each of them in the simulator, or it proves that nothing does.
func TestProposalsHitWhatChanceDoesNot(t *testing.T) {
	ctx := context.Background()
	sim := build(t)
	r, err := head.Run(ctx, sim, head.Campaign{Cases: 200, Seed: 1, Jobs: 2})
	require.NoError(t, err)
	require.Nil(t, r.Found)
	hit, all := r.Bins.Values()
	missed := r.Bins.Goals()
	require.Equal(t, all, hit+len(missed))
	var names []string
	for _, g := range missed {
		names = append(names, g.Name)
	}
	for _, name := range []string{
		"a sum of products is 2^17", "a sum of products is -2^18", "RND_CONV: a tie at shift 31, below 0",
		"one above the greatest of 27 bits", "one below the least of 30 bits with a sign", "images carry into 2^31",
	} {
		require.Contains(t, names, name, "chance hits this now")
	}
	f, err := head.Fill(ctx, sim, r.Bins, missed, solver(t))
	require.NoError(t, err)
	require.Nil(t, f.Found)
	require.Empty(t, f.Open)
	require.Len(t, missed, len(f.Hit)+len(f.Unreachable))
	now, _ := r.Bins.Values()
	require.Equal(t, all-len(f.Unreachable), now)
	for _, name := range f.Unreachable {
		require.True(t, beyond(name), name)
	}
	require.Len(t, f.Unreachable, 2*12+7*3+1)
	t.Logf("%d of %d by chance, %d proposed, %d unreachable", hit, all, len(f.Hit), len(f.Unreachable))
}

// beyond says by hand that nothing hits a value of the default head.
func beyond(name string) bool {
	// Nine products of at most 128 by 255 are below 2^19.
	if power, ok := strings.CutPrefix(strings.TrimPrefix(name, "a sum of products is "), "2^"); ok && len(power) == 2 {
		return power >= "19"
	}
	if power, ok := strings.CutPrefix(name, "a sum of products is -2^"); ok {
		return power >= "19"
	}
	return strings.Contains(name, "a tie at shift 33") || // half of 2^33 is more than a sum
		strings.Contains(name, "a tie at shift 32, from 0 on") || // and half of 2^32 is less than zero
		name == "one below the least of 32 bits with a sign" // it is odd, and a shift to the left is even
}

// liar proposes the same for every goal.
type liar struct{ head.Proposal }

func (l liar) Propose(_ context.Context, g *head.Goal) (head.Proposal, error) {
	p := l.Proposal
	if !p.Unreachable && p.Why == "" {
		p.Try = &g.Tries[0]
	}
	return p, nil
}

// A proposal that hits nothing is not counted.
func TestWrongProposalsDoNotCount(t *testing.T) {
	sim := build(t)
	bins := head.NewBins(head.DefaultParams)
	goals := slices.DeleteFunc(bins.Goals(), func(g *head.Goal) bool {
		return g.Name != "a sum of products is 2^5" && g.Name != "images carry into 2^30"
	})
	f, err := head.Fill(t.Context(), sim, bins, goals, liar{head.Proposal{Weights: []int8{3}, Features: []uint8{7}, Images: 6}})
	require.NoError(t, err)
	require.Empty(t, f.Hit)
	require.Equal(t, []string{
		"a sum of products is 2^5: what was proposed does not hit it", "images carry into 2^30: what was proposed does not hit it",
	}, f.Open)
	f, err = head.Fill(t.Context(), sim, bins, goals, liar{head.Proposal{Why: "no time"}})
	require.NoError(t, err)
	require.Equal(t, []string{"a sum of products is 2^5: no time", "images carry into 2^30: no time"}, f.Open)
}

// A lane of one product: what is said not to be reachable is what no weight and feature
// give, and what is proposed gives it.
func TestOneProduct(t *testing.T) {
	s := solver(t)
	b := head.NewBins(npu.Params{Lanes: 1, Features: 1, Rows: 3, Biases: 2, Layers: 1})
	products := map[int64]bool{}
	for w := int64(-128); w < 128; w++ {
		for x := int64(-128); x < 256; x++ {
			products[w*x] = true
		}
	}
	asked := 0
	for _, g := range b.Goals() {
		sum, ok := strings.CutPrefix(g.Name, "a sum of products is ")
		if !ok {
			continue
		}
		asked++
		sum, negative := strings.CutPrefix(sum, "-")
		k, err := strconv.Atoi(strings.TrimPrefix(sum, "2^"))
		require.NoError(t, err)
		want := int64(1) << k
		if negative {
			want = -want
		}
		p, err := s.Propose(t.Context(), g)
		require.NoError(t, err)
		require.Equal(t, products[want], p.Try != nil, g.Name)
		require.Equal(t, !products[want], p.Unreachable, g.Name)
		if p.Try != nil {
			x := int64(p.Features[0])
			if p.Try.Signed {
				x = int64(int8(p.Features[0]))
			}
			require.Equal(t, want, x*int64(p.Weights[0]), g.Name)
		}
	}
	require.Equal(t, 62, asked)
}

// No answer is no proof that nothing hits a value.
func TestNoAnswerIsNoProof(t *testing.T) {
	s := solver(t)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	for _, g := range head.NewBins(head.DefaultParams).Goals()[:40] {
		p, err := s.Propose(ctx, g)
		require.Error(t, err)
		require.False(t, p.Unreachable)
	}
}
