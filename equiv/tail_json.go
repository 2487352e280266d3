package equiv

import (
	"encoding/json"
	"fmt"
	"strconv"

	"github.com/hashiflex/hashiflex/netlist"
	"github.com/hashiflex/hashiflex/spec"
	"github.com/hashiflex/hashiflex/spec/words"
)

// tailText is a Tail as JSON: what its key is the hash of, and its interval.
type tailText struct {
	Key      string
	Requant  Requantizer
	Mul, Add int64
	Range    spec.Range
	Cuts     []cutText
	Cells    []cellText // behind the cuts' nets, which come first
	Out      netlist.Value
}

type cutText struct {
	Width    int
	Mul, Add int64
}

type cellText struct {
	Op    string
	Width uint8
	Aux   int64           `json:",omitempty"`
	Args  []netlist.Value `json:",omitempty"`
}

// MarshalJSON implements json.Marshaler. A tail is self-contained: discharging it does
// not need the circuit that it was cut from.
func (t *Tail) MarshalJSON() ([]byte, error) {
	x := tailText{Key: t.Key, Requant: t.Requant, Mul: t.Mul, Add: t.Add, Range: t.Range, Out: t.out}
	for _, c := range t.cuts {
		x.Cuts = append(x.Cuts, cutText{t.gate.Width(c.net), c.mul, c.add})
	}
	for _, c := range t.gate.Cells[1+len(t.cuts):] {
		x.Cells = append(x.Cells, cellText{c.Op.String(), c.Width, c.Aux, c.Args[:c.Op.Arity()]})
	}
	return json.Marshal(x)
}

// UnmarshalJSON implements json.Unmarshaler. It refuses a tail whose key is not the
// hash of its content, or whose cells are no valid netlist.
func (t *Tail) UnmarshalJSON(text []byte) error {
	var x tailText
	if err := json.Unmarshal(text, &x); err != nil {
		return err
	}
	ops := map[string]netlist.Op{}
	for op := range netlist.NumOps {
		ops[op.String()] = op
	}
	*t = Tail{Requant: x.Requant, Mul: x.Mul, Add: x.Add, Range: x.Range, out: x.Out, gate: netlist.New("tail")}
	for i, c := range x.Cuts {
		if c.Width < 1 || c.Width > netlist.MaxWidth {
			return fmt.Errorf("tail %s: cut %d has %s", x.Key, i, words.Count(c.Width, "bit"))
		}
		t.cuts = append(t.cuts, cutPoint{net: t.gate.Input("u"+strconv.Itoa(i), c.Width), width: c.Width, mul: c.Mul, add: c.Add})
	}
	for i, c := range x.Cells {
		op, ok := ops[c.Op]
		if !ok || len(c.Args) != op.Arity() {
			return fmt.Errorf("tail %s: cell %d is no cell: %q of %d operands", x.Key, i, c.Op, len(c.Args))
		}
		cell := netlist.Cell{Op: op, Width: c.Width, Aux: c.Aux}
		copy(cell.Args[:], c.Args)
		t.gate.Cells = append(t.gate.Cells, cell)
	}
	if x.Out <= 0 || int(x.Out) >= len(t.gate.Cells) {
		return fmt.Errorf("tail %s: it has no cell %d", x.Key, x.Out)
	}
	t.gate.Output("y", x.Out)
	if err := t.gate.Check(); err != nil {
		return fmt.Errorf("tail %s: %w", x.Key, err)
	}
	if t.Key = t.key(); t.Key != x.Key {
		return fmt.Errorf("tail %s: its content has the key %s", x.Key, t.Key)
	}
	return nil
}
