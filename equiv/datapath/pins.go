package datapath

import (
	"fmt"
	"strings"

	"github.com/hashiflex/hashiflex/equiv/unroll"
	"github.com/hashiflex/hashiflex/netlist"
	"github.com/hashiflex/hashiflex/rtl/npu"
)

// pins drives a head through its ports. The stall pattern decides whether an item is
// offered or taken in a cycle. Data that is not offered is unknown.
type pins struct {
	d      *data
	x      *unroll.Machine
	stalls uint64
	at     int  // in the pattern
	taking bool // a logit, in this cycle

	inside func()                                    // called at the beginning of every cycle
	logit  func(data netlist.Value, last bool) error // called for every logit that is taken
}

// patience is the number of cycles without an answer after which a run is stuck. A
// commit takes a cycle for each group of outputs, everything else a few.
const patience = 200

func (h *pins) bit(port string, v bool) { h.x.Set(port, h.d.g.Const(1, uint64(flag(v)))) }

// word gives a port a value, or makes it unknown.
func (h *pins) word(port string, v netlist.Value, offered bool) {
	if offered {
		h.x.Set(port, v)
	} else {
		h.x.Free(port)
	}
}

// ready is the next decision of the pattern.
func (h *pins) ready() bool {
	h.at++
	return h.stalls>>(h.at%64)&1 == 1
}

func (h *pins) fail(format string, args ...any) error {
	return &problem{h.x.Cycle(), fmt.Sprintf(format, args...), false}
}

// control is an output that must not depend on any data.
func (h *pins) control(port string) (uint64, error) {
	v := h.x.Net(port)
	k, ok := h.d.g.Known(v)
	if !ok {
		return 0, &problem{h.x.Cycle(), fmt.Sprintf("%s depends on %s", port, cause(h.d, v)), true}
	}
	return k, nil
}

// cause names the variables that v depends on, a few of them.
func cause(d *data, v netlist.Value) string {
	var names []string
	for _, c := range newKnown(d.g, d.t).cone(v) {
		switch cell := d.g.M.Cells[c]; cell.Op {
		case netlist.OpInput:
			names = append(names, d.g.M.Inputs[cell.Aux].Name)
		case netlist.OpUndef:
			names = append(names, d.g.M.Undefs[cell.Aux].Detail)
		}
	}
	const most = 4
	if len(names) > most {
		names = append(names[:most], "…")
	}
	return strings.Join(names, ", ")
}

// begin begins a cycle and sets the input that every cycle has.
func (h *pins) begin() {
	h.inside()
	h.taking = h.ready()
	h.bit("m_axis_tready", h.taking)
}

// clock ends a cycle that has begun and whose inputs are set. The output stream is
// served in each.
func (h *pins) clock() error {
	valid, err := h.control("m_axis_tvalid")
	if err != nil {
		return err
	}
	if valid == 1 && h.taking {
		last, err := h.control("m_axis_tlast")
		if err != nil {
			return err
		}
		if err := h.logit(h.x.Net("m_axis_tdata"), last == 1); err != nil {
			return err
		}
	}
	h.x.Clock()
	return h.concrete()
}

// concrete wants every register outside the data path to be independent of the
// data.
func (h *pins) concrete() (err error) {
	h.x.Registers(func(name string, v netlist.Value) {
		if err == nil && h.d.g.OnInput(v) && !isData(name) {
			err = &problem{h.x.Cycle(), fmt.Sprintf("register %s depends on %s", name, cause(h.d, v)), true}
		}
	})
	return err
}

// isData reports whether a register of npu_head holds data.
func isData(name string) bool {
	switch name {
	case "bus.write_data", "bus.s_axi_rdata", netTotal, netOverflow, "m_axis_tdata", netBest, netBestAt,
		"regs.errors", "regs.class_index", "regs.class_value":
		return true
	}
	return strings.HasSuffix(name, ".read_data") || strings.HasSuffix(name, ".lane.acc") || strings.Contains(name, ".words[") ||
		strings.Contains(name, "$memwr$") // the operands of a write port, which nothing reads
}

