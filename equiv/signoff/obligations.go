package signoff

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/hashiflex/hashiflex/equiv"
	"github.com/hashiflex/hashiflex/equiv/chain"
	"github.com/hashiflex/hashiflex/reports"
	"github.com/hashiflex/hashiflex/spec/verdict"
	"github.com/hashiflex/hashiflex/spec/words"
)

// book takes obligations in order.
type book interface {
	Record(seq int, o reports.Obligation) error
}

// writer records the results of a chain as obligations.
type writer struct {
	job      *Job
	book     book
	store    *store // nil: no directory
	gallery  *gallery
	seq      int
	verdicts map[verdict.ID]verdict.Verdict // of what is entered
	checks   []string                       // solvers that confirm: "z3 4.8.12"
	solvers  []string                       // all that took part, with the versions that they say
	premises map[string][]verdict.ID        // IDs that all points of a layer rest on
	bounds   []verdict.ID                   // IDs that all range lemmas rest on
	problems []reports.Obligation           // not proved, and not merely unconfirmed
	more     int                            // of these that are not kept
	shard    *shard                         // nil: the run is no shard
	err      error
}

// maxProblems is the largest number of problems kept for the terminal. The directory
// has all of them.
const maxProblems = 20

// enter records one obligation. What needs something that is not proved is not
// proved either.
func (w *writer) enter(o reports.Obligation) {
	if o.Verdict == verdict.Proved {
		for _, n := range o.Needs {
			if w.verdicts[n] != verdict.Proved {
				o.Verdict, o.Strategy, o.RestsOn, o.Checks = verdict.Unknown, "", "", nil
				o.Reason, o.Detail = verdict.Premise, string(n)
				break
			}
		}
	}
	if w.err != nil {
		return
	}
	if w.err = w.book.Record(w.seq, o); w.err != nil {
		return
	}
	w.seq++
	w.verdicts[o.ID] = o.Verdict
	switch {
	case o.Verdict == verdict.Proved || o.Reason == verdict.Unconfirmed:
	case len(w.problems) < maxProblems:
		w.problems = append(w.problems, o)
	default:
		w.more++
	}
}

// confirmed returns the solvers that confirm an obligation with basis b: those that get
// every query, and of two solvers both.
func (w *writer) confirmed(b verdict.Basis, by []string) []string {
	if b == verdict.TwoSolvers && len(w.checks) < 2 {
		return w.versions(by)
	}
	return w.checks
}

// versions are solvers with the versions that they say.
func (w *writer) versions(names []string) (list []string) {
	for _, name := range names {
		for _, v := range w.solvers {
			if strings.HasPrefix(v, name+" ") {
				list = append(list, strings.TrimSpace(v))
			}
		}
	}
	return list
}

// result enters everything; premises come before what needs them.
func (w *writer) result(res *chain.Result) error {
	all := reports.Obligation{
		ID: verdict.Bounds.Only(), Kind: verdict.Bounds, Claim: "what interval propagation concludes holds",
		Verdict: verdict.Proved, RestsOn: verdict.Premises, Strategy: "each rule by itself",
	}
	for i := range res.Facts {
		f := &res.Facts[i]
		if f.Kind != verdict.Unlifted {
			w.fact(f)
		}
		if f.Kind == verdict.IntervalRule {
			all.Needs = append(all.Needs, f.ID())
		}
	}
	if len(all.Needs) > 0 {
		w.enter(all)
		w.bounds = []verdict.ID{all.ID}
	}
	for _, rec := range res.Records {
		if err := w.layer(rec); err != nil {
			return err
		}
	}
	for i := range res.Facts {
		if res.Facts[i].Kind == verdict.Unlifted {
			w.fact(&res.Facts[i])
		}
	}
	return w.err
}

// obligation is a fact as it is entered.
func (w *writer) obligation(f *equiv.Fact) reports.Obligation {
	o := reports.Obligation{
		ID: f.ID(), Kind: f.Kind, Layer: f.Layer, Claim: f.Claim,
		Verdict: f.Verdict, Reason: f.Reason, Detail: f.Detail, Queries: f.Queries,
		Needs: f.Needs, Source: f.Source,
	}
	if f.Verdict == verdict.Proved {
		o.Strategy, o.RestsOn = f.Method, f.Basis.OrWeakest()
		if f.Kind == verdict.Sweep {
			o.Checks = w.checks
		}
		if f.Basis == verdict.TwoSolvers {
			o.Checks = w.versions(f.By[min(1, len(f.By)):])
		}
	}
	return o
}

