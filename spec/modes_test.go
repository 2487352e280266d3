package spec

import (
	"testing"

	"github.com/stretchr/testify/require"
)

func TestRowsOfModesAreWhole(t *testing.T) {
	for _, r := range Roundings() {
		require.NotEmpty(t, roundings[r].name, "%d", r)
		require.NotEmpty(t, r.Ties(), "%v", r)
		require.NotNil(t, roundings[r].constants, "%v", r)
	}
	for _, o := range Overflows() {
		require.NotEmpty(t, overflows[o].name, "%d", o)
	}
	for _, m := range AccModes() {
		require.NotEmpty(t, accModeNames[m], "%d", m)
	}
	for _, o := range TermOrders() {
		require.NotEmpty(t, termOrderNames[o], "%d", o)
	}
	require.Equal(t, "Rounding(7)", Rounding(7).String())
	require.Equal(t, "Overflow(4)", Overflow(4).String())
	require.Equal(t, "AccMode(3)", AccMode(3).String())
	require.Equal(t, "TermOrder(2)", TermOrder(2).String())
}

// Where a value that lies half way goes is what the constants say, and every other
// value goes to the nearest, or in the direction of a truncation.
func TestConstantsRoundAsTheirModeSays(t *testing.T) {
	for _, r := range Roundings() {
		for s := 1; s <= 4; s++ {
			for v := int64(-40); v <= 40; v++ {
				k := r.Constants(s)
				c := k.Pos
				if v < 0 {
					c = k.Neg
				}
				q, half := v>>s, int64(1)<<(s-1)
				if k.Even {
					c += q & 1
				}
				rest := v - q<<s
				up := rest > half
				if rest == half || rest > 0 && (r == TRN || r == TRNZero) {
					switch r.Ties() {
					case "up":
						up = true
					case "down":
						up = false
					case "toward zero":
						up = v < 0
					case "away from zero":
						up = v >= 0
					case "even":
						up = q&1 == 1
					default:
						t.Fatalf("%v ties %s", r, r.Ties())
					}
				}
				want := q
				if up {
					want++
				}
				require.Equal(t, want, (v+c)>>s, "%v of %d / 2^%d", r, v, s)
			}
		}
	}
}

// An engine that lacks a mode does not start.
func TestTablesOfModesAreWhole(t *testing.T) {
	entries := map[Rounding]string{}
	for _, r := range Roundings() {
		entries[r] = "x"
	}
	table := ByMode("engine", Roundings(), entries)
	require.Len(t, table, len(Roundings()))
	madeUp := append(Roundings(), numRoundings)
	require.PanicsWithValue(t, "engine: no entry for Rounding(7)", func() { ByMode("engine", madeUp, entries) })
	require.Panics(t, func() { _ = table[numRoundings] }, "a mode that nobody knows has no entry")
	require.PanicsWithValue(t, "engine: 7 entries for 6 modes", func() { ByMode("engine", Roundings()[:6], entries) })
	entries[RND] = ""
	require.PanicsWithValue(t, "engine: no entry for RND", func() { ByMode("engine", Roundings(), entries) })
}
