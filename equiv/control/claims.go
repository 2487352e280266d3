package control

import (
	"fmt"

	"github.com/hashiflex/hashiflex/rtl/npu"
)

// bounds are the monitor's, in cycles.
type bounds struct{ write, read, image int }

func boundsOf(p npu.Params) bounds {
	groups := (p.Biases + p.Lanes - 1) / p.Lanes
	write := p.Layers*(1+groups) + 2
	return bounds{write: write, read: write + 2, image: p.Layers*(3+p.Rows+p.Biases) + 1}
}

// label is the name of an instance in a claim.
func label(p npu.Params) string {
	return fmt.Sprintf("LANES=%d FEATURES=%d ROWS=%d BIASES=%d LAYERS=%d", p.Lanes, p.Features, p.Rows, p.Biases, p.Layers)
}

// short is the name of an instance as part of a name.
func short(p npu.Params) string {
	return fmt.Sprintf("%d-%d-%d-%d-%d", p.Lanes, p.Features, p.Rows, p.Biases, p.Layers)
}

// kind is the purpose of a property.
type kind uint8

const (
	invariant kind = iota // a relation between registers that implies rules
	rule                  // what a user of the head relies on
	goal                  // what some run must reach
	kinds
)

// String is the prefix of the monitor's names of properties of the kind.
func (k kind) String() string { return [kinds]string{"inv", "rule", "goal"}[k] }

// property is a claim about a system, which has an output of one bit for it.
type property struct {
	kind  kind
	name  string                // among all properties
	text  string                // in words; %d stands for the bound
	bound func(bounds) int      // in cycles; nil: it has none
	where func(npu.Params) bool // the instances that can reach a goal; nil: all
	// lemma says of an invariant that it follows from others within a cycle: from those
	// that are no lemmas, and from lemmas before it. It holds wherever they do, so that it
	// needs no induction of its own, and others may use it.
	lemma bool
}

// output is the name of the property's output.
func (p *property) output() string { return p.kind.String() + "_" + p.name }

// claim is the property of an instance in words.
func (p *property) claim(of npu.Params) string {
	text := p.text
	if p.bound != nil {
		text = fmt.Sprintf(text, p.bound(boundsOf(of)))
	}
	return label(of) + ": " + text
}

// possible reports whether the instance can reach a goal at all.
func (p *property) possible(of npu.Params) bool { return p.where == nil || p.where(of) }

