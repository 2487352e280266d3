package datapath

import (
	"fmt"

	"github.com/hashiflex/hashiflex/golden"
	"github.com/hashiflex/hashiflex/netlist"
	"github.com/hashiflex/hashiflex/rtl/npu"
)

// program writes the instance's program as npu.Program does, with symbolic data for its
// weights and biases. Rows and biases that no output uses are not written, and bytes
// for unused lanes are unknown, so the outputs must not depend on them.
func (s *script) program() error {
	params := s.in.params
	p := npu.Program{Params: params, Signed: s.in.signed, Layers: s.in.layers, Biases: make([]int32, params.Biases)}
	for range params.Rows {
		p.Rows = append(p.Rows, make([]int8, params.Lanes))
	}
	lanes, biases := s.used()
	for _, w := range p.Writes() {
		v := s.d.g.Const(32, uint64(w.Data))
		switch word := int(w.Address >> 2 & (1<<20 - 1)); w.Address >> 22 {
		case npu.RegionWeights:
			row := word / params.RowWords()
			if len(lanes[row]) == 0 {
				continue
			}
			v = s.weights(row, word%params.RowWords(), lanes[row], "")
		case npu.RegionBiases:
			if !biases[word] {
				continue
			}
			v = s.bias(word, "")
		}
		if err := s.pins.write(w, v); err != nil {
			return err
		}
	}
	return nil
}

// used are the lanes of each weight row, and the biases, that outputs depend on.
func (s *script) used() (lanes map[int]map[int]bool, biases map[int]bool) {
	lanes, biases = map[int]map[int]bool{}, map[int]bool{}
	for _, l := range s.layers {
		for o := range l.Out {
			biases[l.Bias+o] = true
			for i := range l.In {
				row := l.Row + o/s.in.params.Lanes*l.In + i
				if lanes[row] == nil {
					lanes[row] = map[int]bool{}
				}
				lanes[row][o%s.in.params.Lanes] = true
			}
		}
	}
	return lanes, biases
}

// weights is a word of a weight row with new variables for the given lanes, and
// unknown bytes for the others.
func (s *script) weights(row, word int, lanes map[int]bool, suffix string) netlist.Value {
	var v netlist.Value
	for b := range 4 {
		lane := 4*word + b
		var net netlist.Value
		if lanes[lane] {
			var t golden.Term
			net, t = s.d.word(fmt.Sprintf("weight row %d lane %d%s", row, lane, suffix), 8, true)
			s.model.weights[[2]int{row, lane}] = t
		} else {
			net = s.d.unknown(fmt.Sprintf("weight row %d lane %d%s, of no output", row, lane, suffix), 8)
		}
		if v == 0 {
			v = net
		} else {
			v = s.d.g.Cell(netlist.OpConcat, 8*(b+1), 0, v, net, 0)
		}
	}
	return v
}

// bias is a new variable for a bias.
func (s *script) bias(b int, suffix string) netlist.Value {
	v, t := s.d.word(fmt.Sprintf("bias %d%s", b, suffix), 32, true)
	s.model.biases[b] = t
	return v
}