// reset holds the head in reset for two cycles, all other inputs unknown.
func (h *pins) reset() {
	h.bit("resetn", false)
	h.x.Clock()
	h.x.Clock()
	h.bit("resetn", true)
	for _, p := range []string{"s_axi_awvalid", "s_axi_wvalid", "s_axi_bready", "s_axi_arvalid", "s_axi_rready", "s_axis_tvalid"} {
		h.bit(p, false)
	}
}

// write is an access that is answered with OKAY.
func (h *pins) write(w npu.Write, v netlist.Value) error {
	address, strobe := h.d.g.Const(24, uint64(w.Address)), h.d.g.Const(4, uint64(w.Strobe))
	var aw, ww, awDone, wDone bool
	for range patience {
		h.begin()
		aw, ww = !awDone && (aw || h.ready()), !wDone && (ww || h.ready())
		bready := h.ready()
		h.bit("s_axi_awvalid", aw)
		h.word("s_axi_awaddr", address, aw)
		h.bit("s_axi_wvalid", ww)
		h.word("s_axi_wdata", v, ww)
		h.word("s_axi_wstrb", strobe, ww)
		h.bit("s_axi_bready", bready)
		awReady, err := h.control("s_axi_awready")
		if err != nil {
			return err
		}
		wReady, err := h.control("s_axi_wready")
		if err != nil {
			return err
		}
		valid, err := h.control("s_axi_bvalid")
		if err != nil {
			return err
		}
		answered := valid == 1 && bready
		if answered {
			resp, err := h.control("s_axi_bresp")
			if err != nil {
				return err
			}
			if resp != 0 || !awDone || !wDone {
				return h.fail("the write to %#06x is answered with %d", w.Address, resp)
			}
		}
		awDone, wDone = awDone || aw && awReady == 1, wDone || ww && wReady == 1
		if err := h.clock(); err != nil {
			return err
		}
		if answered {
			h.bit("s_axi_bready", false)
			return nil
		}
	}
	return h.fail("the write to %#06x is not answered", w.Address)
}

// read is a read that is answered with OKAY.
func (h *pins) read(address uint32) (netlist.Value, error) {
	var ar, arDone bool
	for range patience {
		h.begin()
		ar = !arDone && (ar || h.ready())
		rready := h.ready()
		h.bit("s_axi_arvalid", ar)
		h.word("s_axi_araddr", h.d.g.Const(24, uint64(address)), ar)
		h.bit("s_axi_rready", rready)
		arReady, err := h.control("s_axi_arready")
		if err != nil {
			return 0, err
		}
		valid, err := h.control("s_axi_rvalid")
		if err != nil {
			return 0, err
		}
		answered := valid == 1 && rready
		var data netlist.Value
		if answered {
			resp, err := h.control("s_axi_rresp")
			if err != nil {
				return 0, err
			}
			if resp != 0 || !arDone {
				return 0, h.fail("the read of %#06x is answered with %d", address, resp)
			}
			data = h.x.Net("s_axi_rdata")
		}
		arDone = arDone || ar && arReady == 1
		if err := h.clock(); err != nil {
			return 0, err
		}
		if answered {
			h.bit("s_axi_rready", false)
			return data, nil
		}
	}
	return 0, h.fail("the read of %#06x is not answered", address)
}

// stream streams a frame in. With done, it waits until that says that all logits
// are out.
func (h *pins) stream(features []netlist.Value, cycles int, done func() bool) error {
	next, offered := 0, false
	for range cycles {
		h.begin()
		offered = next < len(features) && (offered || h.ready())
		h.bit("s_axis_tvalid", offered)
		if offered {
			h.x.Set("s_axis_tdata", features[next])
			h.bit("s_axis_tlast", next == len(features)-1)
		} else {
			h.x.Free("s_axis_tdata")
			h.x.Free("s_axis_tlast")
		}
		ready, err := h.control("s_axis_tready")
		if err != nil {
			return err
		}
		if err := h.clock(); err != nil {
			return err
		}
		if offered && ready == 1 {
			next, offered = next+1, false
		}
		if next == len(features) && (done == nil || done()) {
			h.bit("s_axis_tvalid", false)
			return nil
		}
	}
	if next < len(features) {
		return h.fail("feature %d is not taken", next)
	}
	return h.fail("not all logits come out")
}
