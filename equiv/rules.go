package equiv

import (
	"fmt"
	"slices"
	"sort"
	"strconv"
	"strings"

	"github.com/hashiflex/hashiflex/equiv/lift"
	"github.com/hashiflex/hashiflex/equiv/smt"
	"github.com/hashiflex/hashiflex/equiv/term"
	"github.com/hashiflex/hashiflex/netlist"
	"github.com/hashiflex/hashiflex/spec"
)

// A Rule is one distinct use of a lifting rule: an operator with its widths and, for
// wiring, its offset. Its obligation: the form that the lifter gives for such a cell is
// congruent to the cell's bits.
type Rule struct {
	Op    netlist.Op
	Width int
	Args  [3]int // widths of the operands
	Aux   int64  // slice offset
	Const int64  // of a product or of bitwise logic
	Adder bool   // bitwise logic of words: rows of full adders and their gates
}

func (r Rule) String() string {
	if r.Adder {
		return fmt.Sprintf("full adder row, width %d", r.Width)
	}
	s := fmt.Sprintf("%v, width %d", r.Op, r.Width)
	for _, a := range r.Args[:r.Op.Arity()] {
		s += " from " + strconv.Itoa(a)
	}
	switch r.Op {
	case netlist.OpSlice:
		s += fmt.Sprintf(", offset %d", r.Aux)
	case netlist.OpMul, netlist.OpAnd, netlist.OpOr, netlist.OpXor:
		s += fmt.Sprintf(", constant %d", r.Const)
	}
	return s
}

// Rules collects the rules that the lifting of a module's cells before the cut may use.
// Non-linear cells have none: they stay opaque, are tabulated by their own operator, or
// lie behind the cut, where nothing is lifted.
type Rules map[Rule]bool

// Collect adds gate's rules.
func (rs Rules) Collect(gate *netlist.Module) {
	// Most cells are as one shortly before was. A place for each of the usual widths: a
	// rule in the map costs ten times as much.
	var last [512]Rule
	for i := 1; i < len(gate.Cells); i++ {
		c := &gate.Cells[i]
		if ruleCells[c.Op].use == nil {
			continue
		}
		r := Rule{Op: c.Op, Width: int(c.Width)}
		for j, a := range c.Args[:c.Op.Arity()] {
			r.Args[j] = gate.Width(a)
		}
		if !ruleCells[c.Op].use(gate, c, &r) {
			continue
		}
		if l := &last[uint(int(r.Op)*7+r.Width+29*r.Args[0]+61*r.Args[1]+17*int(r.Aux))%uint(len(last))]; *l != r {
			*l = r
			if lift.Readable(r.Op, r.Width, r.Args[0], r.Aux) {
				rs[r] = true
			}
		}
	}
}

// Sorted lists the rules in a fixed order.
func (rs Rules) Sorted() []Rule {
	out := make([]Rule, 0, len(rs))
	for r := range rs {
		out = append(out, r)
	}
	sort.Slice(out, func(i, j int) bool { return out[i].less(out[j]) })
	return out
}

func (r Rule) less(o Rule) bool {
	a := []int64{int64(r.Op), int64(r.Width), int64(r.Args[0]), int64(r.Args[1]), r.Aux, r.Const}
	b := []int64{int64(o.Op), int64(o.Width), int64(o.Args[0]), int64(o.Args[1]), o.Aux, o.Const}
	for i := range a {
		if a[i] != b[i] {
			return a[i] < b[i]
		}
	}
	return !r.Adder && o.Adder
}

