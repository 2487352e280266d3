package mutant

import (
	"math/rand"
	"slices"
)

// Kind is a sort of mistake.
type Kind string

// The catalogue. Text and netlist say where a kind can be planted.
const (
	Shift             Kind = "shift"                     // a term shifted by one place too many or too few
	Sign              Kind = "sign"                      // an adder for a subtractor or the other way round
	Dropped           Kind = "dropped term"              // a weight that the hardware lacks
	Extra             Kind = "extra term"                // an input that is added once too often
	Revived           Kind = "revived weight"            // a zero weight that came back as a power of two
	WrongInput        Kind = "wrong input"               // a term that reads its neighbour's input
	SwappedInputs     Kind = "swapped inputs"            // two inputs in each other's place
	SwappedTerms      Kind = "swapped terms"             // two terms added in each other's turn; matters where addition saturates
	SwappedOperands   Kind = "swapped operands"          // b - a for a - b
	SwappedChannels   Kind = "swapped channels"          // one output channel's logic under another's name
	Complement        Kind = "lost complement"           // x for ~x, x for -x
	NarrowAdder       Kind = "narrow adder"              // one bit too few, extended again for its users
	NarrowNegation    Kind = "narrow negation"           // the same for a negated or inverted term
	LostSign          Kind = "lost sign"                 // zero extension for sign extension
	InventedSign      Kind = "invented sign"             // sign extension for zero extension
	WrongSignBit      Kind = "wrong sign bit"            // copies of the bit below the sign
	RoundingOff       Kind = "rounding constant off"     // by one
	RoundingMissing   Kind = "rounding constant missing" // truncation instead
	RoundingBit       Kind = "rounding constant moved"   // at the wrong bit
	Tie               Kind = "tie handling"              // guard, sticky, parity or sign taken wrongly
	Bias              Kind = "wrong bias"                // off by one, or of the wrong sign
	Truncated         Kind = "truncated constant"        // its top bit is lost
	NarrowLiteral     Kind = "narrow literal"            // a literal whose size does not hold its value
	ClampBound        Kind = "clamp bound"               // off by one, in the comparison or in the result
	ClampMissing      Kind = "clamp missing"             // the value wraps instead
	ClampOrder        Kind = "clamp order"               // upper and lower clamp exchanged
	ClampWord         Kind = "clamp on a cut word"       // the comparison looks at one bit too few
	MuxArms           Kind = "selection arms"            // exchanged
	CompareSign       Kind = "comparison sign"           // signed for unsigned or the other way round
	CompareStrict     Kind = "comparison strictness"     // at most for less
	CompareOperands   Kind = "comparison direction"      // greater for less
	SliceOffset       Kind = "slice offset"              // a part select one bit too high or too low
	NegateOrder       Kind = "negate order"              // negated before the shift instead of after it, or the other way round
	SplitCarry        Kind = "split carry"               // sum and carry extended separately
	CarryInverted     Kind = "inverted carry"            // a full adder of the wrong polarity
	CarryUnshifted    Kind = "carry not shifted"         // the carry at the weight of the sum
	CarryLogic        Kind = "full adder logic"          // one gate of a full adder row is another, or missing
	NarrowDeclaration Kind = "narrow declaration"        // a wire declared one bit too narrow, its users unchanged
)

// Kinds lists every kind, in the order of the catalogue.
func Kinds() []Kind {
	return []Kind{
		Shift, Sign, Dropped, Extra, Revived, WrongInput, SwappedInputs, SwappedTerms, SwappedOperands,
		SwappedChannels, Complement, NarrowAdder, NarrowNegation, LostSign, InventedSign, WrongSignBit,
		RoundingOff, RoundingMissing, RoundingBit, Tie, Bias, Truncated, NarrowLiteral, ClampBound,
		ClampMissing, ClampOrder, ClampWord, MuxArms, CompareSign, CompareStrict, CompareOperands,
		SliceOffset, NegateOrder, SplitCarry, CarryInverted, CarryUnshifted, CarryLogic, NarrowDeclaration,
	}
}

// Sample draws at most perKind faults of each kind, in the order of Kinds. The
// same rng state draws the same faults.
func Sample[F interface{ kind() Kind }](faults []F, perKind int, rng *rand.Rand) []F {
	byKind := map[Kind][]F{}
	for _, f := range faults {
		byKind[f.kind()] = append(byKind[f.kind()], f)
	}
	var out []F
	for _, k := range Kinds() {
		fs := slices.Clone(byKind[k])
		rng.Shuffle(len(fs), func(i, j int) { fs[i], fs[j] = fs[j], fs[i] })
		out = append(out, fs[:min(perKind, len(fs))]...)
	}
	return out
}
