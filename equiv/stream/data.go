package stream

import (
	"fmt"

	"github.com/hashiflex/hashiflex/netlist"
	"github.com/hashiflex/hashiflex/rtl"
)

// The data part of a block is a graph over single bits. Many bits behave alike: what
// happens to bit 5 of a pixel happens to all its bits. So bits are coloured, as in the
// minimisation of automata: two have the same colour if the same control moves them
// from sources of the same colour. One bit of each colour is executed. Each bit must
// also stay at its own place within the item, which its label gives.

type nodeOp uint8

const (
	opBad     nodeOp = iota // undefined
	opZero                  // constants, and bits that control computes
	opOne                   //
	opControl               // sel, as a bit of data
	opIn                    // bit of input stream a, lane b
	opReg                   // next value in a
	opMux                   // sel ? a : b
	opOr                    // of bits of which one is zero
	opWord                  // of memory a: the word at its address; written with b where sel is 1, and as more says
	opResult                // of the datapath
)

// node is one bit of data.
type node struct {
	op   nodeOp
	a, b int32
	sel  bit
	more []write // of a word: by the ports that write beside the first
	at   bit     // in the netlist, for paths
}

// write is what a port of a memory writes: a node, where sel is 1.
type write struct {
	data int32
	sel  bit
}

const (
	noLabel = -1 // always zero, or never given
	mixed   = -2 // bits from several places of an item
)

// graph is the data part of a block.
type graph struct {
	c     *circuit
	nodes []node
	memo  [][]int32 // by value and bit: its node, from 1 on
	moved map[moved]int32
	todo  []bit // registers whose next value is not resolved yet

	in     map[bit]source // bits of input streams
	result map[bit]int32  // bits that the datapath drives: their index
	word   map[bit]word   // bits that memories drive
	bank   []int32        // by cut: the first memory that is as deep and has the same addresses

	label []int32
	color []int32 // by node, from 0 on
	count int     // of colours
	// computed is a node that is no move of data, by the node that stands for it.
	computed map[int32]string
	// undefined is a bit that the text does not define for the netlist, though it may for a
	// simulator, such as that of a latch; "" is none.
	undefined string
}

// source is where a bit of an input stream is: which stream, lane, and place within
// the item.
type source struct{ stream, lane, place int32 }

// word is a bit of the words of memory mem.
type word struct{ mem, bit int32 }

// moved is a bit of a word that control shifts, after so many of the amount's bits.
type moved struct {
	shift netlist.Value
	level uint8
	at    int
}

// shifted is a bit of a word that control shifts by any amount: a choice for each bit
// of the amount, which moves by 1, 2, 4 and so on.
func (g *graph) shifted(v netlist.Value, level uint8, at int) int32 {
	m := g.c.m
	cell := &m.Cells[v]
	word, amount := cell.Args[0], cell.Args[1]
	key := moved{v, level, at}
	if n, ok := g.moved[key]; ok {
		return n
	}
	var n int32
	switch {
	case at < 0 || at >= m.Width(word):
		n = g.push(node{op: opZero, at: bit{v, 0}})
	case level == 0:
		n = g.node(bit{word, uint8(at)})
	default:
		by := m.Width(word) // or more: nothing is left
		if level <= 7 {
			by = 1 << (level - 1)
		}
		if cell.Op == netlist.OpShl {
			by = -by
		}
		sel := g.control(bit{amount, level - 1})
		// An amount that is a multiple of a part's width leaves places as they are.
		k, fixed := m.ConstOf(sel.v)
		if fixed = fixed || m.Cells[sel.v].Op == netlist.OpZext; fixed {
			n = g.shifted(v, level-1, at+by*int(k>>sel.at&1))
			break
		}
		then, els := g.shifted(v, level-1, at+by), g.shifted(v, level-1, at)
		n = g.push(node{op: opMux, sel: sel, a: then, b: els, at: bit{v, 0}})
	}
	g.moved[key] = n
	return n
}

// node finds or makes the node of a bit.
func (g *graph) node(b bit) int32 {
	if g.memo[b.v] == nil {
		g.memo[b.v] = make([]int32, g.c.m.Width(b.v))
	}
	if n := g.memo[b.v][b.at]; n != 0 {
		return n - 1
	}
	n := g.make(b)
	g.memo[b.v][b.at] = n + 1
	return n
}

func (g *graph) push(n node) int32 {
	g.nodes = append(g.nodes, n)
	return int32(len(g.nodes) - 1)
}