// Query is the rule's obligation in QF_BV. The lifter itself applies the rule to a
// circuit of that one cell, whose operands carry free integers a, b and c. The query
// looks for integers whose low bits are the operands, for which the rule's side
// conditions hold (an extended operand lies in its window), and for which the cell's
// bits differ from those of the form. fault, if not 0, is an operator whose rule is
// broken on purpose.
//
// Integers are bit-vectors of twice the widest width and more: additions and products
// with 2^k do not wrap in them. An operand wider than lift.MaxWidth is a free word; its
// form describes its low bits.
func (r Rule) Query(fault netlist.Op) (smt.Query, error) {
	if r.Adder {
		return r.adderQuery(fault)
	}
	m := netlist.New("rule")
	args := make([]netlist.Value, r.Op.Arity())
	inputs := make([]lift.Net, 0, 3)
	ranges := make([]spec.Range, 0, 3)
	for i := range args {
		if r.constant(i) {
			args[i] = m.Const(r.Args[i], r.Const)
			continue
		}
		args[i] = m.Input(string(rune('a'+i)), r.Args[i])
		ranges = append(ranges, r.operandRange(i))
	}
	known := slices.Clone(ranges)
	if r.Op == netlist.OpMul {
		// A multiple of the whole interval may exceed 64 bits. The form must not depend
		// on the interval: if it did, the query would find operands outside of this
		// one.
		known[0] = spec.Range{Lo: -1, Hi: 1}
	}
	sp := term.NewSpace(known)
	for i := range known {
		inputs = append(inputs, lift.Net{Form: sp.Input(i), Range: known[i]})
	}
	m.Cells = append(m.Cells, netlist.Cell{Op: r.Op, Width: uint8(r.Width), Aux: r.Aux})
	cell := netlist.Value(len(m.Cells) - 1)
	copy(m.Cells[cell].Args[:], args)
	var forms [2]term.Form
	for i, sums := range []bool{false, true} {
		l := lift.New(sp, m, inputs)
		l.Sums = sums
		if fault != netlist.OpInvalid {
			l.PlantFault(fault)
		}
		if err := term.Guard(func() { forms[i] = l.Net(cell).Form }); err != nil {
			return smt.Query{}, err
		}
	}
	form := forms[0]
	if !form.Equal(forms[1]) {
		return smt.Query{}, fmt.Errorf("%v: the form of a cell and that of a sum differ: %v and %v", r, form, forms[1])
	}

	w := 2*max(r.Width, r.Args[0], r.Args[1]) + 4
	var b strings.Builder
	for i, iv := range ranges {
		n := string(rune('a' + i))
		if r.Args[i] > lift.MaxWidth {
			fmt.Fprintf(&b, "(declare-const %s (_ BitVec %d))\n", n, w)
			continue
		}
		fmt.Fprintf(&b, "(declare-const %s (_ BitVec %d))(assert (and (bvsle %s %s) (bvsle %s %s)))\n", n, w, literal(iv.Lo, w), n, n, literal(iv.Hi, w))
	}
	bits := func(i int) string {
		if r.constant(i) {
			return literal(r.Const, r.Args[i])
		}
		return fmt.Sprintf("((_ extract %d 0) %c)", r.Args[i]-1, 'a'+i)
	}
	fmt.Fprintf(&b, "(assert (not (= %s ((_ extract %d 0) %s))))\n", r.semantics(bits), r.Width-1, formText(sp, form, w))
	return smt.Query{Text: []byte(b.String())}, nil
}

// constant reports whether operand i is Const.
func (r Rule) constant(i int) bool {
	return i == 1 && (r.Op == netlist.OpMul || r.Op.Class() == netlist.ClassBitwise)
}

// operandRange is the interval of operand i's integers. A word that is extended, or the
// low part of a concatenation, has the window of the rule's side condition. All others
// are only congruent, so their interval exceeds the width.
func (r Rule) operandRange(i int) spec.Range {
	w := min(r.Args[i], lift.MaxWidth)
	switch {
	case r.Op == netlist.OpZext, r.Op == netlist.OpConcat && i == 0:
		return spec.Range{Lo: 0, Hi: 1<<w - 1}
	case r.Op == netlist.OpSext:
		return spec.Range{Lo: -1 << (w - 1), Hi: 1<<(w-1) - 1}
	case r.Op == netlist.OpConcat:
		w = min(w, lift.MaxWidth-1-r.Args[0])
	}
	w = min(w+1, lift.MaxWidth-1)
	return spec.Range{Lo: -1 << w, Hi: 1<<w - 1}
}

// semantics is the cell in QF_BV, as IEEE 1364 defines the operator. It does not use
// package bitvec on purpose: the check of the lifter must be independent of the table
// that other engines use.
func (r Rule) semantics(arg func(int) string) string { return ruleCells[r.Op].bits(r, arg) }

// ruleCell has what the obligation of an operator's rule needs.
type ruleCell struct {
	// use completes the rule of a cell; false if no rule lifts the cell.
	use func(gate *netlist.Module, c *netlist.Cell, r *Rule) bool
	// bits is the cell in QF_BV.
	bits func(r Rule, arg func(int) string) string
}

