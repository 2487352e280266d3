package datapath

import (
	"context"
	"fmt"
	"slices"

	"github.com/hashiflex/hashiflex/equiv"
	"github.com/hashiflex/hashiflex/equiv/unroll"
	"github.com/hashiflex/hashiflex/golden"
	"github.com/hashiflex/hashiflex/netlist"
	"github.com/hashiflex/hashiflex/rtl/npu"
	"github.com/hashiflex/hashiflex/spec/verdict"
)

// sizedJobs are the steps of a head of any size. None is about a run: each is about one
// edge, or one memory, and grows with the head no more than linearly.
func sizedJobs(size npu.Params) []job {
	fact := func(name, claim, method string) equiv.Fact {
		return equiv.Fact{
			Kind: verdict.HeadStep, Name: fmt.Sprintf("%d-%d-%d-%d-%d/%s", size.Lanes, size.Features, size.Rows, size.Biases, size.Layers, name),
			Claim: "npu_head with " + size.String() + ": " + claim, Method: method,
		}
	}
	by := func(f func(*prover, context.Context, *equiv.Fact, npu.Params)) func(context.Context, *prover, *equiv.Fact) {
		return func(ctx context.Context, p *prover, fact *equiv.Fact) { f(p, ctx, fact, size) }
	}
	const structure = "walk over the netlist"
	all := []job{
		{fact("sum", "no sum of a weight and a feature for each feature leaves 32 bits, and golden's sum is the bias and these products, each once", "golden's terms and their bounds"),
			by((*prover).sizedSum)},
		{fact("lanes", "on an edge, in every state of the sequencer, each lane's sum becomes its feature × weight (of an image's feature that is the first), that added to what it was, the next lane's sum, or stays; and the total becomes lane 0's sum plus the bias, with the overflow flag set where that leaves 32 bits, or stays: for all data", "bit-vectors, the products as cuts"),
			by((*prover).sizedLanes)},
		{fact("results", "in every layer the result is the requantizer's of the total and of the layer's own tail; in the last it becomes the logit and is compared with the greatest, in others it is stored as a feature; and features of an image are stored as 9 bits, with or without sign", "equal netlists; execution"),
			by((*prover).sizedResults)},
	}
	for _, m := range memoriesOf(size) {
		all = append(all, job{
			fact("memory "+m.name, fmt.Sprintf("the memory %s has %d words of %d bits; a write sets the word at its address and keeps all others, and a read gives the word at its address and is kept", m.name, m.words, m.width), structure),
			by(func(p *prover, ctx context.Context, f *equiv.Fact, size npu.Params) { p.sizedMemory(ctx, f, size, m) }),
		})
	}
	return all
}

// The states of the sequencer.
const (
	stateIdle = iota
	stateLoad
	stateSkip
	stateStart
	stateRun
	stateDrain
	stateFlush
	stateFinish
	states
)

const netFeature, netState, netMac, netFirst, netTake = "features.read_data", "sequencer.state", "sequencer.mac", "sequencer.mac_first", "sequencer.take"

// sizedSum is about golden and the interval of its sums.
func (p *prover) sizedSum(_ context.Context, f *equiv.Fact, size npu.Params) {
	t := golden.NewTerms()
	bias := t.Var(0)
	var ws, xs, want []golden.Term
	for i := range size.Features {
		w, x := t.Var(1+2*i), t.Var(2+2*i)
		ws, xs = append(ws, w), append(xs, x)
	}
	sum := golden.DenseSum(t, bias, ws, xs)
	want = append(want, bias)
	for i := range ws {
		want = append(want, t.Mul(xs[i], ws[i]))
	}
	// Terms are not shared, so that products are compared by their factors.
	same := func(a, b golden.Term) bool {
		x, y := &t.Nodes[a], &t.Nodes[b]
		return a == b || x.Op == golden.TermMul && y.Op == golden.TermMul && slices.Equal(x.Args, y.Args)
	}
	n := &t.Nodes[sum]
	const most = 256 * 128 // |feature| < 256, |weight| <= 128
	switch {
	case n.Op != golden.TermSum || !slices.EqualFunc(n.Args, want, same):
		f.Verdict, f.Reason, f.Detail = verdict.Unknown, verdict.NoStrategy, "golden's sum has another form"
	case size.Features*most > 1<<31-1:
		f.Verdict, f.Reason, f.Detail = verdict.Unknown, verdict.NoStrategy, fmt.Sprintf("%d products may leave 32 bits", size.Features)
	default:
		f.Verdict, f.Basis = verdict.Proved, verdict.Computed
	}
}

