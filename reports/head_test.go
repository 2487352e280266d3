package reports

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/hashiflex/hashiflex/spec/verdict"
)

// sampleHead is a head about which everything is fine, with its obligations.
func sampleHead() (*Head, []*Obligation) {
	proof := &Obligation{ID: "head lane/step", Kind: "head lane", Verdict: verdict.Proved, RestsOn: verdict.FormsAndSolver, Strategy: "smt"}
	return &Head{
			Program:  HeadProgram{Layers: []string{"4 → 2"}, Images: 3},
			Campaign: HeadCampaign{Cases: 7},
			Lines:    HeadCoverage{Total: 2, Hit: 1, Missing: []HeadGap{{Where: "a.v:3", Count: 1, Why: "a default branch"}}},
			Bins:     HeadCoverage{Total: 5, Hit: 5},
			Proofs:   []HeadProof{{ID: proof.ID, Kind: proof.Kind, Name: "step", Verdict: verdict.Proved, Method: "smt"}},
		}, []*Obligation{
			proof,
			{ID: "head fuzz/campaign", Kind: verdict.HeadFuzz, Verdict: verdict.Proved, RestsOn: verdict.FormsAndSolver, Strategy: "simulation"},
			{ID: "head program/images", Kind: verdict.HeadProgram, Verdict: verdict.Proved, RestsOn: verdict.FormsAndSolver, Strategy: "simulation"},
		}
}

// A signoff is never greener than what it says about the head.
func TestHeadConcludes(t *testing.T) {
	for _, c := range []struct {
		name   string
		change func(*Head, []*Obligation)
		want   Conclusion
		reason string
	}{
		{"fine", func(*Head, []*Obligation) {}, SignedOff, ""},
		{"a refuted proof", func(h *Head, os []*Obligation) {
			h.Proofs[0].Verdict, os[0].Verdict, os[0].Witness = verdict.Refuted, verdict.Refuted, "w"
		}, NetworkRefuted, "head lane: 1 of 1 refuted"},
		{"an open proof", func(h *Head, os []*Obligation) {
			h.Proofs[0].Verdict, os[0].Verdict, os[0].Reason = verdict.Unknown, verdict.Unknown, "timeout"
		}, NotProved, "head lane: 1 of 1 not discharged"},
		{"a failed campaign", func(h *Head, os []*Obligation) { os[1].Verdict, os[1].Reason = verdict.Failed, "simulator died" }, MachineryFailed, "head fuzz: 1 of 1 failed"},
		{"a campaign that found something", func(h *Head, os []*Obligation) { os[1].Verdict, os[1].Witness = verdict.Refuted, "w" }, NetworkRefuted, "head fuzz: 1 of 1 refuted"},
		{"a finding without an obligation", func(h *Head, _ []*Obligation) { h.Campaign.Found = "case 3" }, NetworkRefuted, "head: case 3"},
		{"a wrong logit without an obligation", func(h *Head, _ []*Obligation) { h.Program.Found = "image 3" }, NetworkRefuted, "head: image 3"},
		{"nothing proved", func(h *Head, _ []*Obligation) { h.Proofs = nil }, NotProved, "nothing was proved"},
		{"a bin nobody reached", func(h *Head, _ []*Obligation) {
			h.Bins.Hit, h.Bins.Missing = 4, []HeadGap{{Where: "reset while idle", Count: 1}}
		}, NotProved, "bins: 1 of 5 neither reached nor explained"},
		{"a line unaccounted for", func(h *Head, _ []*Obligation) { h.Lines.Missing = nil }, MachineryFailed, "lines: 1 reached and 0 listed of 2"},
	} {
		t.Run(c.name, func(t *testing.T) {
			l, s := entered(t)
			head, obligations := sampleHead()
			c.change(head, obligations)
			for _, o := range obligations {
				require.NoError(t, l.Add(o))
			}
			s.Head = head
			require.NoError(t, l.Fill(s))
			require.Equal(t, c.want, s.Conclusion, s.Reasons)
			if c.reason != "" {
				require.Contains(t, s.Reasons[0], c.reason)
			}
			require.NoError(t, l.Audit(s))
		})
	}
}

// A head whose obligations are missing is not proved, whatever it says itself.
func TestHeadNeedsItsObligations(t *testing.T) {
	l, s := entered(t)
	head, obligations := sampleHead()
	require.NoError(t, l.Add(obligations[0]))
	s.Head = head
	require.NoError(t, l.Fill(s))
	require.Equal(t, NotProved, s.Conclusion)
	require.Equal(t, verdict.Proved, s.HeadVerdict())
	require.NotContains(t, s.Sentence(), "programmable head")
	require.Equal(t, []string{`head: no obligation of the kind "head fuzz"`, `head: no obligation of the kind "head program"`}, s.Reasons)

	s.Head.Proofs[0].Verdict = verdict.Refuted
	require.ErrorContains(t, l.Fill(s), "head lane/step is said to be refuted, its obligation is proved")
	s.Head.Proofs[0].ID = "nowhere"
	require.ErrorContains(t, l.Fill(s), "head: nowhere is not listed as an obligation")
}

// The verdict on the head is the gravest on any of its obligations, and the
// sentence of a signed-off run says what it rests on.
func TestHeadVerdict(t *testing.T) {
	for want, change := range map[verdict.Verdict]func(o *Obligation){
		verdict.Proved:  func(*Obligation) {},
		verdict.Refuted: func(o *Obligation) { o.Verdict, o.Witness = verdict.Refuted, "w" },
		verdict.Failed:  func(o *Obligation) { o.Verdict, o.Reason = verdict.Failed, "simulator died" },
		verdict.Unknown: func(o *Obligation) { o.Verdict, o.Reason = verdict.Unknown, "timeout" },
	} {
		l, s := entered(t)
		head, obligations := sampleHead()
		change(obligations[1])
		for _, o := range obligations {
			require.NoError(t, l.Add(o))
		}
		s.Head = head
		require.NoError(t, l.Fill(s))
		require.Equal(t, want, s.HeadVerdict())
		said := "Of its programmable head 1 claim is proved, and 7 random sequences and 3 images gave what the reference gives."
		require.Equal(t, want == verdict.Proved, strings.Contains(s.Sentence(), said), s.Sentence())
	}
	require.Equal(t, verdict.Unknown, (&Signoff{}).HeadVerdict())
}