// ruleCells has a row for every operator with a lifting rule. A missing row is found at
// start-up.
var ruleCells = netlist.ByOp("lifting rules", lift.Ruled(), map[netlist.Op]ruleCell{
	netlist.OpSlice: {
		use: func(_ *netlist.Module, c *netlist.Cell, r *Rule) bool { r.Aux = c.Aux; return true },
		bits: func(r Rule, arg func(int) string) string {
			return fmt.Sprintf("((_ extract %d %d) %s)", int(r.Aux)+r.Width-1, r.Aux, arg(0))
		},
	},
	netlist.OpConcat: {use: always, bits: func(_ Rule, arg func(int) string) string {
		return fmt.Sprintf("(concat %s %s)", arg(1), arg(0))
	}},
	netlist.OpZext: {use: always, bits: func(r Rule, arg func(int) string) string {
		return fmt.Sprintf("((_ zero_extend %d) %s)", r.Width-r.Args[0], arg(0))
	}},
	netlist.OpSext: {use: always, bits: func(r Rule, arg func(int) string) string {
		return fmt.Sprintf("((_ sign_extend %d) %s)", r.Width-r.Args[0], arg(0))
	}},
	netlist.OpAdd: {use: always, bits: ofTwo("bvadd")},
	netlist.OpSub: {use: always, bits: ofTwo("bvsub")},
	netlist.OpMul: {use: byConstant, bits: ofTwo("bvmul")},
	netlist.OpNeg: {use: always, bits: func(_ Rule, arg func(int) string) string { return "(bvneg " + arg(0) + ")" }},
	netlist.OpNot: {use: always, bits: func(_ Rule, arg func(int) string) string { return "(bvnot " + arg(0) + ")" }},
	netlist.OpAnd: {use: inRow, bits: ofTwo("bvand")},
	netlist.OpOr:  {use: inRow, bits: ofTwo("bvor")},
	netlist.OpXor: {use: inRow, bits: ofTwo("bvxor")},
})

func ofTwo(op string) func(Rule, func(int) string) string {
	return func(_ Rule, arg func(int) string) string { return "(" + op + " " + arg(0) + " " + arg(1) + ")" }
}

func always(*netlist.Module, *netlist.Cell, *Rule) bool { return true }

// byConstant completes the rule of a product, which is linear if one factor is
// constant.
func byConstant(gate *netlist.Module, c *netlist.Cell, r *Rule) bool {
	k := c.Args[0]
	if gate.Cells[k].Op != netlist.OpConst {
		k = c.Args[1]
	}
	r.Const = gate.Cells[k].Aux << (64 - r.Width) >> (64 - r.Width)
	return gate.Cells[k].Op == netlist.OpConst
}

// inRow completes the rule of bitwise logic: of a word and a constant, or part of a row
// of full adders.
func inRow(gate *netlist.Module, c *netlist.Cell, r *Rule) bool {
	if _, ones, ok := lift.Constant(gate, c); ok && c.Width > 1 {
		r.Const = int64(ones)
	} else {
		*r = Rule{Width: r.Width, Adder: true}
	}
	return true
}

// exactBit is the word width of the query for a rule of single bits, whose integers are
// small.
const exactBit = 8

