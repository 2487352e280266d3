package dossier

import (
	"github.com/hashiflex/hashiflex/reports"
	"github.com/hashiflex/hashiflex/spec/words"
)

// Figure compares a figure of the run with the paper's figure for its own network and
// hardware.
type Figure struct {
	What  string
	Here  string
	Paper string
}

// Paper is the source of the paper's figures.
const Paper = "HaShiFlex, arXiv 2512.12847, on MobileNetV2 1.0/224 in 7 nm; rates from its abstract"

// figures lists the figures that can be compared. A figure that the run lacks is called
// unknown. No figure of the paper is derived from another.
func figures(s *reports.Signoff) []Figure {
	convs, channels, fan, bits := 0, 0, 0, 0
	for _, l := range s.Layers {
		if l.Kind == "conv" {
			convs++
			channels += l.Points
		}
	}
	for _, h := range s.Hardware {
		fan, bits = max(fan, h.FanInMax), bits+h.ModelBits
	}
	head := "not known: the head was not looked at"
	if s.Head != nil {
		head = "not known: no program was run"
		if len(s.Head.Rates) > 0 {
			r := s.Head.Rates[0]
			head = words.Number(int(r.ImagesPerSecond)) + " with " + words.Number(r.Lanes) + " lanes, for " + r.Layers + "; " + words.Count(r.Heads, "such head") + " for the paper's rate"
		}
	}
	fixed := "not known: no chip between the layers was looked at"
	if s.Stream != nil {
		fixed = "not known: a block's clocks are not"
		if b := s.Stream.Slowest(); b != nil {
			layers := *s.Stream
			layers.Heads = nil
			fixed = words.Number(layers.ImagesPerSecond()) + ": a frame takes " + words.Count(b.Clocks, "clock") + " in " + b.Instance + ", the slowest block"
			if h := s.Stream.Heads; h != nil {
				head = words.Number(s.Stream.ImagesPerSecond()) + " with all layers: " + words.Count(h.Count, "head") + " of " + words.Count(h.Lanes, "lane") + " in turn, " + words.Count(h.Clocks, "clock") + " each"
			}
		}
	}
	return []Figure{
		{"convolutions", words.Number(convs), "52"},
		{"output channels of convolutions", words.Number(channels), "17,056"},
		{"largest fan-in (here: of weights that are not 0)", words.Number(fan), "960"},
		{"adder bits of the area model: adders of a tree level × (8 + level)", words.Number(bits), "the model is the paper's; its sum is not quoted here"},
		{"images per second where nothing can be reprogrammed (here: of the layers alone, at 1 GHz, without stalls)", fixed, "4,000,000"},
		{"images per second with the head (here: of the head alone, at 1 GHz, without stalls)", head, "1,210,000"},
	}
}
