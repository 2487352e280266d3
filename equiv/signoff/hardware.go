package signoff

import (
	"fmt"
	"slices"
	"strings"

	"github.com/hashiflex/hashiflex/equiv/chain"
	"github.com/hashiflex/hashiflex/reports"
	"github.com/hashiflex/hashiflex/spec"
	"github.com/hashiflex/hashiflex/spec/verdict"
)

// hardware describes what was generated for a layer.
func hardware(l *spec.Layer, rec *chain.Record) reports.Hardware {
	h := reports.Hardware{
		Layer: rec.Layer, Inputs: []string{},
		Adders: rec.Stats.Adders, Bits: rec.Stats.Bits, Depth: rec.Stats.Depth, ModelBits: rec.Stats.ModelBits,
	}
	if len(rec.Fanin) > 0 {
		h.FanInMin, h.FanInMax = slices.Min(rec.Fanin), slices.Max(rec.Fanin)
	}
	for i := range l.Inputs {
		h.Inputs = append(h.Inputs, l.InFormat(i).String())
	}
	h.Output = fmt.Sprintf("%v %v %v", l.Out.Format, l.Out.Rounding, l.Out.Overflow)
	if c := l.Out.Clamp; c != nil {
		h.Output += fmt.Sprintf(" in [%d, %d]", c.Lo, c.Hi)
	}
	return h
}

// verilogOf returns the hash of the Verilog that holds an object, "module.signal" or a
// module; "" if no Verilog was read. User-written Verilog is the same for all chunks.
func (j *Job) verilogOf(rec *chain.Record, object string) string {
	if j.Chain.Foreign[rec.Layer] != nil && len(rec.Chunks) > 0 {
		return rec.Chunks[0].SHA256
	}
	module, _, _ := strings.Cut(object, ".")
	for _, p := range rec.Points {
		if p.Unit != module || p.Edge != verdict.GoldenRTL {
			continue
		}
		for _, c := range rec.Chunks {
			if c.Name == p.Chunk {
				return c.SHA256
			}
		}
	}
	return ""
}
