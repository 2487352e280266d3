package rtl

import (
	"hash/fnv"
	"strconv"
	"strings"
)

// maxName is the longest identifier that is written unchanged. Verilog-2001 guarantees
// 1,024 characters, but people read far fewer.
const maxName = 128

// VerilogName returns the Verilog identifier of a module, port or signal. A plain
// Verilog identifier that is no keyword stays as it is. In any other name, underscores
// replace illegal characters, and a hash of the whole name is appended to keep names
// distinct. The result depends only on name.
func VerilogName(name string) string {
	if isPlain(name) {
		return name
	}
	var b strings.Builder
	if name == "" || !isIdent(name[0]) || isDigit(name[0]) {
		b.WriteString("n_")
	}
	for i := 0; i < len(name) && b.Len() < maxName-17; i++ {
		if c := name[i]; isIdent(c) {
			b.WriteByte(c)
		} else if c < 0x80 || c >= 0xC0 { // one underscore for a whole UTF-8 sequence
			b.WriteByte('_')
		}
	}
	h := fnv.New64a()
	h.Write([]byte(name))
	b.WriteByte('_')
	b.WriteString(strconv.FormatUint(h.Sum64(), 16))
	return b.String()
}

func isPlain(s string) bool {
	if s == "" || len(s) > maxName || isDigit(s[0]) {
		return false
	}
	for i := 0; i < len(s); i++ {
		if !isIdent(s[i]) {
			return false
		}
	}
	return !reserved[s]
}

func isDigit(c byte) bool { return '0' <= c && c <= '9' }

func isIdent(c byte) bool {
	return 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' || c == '_' || isDigit(c)
}

// reserved holds the keywords of Verilog-2005 (IEEE 1364-2005, annex B) and of
// SystemVerilog (IEEE 1800-2017, annex B): Verilator reads .v files as the latter.
var reserved = func() map[string]bool {
	m := map[string]bool{}
	for _, k := range strings.Fields(`
		always and assign automatic begin buf bufif0 bufif1 case casex casez cell cmos config
		deassign default defparam design disable edge else end endcase endconfig endfunction
		endgenerate endmodule endprimitive endspecify endtable endtask event for force forever fork
		function generate genvar highz0 highz1 if ifnone incdir include initial inout input instance
		integer join large liblist library localparam macromodule medium module nand negedge nmos nor
		noshowcancelled not notif0 notif1 or output parameter pmos posedge primitive pull0 pull1
		pulldown pullup pulsestyle_ondetect pulsestyle_onevent rcmos real realtime reg release repeat
		rnmos rpmos rtran rtranif0 rtranif1 scalared showcancelled signed small specify specparam
		strong0 strong1 supply0 supply1 table task time tran tranif0 tranif1 tri tri0 tri1 triand trior
		trireg unsigned use uwire vectored wait wand weak0 weak1 while wire wor xnor xor

		accept_on alias always_comb always_ff always_latch assert assume before bind bins binsof bit
		break byte chandle checker class clocking const constraint context continue cover covergroup
		coverpoint cross dist do endchecker endclass endclocking endgroup endinterface endpackage
		endprogram endproperty endsequence enum eventually expect export extends extern final
		first_match foreach forkjoin global iff ignore_bins illegal_bins implements implies import
		inside int interconnect interface intersect join_any join_none let local logic longint matches
		modport nettype new nexttime null package packed priority program property protected pure rand
		randc randcase randsequence ref reject_on restrict return s_always s_eventually s_nexttime
		s_until s_until_with sequence shortint shortreal soft solve static string strong struct super
		sync_accept_on sync_reject_on tagged this throughout timeprecision timeunit type typedef union
		unique unique0 until until_with untyped var virtual void wait_order weak wildcard with within
	`) {
		m[k] = true
	}
	return m
}()

// namespace hands out identifiers of one module.
type namespace map[string]bool

// claim returns the written form of name, with a number appended where an
// earlier signal already has it.
func (ns namespace) claim(name string) string {
	id := VerilogName(name)
	for base, i := id, 2; ns[id]; i++ {
		id = base + "_" + strconv.Itoa(i)
	}
	ns[id] = true
	return id
}
