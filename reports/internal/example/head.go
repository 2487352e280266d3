package example

import (
	"github.com/hashiflex/hashiflex/reports"
	"github.com/hashiflex/hashiflex/spec/verdict"
)

// Head is a programmable head with a fuzz campaign, a program and a proof.
func Head() *reports.Head {
	return &reports.Head{
		Program: reports.HeadProgram{
			Size:   reports.HeadSize{Lanes: 4, Features: 64, Rows: 256, Biases: 32, Layers: 4},
			Layers: []string{"16 features → 8 outputs, shift 7, RND_CONV, SAT, s8, ReLU"}, Seed: 1, Images: 20, Cycles: 4321,
		},
		Campaign: reports.HeadCampaign{
			Size: reports.HeadSize{Lanes: 2, Features: 8, Rows: 32, Biases: 8, Layers: 3},
			Seed: 1, Cases: 1500, Steps: 23456, Inferences: 1789, Cycles: 987654,
		},
		Lines:   reports.HeadCoverage{Total: 400, Hit: 400},
		Toggles: reports.HeadCoverage{Total: 2000, Hit: 1990, Missing: []reports.HeadGap{{Where: "head.v:17 address[31:22]", Count: 10, Why: "no address is as large"}}},
		Bins:    reports.HeadCoverage{Total: 60, Hit: 60},
		Rates: []reports.HeadRate{
			{Layers: "16 → 8", Lanes: 4, Cycles: 48, ImagesPerSecond: 20_833_333, Heads: 1},
			{Layers: "1280 → 1000", Lanes: 16, Cycles: 80_105, ImagesPerSecond: 12_483, Heads: 97},
		},
		Proofs: []reports.HeadProof{{ID: verdict.HeadLane.ID("product"), Kind: verdict.HeadLane, Name: "product", Claim: "a lane adds the product of its operands", Verdict: verdict.Proved, Method: "smt"}},
	}
}

// head enters the obligations of the head.
func (w *writer) head(s *reports.Signoff) error {
	s.Head = w.r.Head
	if s.Head == nil {
		return nil
	}
	for _, kind := range []verdict.Kind{verdict.HeadFuzz, verdict.HeadProgram} {
		o := reports.Obligation{ID: kind.ID("all"), Kind: kind, Claim: "the head does what its reference does", Verdict: verdict.Proved, RestsOn: verdict.Simulated, Strategy: "simulation"}
		if err := w.enter(o); err != nil {
			return err
		}
	}
	for _, p := range s.Head.Proofs {
		o := reports.Obligation{ID: p.ID, Kind: p.Kind, Claim: p.Claim, Verdict: p.Verdict, RestsOn: verdict.TwoSolvers, Strategy: p.Method}
		if err := w.enter(o); err != nil {
			return err
		}
	}
	return nil
}
