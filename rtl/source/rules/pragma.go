package rules

import "strings"

// addressees are the first words of comments that tools obey.
var addressees = set(`synopsys synthesis pragma ambit cadence exemplar xilinx altera synplify synplicity rtl_synthesis verilator yosys`)

// orders in comments that change what some tool reads. full_case and parallel_case
// have a rule of their own.
var orders = set(`translate_off translate_on synthesis_off synthesis_on synth_off synth_on off on black_box syn_black_box blackbox
	map_to_module map_to_operator return_port_name template protect protected begin_protected`)

// uncounted are Verilator's orders not to count what vectors enter: who obeys them is not
// told which lines rest on one reader alone.
var uncounted = set(`coverage_off coverage_block_off`)

// attributes that change what Yosys makes of the text.
var changing = set(`blackbox whitebox lib_whitebox nosync nolatches init anyconst anyseq allconst allseq gclk defaultvalue
	via_celltype smtlib2_module smtlib2_comb_expr src hdlname wiretype translate_off synthesis_off syn_black_box black_box`)

// commentAttrs is the commands in a comment.
func commentAttrs(t token) (as []attr) {
	body := strings.TrimSuffix(strings.TrimPrefix(strings.TrimPrefix(t.text, "//"), "/*"), "*/")
	words := strings.FieldsFunc(body, func(r rune) bool { return strings.ContainsRune(" \t\r\n,;", r) })
	if len(words) > 0 {
		// Verilator wants no space behind its name.
		if rest, ok := strings.CutPrefix(strings.ToLower(words[0]), "verilator"); ok && rest != "" {
			words = append([]string{"verilator", rest}, words[1:]...)
		}
	}
	if len(words) < 2 {
		return nil
	}
	who := strings.ToLower(strings.TrimSuffix(strings.TrimPrefix(words[0], "`"), ":"))
	if !addressees[who] {
		return nil
	}
	// The order is the word behind who it is for, or else it is prose; more than one
	// may be said of a case.
	for _, w := range words[1:] {
		w = strings.ToLower(w)
		if (w == "off" || w == "on") && len(words) > 2 {
			break
		}
		as = append(as, attr{name: w, pos: pos{t.file, t.line}})
		if w != "full_case" && w != "parallel_case" {
			break
		}
	}
	return as
}

// pragma finds commands to tools that are not part of the language.
func (c *checker) pragma() {
	attached := map[pos]bool{}
	c.statements(func(_ *scope, st *stmt) {
		for _, a := range st.attrs {
			if st.kind == stmtCase || st.kind == stmtIf {
				attached[a.pos] = true
			}
		}
	})
	for _, a := range c.text.pragmas {
		switch {
		case uncounted[a.name]:
			c.found(Pragma, a.pos, "the comment orders %s, so that Verilator does not count what vectors enter there; remove it", a.name)
		case orders[a.name]:
			c.found(Pragma, a.pos, "the comment orders %s, which some tools obey and others do not see; use `ifdef with a name of your own, which all see alike", a.name)
		case (a.name == "full_case" || a.name == "parallel_case") && !attached[a.pos]:
			c.found(Pragma, a.pos, "%s stands where no case begins, so that some tools obey it and others do not; remove it", a.name)
		}
	}
	for _, a := range c.text.attrs {
		if changing[a.name] {
			c.found(Pragma, a.pos, "the attribute %s changes what the front end makes of the text, and simulators do not see it; remove it", a.name)
		}
	}
}