// change writes some weights and biases anew, byte by byte, and if the instance
// says so another tail for the last layer.
func (s *script) change() error {
	const suffix = ", written anew"
	words := s.in.params.RowWords()
	all, _ := s.used()
	for _, row := range s.in.rows {
		lanes := map[int]bool{}
		for lane := range s.in.params.Lanes {
			// Write every other lane, so that the others must keep their values.
			if all[row][lane] && (lane+row)%2 == 0 {
				lanes[lane] = true
			}
		}
		for word := range words {
			var strobe uint8
			for b := range 4 {
				if lanes[4*word+b] {
					strobe |= 1 << b
				}
			}
			w := npu.Write{Address: npu.Address(npu.RegionWeights, row*words+word), Strobe: strobe}
			if err := s.pins.write(w, s.weights(row, word, lanes, suffix)); err != nil {
				return err
			}
		}
	}
	for _, b := range s.in.biases {
		w := npu.Write{Address: npu.Address(npu.RegionBiases, b), Strobe: 0xf}
		if err := s.pins.write(w, s.bias(b, suffix)); err != nil {
			return err
		}
	}
	var plain [][2]uint32
	if s.in.clear {
		plain = append(plain, [2]uint32{npu.Register(npu.RegError), 1 << npu.ErrorOverflow})
		s.model.flooded = s.d.t.Const(0)
	}
	if s.in.tail != nil {
		last := len(s.layers) - 1
		s.layers[last] = *s.in.tail
		plain = append(plain,
			[2]uint32{npu.Descriptor(last, npu.FieldTail), s.in.tail.Words()[npu.FieldTail]},
			[2]uint32{npu.Register(npu.RegControl), npu.ControlCommit})
	}
	for _, w := range plain {
		if err := s.pins.write(npu.Write{Address: w[0], Strobe: 0xf}, s.d.g.Const(32, uint64(w[1]))); err != nil {
			return err
		}
	}
	return nil
}

// frames sends a frame that ends too early, if there can be one, and
// one that ends too late. Both are dropped, whatever is in them.
func (s *script) frames() error {
	for _, n := range []int{s.layers[0].In - 1, s.layers[0].In + 2} {
		var beats []netlist.Value
		for i := range n {
			beats = append(beats, s.d.unknown(fmt.Sprintf("beat %d of the frame with %d", i, n), 8))
		}
		if err := s.pins.stream(beats, patience, nil); err != nil {
			return err
		}
	}
	s.broken = 1 << npu.ErrorFrame
	return nil
}

// readBack reads the weight rows and biases that outputs depend on: each byte of a
// lane is the weight that was written to it last, and bytes beyond the lanes are 0.
func (s *script) readBack(when string) error {
	// What comes after meets the same stalls, whatever was read.
	at := s.pins.at
	defer func() { s.pins.at = at }()
	params := s.in.params
	lanes, biases := s.used()
	for row := range params.Rows {
		if len(lanes[row]) == 0 {
			continue
		}
		for part := range params.RowWords() {
			v, err := s.pins.read(npu.Address(npu.RegionWeights, row*params.RowWords()+part))
			if err != nil {
				return err
			}
			for b := range 4 {
				lane := 4*part + b
				want := s.d.t.Const(0)
				if lanes[row][lane] {
					want = s.model.weights[[2]int{row, lane}]
				} else if lane < params.Lanes {
					continue
				}
				byteOf := s.d.g.Cell(netlist.OpSlice, 8, int64(8*b), v, 0, 0)
				s.claim(fmt.Sprintf("weight row %d lane %d read back %s", row, lane, when), word(byteOf, want, 8, true), false)
			}
		}
	}
	for b := range params.Biases {
		if !biases[b] {
			continue
		}
		v, err := s.pins.read(npu.Address(npu.RegionBiases, b))
		if err != nil {
			return err
		}
		s.claim(fmt.Sprintf("bias %d read back %s", b, when), word(v, s.model.biases[b], 32, true), false)
	}
	return nil
}

