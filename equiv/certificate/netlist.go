package certificate

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"math/bits"
	"strconv"
	"strings"
)

// module is a netlist as its dump says it: cell v is the line of v, and its operands come
// before it. Cell 0 is no cell.
type module struct {
	name   string
	cells  []cell
	output map[string]int
	depth  int            // of the deepest cell
	xors   map[[2]int]int // the first xor of two nets, the lower one first
}

type cell struct {
	op    string
	width int
	args  []int
	k     uint64 // the value of a const, the lowest bit of a slice
	port  string // of an input
	depth int    // the cells of the longest way back, itself included
	means meaning
}

// meaning is the bits of an operator's result from those of its operands, the first of
// which has wa bits. The low bits of the cell's width count.
type meaning func(x [3]uint64, wa int, k uint64) uint64

// operator says how many operands an operator takes, and of what widths it may be over
// operands of widths a.
type operator struct {
	arity int
	fits  func(w int, a []int, k uint64) bool
	means meaning
}

func truth(b bool) uint64 {
	if b {
		return 1
	}
	return 0
}

func mask(w int) uint64 { return ^uint64(0) >> (64 - w) }

func signed(x uint64, w int) int64 { return int64(x<<(64-w)) >> (64 - w) }

// The rules of widths.
func same(w int, a []int, _ uint64) bool    { return w == a[0] && w == a[len(a)-1] }
func wider(w int, a []int, _ uint64) bool   { return w > a[0] }
func first(w int, a []int, _ uint64) bool   { return w == a[0] }
func compare(w int, a []int, _ uint64) bool { return w == 1 && a[0] == a[len(a)-1] }
func both(w int, a []int, _ uint64) bool    { return w == a[0]+a[1] }
func within(w int, a []int, k uint64) bool  { return k < 64 && w+int(k) <= a[0] }
func choice(w int, a []int, _ uint64) bool  { return a[0] == 1 && w == a[1] && w == a[2] }

var operators = map[string]operator{
	"slice":  {1, within, func(x [3]uint64, _ int, k uint64) uint64 { return x[0] >> k }},
	"concat": {2, both, func(x [3]uint64, wa int, _ uint64) uint64 { return x[0] | x[1]<<wa }},
	"zext":   {1, wider, func(x [3]uint64, _ int, _ uint64) uint64 { return x[0] }},
	"sext":   {1, wider, func(x [3]uint64, wa int, _ uint64) uint64 { return uint64(signed(x[0], wa)) }},
	"add":    {2, same, func(x [3]uint64, _ int, _ uint64) uint64 { return x[0] + x[1] }},
	"sub":    {2, same, func(x [3]uint64, _ int, _ uint64) uint64 { return x[0] - x[1] }},
	"neg":    {1, same, func(x [3]uint64, _ int, _ uint64) uint64 { return -x[0] }},
	"mul":    {2, same, func(x [3]uint64, _ int, _ uint64) uint64 { return x[0] * x[1] }},
	"not":    {1, same, func(x [3]uint64, _ int, _ uint64) uint64 { return ^x[0] }},
	"and":    {2, same, func(x [3]uint64, _ int, _ uint64) uint64 { return x[0] & x[1] }},
	"or":     {2, same, func(x [3]uint64, _ int, _ uint64) uint64 { return x[0] | x[1] }},
	"xor":    {2, same, func(x [3]uint64, _ int, _ uint64) uint64 { return x[0] ^ x[1] }},
	"shl":    {2, first, func(x [3]uint64, _ int, _ uint64) uint64 { return x[0] << x[1] }},
	"shr":    {2, first, func(x [3]uint64, _ int, _ uint64) uint64 { return x[0] >> x[1] }},
	"sar":    {2, first, func(x [3]uint64, wa int, _ uint64) uint64 { return uint64(signed(x[0], wa) >> x[1]) }},
	"eq":     {2, compare, func(x [3]uint64, _ int, _ uint64) uint64 { return truth(x[0] == x[1]) }},
	"ult":    {2, compare, func(x [3]uint64, _ int, _ uint64) uint64 { return truth(x[0] < x[1]) }},
	"slt":    {2, compare, func(x [3]uint64, wa int, _ uint64) uint64 { return truth(signed(x[0], wa) < signed(x[1], wa)) }},
	"redand": {1, compare, func(x [3]uint64, wa int, _ uint64) uint64 { return truth(x[0] == mask(wa)) }},
	"redor":  {1, compare, func(x [3]uint64, _ int, _ uint64) uint64 { return truth(x[0] != 0) }},
	"redxor": {1, compare, func(x [3]uint64, _ int, _ uint64) uint64 { return uint64(bits.OnesCount64(x[0])) }},
	"mux":    {3, choice, func(x [3]uint64, _ int, _ uint64) uint64 { return x[2] ^ (x[1]^x[2])&-x[0] }},
}

