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

// label is how an instance is called in a claim.
func label(p npu.Params) string {
	return fmt.Sprintf("LANES=%d FEATURES=%d ROWS=%d BIASES=%d LAYERS=%d", p.Lanes, p.Features, p.Rows, p.Biases, p.Layers)
}

// short is how an instance is called in a name.
func short(p npu.Params) string {
	return fmt.Sprintf("%d-%d-%d-%d-%d", p.Lanes, p.Features, p.Rows, p.Biases, p.Layers)
}

// claims says in words what each of the monitor's outputs means. %d of the three
// that end with a bound are that bound.
var claims = map[string]string{
	"rule_reset_quiet":    "no response, no logit and no open input stream in the cycle after an edge with reset",
	"rule_b_stays":        "a write response stays until it is taken",
	"rule_b_stable":       "BRESP does not change while the response waits",
	"rule_b_asked":        "one write response for each address and data taken, none without both, no second write open before it",
	"rule_b_refusal":      "a write is answered SLVERR exactly if the register map refuses it: no such word, an image in flight, an illegal value, a commit of a program that does not fit; else OKAY",
	"rule_r_stays":        "a read response stays until it is taken",
	"rule_r_stable":       "RDATA and RRESP do not change while the response waits",
	"rule_r_asked":        "one read response for each address taken, none without, no second read open before it",
	"rule_r_refusal":      "a read is answered SLVERR, with zero as data, exactly if the register map refuses it; else OKAY",
	"rule_r_data":         "a read that is answered OKAY shows the register, the descriptor's word, or the bias or weights that the memory holds at the address, and 0 beyond the lanes",
	"rule_errors":         "the bits of ERROR are set by a refusal for that reason, a frame of the wrong length, or the end of an image whose sums overflowed; cleared by a write of 1, and else kept",
	"rule_results":        "IMAGES, CLASS and VALUE change only when an image's last logit is taken: IMAGES by one, the others to the greatest logit's; and are 0 after a reset",
	"rule_program_kept":   "a write to a descriptor or to LAYERS that is answered OKAY sets it to the data; else they keep their values, and are 0 after a reset",
	"rule_memory_kept":    "a write to a bias or to weights that is answered OKAY writes its data to the word at its address, of weights to those lanes whose strobe is set; nothing else writes any",
	"rule_features_kept":  "a feature is stored for each beat of an image and for each output of a layer that is not the last, and else none is",
	"rule_committed_fits": "a committed program fits the head, and stays so",
	"rule_in_committed":   "the input stream is open only with a committed program",
	"rule_in_open":        "the input stream is open throughout a frame, and between images unless a write waits",
	"rule_in_closed":      "no feature is taken while logits of an image are due",
	"rule_out_stays":      "a logit stays until it is taken",
	"rule_out_stable":     "a logit and its TLAST do not change while it waits",
	"rule_out_asked":      "no logit without an image that was taken whole",
	"rule_out_last":       "as many logits as the last layer has outputs, TLAST on the last and on no other",
	"rule_layers":         "an image passes through the layers of the program in order, each once, and each reads the bank that the one before wrote",
	"rule_product":        "each step of a group multiplies one feature of the layer by its weight row, the first clears the sums, and the lanes stand still between steps",
	"rule_sum":            "each output leaves the lanes in one step, in order, with its own bias",
	"rule_store":          "features are stored where they are read from: an image's in the first bank, a layer's outputs in the bank that it does not read",
	"rule_write_ends":     "a write is answered within %d cycles of waiting, once address and data are taken and the response before it is gone",
	"rule_read_ends":      "a read is answered within %d cycles of waiting, once its address is taken and the response before it is gone",
	"rule_image_ends":     "an image's last logit is taken within %d cycles, not counting those in which a logit waits to be taken",

	"inv_waiting":      "what waited is shown as it was",
	"inv_write_taken":  "the bus holds exactly the write that was taken and not answered",
	"inv_read_taken":   "the bus holds exactly the read that was taken and not answered",
	"inv_access":       "the bus holds the address, data and strobes that were taken",
	"inv_read_word":    "the memories look where a read asks, in the cycle before it is answered",
	"inv_verdicts":     "what was answered, and noted in ERROR and as results, is as the register map says",
	"inv_committed":    "ready says that the last change to the program was a commit answered OKAY",
	"inv_program_fits": "while ready, the program fits",
	"inv_check_alone":  "while a program is checked, the commit waits and nothing else goes on",
	"inv_check_layers": "the check stays within the program and remembers the outputs of the layer before",
	"inv_check_fields": "layers that were checked fit",
	"inv_check_rows":   "the check has counted as many groups, outputs and rows as it should",
	"inv_in_flight":    "the sequencer's states say what is in flight, and only with a committed program",
	"inv_layer":        "the layer that is computed is one of the program, and else the first",
	"inv_index":        "the feature's index is below the layer's features, and 0 between layers",
	"inv_frame":        "the features counted are the beats taken",
	"inv_result":       "the outputs drained are those of whole groups and of the lanes since",
	"inv_rows":         "a layer has read a row for each feature of each group, so no more than the head has",
	"inv_pipe":         "what was drained is in the pipe behind the lanes or has left it, in order, once",
	"inv_words":        "the words read from the memories are those of the step before",
	"inv_logits":       "what left the pipe in the last layer was shown as a logit, in no other layer",
	"inv_write_age":    "a write has waited no longer than one read and the check so far take",
	"inv_read_age":     "a read has waited no longer than one write takes",
	"inv_image_age":    "an image has taken no more steps than the terms of its cycle count so far",

	"inv_same_bus":       "two copies of the head that began in any two states hold the same access and the same response",
	"inv_same_registers": "two copies of the head that began in any two states have the same registers and the same program",
	"inv_same_check":     "two copies of the head that began in any two states check a program alike",
	"inv_same_sequencer": "two copies of the head that began in any two states are in the same place of the same image",
	"inv_same_result":    "two copies of the head that began in any two states have the same logit, overflow and greatest logit, where there is one",
	"inv_same_words":     "two copies of the head that began in any two states write the same words and use the data of the same words",
	"rule_same_control":  "no register that was neither reset nor written decides a valid or a ready: two copies that began in any two states have the same",
	"rule_same_payload":  "no register that was neither reset nor written reaches a response or a logit, data from memories apart: two copies that began in any two states have the same",

	"goal_commit":         "a commit succeeds",
	"goal_refused_commit": "a commit is refused for its program",
	"goal_refused_write":  "a write of weights is refused while an image is in flight",
	"goal_refused_read":   "a read is refused",
	"goal_image":          "an image completes",
	"goal_two_layers":     "an image of more than one layer completes",
	"goal_two_groups":     "an image whose last layer takes more than one group of lanes completes",
	"goal_stalled":        "a logit that is not the first waits",
	"goal_early_frame":    "a frame ends too early",
	"goal_long_frame":     "a frame does not end where it should",
	"goal_reset_in_image": "a reset comes between the logits of an image",
	"goal_memory_written": "a bias or a weight is written",
}

// claim is the words for one output of the monitor of an instance.
func claim(p npu.Params, output string) string {
	text := claims[output]
	b := boundsOf(p)
	switch output {
	case "rule_write_ends":
		text = fmt.Sprintf(text, b.write)
	case "rule_read_ends":
		text = fmt.Sprintf(text, b.read)
	case "rule_image_ends":
		text = fmt.Sprintf(text, b.image)
	}
	return label(p) + ": " + text
}

// possible reports whether the instance can reach a goal at all.
func possible(p npu.Params, goal string) bool {
	switch goal {
	case "goal_two_layers":
		return p.Layers > 1
	case "goal_two_groups":
		return p.Biases > p.Lanes
	}
	return true
}