// sizedLanes is one edge of all lanes and of the adder behind them.
func (p *prover) sizedLanes(ctx context.Context, f *equiv.Fact, size npu.Params) {
	acc := func(l int) string { return fmt.Sprintf("g_lane[%d].lane.acc", l) }
	weight := func(l int) string { return fmt.Sprintf("g_lane[%d].weight_bank.read_data", l) }
	nets := []string{netFeature, netState, netMac, netFirst, netTake, netTotal, netOverflow, netBias, "m_axis_tvalid"}
	for l := range size.Lanes {
		nets = append(nets, acc(l), weight(l))
	}
	m, err := p.unit(ctx, size, npu.Top, nets...)
	if err != nil {
		unread(f, err)
		return
	}
	for i := range states * 16 {
		state, mac, first, take, stalled := i>>4, i&1 == 1, i>>1&1 == 1, i>>2&1 == 1, i>>3&1 == 1
		if mac && take {
			continue // never: inv_words of the control
		}
		moves := !stalled && state >= stateStart && state <= stateFlush
		p.settle(ctx, f, func(d *data) ([]claim, error) {
			x := d.machine(m)
			put := func(net string, w int, v uint64) { x.Put(net, d.g.Const(w, v)) }
			put(netState, 3, uint64(state))
			put(netMac, 1, uint64(flag(mac)))
			put(netFirst, 1, uint64(flag(first)))
			put(netTake, 1, uint64(flag(take)))
			put("m_axis_tvalid", 1, uint64(flag(stalled)))
			x.Set("m_axis_tready", d.g.Const(1, 0))
			x.Set("s_axis_tvalid", d.g.Const(1, 0))
			word := func(net string, width int) golden.Term {
				v, t := d.word(net, width, true)
				x.Put(net, v)
				return t
			}
			feature, bias, total := word(netFeature, 9), word(netBias, 32), word(netTotal, 32)
			flagged, over := d.word(netOverflow, 1, false)
			x.Put(netOverflow, flagged)
			accs, products := make([]golden.Term, size.Lanes+1), make([]golden.Term, size.Lanes)
			for l := range size.Lanes {
				accs[l] = word(acc(l), 32)
				products[l] = d.t.Mul(feature, word(weight(l), 8))
			}
			accs[size.Lanes] = d.t.Const(0) // nothing is behind the last
			x.Clock()
			when := fmt.Sprintf(" after an edge in state %d with mac %v, mac_first %v, take %v, stalled %v", state, mac, first, take, stalled)
			var claims []claim
			add := func(net string, want golden.Term, width int, signed bool) {
				claims = append(claims, claim{net + when, -1, wordOf(x.Net(net), want, width, signed), false, 0})
			}
			for l := range size.Lanes {
				want := accs[l]
				switch {
				case moves && take:
					want = accs[l+1]
				case moves && mac && first:
					want = products[l]
				case moves && mac:
					want = wrap32(d.t, d.t.Sum(accs[l], products[l]))
				}
				add(acc(l), want, 32, true)
			}
			if moves && take {
				sum := d.t.Sum(bias, accs[0])
				total, over = wrap32(d.t, sum), overflows(d.t, sum, over)
			}
			add(netTotal, total, 32, true)
			add(netOverflow, over, 1, false)
			return claims, nil
		})
		if f.Verdict != verdict.Proved {
			return
		}
	}
}

// wordOf is word, under a name that a local function does not hide.
func wordOf(net netlist.Value, term golden.Term, w int, signed bool) link {
	return word(net, term, w, signed)
}

// sizedResults follows a total to where it goes. Modules that are proved by themselves
// are executed beside the head on the same words, and must give the same nets.
func (p *prover) sizedResults(ctx context.Context, f *equiv.Fact, size npu.Params) {
	design, err := p.design(ctx, size)
	if err != nil {
		unread(f, err)
		return
	}
	// The features become registers, and what is larger does not.
	m, err := design.ModuleWithMemories(npu.Top, featureWords(size))
	if err == nil {
		err = p.Map.Rename(m)
	}
	if err != nil {
		unread(f, err)
		return
	}
	requant, err := p.unit(ctx, size, "npu_requant", "result")
	if err != nil {
		unread(f, err)
		return
	}
	argmax, err := p.unit(ctx, size, "npu_argmax", "best_index", "best_value")
	if err != nil {
		unread(f, err)
		return
	}
	r := &results{size: size, head: m, requant: requant, argmax: argmax, d: newData(f.Name, nil, false)}
	if p.tails(ctx, f, size, m); f.Verdict != verdict.Proved {
		return
	}
	if why := r.check(ctx); why != "" {
		f.Verdict, f.Reason, f.Detail = verdict.Unknown, verdict.NoStrategy, why
		return
	}
	f.Verdict = verdict.Proved // on the basis of the questions about tails
}