// longest is the greatest length of a line of a dump.
const longest = 1 << 20

// readModules reads the dump of modules, one after another, and calls do with each.
func readModules(r io.Reader, do func(*module) error) error {
	in := bufio.NewScanner(r)
	in.Buffer(nil, longest)
	var m *module
	for n := 1; in.Scan(); n++ {
		name, begins := strings.CutPrefix(in.Text(), "module ")
		switch {
		case begins && m != nil:
			if err := do(m); err != nil {
				return err
			}
			fallthrough
		case begins:
			m = &module{name: name, cells: make([]cell, 1), output: map[string]int{}, xors: map[[2]int]int{}}
		case m == nil:
			return fmt.Errorf("line %d stands in no module", n)
		default:
			if err := m.line(in.Text()); err != nil {
				return fmt.Errorf("line %d: %w: %q", n, err, in.Text())
			}
		}
	}
	if in.Err() != nil || m == nil {
		return in.Err()
	}
	return do(m)
}

// line reads a line of a module: a cell, an output, a comment, or a register, whose cell
// no rule reads.
func (m *module) line(text string) (err error) {
	if strings.HasPrefix(text, "# ") || strings.HasPrefix(text, "reg ") {
		return nil
	}
	text, quote, named := strings.Cut(text, `"`)
	f := strings.Fields(text)
	if len(f) > 0 && f[0] == "output" && named {
		name, v, _ := strings.Cut(quote, `" `)
		if _, twice := m.output[name]; twice {
			return errors.New("it is an output already")
		}
		m.output[name], err = m.net(v)
		return err
	}
	if len(f) < 3 || f[0] != "v"+strconv.Itoa(len(m.cells)) || len(m.cells) > 1<<21 {
		return errors.New("it is not the next cell")
	}
	c := cell{op: f[2]}
	if c.width, err = strconv.Atoi(f[1]); err != nil || c.width < 1 || c.width > 64 {
		return errors.New("it has no width")
	}
	o, known := operators[c.op]
	c.means = o.means
	f = f[3:]
	switch {
	case c.op == "input":
		c.port, _, _ = strings.Cut(quote, `"`)
	case c.op == "const":
		if len(f) == 0 {
			return errors.New("it has no value")
		}
		if c.k, err = strconv.ParseUint(f[0], 0, 64); err != nil || c.k&^mask(c.width) != 0 {
			return errors.New("it is no constant of its width")
		}
		f = f[1:]
	case c.op == "slice" && len(f) > 0:
		var hi uint64
		if _, err := fmt.Sscanf(f[0], "[%d:%d]", &hi, &c.k); err != nil || hi-c.k != uint64(c.width)-1 {
			return errors.New("it is no slice of its width")
		}
		f = f[1:]
	}
	known = known || c.op == "const"
	if len(f) < o.arity || known && len(f) > o.arity && f[o.arity] != ";" && f[o.arity] != "@" {
		return errors.New("it has too few operands, or too many")
	}
	c.depth = 1
	widths := make([]int, o.arity)
	for i := range widths {
		v, err := m.net(f[i])
		if err != nil {
			return err
		}
		c.args, widths[i] = append(c.args, v), m.cells[v].width
		c.depth = max(c.depth, m.cells[v].depth+1)
	}
	if o.arity > 0 && !o.fits(c.width, widths, c.k) {
		return fmt.Errorf("its operands have %v bits", widths)
	}
	if c.op == "xor" {
		if pair := [2]int{min(c.args[0], c.args[1]), max(c.args[0], c.args[1])}; m.xors[pair] == 0 {
			m.xors[pair] = len(m.cells)
		}
	}
	m.cells, m.depth = append(m.cells, c), max(m.depth, c.depth)
	return nil
}

// net is the cell that a text like v12 names.
func (m *module) net(text string) (int, error) {
	v, err := strconv.Atoi(strings.TrimPrefix(text, "v"))
	if err != nil || v < 1 || v >= len(m.cells) {
		return 0, fmt.Errorf("there is no net %s", text)
	}
	return v, nil
}
