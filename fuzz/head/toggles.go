package head

import (
	"strings"

	"github.com/hashiflex/hashiflex/rtl/verilated"
)

// Reasons why a bit never changes in a campaign: a head of these sizes cannot change it, or
// no legal value sets it. Registers begin with random values, so only about half of the
// constant bits are missed.
const (
	absentLanes  = "lanes that do not exist: always 0"
	neverCounts  = "counts further than sequences on a head of these sizes do"
	reservedBits = "bits that no word of a descriptor may set"
	beyondPowers = "powers of two beyond the greatest shift and width"
)

// toggleReasons are by file and signal.
var toggleReasons = map[string]string{
	"npu_head.v weights":         absentLanes,
	"npu_head.v weight_read":     absentLanes,
	"npu_regs.v weight_read":     absentLanes,
	"npu_head.v sums":            absentLanes,
	"npu_head.v best_index":      neverCounts,
	"npu_argmax.v best_index":    neverCounts,
	"npu_argmax.v index":         neverCounts,
	"npu_head.v put_index":       neverCounts,
	"npu_regs.v image_class":     neverCounts,
	"npu_regs.v class_index":     neverCounts,
	"npu_regs.v images":          neverCounts,
	"npu_program.v k":            neverCounts,
	"npu_program.v previous":     neverCounts,
	"npu_program.v row_end":      neverCounts,
	"npu_program.v next_end":     neverCounts,
	"npu_sequencer.v index":      neverCounts,
	"npu_sequencer.v result":     neverCounts,
	"npu_sequencer.v lane":       neverCounts,
	"npu_sequencer.v layer":      neverCounts,
	"npu_sequencer.v take_index": neverCounts,
	"npu_sequencer.v put_index":  neverCounts,
	"npu_head.v descriptor_read": reservedBits,
	"npu_regs.v descriptor_read": reservedBits,
	"npu_program.v read_data":    reservedBits,
	"npu_program.v reserved":     reservedBits,
	"npu_requant.v one":          beyondPowers,
	"npu_requant.v half":         beyondPowers,
	"npu_requant.v span":         beyondPowers,
	"npu_requant.v sign_bit":     beyondPowers,
}

// Signal is the signal of a toggle's bit.
func (p Point) Signal() string {
	name, _, _ := strings.Cut(p.Name, "[")
	return name
}

// Why is the reason why a campaign need not reach a toggle; "" if none is known.
func (p Point) Why() string {
	if p.Kind != verilated.Toggle {
		return ""
	}
	return toggleReasons[p.File+" "+p.Signal()]
}
