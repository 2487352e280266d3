package stream

import (
	"context"
	"os"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/hashiflex/hashiflex/rtl"
	"github.com/hashiflex/hashiflex/rtl/stream"
	"github.com/hashiflex/hashiflex/spec"
)

// planted is one change to a right text.
type planted struct {
	name, old, new string
	rule           string // of the contract that it breaks
}

func readText(t *testing.T, name, text string) *rtl.Design {
	t.Helper()
	d, _, err := rtl.Yosys{}.Read(context.Background(), rtl.Sources{Files: []rtl.Source{{Name: name, Text: []byte(text)}}})
	require.NoError(t, err)
	return d
}

// refuteAll plants faults one at a time, and expects each to be refuted by its rule.
func refuteAll(t *testing.T, file string, b *stream.Block, net *spec.Network, faults []planted) {
	text, err := os.ReadFile("testdata/" + file)
	require.NoError(t, err)
	for _, f := range faults {
		t.Run(f.name, func(t *testing.T) {
			require.Contains(t, string(text), f.old)
			d := readText(t, file, strings.Replace(string(text), f.old, f.new, 1))
			x := explored(t, d, b, net)
			require.NotNil(t, x.Broken)
			require.Equal(t, f.rule, x.Broken.Rule, x.Broken.Detail)
		})
	}
}

const (
	kept    = "offered is offered"
	offered = "complete items are offered"
	taken   = "what is missing is taken"
)

func TestFaultsOfAWindowAreRefuted(t *testing.T) {
	refuteAll(t, "window.v", block(stream.KindWindow, "window", "w"), windowNet(t), []planted{
		{"no padding above", "(ky == 0 & y == 3'd0) | ", "", rightItem},
		{"no padding below", "(ky == 2 & y == H-1) | ", "", rightItem},
		{"no padding on the left", "(kx == 0 & x == 3'd0) | ", "", rightItem},
		{"no padding on the right", " | (kx == 2 & x == W-1)", "", rightItem},
		{"padding one column early", "kx == 2 & x == W-1", "kx == 2 & x == W-2", rightItem},
		{"line buffer one short", "line[W*(2-ky) + 2-kx]", "line[(W-1)*(2-ky) + 2-kx]", rightItem},
		{"rows swapped", "line[W*(2-ky) + 2-kx]", "line[W*ky + 2-kx]", rightItem},
		{"taps mirrored", "line[W*(2-ky) + 2-kx]", "line[W*(2-ky) + kx]", rightItem},
		{"last row not flushed", "wire flush  = row >= H;", "wire flush  = row > H;", rightItem},
		{"flush too long", "row == H + 1)", "row == H + 1 && column == 3'd1)", rightItem},
		{"flush too short", "if (row == H + 1) begin", "if (row == H && column == 3'd5) begin", rightItem},
		{"flushed by the next frame alone", "(in_valid | flush)", "in_valid", offered},
		{"frame counter not reset", "y <= (y == H-1) ? 3'd0 : y + 3'd1;", "y <= y + 3'd1;", rightItem},
		{"window lost while stalled", "else if (out_ready) full <= 1'b0;", "else full <= 1'b0;", kept},
		{"window repeated", "else if (out_ready) full <= 1'b0;", "", rightItem},
		{"shifts while stalled", "wire room   = !full | out_ready;", "wire room   = 1'b1;", rightItem},
		{"takes what it drops", "assign in_ready  = room & !flush;", "assign in_ready  = room;", rightItem},
		{"does not take without being taken from", "wire room   = !full | out_ready;", "wire room   = out_ready;", taken},
		{"valid waits for ready", "assign out_valid = full;", "assign out_valid = full & out_ready;", offered},
		{"valid too early", "wire first  = row == 3'd0 | (row == 3'd1 & column == 3'd0);", "wire first  = row == 3'd0;", rightItem},
		{"bits of a pixel swapped", "outside ? 16'd0 : line[W*(2-ky) + 2-kx]", "outside ? 16'd0 : {line[W*(2-ky) + 2-kx][7:0], line[W*(2-ky) + 2-kx][15:8]}", rightItem},
		{"a bit of a pixel lost", "outside ? 16'd0 : line[W*(2-ky) + 2-kx]", "outside ? 16'd0 : {1'b0, line[W*(2-ky) + 2-kx][14:0]}", rightItem},
		{"padding is not zero", "outside ? 16'd0", "outside ? 16'd1", rightItem},
	})
}

func TestFaultsOfAFIFOAreRefuted(t *testing.T) {
	refuteAll(t, "fifo.v", block(stream.KindFIFO, "fifo", ""), &spec.Network{}, []planted{
		{"overwrites when full", "in_ready  = count != 3'd4", "in_ready  = count != 3'd5", rightItem},
		{"reads what is not there", "out_valid = count != 3'd0", "out_valid = 1'b1", rightItem},
		{"never full enough to give", "out_valid = count != 3'd0", "out_valid = count > 3'd1", offered},
		{"write pointer stands", "if (push) tail <= tail + 2'd1;", "if (push & !pop) tail <= tail + 2'd1;", rightItem},
		{"read pointer skips", "if (pop)  head <= head + 2'd1;", "if (pop)  head <= head + 2'd2;", rightItem},
		{"count not lowered", "if (pop & !push) count <= count - 3'd1;", "", rightItem},
		{"takes nothing at first", "in_ready  = count != 3'd4", "in_ready  = count == 3'd1 | count == 3'd2", taken},
	})
}