// infer streams an image with new features in, and reads the result afterwards.
func (s *script) infer() error {
	s.images++
	var features []netlist.Value
	var xs []golden.Term
	for i := range s.layers[0].In {
		v, t := s.d.word(fmt.Sprintf("image %d feature %d", s.images, i), 8, s.in.signed)
		features, xs = append(features, v), append(xs, t)
	}
	s.outs, s.logits, s.left = s.model.image(s.layers, xs), 0, make([]int, len(s.layers))
	cycles := 4*int(npu.Cycles(s.layers, s.in.params.Lanes)) + patience
	last := s.outs[len(s.outs)-1]
	if err := s.pins.stream(features, cycles, func() bool { return s.logits == len(last) }); err != nil {
		return err
	}
	s.outs = nil
	final := last[len(last)-1]
	errors := s.d.t.Sum(s.d.t.Shl(s.model.flooded, npu.ErrorOverflow), s.d.t.Const(s.broken))
	for _, r := range []struct {
		name string
		reg  int
		want golden.Term
		sign bool
	}{
		{"CLASS", npu.RegClass, final.bestAt, false},
		{"VALUE", npu.RegValue, final.best, true},
		{"ERROR", npu.RegError, errors, false},
		{"IMAGES", npu.RegImages, s.d.t.Const(int64(s.images)), false},
	} {
		v, err := s.pins.read(npu.Register(r.reg))
		if err != nil {
			return err
		}
		s.claim(fmt.Sprintf("%s after image %d", r.name, s.images), word(v, r.want, 32, r.sign), false)
	}
	return nil
}

func (s *script) claim(name string, l link, inner bool) *claim {
	s.claims = append(s.claims, claim{name: name, cycle: s.x.Cycle(), link: l, inner: inner})
	return &s.claims[len(s.claims)-1]
}

// takeLogit is a logit at the output stream.
func (s *script) takeLogit(v netlist.Value, last bool) error {
	if s.outs == nil || s.logits == len(s.outs[len(s.outs)-1]) {
		return s.pins.fail("a logit comes out that no image explains")
	}
	outs := s.outs[len(s.outs)-1]
	s.claim(fmt.Sprintf("logit %d of image %d", s.logits, s.images), s.value(v, len(s.outs)-1, s.logits), false)
	s.logits++
	if last != (s.logits == len(outs)) {
		return s.pins.fail("logit %d of %d has last %v", s.logits-1, len(outs), last)
	}
	return nil
}

// value is the link of an output of a layer.
func (s *script) value(v netlist.Value, layer, o int) link {
	l := s.layers[layer]
	r := l.Requant().Range()
	return word(v, s.outs[layer][o].value, 32, true).between(r.Lo, r.Hi)
}

// inside claims the intermediate steps to the outputs and cuts the circuit at each, at
// the beginning of every cycle in which a result leaves. It reads the circuit's state
// only to choose the cycles. If that state is wrong, a claim fails.
func (s *script) inside() {
	if s.outs == nil {
		return
	}
	last := len(s.outs) - 1
	if s.left[last] > 0 {
		out := s.outs[last][s.left[last]-1]
		s.register(netBest, out.best, 32, true, "the greatest logit so far")
		s.register(netBestAt, out.bestAt, 16, false, "the index of the greatest logit so far")
	}
	layer, o := s.known(netLayer), s.known(netPutIndex)
	if s.known(netPut) != 1 || layer < 0 || layer > last || o < 0 || o >= len(s.outs[layer]) {
		return
	}
	s.left[layer] = o + 1
	out := &s.outs[layer][o]
	of := fmt.Sprintf(" of output %d of layer %d of image %d", o, layer, s.images)
	s.register(netTotal, out.total, 32, true, "the sum"+of)
	s.register(netOverflow, out.over, 1, false, "the overflow flag at the sum"+of)
	// While the result waits in a stall, its net may stand for the cut only as long
	// as it is the one that the claim was about.
	if v := s.x.Net(netResult); v != out.claimed {
		out.claimed = v
		out.cut = s.d.cut(s.claim("the value"+of, s.value(v, layer, o), true))
	}
	s.x.Put(netResult, out.cut)
}

// known is a control net as a number, or -1.
func (s *script) known(net string) int {
	if k, ok := s.d.g.Known(s.x.Net(net)); ok {
		return int(k)
	}
	return -1
}

// register claims the value of a register and cuts it, if the value is new.
func (s *script) register(net string, t golden.Term, width int, signed bool, name string) {
	v := s.x.Net(net)
	if s.seen[net] == v {
		return
	}
	v = s.d.cut(s.claim(name, word(v, t, width, signed), true))
	s.x.Put(net, v)
	s.seen[net] = v
}
