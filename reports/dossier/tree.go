package dossier

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"strconv"
	"strings"
)

// Tree is how one module of a layer computes its output, as it was read back from the
// Verilog.
type Tree struct {
	Module string
	Nodes  int // computed values of the module, without wiring
	Hidden int // of these, those that Root leaves out
	Root   *Node
}

// Node is a computed value of a Tree.
type Node struct {
	Name   string
	Text   string // how it is computed: "l1_0 + (x3 << 2)"
	Width  int
	Source string // file:line; "" if the netlist does not say
	Parts  []*Node
	Cut    int // operands that are computed and left out
}

// Limits of the netlists that trees are drawn from, and of a tree.
const (
	maxNetlist = 8 << 20 // bytes of a file that are read
	maxNodes   = 80      // of a tree
)

// cell is a line of a netlist's text; see netlist.Dump.
type cell struct {
	op     string // with its parameters
	args   []int
	width  int
	name   string
	source string
}

// circuit is one module of a netlist's text.
type circuit struct {
	name    string
	cells   map[int]*cell
	outputs []int
}

// tree reads netlists and draws the module with the most computed values among those
// that fit, or else the smallest. It is nil if the run keeps no such file.
func (r *reader) tree(name string) (*Tree, error) {
	f, err := r.run.Open(name)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	defer f.Close()
	modules, err := circuits(io.LimitReader(f, maxNetlist))
	if err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	var best *circuit
	most := 0
	for _, m := range modules {
		n := m.computed()
		better := best == nil || n <= maxNodes && (n > most || most > maxNodes) || n > maxNodes && n < most
		if len(m.outputs) > 0 && n > 0 && better {
			best, most = m, n
		}
	}
	if best == nil {
		return nil, nil
	}
	return best.draw(), nil
}

// circuits reads whole modules, so that a text that was cut off gives all but the last.
func circuits(in io.Reader) (all []*circuit, err error) {
	lines := bufio.NewScanner(in)
	lines.Buffer(nil, maxNetlist)
	var m *circuit
	for n := 1; lines.Scan(); n++ {
		line := lines.Text()
		switch {
		case strings.HasPrefix(line, "module "):
			m = &circuit{name: line[len("module "):], cells: map[int]*cell{}}
			all = append(all, m)
		case m == nil || line == "" || line[0] == '#' || strings.HasPrefix(line, "reg "):
		case strings.HasPrefix(line, "output "):
			v, ok := number(line[strings.LastIndexByte(line, ' ')+1:])
			if !ok || m.cells[v] == nil {
				return nil, fmt.Errorf("line %d: the output is no cell: %q", n, line)
			}
			m.outputs = append(m.outputs, v)
		default:
			if err := m.enter(line); err != nil {
				return nil, fmt.Errorf("line %d: %w", n, err)
			}
		}
	}
	return all, lines.Err()
}

// number is the cell that a text such as "v12" names.
func number(text string) (v int, ok bool) {
	digits, ok := strings.CutPrefix(text, "v")
	v, err := strconv.Atoi(digits)
	return v, ok && err == nil
}

// enter reads "v3   12  add v2 v7  ; l1_0  @ chan.v:12.3-12.20".
func (m *circuit) enter(line string) error {
	c := &cell{}
	rest, source, _ := strings.Cut(line, "  @ ")
	rest, c.name, _ = strings.Cut(rest, "  ; ")
	c.source = source
	id, rest, _ := strings.Cut(strings.TrimSpace(rest), " ")
	width, rest, _ := strings.Cut(strings.TrimSpace(rest), " ")
	v, ok := number(id)
	var err error
	if c.width, err = strconv.Atoi(width); err != nil || !ok {
		return fmt.Errorf("no cell: %q", line)
	}
	words := strings.Fields(rest)
	for len(words) > 1 {
		a, ok := number(words[len(words)-1])
		if !ok {
			break
		}
		if m.cells[a] == nil {
			return fmt.Errorf("cell v%d reads v%d, which is not before it", v, a)
		}
		c.args = append([]int{a}, c.args...)
		words = words[:len(words)-1]
	}
	c.op = strings.Join(words, " ")
	m.cells[v] = c
	return nil
}