// make resolves wiring on the way.
func (g *graph) make(b bit) int32 {
	m := g.c.m
	cell := &m.Cells[b.v]
	if s, ok := g.in[b]; ok {
		return g.push(node{op: opIn, a: s.stream, b: s.lane, at: b})
	}
	if _, ok := g.result[b]; ok {
		return g.push(node{op: opResult, at: b})
	}
	if w, ok := g.word[b]; ok {
		return g.push(node{op: opWord, a: w.mem, b: -1, at: b})
	}
	switch cell.Op {
	case netlist.OpSlice:
		return g.node(bit{cell.Args[0], b.at + uint8(cell.Aux)})
	case netlist.OpConcat:
		if w := uint8(m.Width(cell.Args[0])); b.at >= w {
			return g.node(bit{cell.Args[1], b.at - w})
		}
		return g.node(bit{cell.Args[0], b.at})
	case netlist.OpZext, netlist.OpSext:
		w := uint8(m.Width(cell.Args[0]))
		switch {
		case b.at < w:
			return g.node(bit{cell.Args[0], b.at})
		case cell.Op == netlist.OpZext:
			return g.push(node{op: opZero, at: b})
		}
		return g.node(bit{cell.Args[0], w - 1})
	case netlist.OpConst:
		if k, _ := m.ConstOf(b.v); k>>b.at&1 == 1 {
			return g.push(node{op: opOne, at: b})
		}
		return g.push(node{op: opZero, at: b})
	case netlist.OpUndef:
		if u := m.Undefs[cell.Aux]; g.undefined == "" {
			g.undefined = fmt.Sprintf("%s is undefined: %s: %s", g.c.name(b.v), u.Reason, u.Detail)
		}
		return g.push(node{op: opBad, at: b})
	case netlist.OpReg:
		if g.c.data[b.v]>>b.at&1 == 0 {
			break
		}
		n := g.push(node{op: opReg, a: -1, at: b})
		g.todo = append(g.todo, b)
		return n
	}
	if g.c.data[b.v]>>b.at&1 == 0 {
		return g.push(node{op: opControl, sel: g.control(b), at: b})
	}
	arm := func(i int) bit { return bit{cell.Args[i], b.at} }
	plain := func(i int) bool { return g.c.data[cell.Args[i]]>>b.at&1 == 0 }
	switch cell.Op {
	case netlist.OpMux:
		if g.c.data[cell.Args[0]] == 0 {
			then, els := g.node(arm(1)), g.node(arm(2))
			return g.push(node{op: opMux, sel: g.control(bit{cell.Args[0], 0}), a: then, b: els, at: b})
		}
	case netlist.OpShl, netlist.OpShr:
		if g.c.data[cell.Args[1]] == 0 {
			return g.shifted(b.v, uint8(m.Width(cell.Args[1])), int(b.at))
		}
	case netlist.OpAnd, netlist.OpOr:
		for i := range 2 {
			if !plain(i) {
				continue
			}
			x := g.node(arm(1 - i))
			fixed := g.push(node{op: opZero, at: b})
			if cell.Op == netlist.OpAnd {
				return g.push(node{op: opMux, sel: g.control(arm(i)), a: x, b: fixed, at: b})
			}
			g.nodes[fixed].op = opOne
			return g.push(node{op: opMux, sel: g.control(arm(i)), a: fixed, b: x, at: b})
		}
		if cell.Op == netlist.OpOr {
			x, y := g.node(arm(0)), g.node(arm(1))
			return g.push(node{op: opOr, a: x, b: y, at: b})
		}
	}
	n := g.push(node{op: opBad, at: b})
	g.computed[n] = fmt.Sprintf("%s computes with data", g.c.name(b.v))
	return n
}

// control follows wiring to the bit of control that b is: copies of one enable are one.
func (g *graph) control(b bit) bit {
	m := g.c.m
	for {
		cell := &m.Cells[b.v]
		a := cell.Args[0]
		switch cell.Op {
		case netlist.OpSlice:
			b = bit{a, b.at + uint8(cell.Aux)}
			continue
		case netlist.OpConcat:
			b.v = a
			if w := uint8(m.Width(a)); b.at >= w {
				b = bit{cell.Args[1], b.at - w}
			}
			continue
		case netlist.OpZext, netlist.OpSext:
			w := uint8(m.Width(a))
			if b.at >= w && cell.Op == netlist.OpZext {
				return b
			}
			b = bit{a, min(b.at, w-1)}
			continue
		case netlist.OpAdd:
			if k, ok := m.ConstOf(cell.Args[1]); ok && k == 0 {
				b.v = a
				continue
			}
		case netlist.OpMux:
			then, isThen := m.ConstOf(cell.Args[1])
			els, isEls := m.ConstOf(cell.Args[2])
			if isThen && isEls && then>>b.at&1 == 1 && els>>b.at&1 == 0 {
				b = bit{a, 0}
				continue
			}
		}
		return b
	}
}