// adderQuery is the obligation of bitwise logic. It builds a full adder from gates in
// all ways that occur. The lifter gives the integer of each net, modulo 2^width. The
// query looks for words for which some net differs. fault breaks the gates of one
// operator.
func (r Rule) adderQuery(fault netlist.Op) (smt.Query, error) {
	m := netlist.New("rule")
	a, b, c := m.Input("a", r.Width), m.Input("b", r.Width), m.Input("c", r.Width)
	and, or, xor := m.And(a, b), m.Or(a, b), m.Xor(a, b)
	carry := m.Or(and, m.And(c, xor))
	nets := []struct {
		net  netlist.Value
		bits string
	}{
		{and, "(bvand a b)"},
		{or, "(bvor a b)"},
		{xor, "(bvxor a b)"},
		{m.Xor(xor, c), "(bvxor a (bvxor b c))"},
		{carry, "m"},
		{m.Or(and, m.Or(m.And(b, c), m.And(a, c))), "m"},
		{m.Or(and, m.And(c, or)), "m"},
	}
	ranges := make([]spec.Range, 3)
	inputs := make([]lift.Net, 3)
	for i := range ranges {
		ranges[i] = Rule{Args: [3]int{r.Width}}.operandRange(0)
		if r.Width == 1 {
			ranges[i] = spec.Range{Lo: 0, Hi: 1}
		}
	}
	sp := term.NewSpace(ranges)
	for i := range inputs {
		inputs[i] = lift.Net{Form: sp.Input(i), Range: ranges[i]}
	}
	l := lift.New(sp, m, inputs)
	if fault != netlist.OpInvalid {
		l.PlantFault(fault)
	}
	var text strings.Builder
	// A form of one bit equals its integer; it is not only congruent.
	w := r.Width
	if r.Width == 1 {
		w = exactBit
	}
	for _, n := range "abc" {
		fmt.Fprintf(&text, "(declare-const %c (_ BitVec %d))\n", n, w)
		if w != r.Width {
			fmt.Fprintf(&text, "(assert (bvule %c %s))\n", n, literal(1, w))
		}
	}
	fmt.Fprintf(&text, "(define-fun m () (_ BitVec %d) (bvor (bvand a b) (bvor (bvand b c) (bvand a c))))\n(assert (not (and", w)
	for _, n := range nets {
		var f term.Form
		if err := term.Guard(func() { f = l.Net(n.net).Form }); err != nil {
			return smt.Query{}, err
		}
		if w == r.Width {
			f = f.Symmetric(w)
		}
		fmt.Fprintf(&text, "\n (= %s %s)", n.bits, formText(sp, f, w))
	}
	text.WriteString(")))\n")
	return smt.Query{Text: []byte(text.String())}, nil
}

// formText is a form over the free integers a, b, c in QF_BV of width w. Words of
// bitwise logic have w bits.
func formText(sp *term.Space, f term.Form, w int) string {
	// Solvers are an order of magnitude faster on subtraction than on adding a product
	// with -1.
	var plus, minus []string
	part := func(c int64, x string) {
		to := &plus
		if c < 0 {
			to, c = &minus, -c
		}
		switch c {
		case 1:
		case 2:
			x = "(bvadd " + x + " " + x + ")"
		default:
			x = "(bvmul " + literal(c, w) + " " + x + ")"
		}
		*to = append(*to, x)
	}
	for _, m := range f.Monos {
		part(m.Coef, atomText(sp, m.Atom, w))
	}
	if f.Const != 0 || len(plus) == 0 {
		plus = append(plus, literal(f.Const, w))
	}
	sum := func(xs []string) string {
		if len(xs) == 1 {
			return xs[0]
		}
		return "(bvadd " + strings.Join(xs, " ") + ")"
	}
	if len(minus) == 0 {
		return sum(plus)
	}
	return "(bvsub " + sum(plus) + " " + sum(minus) + ")"
}

func atomText(sp *term.Space, a term.Atom, w int) string {
	in := sp.Info(a)
	if in.Kind == term.KindInput {
		return string(rune('a' + in.K))
	}
	args := make([]string, len(in.Args))
	for i, f := range in.Args {
		args[i] = formText(sp, f, w)
	}
	and := func(xs ...string) string { return "(bvand " + strings.Join(xs, " ") + ")" }
	word := func(x string) string {
		if in.K < int64(w) {
			return and(x, literal(1<<in.K-1, w)) // of fewer bits than the integers
		}
		return x
	}
	switch in.Kind {
	case term.KindOpaque:
		if len(in.Args) == 0 {
			// The only operand of a rule, if it is too wide to be lifted.
			return fmt.Sprintf("((_ zero_extend %d) ((_ extract %d 0) a))", w-lift.MaxWidth, lift.MaxWidth-1)
		}
	case term.KindFloor:
		return "(bvashr " + args[0] + " " + literal(in.K, w) + ")"
	case term.KindAnd:
		return word(and(args...))
	case term.KindMajority:
		return word("(bvor " + and(args[0], args[1]) + " (bvor " + and(args[1], args[2]) + " " + and(args[0], args[2]) + "))")
	}
	panic("equiv: a lifting rule with an atom of another kind")
}

func literal(c int64, w int) string {
	if c < 0 {
		return "(bvneg " + literal(-c, w) + ")"
	}
	return fmt.Sprintf("(_ bv%d %d)", c, w)
}
