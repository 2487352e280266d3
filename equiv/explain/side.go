package explain

import (
	"encoding/binary"
	"slices"
	"strings"

	"github.com/hashiflex/hashiflex/equiv"
	"github.com/hashiflex/hashiflex/equiv/lift"
	"github.com/hashiflex/hashiflex/equiv/term"
	"github.com/hashiflex/hashiflex/netlist"
	"github.com/hashiflex/hashiflex/spec"
)

// side is one circuit of a comparison, lifted.
type side struct {
	q    *equiv.Question
	m    *netlist.Module
	out  netlist.Value
	l    *lift.Lifter
	cone []bool // what the output depends on
	keys []string
	// users are the cells of the cone that read a value.
	users [][]netlist.Value
}

// newSide lifts the cone of the output over the model's variables, which are
// the inputs of sp.
func newSide(sp *term.Space, q *equiv.Question) (*side, error) {
	bind, err := q.Bind()
	if err != nil {
		return nil, err
	}
	m := q.Gate
	nets := make([]lift.Net, len(bind))
	for i, v := range bind {
		nets[i] = lift.Net{Form: sp.Input(v), Range: spec.Range(q.Model.Vars[v].Range)}
	}
	n := len(m.Cells)
	s := &side{
		q: q, m: m, out: q.Out, l: lift.New(sp, m, nets),
		cone: make([]bool, n), keys: make([]string, n), users: make([][]netlist.Value, n),
	}
	s.cone[s.out] = true
	for v := n - 1; v > 0; v-- {
		if !s.cone[v] {
			continue
		}
		for _, a := range s.args(netlist.Value(v)) {
			s.cone[a] = true
			s.users[a] = append(s.users[a], netlist.Value(v))
		}
	}
	var buf []byte
	for v := 1; v < n; v++ {
		if s.cone[v] {
			buf = s.key(buf[:0], netlist.Value(v), m.Width(netlist.Value(v)))
			s.keys[v] = string(buf)
		}
	}
	return s, nil
}

func (s *side) args(v netlist.Value) []netlist.Value {
	c := &s.m.Cells[v]
	return c.Args[:c.Op.Arity()]
}

func (s *side) op(v netlist.Value) netlist.Op { return s.m.Cells[v].Op }

func (s *side) form(v netlist.Value) term.Form { return s.l.Net(v).Form }

// key encodes the function of the low w bits of v.
func (s *side) key(buf []byte, v netlist.Value, w int) []byte {
	f := s.form(v)
	if w <= lift.MaxWidth {
		f = f.Symmetric(w)
	}
	buf = append(buf, byte(w))
	buf = binary.AppendVarint(buf, f.Const)
	for _, m := range f.Monos {
		buf = binary.AppendUvarint(buf, uint64(m.Atom))
		buf = binary.AppendVarint(buf, m.Coef)
	}
	return buf
}

// name is the name that v's definition stands under: its own, or that of the
// nearest value downstream that has one.
func (s *side) name(v netlist.Value) string {
	for {
		if n := s.m.Names[v]; n != "" {
			return n
		}
		if len(s.users[v]) == 0 {
			return s.m.Outputs[0].Name
		}
		v = slices.Min(s.users[v])
	}
}

// source is where v was written, or "".
func (s *side) source(v netlist.Value) string {
	return s.m.Sources[s.m.Cells[v].Src]
}

// line cuts a location down to file and line.
func line(location string) string {
	at := strings.LastIndexByte(location, ':')
	if at < 0 {
		return location
	}
	if dot := strings.IndexAny(location[at:], ".-"); dot > 0 {
		return location[:at+dot]
	}
	return location
}
