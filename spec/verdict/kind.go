package verdict

// Kind is the category of an obligation. Everything that depends on the kind is in its
// row of the table; the text of the name has no meaning.
type Kind string

// Kinds of the layers.
const (
	Compare      Kind = "compare"       // one compare point on one edge
	Assumptions  Kind = "assumptions"   // of a layer
	Interface    Kind = "interface"     // between two layers
	LiftingRule  Kind = "lifting rule"  // one operator with its widths
	Lifting      Kind = "lifting"       // all the rules that one layer's cells need
	IntervalRule Kind = "interval rule" // one rule of interval propagation
	Bounds       Kind = "bounds"        // all the rules of interval propagation
	Range        Kind = "range"         // nets of one compare point that do not wrap
	Merge        Kind = "merge"         // of a point's nets that carry the same bits
	Tail         Kind = "tail"          // rounding and clamping, for all points that share them
	Unlifted     Kind = "unlifted"      // a compare point proved a second time without the lifter
	Vectors      Kind = "vectors"       // a module of a layer in simulators
	Latency      Kind = "latency"       // the registers on the way to one output, or of a whole layer
	Done         Kind = "done"          // the signal for an output comes in its clock, and not before
	Restart      Kind = "restart"       // of hardware that computes over several clocks: each computation behaves as the first
	Idle         Kind = "idle"          // of such hardware, between computations
	Sweep        Kind = "sweep"         // of a netlist of gates: it computes what the RTL does that it came from
	Reading      Kind = "reading"       // of the user's text, by two simulators beside the front end
	FrontEnd     Kind = "front end"     // of a file, by two front ends
)

// Kinds of the programmable head.
const (
	HeadFuzz    Kind = "head fuzz"    // random sequences agree with the reference
	HeadProgram Kind = "head program" // the network's own program gives golden's logits
	HeadControl Kind = "head control" // a property of the control logic
	HeadLane    Kind = "head lane"    // a step of one lane
	HeadNetwork Kind = "head network" // a small head as a whole
	HeadRequant Kind = "head requantizer"
	Retarget    Kind = "retarget"    // of a classifier that replaces the signed-off one
	HeadStep    Kind = "head step"   // of a head of any size
	HeadResult  Kind = "head result" // adding up the lanes, and the largest output
)

// Kinds of the chip between the layers.
const (
	StreamReset    Kind = "stream reset"    // of one block
	StreamBlock    Kind = "stream block"    // one block keeps its contract
	StreamReading  Kind = "stream reading"  // of a block of the user's, by a simulator beside the front end
	StreamDatapath Kind = "stream datapath" // the modules of a layer within one block
	StreamWiring   Kind = "stream wiring"   // of the whole top level
	StreamFlow     Kind = "stream flow"     // all blocks together never deadlock
	StreamRate     Kind = "stream rate"     // no FIFO costs a clock
	StreamWhole    Kind = "stream"          // from the frame to the features
)

// Row has everything that depends on a kind.
type Row struct {
	Kind Kind
	// Claim is the claim of the kind's obligations, as a sentence for people.
	Claim string
	// Sampled obligations stand for runs: their claim was observed, and not proved
	// for all inputs.
	Sampled bool
	// Chosen obligations have no fixed number. A run chooses it: fewer of them check
	// less.
	Chosen bool
	// Assumption obligations state the assumptions between layers.
	Assumption bool
	// Head obligations are about the programmable head.
	Head bool
	// Stream obligations are about the chip between the layers.
	Stream bool
	// Assumes are the kinds that an obligation of this kind may rest on.
	Assumes []Kind
}