// monitored are the properties of the head under its monitor, in the order of the
// monitor's outputs.
var monitored = []property{
	{kind: rule, name: "reset_quiet", text: "no response, no logit and no open input stream in the cycle after an edge with reset"},
	{kind: rule, name: "b_stays", text: "a write response stays until it is taken"},
	{kind: rule, name: "b_stable", text: "BRESP does not change while the response waits"},
	{kind: rule, name: "b_asked", text: "one write response for each address and data taken, none without both, no second write open before it"},
	{kind: rule, name: "b_refusal", text: "a write is answered SLVERR exactly if the register map refuses it: no such word, an image in flight, an illegal value, a commit of a program that does not fit; else OKAY"},
	{kind: rule, name: "r_stays", text: "a read response stays until it is taken"},
	{kind: rule, name: "r_stable", text: "RDATA and RRESP do not change while the response waits"},
	{kind: rule, name: "r_asked", text: "one read response for each address taken, none without, no second read open before it"},
	{kind: rule, name: "r_refusal", text: "a read is answered SLVERR, with zero as data, exactly if the register map refuses it; else OKAY"},
	{kind: rule, name: "r_data", text: "a read that is answered OKAY shows the register, the descriptor's word, or the bias or weights that the memory holds at the address, and 0 beyond the lanes"},
	{kind: rule, name: "errors", text: "the bits of ERROR are set by a refusal for that reason, a frame of the wrong length, or the end of an image whose sums overflowed; cleared by a write of 1, and else kept"},
	{kind: rule, name: "results", text: "IMAGES, CLASS and VALUE change only when an image's last logit is taken: IMAGES by one, the others to the greatest logit's; and are 0 after a reset"},
	{kind: rule, name: "program_kept", text: "a write to a descriptor or to LAYERS that is answered OKAY sets it to the data; else they keep their values, and are 0 after a reset"},
	{kind: rule, name: "memory_kept", text: "a write to a bias or to weights that is answered OKAY writes its data to the word at its address, of weights to those lanes whose strobe is set; nothing else writes any"},
	{kind: rule, name: "features_kept", text: "a feature is stored for each beat of an image and for each output of a layer that is not the last, and else none is"},
	{kind: rule, name: "committed_fits", text: "a committed program fits the head, and stays so"},
	{kind: rule, name: "in_committed", text: "the input stream is open only with a committed program"},
	{kind: rule, name: "in_open", text: "the input stream is open throughout a frame, and between images unless a write waits"},
	{kind: rule, name: "in_closed", text: "no feature is taken while logits of an image are due"},
	{kind: rule, name: "out_stays", text: "a logit stays until it is taken"},
	{kind: rule, name: "out_stable", text: "a logit and its TLAST do not change while it waits"},
	{kind: rule, name: "out_asked", text: "no logit without an image that was taken whole"},
	{kind: rule, name: "out_last", text: "as many logits as the last layer has outputs, TLAST on the last and on no other"},
	{kind: rule, name: "layers", text: "an image passes through the layers of the program in order, each once, and each reads the bank that the one before wrote"},
	{kind: rule, name: "product", text: "each step of a group multiplies one feature of the layer by its weight row, the first clears the sums, and the lanes stand still between steps"},
	{kind: rule, name: "sum", text: "each output leaves the lanes in one step, in order, with its own bias"},
	{kind: rule, name: "store", text: "features are stored where they are read from: an image's in the first bank, a layer's outputs in the bank that it does not read"},
	{kind: rule, name: "write_ends", text: "a write is answered within %d cycles of waiting, once address and data are taken and the response before it is gone", bound: func(b bounds) int { return b.write }},
	{kind: rule, name: "read_ends", text: "a read is answered within %d cycles of waiting, once its address is taken and the response before it is gone", bound: func(b bounds) int { return b.read }},
	{kind: rule, name: "image_ends", text: "an image's last logit is taken within %d cycles, not counting those in which a logit waits to be taken", bound: func(b bounds) int { return b.image }},

	{kind: invariant, name: "write_taken", text: "the bus holds exactly the write that was taken and not answered"},
	{kind: invariant, name: "read_taken", text: "the bus holds exactly the read that was taken and not answered"},
	{kind: invariant, name: "waiting", text: "what waited is shown as it was"},
	{kind: invariant, name: "access", text: "the bus holds the address, data and strobes that were taken"},
	{kind: invariant, name: "read_word", text: "the memories look where a read asks, in the cycle before it is answered"},
	{kind: invariant, name: "refusals", text: "the writes that were refused are those that the register map refuses"},
	{kind: invariant, name: "answers", text: "what was read is what the register map says"},
	{kind: invariant, name: "noted", text: "what was noted in ERROR is what the register map says"},
	{kind: invariant, name: "last_image", text: "the results are those of the last image that completed"},
	{kind: invariant, name: "committed", text: "ready says that the last change to the program was a commit answered OKAY"},
	{kind: invariant, name: "program_held", text: "the program is as it was written"},
	{kind: invariant, name: "memory_held", text: "the words that were written to the memories are those of accepted writes"},
	{kind: invariant, name: "check_alone", text: "while a program is checked, the commit waits and nothing else goes on"},
	{kind: invariant, name: "check_layers", text: "the check stays within the program and remembers the outputs of the layer before"},
	{kind: invariant, name: "check_fields", text: "the fields of layers that were checked fit"},
	{kind: invariant, name: "check_rows", text: "the check has counted as many groups, outputs and rows as it should"},
	{kind: invariant, name: "check_count", text: "the rows that the check has counted are those of the groups that it has counted, and fit"},
	{kind: invariant, lemma: true, name: "product_next", text: "the rows of one more group are the layer's features more"},
	{kind: invariant, lemma: true, name: "product_need", text: "while groups are missing, the rows of one more are among those that the layer needs, and with the last they are all of these"},
	{kind: invariant, lemma: true, name: "group_needed", text: "the group that is counted or computed is one that the layer needs, and the last that is counted leaves no outputs"},
	{kind: invariant, name: "check_below", text: "the rows of layers that were checked are the head's"},
	{kind: invariant, lemma: true, name: "check_verdict", text: "the group at which the check ends fits exactly if the program does"},
	{kind: invariant, name: "program_fits", text: "while ready, the fields of the program fit"},
	{kind: invariant, name: "program_rows", text: "while ready, the rows of the program are the head's"},
	{kind: invariant, name: "in_flight", text: "the sequencer's states say what is in flight, and only with a committed program"},
	{kind: invariant, name: "layer", text: "the layer that is computed is one of the program, and else the first"},
	{kind: invariant, name: "index", text: "the feature's index is below the layer's features, and 0 between layers"},
	{kind: invariant, name: "frame", text: "the features counted are the beats taken"},
	{kind: invariant, name: "result", text: "the outputs drained are those of whole groups and of the lanes since"},
	{kind: invariant, name: "groups", text: "the groups that were drained have read their rows"},
	{kind: invariant, name: "rows", text: "a layer has read a row for each feature of each group, so no more than the head has"},
	{kind: invariant, name: "rows_read", text: "the next row is the layer's first and the rows that were read"},
	{kind: invariant, name: "pipe", text: "what was drained is in the pipe behind the lanes or has left it, in order, once"},
	{kind: invariant, name: "words", text: "the words read from the memories are those of the step before"},
	{kind: invariant, name: "logits", text: "what left the pipe in the last layer was shown as a logit, in no other layer"},
	{kind: invariant, name: "write_age", text: "a write has waited no longer than one read and the check so far take"},
	{kind: invariant, name: "read_age", text: "a read has waited no longer than one write takes"},
	{kind: invariant, name: "image_age", text: "an image has taken no more steps than the terms of its cycle count so far"},

	{kind: goal, name: "commit", text: "a commit succeeds"},
	{kind: goal, name: "refused_commit", text: "a commit is refused for its program"},
	{kind: goal, name: "refused_write", text: "a write of weights is refused while an image is in flight"},
	{kind: goal, name: "refused_read", text: "a read is refused"},
	{kind: goal, name: "image", text: "an image completes"},
	{kind: goal, name: "two_layers", text: "an image of more than one layer completes", where: func(p npu.Params) bool { return p.Layers > 1 }},
	{kind: goal, name: "two_groups", text: "an image whose last layer takes more than one group of lanes completes", where: func(p npu.Params) bool { return p.Biases > p.Lanes }},
	{kind: goal, name: "stalled", text: "a logit that is not the first waits"},
	{kind: goal, name: "early_frame", text: "a frame ends too early"},
	{kind: goal, name: "long_frame", text: "a frame does not end where it should"},
	{kind: goal, name: "reset_in_image", text: "a reset comes between the logits of an image"},
	{kind: goal, name: "memory_written", text: "a bias or a weight is written"},
}
