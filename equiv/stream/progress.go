package stream

import "fmt"

// needed is how many items of input i item n of output j needs, over all frames.
func (x *executor) needed(j, i, n int) int {
	frame := x.contract.outs[j].frame
	return n/frame*x.contract.ins[i].frame + x.contract.need(j, i, n%frame)
}

// frameEnd is how many items of input i complete the frame of item n of output j.
func (x *executor) frameEnd(j, i, n int) int {
	return (n/x.contract.outs[j].frame + 1) * x.contract.ins[i].frame
}

// ahead reports whether output j may wait for another output.
func (x *executor) ahead(s []uint64, j int) bool {
	for k := range x.outs {
		if x.contract.waits(j, int(s[x.out+j]), k, int(s[x.out+k])) {
			return true
		}
	}
	return false
}

// used is how many items of input i all outputs needed that have given so many: of
// outputs in turn the one that gave the last, else the one that is behind.
func (x *executor) used(i int, given func(j int) int) int {
	least, most := 1<<62, 0
	for j := range x.outs {
		needed := 0
		if n := given(j); n > 0 {
			needed = x.needed(j, i, n-1)
		}
		least, most = min(least, needed), max(most, needed)
	}
	if x.contract.inTurn {
		return most
	}
	return least
}

// given is how many items an output has given in a position.
func (x *executor) given(s []uint64) func(j int) int {
	return func(j int) int { return int(s[x.out+j]) }
}

// waiting notes what a transition left undone.
func (x *explorer) waiting(from, to int32, lane, u int, s []uint64) {
	cycle := x.cycles[u]
	word := func(result int) bool { return x.progOut[result][lane] == 1 }
	moves := false
	for i, p := range x.ins {
		moves = moves || cycle.Valid>>i&1 == 1 && word(p.ready)
		x.result.Cap[i] = max(x.result.Cap[i], int(s[x.in+i])-x.used(i, x.given(s)))
	}
	for j, p := range x.outs {
		moves = moves || cycle.Ready>>j&1 == 1 && word(p.valid)
	}
	if moves {
		return
	}
	slackOf := func(i int) (slack, left, item int) {
		slack = -1 << 30
		for j := range x.outs {
			n, m := int(s[x.out+j]), int(s[x.in+i])
			if k := m - x.needed(j, i, n); k > slack {
				slack, left, item = k, x.frameEnd(j, i, n)-m, n%x.contract.outs[j].frame
			}
		}
		return slack, left, item
	}
	for j, p := range x.outs {
		e := edge{from: from, to: to, slack: 1 << 30, choice: uint8(u)}
		for i := range x.ins {
			n, m := int(s[x.out+j]), int(s[x.in+i])
			e.slack = min(e.slack, int32(m-x.needed(j, i, n)))
			e.left = max(e.left, int32(x.frameEnd(j, i, n)-m))
			e.n = int32(n % x.contract.outs[j].frame)
		}
		if !word(p.valid) && e.slack >= 0 && !x.ahead(s, j) {
			x.waits[j] = append(x.waits[j], e)
		}
	}
	for i, p := range x.ins {
		// An input may wait for valid before it is ready.
		if cycle.Valid>>i&1 == 1 && !word(p.ready) {
			slack, left, item := slackOf(i)
			x.waits[len(x.outs)+i] = append(x.waits[len(x.outs)+i], edge{from, to, int32(slack), int32(left), int32(item), uint8(u)})
		}
	}
}

// progress looks for endless runs without a due output or input. A block may wait for
// more items than its next output needs, as long as it takes them and they are of the
// same frame: that is its lag there.
func (x *explorer) progress() {
	x.result.Lag = make([]int, x.contract.outs[0].frame)
	for j := range x.outs {
		length, loops := endless(x.waits[j])
		x.result.Longest = max(x.result.Longest, length)
		for _, e := range loops {
			if e.left <= 0 {
				x.stuck(e, loops, "complete items are offered", fmt.Sprintf("%s stays 0 though all that the next item needs is in", x.block.Outs[j].Valid))
				return
			}
			x.result.Lag[e.n] = max(x.result.Lag[e.n], int(e.slack)+1)
		}
	}
	for i := range x.ins {
		x.result.Room[i] = x.result.Cap[i]
		_, loops := endless(x.waits[len(x.outs)+i])
		for _, e := range loops {
			if e.slack >= 0 && int(e.slack) < x.result.Lag[e.n] {
				x.result.Unclear = fmt.Sprintf("sometimes it waits for another item before output %d, sometimes it does not take it", e.n)
				continue
			}
			if e.slack < 0 {
				x.stuck(e, loops, "what is missing is taken", fmt.Sprintf("%s stays 0 though the next output waits for another item", x.block.Ins[i].Ready))
				return
			}
			x.result.Room[i] = min(x.result.Room[i], int(e.slack))
		}
	}
}

// endless finds the edges on loops, and the longest path of the others. It also counts
// edges between two loops. All edges of such a path have the same slack.
func endless(edges []edge) (longest int, loops []edge) {
	left := edges
	for _, forward := range []bool{true, false} {
		out, degree := map[int32][]edge{}, map[int32]int{}
		ends := func(e edge) (a, b int32) {
			if forward {
				return e.from, e.to
			}
			return e.to, e.from
		}
		for _, e := range left {
			a, b := ends(e)
			out[a] = append(out[a], e)
			degree[b]++
		}
		depth := map[int32]int{}
		var ready []int32
		for s := range out {
			if degree[s] == 0 {
				ready = append(ready, s)
			}
		}
		for len(ready) > 0 {
			s := ready[len(ready)-1]
			ready = ready[:len(ready)-1]
			for _, e := range out[s] {
				_, b := ends(e)
				depth[b] = max(depth[b], depth[s]+1)
				longest = max(longest, depth[b])
				if degree[b]--; degree[b] == 0 {
					ready = append(ready, b)
				}
			}
		}
		var rest []edge
		for _, e := range left {
			if a, b := ends(e); degree[a] > 0 && degree[b] > 0 {
				rest = append(rest, e)
			}
		}
		left = rest
	}
	return longest, left
}

// stuck is the breach of a run that ends in a loop, with edge e on it or before it.
func (x *explorer) stuck(e edge, loops []edge, rule, detail string) {
	next := map[int32]edge{}
	for _, l := range loops {
		if l.slack == e.slack && l.n == e.n {
			next[l.from] = l
		}
	}
	b := &Breach{Rule: rule, Detail: detail, Run: x.run(e.from), Start: x.root(e.from)}
	at := map[int32]int{}
	s := e.from
	for {
		if k, ok := at[s]; ok {
			b.Loop = k
			break
		}
		at[s] = len(b.Run)
		l, ok := next[s]
		if !ok {
			b.Loop = at[s] // the loop is a state that stays
			break
		}
		b.Run = append(b.Run, x.cycles[l.choice])
		s = l.to
	}
	x.result.Broken = b
}
