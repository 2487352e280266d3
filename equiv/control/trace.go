package control

import (
	"fmt"
	"math/big"
	"strings"
)

// shown is the number of cycles of a trace.
const shown = 24

var states = [8]string{"IDLE", "LOAD", "SKIP", "START", "RUN", "DRAIN", "FLUSH", "FINISH"}

// trace is the end of a run for a reader: a line for each cycle with the channels, the
// control registers, and the broken claim.
func (p *play) trace(r run, lane, cycle int, claim string) string {
	var b strings.Builder
	fmt.Fprintf(&b, "broken in cycle %d: %s\n", cycle, claim)
	from := max(0, cycle-shown+1)
	if from > 0 {
		fmt.Fprintf(&b, "(%d cycles before, from a reset in cycle 0)\n", from)
	}
	names := make(map[string]int, len(p.cuts))
	for i, v := range p.cuts {
		names[p.s.m.Names[v]] = i
	}
	for name, i := range p.index {
		names[name] = i
	}
	for c := from; c <= cycle; c++ {
		at := func(name string) uint64 {
			i, ok := names[name]
			if !ok {
				return 0
			}
			return r.cuts[c][i][lane]
		}
		fmt.Fprintf(&b, "%4d ", c)
		b.WriteString(line(at, seen(r.pins[c][lane])))
		b.WriteByte('\n')
	}
	return b.String()
}

// line is one cycle in words.
func line(at func(string) uint64, s seen) string {
	var out []string
	say := func(format string, args ...any) { out = append(out, fmt.Sprintf(format, args...)) }
	went := func(ready bool) string {
		if ready {
			return "taken"
		}
		return "waits"
	}
	answer := func(resp uint64) string {
		return [4]string{"OKAY", "EXOKAY", "SLVERR", "DECERR"}[resp&3]
	}
	if at("resetn") == 0 {
		say("reset")
	}
	if at("s_axi_awvalid") == 1 {
		say("AW %06x %s", at("s_axi_awaddr"), went(s.awready()))
	}
	if at("s_axi_wvalid") == 1 {
		say("W %08x/%x %s", at("s_axi_wdata"), at("s_axi_wstrb"), went(s.wready()))
	}
	if s.bvalid() {
		say("B %s %s", answer(at("bus.s_axi_bresp")), went(at("s_axi_bready") == 1))
	}
	if at("s_axi_arvalid") == 1 {
		say("AR %06x %s", at("s_axi_araddr"), went(s.arready()))
	}
	if s.rvalid() {
		say("R %s %08x %s", answer(at("bus.s_axi_rresp")), at("bus.s_axi_rdata"), went(at("s_axi_rready") == 1))
	}
	last := func(name string) string {
		if at(name) == 1 {
			return " last"
		}
		return ""
	}
	if at("s_axis_tvalid") == 1 {
		say("feature%s %s", last("s_axis_tlast"), went(s.tready()))
	}
	if s.mvalid() {
		say("logit%s %s", last("m_axis_tlast"), went(at("m_axis_tready") == 1))
	}
	pins := strings.Join(out, ", ")
	if pins == "" {
		pins = "-"
	}
	inside := fmt.Sprintf("%s layer %d index %d result %d", states[at("sequencer.state")&7], at("sequencer.layer"), at("sequencer.index"), at("sequencer.result"))
	if at("program_store.counting") == 1 || at("program_store.k") != 0 {
		inside += fmt.Sprintf(" check %d left %d row_end %d", at("program_store.k"), at("program_store.left"), at("program_store.row_end"))
	}
	return fmt.Sprintf("%-60s | %s ready %d errors %02x", pins, inside, at("regs.ready"), at("regs.errors"))
}

// instance is the state and the inputs of a solver's model in words. Values that the
// query does not have are 0.
func (p *play) instance(model map[string]*big.Int) string {
	now := words(len(p.cuts))
	for i, v := range p.cuts {
		if x := model[variable(v, 0)]; x != nil {
			now[i][0] = x.Uint64()
		}
	}
	pins := words(1)
	p.pins.Run(1, now, pins)
	at := p.look(model)
	return line(func(name string) uint64 { v, _ := at(name); return v }, seen(pins[0][0]))
}
