package control

import (
	"fmt"
	"slices"

	"github.com/hashiflex/hashiflex/netlist"
)

// agreement says that a net is the same in two copies of the head whenever a
// condition holds: "" is always, else a net of one bit or one of the monitor's
// conditions.
type agreement struct{ net, when string }

// agreements are the claims about two copies of the head with the same inputs and the
// same data, and with any two initial states. Values on which both copies agree do not
// depend on a register that was neither reset nor written. Rules are about pins;
// invariants make them inductive.
var agreements = []struct {
	property
	all []agreement
}{
	// The registers of an access are loaded with it.
	{property{kind: invariant, name: "same_bus", text: "two copies of the head that began in any two states hold the same access and the same response"}, []agreement{
		{"bus.has_address", ""}, {"bus.has_data", ""}, {"bus.has_read", ""}, {"bus.read_now", ""},
		{"bus.s_axi_bvalid", ""}, {"bus.s_axi_rvalid", ""},
		{"bus.write_address", "bus.has_address"},
		{"bus.write_data", "bus.has_data"}, {"bus.write_strobe", "bus.has_data"},
		{"bus.read_address", "bus.has_read"},
		{"bus.s_axi_bresp", "bus.s_axi_bvalid"},
		{"bus.s_axi_rresp", "bus.s_axi_rvalid"}, {"bus.s_axi_rdata", "bus.s_axi_rvalid"},
	}},
	// A reset sets everything readable.
	{property{kind: invariant, name: "same_registers", text: "two copies of the head that began in any two states have the same registers and the same program"}, []agreement{
		{"regs.ready", ""}, {"regs.layers", ""}, {"regs.features_signed", ""}, {"regs.errors", ""},
		{"regs.images", ""}, {"regs.class_index", ""}, {"regs.class_value", ""},
		{"program_store.ins", ""}, {"program_store.outs", ""}, {"program_store.rows", ""},
		{"program_store.biases", ""}, {"program_store.tails", ""},
	}},
	// A check loads the values that it compares with.
	{property{kind: invariant, name: "same_check", text: "two copies of the head that began in any two states check a program alike"}, []agreement{
		{"program_store.counting", ""}, {"program_store.k", ""},
		{"program_store.left", "program_store.counting"}, {"program_store.row_end", "program_store.counting"},
		{"program_store.previous", "when_checking"},
	}},
	// The start of a layer sets its counters, and each pipeline stage sets the next
	// one.
	{property{kind: invariant, name: "same_sequencer", text: "two copies of the head that began in any two states are in the same place of the same image"}, []agreement{
		{"sequencer.state", ""}, {"sequencer.index", ""}, {"sequencer.layer", ""}, {"sequencer.bank", ""},
		{"sequencer.mac", ""}, {"sequencer.take", ""}, {"sequencer.put", ""},
		{"sequencer.row", "when_counts"}, {"sequencer.result", "when_counts"}, {"sequencer.lane", "when_counts"},
		{"sequencer.flushed", "when_started"},
		{"sequencer.mac_first", "sequencer.mac"},
		{"sequencer.take_index", "sequencer.take"}, {"sequencer.take_last", "sequencer.take"},
		{"sequencer.put_index", "sequencer.put"}, {"sequencer.put_last", "sequencer.put"},
	}},
	// The image's first feature clears the overflow bit. The largest logit is the
	// image's from its first logit on.
	{property{kind: invariant, name: "same_result", text: "two copies of the head that began in any two states have the same logit, overflow and greatest logit, where there is one"}, []agreement{
		{"m_axis_tvalid", ""}, {"m_axis_tlast", "m_axis_tvalid"}, {"m_axis_tdata", "m_axis_tvalid"},
		{"overflowed", "when_image"},
		{"argmax.best_index", "when_shown"}, {"argmax.best_value", "when_shown"},
	}},
	// Words that are written, and words whose data are used: by the lanes, by the
	// adder behind them, by a read that is not refused.
	{property{kind: invariant, name: "same_words", text: "two copies of the head that began in any two states write the same words and use the data of the same words"}, []agreement{
		{"features.wrote", "when_settled"}, {"features.wrote_at", "when_stored"},
		{"biases.wrote", ""}, {"biases.wrote_at", "biases.wrote"},
		{"g_lane.weight_bank.wrote", ""}, {"g_lane.weight_bank.wrote_at", "when_weight"},
		{"features.read_at", "sequencer.mac"},
		{"g_lane.weight_bank.read_at", "sequencer.mac"}, {"g_lane.weight_bank.read_at", "when_reading"},
		{"biases.read_at", "sequencer.take"}, {"biases.read_at", "when_reading"},
	}},
	{property{kind: rule, name: "same_control", text: "no register that was neither reset nor written decides a valid or a ready: two copies that began in any two states have the same"}, []agreement{
		{"s_axi_awready", ""}, {"s_axi_wready", ""}, {"s_axi_arready", ""}, {"s_axis_tready", ""},
		{"bus.s_axi_bvalid", ""}, {"bus.s_axi_rvalid", ""}, {"m_axis_tvalid", ""},
	}},
	{property{kind: rule, name: "same_payload", text: "no register that was neither reset nor written reaches a response or a logit, data from memories apart: two copies that began in any two states have the same"}, []agreement{
		{"bus.s_axi_bresp", "bus.s_axi_bvalid"},
		{"bus.s_axi_rresp", "bus.s_axi_rvalid"}, {"bus.s_axi_rdata", "bus.s_axi_rvalid"},
		{"m_axis_tlast", "m_axis_tvalid"}, {"m_axis_tdata", "m_axis_tvalid"},
	}},
}