// close resolves the next values of registers, and what memories are written with. The
// bits that a port of a word's memory takes are found by their name.
func (g *graph) close(find func(w word, port string) bit) {
	written := 0
	for len(g.todo) > 0 || written < len(g.nodes) {
		for len(g.todo) > 0 {
			b := g.todo[len(g.todo)-1]
			g.todo = g.todo[:len(g.todo)-1]
			n := g.node(b)
			next := g.node(bit{g.c.m.Regs[g.c.m.Cells[b.v].Aux].D, b.at})
			g.nodes[n].a = next
		}
		for ; written < len(g.nodes); written++ {
			if g.nodes[written].op != opWord {
				continue
			}
			w := g.word[g.nodes[written].at]
			for j := range g.c.cuts[w.mem].Over {
				data := g.node(find(w, "write_data"+rtl.WritePort(j)))
				sel := g.control(find(w, "write_enable"+rtl.WritePort(j)))
				if n := &g.nodes[written]; j == 0 {
					n.b, n.sel = data, sel
				} else {
					n.more = append(n.more, write{data, sel})
				}
			}
		}
	}
}

// banks finds memories whose words move alike: a wide memory is often built of several.
func (g *graph) banks() {
	g.bank = make([]int32, len(g.c.cuts))
	type shape struct {
		words int
		read  netlist.Value
		write string
	}
	first := map[shape]int32{}
	for i := range g.c.cuts {
		cut := &g.c.cuts[i]
		if cut.Module != "" {
			continue
		}
		s := shape{words: cut.Words, read: port(cut.Takes, "address")[0]}
		for j, over := range cut.Over {
			s.write += fmt.Sprintln(port(cut.Takes, "write_address"+rtl.WritePort(j))[0], over)
		}
		if _, ok := first[s]; !ok {
			first[s] = int32(i)
		}
		g.bank[i] = first[s]
	}
}

// place gives every bit the place within an item that its values come from.
func (g *graph) place() {
	g.label = make([]int32, len(g.nodes))
	for i := range g.nodes {
		g.label[i] = noLabel
		switch n := &g.nodes[i]; n.op {
		case opIn:
			g.label[i] = g.in[n.at].place
		case opResult:
			g.label[i] = g.result[n.at]
		}
	}
	for more := true; more; {
		more = false
		for i := range g.nodes {
			n := &g.nodes[i]
			l := g.label[i]
			switch n.op {
			case opReg:
				l = meet(l, g.label[n.a])
			case opMux, opOr:
				l = meet(meet(l, g.label[n.a]), g.label[n.b])
			case opWord:
				l = meet(l, g.label[n.b])
				for _, w := range n.more {
					l = meet(l, g.label[w.data])
				}
			}
			if l != g.label[i] {
				g.label[i], more = l, true
			}
		}
	}
}

func meet(a, b int32) int32 {
	switch {
	case a == noLabel:
		return b
	case b == noLabel || a == b:
		return a
	}
	return mixed
}

// initial is what a register of data holds after reset, as an operation.
func (g *graph) initial(b bit) nodeOp {
	k := g.c.known[b.v]
	switch {
	case k.Mask>>b.at&1 == 0:
		return opBad
	case k.Bits>>b.at&1 == 1:
		return opOne
	}
	return opZero
}

// paint colours the nodes. Colours are refined until a round splits none, so that
// nodes of one colour stay alike for ever.
func (g *graph) paint() {
	g.color = make([]int32, len(g.nodes))
	for last := 0; ; last = g.count {
		names := make(map[[6]int64]int32, g.count)
		lists := map[string]int64{} // writes of words, by what tells them apart
		next := make([]int32, len(g.nodes))
		for i := range g.nodes {
			n := &g.nodes[i]
			key := [6]int64{int64(n.op), 0, 0, 0, 0, int64(g.color[i])}
			switch n.op {
			case opIn:
				key[1], key[2] = int64(n.a), int64(n.b)
			case opControl:
				key[3], key[4] = int64(n.sel.v), int64(n.sel.at)
			case opReg:
				key[1], key[2] = int64(g.color[n.a]), int64(g.initial(n.at))
			case opMux, opOr:
				key[1], key[2], key[3], key[4] = int64(g.color[n.a]), int64(g.color[n.b]), int64(n.sel.v), int64(n.sel.at)
			case opWord:
				key[1], key[2], key[3], key[4] = int64(g.bank[n.a]), int64(g.color[n.b]), int64(n.sel.v), int64(n.sel.at)
				if len(n.more) > 0 {
					list := ""
					for _, w := range n.more {
						list += fmt.Sprintln(g.color[w.data], w.sel)
					}
					if lists[list] == 0 {
						lists[list] = int64(len(lists) + 1)
					}
					key[0] |= lists[list] << 8
				}
			case opBad:
				if _, ok := g.computed[int32(i)]; ok {
					key[1] = 1
				}
			}
			c, ok := names[key]
			if !ok {
				c = int32(len(names))
				names[key] = c
			}
			next[i] = c
		}
		g.color, g.count = next, len(names)
		if g.count == last {
			return
		}
	}
}