func (w *writer) fact(f *equiv.Fact) {
	o := w.obligation(f)
	w.enter(o)
	if f.Kind == verdict.Interface || f.Kind == verdict.Assumptions {
		w.premises[f.Layer] = append(w.premises[f.Layer], o.ID)
	}
}

func (w *writer) layer(rec *chain.Record) error {
	if len(w.job.Chain.Opinions) > 0 && len(rec.Rules) > 0 {
		o := reports.Obligation{
			ID: verdict.Lifting.ID(rec.Layer), Kind: verdict.Lifting, Layer: rec.Layer,
			Claim:   fmt.Sprintf("the %d lifting rules that the cells of this layer need hold", len(rec.Rules)),
			Verdict: verdict.Proved, RestsOn: verdict.Premises, Strategy: "each rule by itself",
		}
		for _, r := range rec.Rules {
			o.Needs = append(o.Needs, verdict.LiftingRule.ID(r.String()))
		}
		w.enter(o)
		w.premises[rec.Layer] = append(w.premises[rec.Layer], o.ID)
	}
	queries := map[string]string{} // by tail
	for _, t := range rec.Tails {
		queries[t.Key] = t.Query
		w.tail(rec, &t)
	}
	labels := map[string]string{}
	for i, u := range rec.Units {
		labels[u] = rec.Labels[i]
	}
	for i := range rec.Points {
		p := &rec.Points[i]
		if err := w.point(rec, p, labels[p.Unit], queries[p.Tail]); err != nil {
			return err
		}
	}
	for _, v := range rec.Vector {
		o := reports.Obligation{
			ID: verdict.Vectors.ID(v.Unit), Kind: verdict.Vectors, Layer: rec.Layer,
			Claim:   fmt.Sprintf("%s: %s give the same in %s, on the netlist and in the model", v.Unit, words.Count(v.Vectors, "corner and random vector"), strings.Join(v.Simulators, ", in ")),
			Verdict: v.Verdict, Reason: v.Reason, Detail: v.Detail,
		}
		if v.Verdict == verdict.Proved {
			o.Strategy, o.RestsOn = "simulation", verdict.Simulated
		}
		w.enter(o)
	}
	return nil
}

func (w *writer) tail(rec *chain.Record, t *chain.TailRecord) {
	o := reports.Obligation{
		ID: verdict.TailID(rec.Layer, t.Key), Kind: verdict.Tail, Layer: rec.Layer, Key: t.Key,
		Claim:   fmt.Sprintf("from accumulator to output as the model, over [%d, %d], for %s", t.Lo, t.Hi, words.Count(t.Users, "point")),
		Verdict: t.Verdict, Reason: t.Reason, Detail: t.Detail,
	}
	if t.Query != "" {
		o.Queries = []string{t.Query}
	}
	if t.Verdict == verdict.Proved {
		o.Strategy, o.RestsOn = "enumeration", t.Basis.OrWeakest()
		if t.Wide {
			o.Strategy = string(equiv.Direct)
		}
		if t.Query != "" {
			o.Checks = w.confirmed(t.Basis, t.By)
		}
	}
	w.enter(o)
}

