package stream

import (
	"sort"

	"github.com/hashiflex/hashiflex/spec"
)

// arrival is when the items of a stream can be there.
type arrival struct {
	need []int // by item of a frame: how many pixels of the frame it takes
	late int   // clocks from the last of them to the item
}

// Clocks that an item spends in a block.
const (
	entryClocks  = 2 // framer, fork
	windowClocks = 3
	applyClocks  = 2 // the queue behind the datapath, and a fork
	fifoClocks   = 2
	joinClocks   = 1
)

// fifoDepths counts, for every addition, how many items of one input are there before
// the other's: how deep the FIFOs of both have to be, so that the branch they wait for
// never has to. 0 is none. A FIFO less deep would stop the fork that both branches come
// from, and with it the branch that is waited for.
func fifoDepths(n *spec.Network) map[string][2]int {
	depths := map[string][2]int{}
	streams := map[string]arrival{spec.InputName: entryArrival(n.Input.Shape)}
	for _, l := range n.Layers {
		if l.Kind() == "dense" {
			continue
		}
		in := streams[l.Inputs[0]]
		streams[l.Name] = spec.Match(l.Op,
			func(*spec.Conv) arrival { return convArrival(l, in) },
			func(*spec.Add) arrival {
				other := streams[l.Inputs[1]]
				depths[l.Name] = [2]int{waiting(in, other), waiting(other, in)}
				out := arrival{need: make([]int, len(in.need)), late: max(in.late, other.late) + fifoClocks + joinClocks + applyClocks}
				for i := range out.need {
					out.need[i] = max(in.need[i], other.need[i])
				}
				return out
			},
			func(*spec.Pool) arrival {
				return arrival{need: in.need[len(in.need)-1:], late: in.late + 1 + applyClocks}
			},
			func(*spec.Dense) arrival { panic("stream: a dense layer is no stream") },
		)
	}
	return depths
}

func entryArrival(s spec.Shape) arrival {
	a := arrival{need: make([]int, s.H*s.W), late: entryClocks}
	for i := range a.need {
		a.need[i] = i + 1
	}
	return a
}

func convArrival(l *spec.Layer, in arrival) arrival {
	a := axes(l)
	if a[0].plain() && a[1].plain() {
		return arrival{in.need, in.late + applyClocks}
	}
	out := arrival{late: in.late + windowClocks + applyClocks}
	for y := range a[0].windows {
		for x := range a[1].windows {
			out.need = append(out.need, in.need[a[0].last(y)*a[1].size+a[1].last(x)])
		}
	}
	return out
}

// waiting is the depth of a's FIFO where b is the other input: items of a that are there
// when b's item n comes, beginning with item n itself.
func waiting(a, b arrival) int {
	most := 1
	for n, need := range b.need {
		there := sort.SearchInts(a.need, need+1)
		most = max(most, there-n)
	}
	if lag := b.late - a.late; lag > 0 {
		most += lag
	}
	if most == 1 {
		return 0 // the join takes it
	}
	return most + fifoClocks
}
