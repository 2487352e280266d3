package stream

import "strings"

// Map describes the modules of a streaming design: which ones are blocks with
// ready/valid handshakes, what each is for, and which modules inside them compute. The
// generator writes one beside its Verilog. The author of another design writes their
// own. A prover only takes from it what to prove about each block. Every claim of the
// map is checked against the Verilog or proved.
type Map struct {
	Top    string  `json:"top"`
	Clock  string  `json:"clock"`  // port of Top and of every block; its rising edge counts
	ResetN string  `json:"resetn"` // likewise: synchronous, active low
	In     Stream  `json:"in"`     // of Top
	Blocks []Block `json:"blocks"`
	// Heads are the programmable heads, which take the features of the last blocks: of
	// N heads, head n takes those of frames n, n+N, n+2N, …. None: the design ends in
	// a stream, which is Out then.
	Heads []Head `json:"heads,omitempty"`
	Out   Stream `json:"out,omitzero"`
}

// Head is an instance of the programmable head below Top. Its ports are ports of Top
// but for the stream of features.
type Head struct {
	Instance string `json:"instance"`
	Bus      string `json:"bus"`     // what the ports of Top are called for s_axi, without an underscore
	Results  string `json:"results"` // likewise for m_axis
}

// Port is the port of Top that is the head's port of that name.
func (h Head) Port(name string) string {
	for _, p := range [][2]string{{headBus, h.Bus}, {headResults, h.Results}} {
		if rest, ok := strings.CutPrefix(name, p[0]+"_"); ok {
			return p[1] + "_" + rest
		}
	}
	return name
}

// The head's own names of its bus and its results.
const (
	headBus     = "s_axi"
	headResults = "m_axis"
)

// Kind is what a block does with its input items. Items are pixels, windows of pixels
// or sums. Only a Datapath changes them.
type Kind string

// The kinds. Item n counts from 0 and over all frames.
const (
	// KindFramer passes on the pixels of well-formed frames. Only its input has First
	// and Last.
	KindFramer Kind = "framer"
	// KindWindow gives one window for each position of a layer's output, in
	// raster order: taps in the order kernel row, kernel column, the first in the
	// least significant bits; the layer's Fill where it pads.
	KindWindow Kind = "window"
	// KindApply gives its datapath's function of item n as item n.
	KindApply Kind = "apply"
	// KindFork gives every item on each of its outputs.
	KindFork Kind = "fork"
	// KindDeal gives item n on output n modulo the number of outputs. Its items are
	// whole frames.
	KindDeal Kind = "deal"
	// KindFIFO gives every item again.
	KindFIFO Kind = "fifo"
	// KindJoin gives the items n of all inputs side by side, the first input's in the
	// least significant bits.
	KindJoin Kind = "join"
	// KindPool gives the sum over each frame's items.
	KindPool Kind = "pool"
	// KindAdapter gives the same pixels in another number of lanes, the first pixel in
	// the least significant bits. The last beat of a row may be shorter.
	KindAdapter Kind = "adapter"
)

// Block is an instance below Top with ready/valid handshakes on all sides.
type Block struct {
	Instance string `json:"instance"` // path below Top, as in "stem.window"
	Module   string `json:"module"`
	Kind     Kind   `json:"kind"`
	// Layer is the layer of the network that the block belongs to: of a window, pool
	// or datapath the layer itself, of a fork or a deal the one whose items are
	// given (spec.InputName for the frame), of a FIFO and a join the layer of two inputs.
	Layer string   `json:"layer"`
	Ins   []Stream `json:"ins"`
	Outs  []Stream `json:"outs"`
	// Datapath is the arithmetic of an apply or a pool.
	Datapath *Datapath `json:"datapath,omitempty"`
}

// Stream names the ports of one side of a block. An item moves in a cycle in which
// valid and ready are both 1.
type Stream struct {
	Valid string `json:"valid"`
	Ready string `json:"ready"`
	Data  string `json:"data"`
	Lanes int    `json:"lanes"`           // items side by side in Data
	First string `json:"first,omitempty"` // 1 with the first item of a frame (AXI4-Stream tuser)
	Last  string `json:"last,omitempty"`  // 1 with the last item of a row, of a stream of features: of the frame (tlast)
}

// Datapath is an instance inside a block that computes and has no control. It is proved
// separately, for all values. Proofs of control treat it as its function.
type Datapath struct {
	Instance string `json:"instance"` // path below the block
	Module   string `json:"module"`
	// Ins are its data ports. An apply's has one, x. A pool's has two: the sum so
	// far, and the items to add, in their order; one of zeros adds nothing.
	Ins []string `json:"ins"`
	Out string   `json:"out"`
	// Latency is the number of clocks from Ins to Out; with 0 it has no clock.
	Latency int `json:"latency"`
	// Enable is the port that enables all its registers, or "": they are always
	// enabled.
	Enable string `json:"enable,omitempty"`
}
