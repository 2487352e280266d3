package stream

// Map says what the modules of a streaming design are: which ones pass items on
// between ready/valid borders, what each of them is for, and which modules inside
// compute. The generator writes one beside its Verilog; the author of another
// design writes his own. A prover takes from it what to show of each block, and
// nothing else: whatever the map claims is read from the Verilog or proved.
type Map struct {
	Top    string  `json:"top"`
	Clock  string  `json:"clock"`  // port of Top and of every block; its rising edge counts
	ResetN string  `json:"resetn"` // likewise: synchronous, active low
	In     Stream  `json:"in"`     // of Top
	Blocks []Block `json:"blocks"`
	// Head is the instance of the programmable head, which takes the features of the
	// last block; "" if the design ends in a stream, which is Out then.
	Head string `json:"head,omitempty"`
	Out  Stream `json:"out,omitzero"`
}

// Kind is what a block does with the items that it gets. Items are pixels, windows
// of pixels or sums, and are never changed outside a Datapath.
type Kind string

// The kinds. Item n counts from 0 and over all frames.
const (
	// KindFramer passes the pixels of well-formed frames on; its input alone has First
	// and Last.
	KindFramer Kind = "framer"
	// KindWindow gives one window for each position of a layer's output, in
	// raster order: taps in the order kernel row, kernel column, the first in the
	// least significant bits; zeros where the layer pads.
	KindWindow Kind = "window"
	// KindApply gives its datapath's function of item n as item n.
	KindApply Kind = "apply"
	// KindFork gives every item on each of its outputs.
	KindFork Kind = "fork"
	// KindFIFO gives every item again.
	KindFIFO Kind = "fifo"
	// KindJoin gives the items n of all inputs side by side, the first input's in the
	// least significant bits.
	KindJoin Kind = "join"
	// KindPool gives the sum over each frame's items.
	KindPool Kind = "pool"
	// KindAdapter gives the same pixels in another number of lanes, the first pixel in
	// the least significant bits, and the last beat of a row shorter where the
	// row ends.
	KindAdapter Kind = "adapter"
)

// Block is an instance below Top that ready/valid borders close off.
type Block struct {
	Instance string `json:"instance"` // path below Top, as in "stem.window"
	Module   string `json:"module"`
	Kind     Kind   `json:"kind"`
	// Layer is the layer of the network that the block belongs to: of a window, pool
	// or datapath the layer itself, of a fork the one whose items are forked
	// (spec.InputName for the frame), of a FIFO and a join the layer of two inputs.
	Layer string   `json:"layer"`
	Ins   []Stream `json:"ins"`
	Outs  []Stream `json:"outs"`
	// Datapath is what an apply or a pool computes with.
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

// Datapath is an instance inside a block that computes and decides nothing. It is
// proved apart, for all values, and stands for its function in proofs of control.
type Datapath struct {
	Instance string `json:"instance"` // path below the block
	Module   string `json:"module"`
	// Ins are its data ports. An apply's has one, x. A pool's has two: the sum so
	// far, and the item to add.
	Ins []string `json:"ins"`
	Out string   `json:"out"`
	// Latency is the number of clocks from Ins to Out; with 0 it has no clock.
	Latency int `json:"latency"`
	// Enable is a port that lets all its registers move, or "": they always do.
	Enable string `json:"enable,omitempty"`
}