var kinds = []Row{
	{Kind: Compare, Claim: "The hardware computes the model at a compare point.",
		Assumes: []Kind{Assumptions, Interface, Lifting, Range, Merge, Tail, Latency, Done, Restart, Idle, Sweep, Reading, FrontEnd}},
	{Kind: Assumptions, Claim: "What a layer assumes of its inputs can be met: no proof is vacuous.", Assumption: true},
	{Kind: Interface, Claim: "What a layer assumes of its inputs is what the layer before it gives.", Assumption: true},
	{Kind: LiftingRule, Claim: "The arithmetic reading of a cell is what its bits compute."},
	{Kind: Lifting, Claim: "Every rule by which a layer's cells were read as arithmetic holds.", Assumes: []Kind{LiftingRule}},
	{Kind: IntervalRule, Claim: "Each rule of interval propagation holds for all values."},
	{Kind: Bounds, Claim: "What interval propagation concludes about a net holds.", Assumes: []Kind{IntervalRule}},
	{Kind: Range, Claim: "Nets that are extended, compared or shifted do not wrap.", Assumes: []Kind{Bounds}},
	{Kind: Merge, Claim: "A cell that was read with other operands gives the same bits from them."},
	{Kind: Tail, Claim: "From accumulator to output, rounding and clamping are the model's."},
	{Kind: Unlifted, Claim: "A sample of points is equal when read bit by bit, without the lifter.", Chosen: true},
	{Kind: Vectors, Claim: "The Verilog, run by a simulator, gives what the netlist and the model give.", Sampled: true, Chosen: true},
	{Kind: Latency, Claim: "All paths from an input to the output cross the same number of registers."},
	{Kind: Done, Claim: "Of hardware that computes over several clocks, the output is told of in its clock and not before, whatever the data."},
	{Kind: Restart, Claim: "Of hardware that computes over several clocks, every computation is as the first, whatever the one before it left."},
	{Kind: Idle, Claim: "Hardware that computes over several clocks waits between computations, and keeps what it told of."},
	{Kind: Sweep, Claim: "A netlist of gates computes what the RTL computes that it came from."},
	{Kind: Reading, Claim: "Two simulators read the user's text as the netlist that was proved.", Sampled: true},
	{Kind: FrontEnd, Claim: "Two front ends read one netlist from a file."},
	{Kind: StreamReset, Claim: "What reset leaves unknown decides nothing.", Stream: true},
	{Kind: StreamBlock, Claim: "A block of the stream gives the right items in the right order, whatever stalls, and neither loses, repeats nor keeps one.", Stream: true,
		Assumes: []Kind{StreamReset, StreamReading}},
	{Kind: StreamReading, Claim: "A simulator that runs the user's block by random stalls sees the right items, too.", Stream: true, Sampled: true},
	{Kind: StreamDatapath, Claim: "Where a block computes, it is the layer's proved modules on the right wires.", Stream: true,
		Assumes: []Kind{Compare}},
	{Kind: StreamWiring, Claim: "The top level connects the blocks as the network's graph says.", Stream: true},
	{Kind: StreamFlow, Claim: "The blocks together never stand still while pixels come and features are taken.", Stream: true,
		Assumes: []Kind{StreamBlock, StreamWiring}},
	{Kind: StreamRate, Claim: "While nobody outside stalls, the FIFOs cost no clocks.", Stream: true,
		Assumes: []Kind{StreamBlock, StreamWiring, StreamFlow}},
	{Kind: StreamWhole, Claim: "For every well-formed frame and every stall pattern, the head receives the model's features.", Stream: true,
		Assumes: []Kind{StreamBlock, StreamDatapath, StreamWiring, StreamFlow}},
	{Kind: HeadFuzz, Claim: "The programmable head, under random sequences of commands, does what its reference does.", Sampled: true, Head: true},
	{Kind: HeadProgram, Claim: "The network's own dense layers, run on the head, give the model's results.", Sampled: true, Head: true},
	{Kind: HeadControl, Claim: "The head's control keeps its contract in every state that it can reach, whatever the data.", Head: true, Assumes: []Kind{HeadControl}},
	{Kind: HeadLane, Claim: "A lane of the head adds the product of its operands.", Head: true},
	{Kind: HeadNetwork, Claim: "Small heads compute their layers' model for all weights, biases and features.", Head: true},
	{Kind: Retarget, Claim: "The classifier that replaces the signed-off one fits the head as it was hardened, and nothing else changed.", Head: true},
	{Kind: HeadRequant, Claim: "Behind the accumulator, the head scales, rounds and fits as the model does.", Head: true},
	{Kind: HeadStep, Claim: "At the network's own size, each edge of the head does what its model's next step does.", Head: true},
	{Kind: HeadResult, Claim: "The head adds up its lanes, and finds the largest output, as the model does.", Head: true},
}

// Kinds is the table: one row for every kind.
func Kinds() []Row { return append([]Row(nil), kinds...) }

// Row is k's row of the table. The second result is false for a kind that the table
// does not have.
func (k Kind) Row() (Row, bool) {
	for _, r := range kinds {
		if r.Kind == k {
			return r, true
		}
	}
	return Row{Kind: k}, false
}
