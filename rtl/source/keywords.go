package source

import "strings"

func words(lists ...string) map[string]bool {
	m := map[string]bool{}
	for _, l := range lists {
		for _, w := range strings.Fields(l) {
			m[w] = true
		}
	}
	return m
}

// Keywords of IEEE 1364-2005, annex B, and those that IEEE 1800-2017 adds to them.
const (
	verilogWords = `always and assign automatic begin buf bufif0 bufif1 case casex casez cell cmos
config deassign default defparam design disable edge else end endcase endconfig endfunction
endgenerate endmodule endprimitive endspecify endtable endtask event for force forever fork
function generate genvar highz0 highz1 if ifnone incdir include initial inout input instance
integer join large liblist library localparam macromodule medium module nand negedge nmos nor
noshowcancelled not notif0 notif1 or output parameter pmos posedge primitive pull0 pull1
pulldown pullup pulsestyle_ondetect pulsestyle_onevent rcmos real realtime reg release repeat
rnmos rpmos rtran rtranif0 rtranif1 scalared showcancelled signed small specify specparam
strong0 strong1 supply0 supply1 table task time tran tranif0 tranif1 tri tri0 tri1 triand
trior trireg unsigned use uwire vectored wait wand weak0 weak1 while wire wor xnor xor`
	systemVerilogWords = `accept_on alias always_comb always_ff always_latch assert assume before
bind bins binsof bit break byte chandle checker class clocking const constraint context
continue cover covergroup coverpoint cross dist do endchecker endclass endclocking endgroup
endinterface endpackage endprogram endproperty endsequence enum eventually expect export
extends extern final first_match foreach forkjoin global iff ignore_bins illegal_bins
implements implies import inside int interconnect interface intersect join_any join_none let
local logic longint matches modport nettype new nexttime null package packed priority program
property protected pure rand randc randcase randsequence ref reject_on restrict return s_always
s_eventually s_nexttime s_until s_until_with sequence shortint shortreal soft solve static
string strong struct super sync_accept_on sync_reject_on tagged this throughout timeprecision
timeunit type typedef union unique unique0 until until_with untyped var virtual void wait_order
weak wildcard with within`
)

var (
	verilogKeywords       = words(verilogWords)
	systemVerilogKeywords = words(verilogWords, systemVerilogWords)
)

// keywordVersions are the arguments of `begin_keywords, and whether that version is
// SystemVerilog. The words that later versions of a language have more are reserved
// in earlier ones as well here: nobody names a net so.
var keywordVersions = map[string]bool{
	"1364-1995": false, "1364-2001": false, "1364-2001-noconfig": false, "1364-2005": false,
	"1800-2005": true, "1800-2009": true, "1800-2012": true, "1800-2017": true,
}