// kind is the cell's operator without its parameters.
func (c *cell) kind() string {
	k, _, _ := strings.Cut(c.op, " ")
	return k
}

// wiring reports whether a cell only renames bits.
func (c *cell) wiring() bool {
	switch c.kind() {
	case "slice", "concat", "zext", "sext":
		return true
	}
	return false
}

// source reports whether a cell computes nothing.
func (c *cell) leaf() bool { return len(c.args) == 0 }

func (m *circuit) computed() (n int) {
	for _, c := range m.cells {
		if !c.leaf() && !c.wiring() {
			n++
		}
	}
	return n
}

// below lists the computed values that v reads, through wiring.
func (m *circuit) below(v int) (all []int) {
	for _, a := range m.cells[v].args {
		switch c := m.cells[a]; {
		case c.leaf():
		case c.wiring():
			all = append(all, m.below(a)...)
		default:
			all = append(all, a)
		}
	}
	return all
}

// draw takes the nodes that are nearest to the output.
func (m *circuit) draw() *Tree {
	root := m.outputs[0]
	for m.cells[root].wiring() {
		next := m.below(root)
		if len(next) == 0 {
			break
		}
		root = next[0]
	}
	shown := map[int]*Node{root: m.node(root)}
	for queue := []int{root}; len(queue) > 0; queue = queue[1:] {
		at := shown[queue[0]]
		for _, v := range m.below(queue[0]) {
			switch {
			case shown[v] != nil: // drawn once, named wherever it is read
			case len(shown) == maxNodes:
				at.Cut++
			default:
				shown[v] = m.node(v)
				at.Parts = append(at.Parts, shown[v])
				queue = append(queue, v)
			}
		}
	}
	n := m.computed()
	return &Tree{Module: m.name, Nodes: n, Hidden: n - len(shown), Root: shown[root]}
}

func (m *circuit) node(v int) *Node {
	c := m.cells[v]
	n := &Node{Name: m.label(v), Width: c.width}
	n.Source = c.source
	var args []string
	for _, a := range c.args {
		args = append(args, m.operand(a, true))
	}
	switch {
	case c.kind() == "add":
		n.Text = args[0] + " + " + args[1]
	case c.kind() == "sub":
		n.Text = args[0] + " − " + args[1]
	case c.kind() == "mux":
		n.Text = fmt.Sprintf("%s where %s, else %s", args[1], args[0], args[2])
	case c.kind() == "eq":
		n.Text = args[0] + " = " + args[1]
	case c.kind() == "ult", c.kind() == "slt":
		n.Text = args[0] + " < " + args[1]
	case c.kind() == "sar", c.kind() == "shr":
		n.Text = args[0] + " >> " + args[1]
	default:
		n.Text = c.op + "(" + strings.Join(args, ", ") + ")"
	}
	return n
}

// label is what a value is called.
func (m *circuit) label(v int) string {
	c := m.cells[v]
	kind, rest, _ := strings.Cut(c.op, " ")
	switch {
	case c.name != "":
		return c.name
	case kind == "input" || kind == "reg":
		if name, err := strconv.Unquote(rest); err == nil {
			return name
		}
	case kind == "const":
		if bits, err := strconv.ParseUint(rest, 0, 64); err == nil {
			return strconv.FormatUint(bits, 10)
		}
	}
	return "v" + strconv.Itoa(v)
}

// operand is how a value is written where it is read: wires that only widen it are left
// out, and zeros below it are a shift.
func (m *circuit) operand(v int, inner bool) string {
	c := m.cells[v]
	switch c.kind() {
	case "zext", "sext":
		return m.operand(c.args[0], inner)
	case "slice":
		bits := strings.TrimPrefix(c.op, "slice ")
		return m.operand(c.args[0], true) + bits
	case "concat":
		low, high := m.cells[c.args[0]], m.operand(c.args[1], true)
		if low.kind() != "const" || m.label(c.args[0]) != "0" {
			return "{" + high + ", " + m.operand(c.args[0], true) + "}"
		}
		if m.label(c.args[1]) == "0" {
			return "0"
		}
		text := fmt.Sprintf("%s << %d", high, low.width)
		if inner {
			return "(" + text + ")"
		}
		return text
	}
	return m.label(v)
}