const netTail, tailBits = "program_store.tail", 20

// tails proves that the tail that the head uses in a layer is the layer's own: so many
// bits of the register that holds them all.
func (p *prover) tails(ctx context.Context, f *equiv.Fact, size npu.Params, m *netlist.Module) {
	for k := range size.Layers {
		p.settle(ctx, f, func(d *data) ([]claim, error) {
			x := d.machine(m)
			if !x.Has(netTail) {
				return nil, fmt.Errorf("the head has no net %s", netTail)
			}
			x.Put("sequencer.layer", d.g.Const(8, uint64(k)))
			first, have := k*tailBits, 0
			want := d.t.Const(0)
			for _, reg := range m.Regs { // a wide register is in parts, the lowest first
				lo := 0
				if n, _ := fmt.Sscanf(reg.Name, "program_store.tails[%d:%d]", new(int), &lo); n != 2 && reg.Name != "program_store.tails" {
					continue
				}
				// The part is what lies below the tail, what is of it, and what lies above.
				w := m.Width(reg.Q)
				from := min(max(first+have-lo, 0), w)
				to := min(max(first+tailBits-lo, from), w)
				var v netlist.Value
				at := 0
				for _, piece := range [][2]int{{0, from}, {from, to}, {to, w}} {
					n := piece[1] - piece[0]
					if n == 0 {
						continue
					}
					bits, t := d.word(fmt.Sprintf("%s from bit %d", reg.Name, piece[0]), n, false)
					if piece[0] == from && to > from {
						want = d.t.Sum(want, d.t.Shl(t, have))
						have += n
					}
					if at > 0 {
						bits = d.g.Cell(netlist.OpConcat, at+n, 0, v, bits, 0)
					}
					v, at = bits, at+n
				}
				x.Put(reg.Name, v)
			}
			if have != tailBits {
				return nil, fmt.Errorf("the head has no registers program_store.tails of %d bits a layer", tailBits)
			}
			return []claim{{fmt.Sprintf("the tail of layer %d", k), -1, word(x.Net(netTail), want, tailBits, false), false, 0}}, nil
		})
		if f.Verdict != verdict.Proved {
			return
		}
	}
}

type results struct {
	size                  npu.Params
	head, requant, argmax *netlist.Module
	x                     *unroll.Machine // of head
	best, bestAt          netlist.Value
	d                     *data
}

// step is the head in one cycle of a state, with one entry in the pipe's last stage.
func (r *results) step(state, layer, last, index int, bank, stalled bool) *unroll.Machine {
	x := r.x
	x.Resume(make([]netlist.Value, len(r.head.Regs)))
	put := func(net string, w int, v uint64) { x.Put(net, r.d.g.Const(w, v)) }
	put("sequencer.state", 3, uint64(state))
	put("sequencer.layer", 8, uint64(layer))
	put("regs.layers", 8, uint64(last+1))
	put(netPut, 1, 1)
	put(netPutIndex, 16, uint64(index))
	put("sequencer.bank", 1, uint64(flag(bank)))
	put("sequencer.index", 16, uint64(index))
	put("m_axis_tvalid", 1, uint64(flag(stalled)))
	x.Set("resetn", r.d.g.Const(1, 1))
	x.Set("m_axis_tready", r.d.g.Const(1, 0))
	x.Set("s_axis_tvalid", r.d.g.Const(1, uint64(flag(state == stateLoad))))
	return x
}