// held begins the names of a pair's outputs for the invariants of the first copy.
const held = "held_"

// pair is two copies of the head of s, the first one with its monitor. Its outputs
// are the agreements; held are the invariants of the first copy.
func (s *system) pair() (*system, error) {
	user := netlist.New("pair")
	first, second := *s.m, *s.head
	first.Outputs, second.Outputs = nil, nil
	a, b := newNets(s.m), newNets(s.head)
	for name, v := range s.out {
		a.byName[name] = v
	}

	// row is the values of a net as inputs of user and as outputs of the copy that
	// drives them.
	inputs := make(map[string]netlist.Value)
	row := func(prefix, name string, m *netlist.Module, n nets) (all []netlist.Value, err error) {
		values, err := n.row(name)
		if err != nil {
			return nil, err
		}
		for i, v := range values {
			port := prefix + name
			if len(values) > 1 {
				port += fmt.Sprintf("[%d]", i)
			}
			if _, ok := inputs[port]; !ok {
				m.Output(port, v)
				inputs[port] = user.Input(port, m.Width(v))
			}
			all = append(all, inputs[port])
		}
		return all, nil
	}
	// input is row, of a net that is one value.
	input := func(prefix, name string, m *netlist.Module, n nets) (netlist.Value, error) {
		all, err := row(prefix, name, m, n)
		if err != nil {
			return 0, err
		}
		if len(all) != 1 {
			return 0, fmt.Errorf("control: net %s is %d values, want one", name, len(all))
		}
		return all[0], nil
	}
	// The copies share cells with s; what is added to them must not reach it.
	first.Cells, second.Cells = slices.Clone(first.Cells), slices.Clone(second.Cells)

	var properties []property
	for _, claim := range agreements {
		all := user.Const(1, 1)
		for _, g := range claim.all {
			xs, err := row("a.", g.net, &first, a)
			if err != nil {
				return nil, err
			}
			ys, err := row("b.", g.net, &second, b)
			if err != nil {
				return nil, err
			}
			never := user.Const(1, 0)
			if g.when != "" {
				when, err := input("a.", g.when, &first, a)
				if err != nil {
					return nil, err
				}
				never = user.Not(when)
			}
			// The copies are of one text, so that both have as many. Each value has a conjunct
			// of its own, by which the claim is asked in parts.
			for i := range xs {
				all = user.And(all, user.Or(never, user.Eq(xs[i], ys[i])))
			}
		}
		user.Output(claim.output(), all)
		properties = append(properties, claim.property)
	}
	var kept []string
	for i := range s.properties {
		if s.properties[i].kind != invariant {
			continue
		}
		n := s.properties[i].output()
		v, err := input("a.", n, &first, a)
		if err != nil {
			return nil, err
		}
		kept = append(kept, held+n)
		user.Output(held+n, v)
	}
	v, err := input("a.", pins, &first, a)
	if err != nil {
		return nil, err
	}
	user.Output(pins, v)

	m, err := netlist.Link(user, &first)
	if err != nil {
		return nil, fmt.Errorf("control: first copy: %w", err)
	}
	if m, err = netlist.Link(m, &second); err != nil {
		return nil, fmt.Errorf("control: second copy: %w", err)
	}
	both, err := newSystem(s.params, m, properties, kept)
	if err != nil {
		return nil, err
	}
	for _, n := range kept {
		both.held = append(both.held, both.out[n])
	}
	return both, nil
}
