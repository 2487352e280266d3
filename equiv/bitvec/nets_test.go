package bitvec_test

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/hashiflex/hashiflex/equiv/bitvec"
	"github.com/hashiflex/hashiflex/equiv/smt"
	"github.com/hashiflex/hashiflex/netlist"
)

// plain calls every word by its net and its cycle, and cuts what known has.
type plain struct {
	m     *netlist.Module
	text  *smt.Builder
	known map[bitvec.At]string
	free  []bitvec.At
}

func (p *plain) Known(at bitvec.At) string { return p.known[at] }
func (p *plain) Name(at bitvec.At) string  { return fmt.Sprintf("n%d_%d", at.Net, at.Cycle) }
func (p *plain) Variable(at bitvec.At) string {
	p.free = append(p.free, at)
	p.text.Declare(p.Name(at), smt.BitVec(p.m.Width(at.Net)))
	return p.Name(at)
}

// TestRegistersTakeTheirNextValue: an accumulator, two cycles on, is what it began
// with and what came in; nothing else is written, nothing twice, and nothing that was
// not asked for.
func TestRegistersTakeTheirNextValue(t *testing.T) {
	m := netlist.New("accumulator")
	x := m.Input("x", 8)
	q := m.Reg("sum", 8)
	sum := m.Add(q, x)
	m.SetNext(q, sum)
	m.Mul(x, x)
	undef := m.Undef(8, netlist.UndefX, "")
	masked := m.And(q, undef)

	var text smt.Builder
	p := &plain{m: m, text: &text}
	nets := bitvec.NewNets(m, p, &text)
	after := nets.Word(bitvec.At{Net: q, Cycle: 2})
	require.Equal(t, after, nets.Word(bitvec.At{Net: q, Cycle: 2}))
	require.Equal(t, []bitvec.At{{Net: q}, {Net: x}, {Net: x, Cycle: 1}}, p.free)
	require.Equal(t, 2, strings.Count(text.String(), "define-fun"))
	require.NotContains(t, text.String(), "bvmul")

	s := solver(t)
	ask := func(claim string) smt.Status {
		var b smt.Builder
		return s.Check(context.Background(), b.Join(&text).Assert("(not (= "+after+" "+claim+"))").Query()).Status
	}
	start, first, second := p.Name(bitvec.At{Net: q}), p.Name(bitvec.At{Net: x}), p.Name(bitvec.At{Net: x, Cycle: 1})
	require.Equal(t, smt.Unsat, ask("(bvadd "+start+" "+first+" "+second+")"))
	require.Equal(t, smt.Sat, ask("(bvadd "+start+" "+first+" "+first+")"))

	// An undefined word may be another one in each cycle.
	nets.Word(bitvec.At{Net: masked, Cycle: 0})
	nets.Word(bitvec.At{Net: masked, Cycle: 1})
	require.Equal(t, []bitvec.At{{Net: undef}, {Net: undef, Cycle: 1}}, p.free[3:])
}

// TestWhatIsKnownIsNotWritten, nor what it depends on.
func TestWhatIsKnownIsNotWritten(t *testing.T) {
	m := netlist.New("cut")
	x := m.Input("x", 8)
	square := m.Mul(x, x)
	y := m.Add(square, m.Const(8, -1))
	var text smt.Builder
	p := &plain{m: m, text: &text, known: map[bitvec.At]string{{Net: square}: "cut"}}
	name := bitvec.NewNets(m, p, &text).Word(bitvec.At{Net: y})
	require.Empty(t, p.free)
	require.Equal(t, "(define-fun "+name+" () (_ BitVec 8) (bvadd cut (_ bv255 8)))\n", text.String())
}