// check returns what differs, or "".
func (r *results) check(ctx context.Context) string {
	g := r.d.g
	slice := func(v netlist.Value, at, w int) netlist.Value { return g.Cell(netlist.OpSlice, w, int64(at), v, 0, 0) }
	value, total := g.Input("result", 32), g.Input("total", 32)
	r.best, r.bestAt = g.Input("greatest", 32), g.Input("index of the greatest", 16)
	r.x = r.d.machine(r.head)
	for _, n := range []string{netResult, netTotal, netBest, netBestAt, "m_axis_tdata", "regs.features_signed", netTail} {
		if !r.x.Has(n) {
			return "the head has no net " + n
		}
	}
	for k := range r.size.Layers {
		x := r.step(stateDrain, k, k, 0, false, false)
		x.Put(netTotal, total)
		y := unroll.NewMachine(r.requant, g)
		y.Set("acc", total)
		tail := x.Net(netTail)
		for _, t := range []struct {
			port      string
			at, width int
		}{{"shift", 0, 7}, {"rounding", 7, 3}, {"overflow", 10, 2}, {"width", 12, 6}, {"is_signed", 18, 1}, {"relu", 19, 1}} {
			y.Set(t.port, slice(tail, t.at, t.width))
		}
		if x.Net(netResult) != y.Net("result") {
			return fmt.Sprintf("in layer %d the result is not the requantizer's of the total and the layer's tail", k)
		}
		if ctx.Err() != nil {
			return ctx.Err().Error()
		}
		for state := stateStart; state <= stateFlush; state++ {
			if why := r.shown(state, k, value); why != "" {
				return why
			}
		}
	}
	if why := r.stored(value); why != "" {
		return why
	}
	return ""
}

// shown is about outputs of layer k as the last one, in a state in which they leave the
// pipe, and about what is kept otherwise.
func (r *results) shown(state, k int, value netlist.Value) string {
	g := r.d.g
	put := func(x *unroll.Machine) {
		x.Put(netResult, value)
		x.Put(netBest, r.best)
		x.Put(netBestAt, r.bestAt)
	}
	kept := func(x *unroll.Machine) bool { return x.Next(netBest) == r.best && x.Next(netBestAt) == r.bestAt }
	for o := range r.size.Biases {
		x := r.step(state, k, k, o, false, false)
		put(x)
		z := unroll.NewMachine(r.argmax, g)
		z.Put("best_value", r.best)
		z.Put("best_index", r.bestAt)
		z.Set("put", g.Const(1, 1))
		z.Set("first", g.Const(1, uint64(flag(o == 0))))
		z.Set("value", value)
		z.Set("index", g.Const(16, uint64(o)))
		if x.Next("m_axis_tdata") != value {
			return fmt.Sprintf("output %d of the last layer %d is not the logit", o, k)
		}
		if x.Next(netBest) != z.Next("best_value") || x.Next(netBestAt) != z.Next("best_index") {
			return fmt.Sprintf("output %d of the last layer %d is not compared with the greatest", o, k)
		}
		x = r.step(state, k, k, o, false, true)
		put(x)
		if x.Put("m_axis_tdata", r.best); x.Next("m_axis_tdata") != r.best || !kept(x) {
			return fmt.Sprintf("output %d of the last layer %d changes the logit or the greatest while a logit waits", o, k)
		}
		x = r.step(state, k, k+1, o, false, false)
		if put(x); !kept(x) {
			return fmt.Sprintf("output %d of layer %d, which is not the last, is compared with the greatest", o, k)
		}
	}
	return ""
}

// stored is about the features of an image and of a layer that is not the last.
func (r *results) stored(value netlist.Value) string {
	g := r.d.g
	half := featureWords(r.size) / 2
	at := func(x *unroll.Machine, bank bool, i int) netlist.Value {
		return x.Next(fmt.Sprintf("features.words[%d]", half*flag(bank)+i))
	}
	low := g.Cell(netlist.OpSlice, 9, 0, value, 0, 0)
	for i := range r.size.Features {
		for c := range 2 * (r.size.Layers - 1) * states {
			bank, k, state := c%2 == 1, c/2%(r.size.Layers-1), c/2/(r.size.Layers-1)
			if state < stateStart || state > stateFlush {
				continue
			}
			x := r.step(state, k, k+1, i, bank, false)
			x.Put(netResult, value)
			if at(x, !bank, i) != low {
				return fmt.Sprintf("output %d of layer %d, which reads bank %d, is not stored in the other", i, k, flag(bank))
			}
		}
		// An image's features: each byte, at the first address; one that needs no more
		// than its place at the others.
		bytes := []int{0xa5}
		if i == 0 {
			bytes = bytes[:0]
			for b := range 256 {
				bytes = append(bytes, b)
			}
		}
		for _, b := range bytes {
			for _, signed := range []bool{false, true} {
				x := r.step(stateLoad, 0, 0, i, false, false)
				x.Put("regs.features_signed", g.Const(1, uint64(flag(signed))))
				x.Set("s_axis_tdata", g.Const(8, uint64(b)))
				want := uint64(b)
				if signed && b >= 128 {
					want += 256
				}
				if got, ok := g.Known(at(x, false, i)); !ok || got != want {
					return fmt.Sprintf("feature %d of an image is not stored: byte %d, signed %v", i, b, signed)
				}
			}
		}
	}
	return ""
}