// point enters a compare point, and before it the range lemmas and the merged nets
// that its proof uses.
func (w *writer) point(rec *chain.Record, p *chain.Point, label, tailQuery string) error {
	id := verdict.Point{Layer: rec.Layer, Edge: p.Edge, Label: label}.ID()
	o := reports.Obligation{
		ID: id, Kind: verdict.Compare, Layer: rec.Layer, Edge: p.Edge, Point: label,
		Claim:   "module " + p.Unit + " computes the model",
		Verdict: p.Verdict, Reason: p.Reason, Detail: p.Detail,
		Strategy: string(p.Strategy), Queries: p.Queries, Chunk: w.store.path(p.Chunk),
		Needs: append([]verdict.ID(nil), w.premises[rec.Layer]...),
	}
	switch {
	case p.Executed:
		o.Claim += fmt.Sprintf(", %s after a start, again and again", words.Count(*p.Latency, "clock"))
		for _, k := range []verdict.Kind{verdict.Done, verdict.Restart, verdict.Idle} {
			o.Needs = append(o.Needs, k.ID(p.Unit))
		}
	case p.Latency != nil:
		o.Claim += fmt.Sprintf(", with latency %d", *p.Latency)
		o.Needs = append(o.Needs, verdict.Latency.ID(p.Unit))
	}
	o.Claim += p.Warm()
	if p.Swept {
		o.Needs = append(o.Needs, verdict.Sweep.ID(p.Unit))
	}
	if w.job.Chain.Foreign[rec.Layer] != nil && p.Edge == verdict.GoldenRTL && p.Verdict == verdict.Proved {
		o.Needs = append(o.Needs, verdict.Reading.ID(p.Unit))
	}
	if both := verdict.FrontEnd.ID(p.Chunk); p.Edge == verdict.GoldenRTL && w.verdicts[both] != verdict.Unknown {
		o.Needs = append(o.Needs, both)
	}
	if common := verdict.Latency.ID(chain.CommonLatency(rec.Layer)); p.Edge == verdict.GoldenRTL && w.verdicts[common] != verdict.Unknown {
		o.Needs = append(o.Needs, common)
	}
	confirmed := len(w.job.Chain.Opinions) > 0 && (len(p.Queries) > 0 || tailQuery != "")
	switch {
	case p.Verdict == verdict.Proved && p.Lemmas > 0:
		l := reports.Obligation{
			ID: id.Part(verdict.Range), Kind: verdict.Range, Layer: rec.Layer, Verdict: verdict.Proved,
			Claim:    strconv.Itoa(p.Lemmas) + " nets that are extended or compared do not wrap",
			Strategy: "intervals", RestsOn: verdict.Computed, Needs: w.bounds,
		}
		if confirmed {
			l.Strategy, l.Checks = "intervals, and what they leave with the point's query", w.checks
			l.RestsOn = verdict.IntervalsAndSolver
		}
		w.enter(l)
		o.Needs = append(o.Needs, l.ID)
	case p.Verdict == verdict.Refuted:
		words := w.witness(&o, p)
		o.Detail = words + brief(p.Witness)
	}
	if p.Verdict == verdict.Proved && p.Merges > 0 {
		m := reports.Obligation{
			ID: id.Part(verdict.Merge), Kind: verdict.Merge, Layer: rec.Layer, Verdict: verdict.Proved,
			Claim:    strconv.Itoa(p.Merges) + " cells give the same bits from other nets than their own operands",
			Strategy: "structural hashing", RestsOn: verdict.Computed,
		}
		if confirmed {
			m.Queries, m.Checks, m.RestsOn = p.Queries[:1], w.checks, verdict.FormsAndSolver
		}
		w.enter(m)
		o.Needs = append(o.Needs, m.ID)
	}
	if p.Tail != "" {
		o.Needs = append(o.Needs, verdict.TailID(rec.Layer, p.Tail))
	}
	if p.Verdict == verdict.Proved {
		if confirmed {
			o.Checks, o.RestsOn = w.confirmed(p.Basis, p.By), p.Basis.OrWeakest()
		} else {
			o.Verdict, o.Reason = verdict.Unknown, verdict.Unconfirmed
		}
	}
	w.enter(o)
	return nil
}

// brief is a witness in a line: the inputs that are not 0, as far as they fit.
func brief(x *chain.WitnessRecord) string {
	const most = 8
	var parts []string
	for i, v := range x.Inputs {
		switch {
		case v == 0:
		case len(parts) == most:
			parts = append(parts, "…")
		case len(parts) < most:
			parts = append(parts, fmt.Sprintf("%s=%d", x.Ports[i], v))
		}
	}
	at := "where all inputs are 0"
	if len(parts) > 0 {
		at = "at " + strings.Join(parts, " ") + ", other inputs 0"
		if len(parts) > most {
			at = "at " + strings.Join(parts, " ")
		}
	}
	if r := x.Run; r != nil {
		return fmt.Sprintf("in clock %d after power-up the hardware gives %d, where %d belongs", len(r.Steps)-1, x.Simulated, x.Gold)
	}
	if s := x.Timing; s != nil {
		return fmt.Sprintf("the model gives %d and then %d, the hardware %d after %s with the second inputs, where %d belongs", s.GoldBefore, s.Gold, s.Gate, words.Count(s.Clocks, "clock"), s.Want)
	}
	if s := x.Sequence; s != nil {
		return fmt.Sprintf("the model gives %d and then %d, the hardware %d %s after its inputs change", s.GoldBefore, s.Gold, s.Gate, words.Count(s.Clocks, "clock"))
	}
	return fmt.Sprintf("the model gives %d, the hardware %d %s", x.Gold, x.Simulated, at)
}
