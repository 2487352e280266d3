package certificate

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"

	"github.com/hashiflex/hashiflex/spec"
)

// Export writes the compare points of some layers of a validated network, of all if none is
// named, as the proved checker reads them; coq/main.ml describes the text. It checks nothing. Accepted is the
// number of points in the text, Refused has the points and layers whose files do not fit
// together, and Open the points without a certificate or beyond the rules: none of these is
// in the text. An error says that a file could not be read, that w failed, or that ctx has
// ended.
func Export(ctx context.Context, w io.Writer, net *spec.Network, layers []string, run Run) (*Result, error) {
	places, err := count(ctx, run)
	if err != nil {
		return nil, err
	}
	var sum Result
	out := bufio.NewWriter(w)
	for _, l := range net.Layers {
		if len(layers) > 0 && !slices.Contains(layers, l.Name) {
			continue
		}
		c := &layerCheck{layer: l, run: run, places: places}
		if err := c.export(ctx, net, out); err != nil {
			return nil, err
		}
		sum.Accepted += c.Accepted
		sum.Refused, sum.Open = append(sum.Refused, c.Refused...), append(sum.Open, c.Open...)
		if run.Done != nil {
			run.Done(l.Name)
		}
	}
	fmt.Fprintf(out, "points %d\n", sum.Accepted)
	return &sum, out.Flush()
}

func (c *layerCheck) export(ctx context.Context, net *spec.Network, out *bufio.Writer) error {
	cert, err := c.begin(net)
	if err != nil || cert == nil {
		return err
	}
	for _, chunk := range c.chunks() {
		texts := map[string]string{}
		file, err := c.run.Netlists(chunk)
		if err != nil {
			return err
		}
		if file != nil {
			err = readTexts(file, func(name, text string) error {
				if _, twice := texts[name]; twice {
					return fmt.Errorf("module %s is there twice", name)
				}
				texts[name] = text
				return ctx.Err()
			})
			file.Close()
		}
		if ctx.Err() != nil {
			return ctx.Err()
		}
		if err != nil {
			c.refuse("", fmt.Errorf("netlists %s: %w", chunk, err))
			continue
		}
		for _, unit := range slices.Sorted(maps.Keys(c.points)) {
			p := c.points[unit]
			if p.Chunk != chunk {
				continue
			}
			text, ok := texts[unit]
			if !ok {
				c.refuse(unit, fmt.Errorf("netlists %s do not have it", chunk))
				continue
			}
			err := c.alone(unit)
			var question string
			if err == nil {
				question, err = c.question(c.units[unit], p)
			}
			if err != nil {
				c.refuse(unit, err)
				continue
			}
			if _, err := fmt.Fprintf(out, "%snetlist\n%send %s\n", question, text, unit); err != nil {
				return err
			}
			c.Accepted++
		}
	}
	return nil
}

// definition is golden's definition of an accumulator as the proved checker reads it: sums of
// inputs and nodes. A node is a floor or a choice, as golden has it. What reference makes of
// each is kept beside it.
type definition struct {
	reference           // of the text: each node is a variable
	inputs    int       // the first variables
	nodes     []string  // a line for each
	plain     reference // as the checker reads it
	means     []*sum    // what each variable is there
}

func (d *definition) input(v variable) *sum {
	d.inputs++
	d.means = append(d.means, d.plain.input(v))
	return d.reference.input(v)
}

// node is a new variable, which is there what is.
func (d *definition) node(text string, is *sum) *sum {
	d.nodes, d.means = append(d.nodes, text), append(d.means, is)
	return d.reference.input(variable{})
}

func (d *definition) Shr(v *sum, k int) *sum {
	if k == 0 {
		return v
	}
	return d.node(fmt.Sprint("floor ", k, " ", d.text(v)), d.plain.Shr(d.meant(v), k))
}

func (d *definition) IfLess(a, b, then, els *sum) *sum {
	text := fmt.Sprintln("less", d.text(a), d.text(b), d.text(then), d.text(els))
	return d.node(strings.TrimSpace(text), d.plain.IfLess(d.meant(a), d.meant(b), d.meant(then), d.meant(els)))
}

// meant is what reference makes of a sum.
func (d *definition) meant(s *sum) *sum {
	is := &sum{konst: s.konst}
	for i, k := range s.coef {
		is.add(k, d.means[i])
	}
	return is
}

// text is a sum in one word: an integer, and p0*-4 for -4 times the first input, n0 for the
// first node.
func (d *definition) text(s *sum) string {
	var b strings.Builder
	fmt.Fprint(&b, s.konst)
	for _, i := range slices.Sorted(maps.Keys(s.coef)) {
		if i < d.inputs {
			fmt.Fprintf(&b, ",p%d*%d", i, s.coef[i])
		} else {
			fmt.Fprintf(&b, ",n%d*%d", i-d.inputs, s.coef[i])
		}
	}
	return b.String()
}

// question is a point without its netlist: what golden demands, and the certificate.
func (c *layerCheck) question(u unit, p *Point) (text string, err error) {
	var d definition
	var acc *sum
	if err := guard(func() error { acc = u.acc(&d); return errors.Join(d.fault, d.plain.fault) }); err != nil {
		return "", err
	}
	var b strings.Builder
	fmt.Fprintf(&b, "point %s\n", u.name)
	for _, v := range d.list[:d.inputs] {
		fmt.Fprintln(&b, "port", v.port, v.in.Lo, v.in.Hi, v.width)
	}
	for _, n := range d.nodes {
		fmt.Fprintln(&b, "node", n)
	}
	fmt.Fprintln(&b, "accumulator", d.text(acc))
	if u.tail {
		q := c.layer.Out
		sign, clamp := "u", "none"
		if q.Format.Signed {
			sign = "s"
		}
		if q.Clamp != nil {
			clamp = fmt.Sprint(q.Clamp.Lo, " ", q.Clamp.Hi)
		}
		fmt.Fprintln(&b, "tail", q.Rounding, q.Overflow, u.shift, sign, q.Format.Width, clamp)
	} else {
		b.WriteString("plain\n")
	}
	fmt.Fprintln(&b, "out", u.port, u.width, u.out.Lo, u.out.Hi)
	certificate := func(scale, offset, lo, hi int64, cuts []Cut) {
		fmt.Fprintln(&b, "certificate", scale, offset, lo, hi)
		for _, cut := range cuts {
			fmt.Fprintln(&b, "cut", cut.Net, cut.Width, cut.Mul, cut.Add)
		}
	}
	certificate(p.Scale, p.Offset, p.Lo, p.Hi, p.Cuts)
	clamps := d.plain.clamped(d.meant(acc))
	if len(clamps) != len(p.Steps) {
		return "", fmt.Errorf("it has %d steps, and its accumulator %d clamps that act: %w", len(p.Steps), len(clamps), errRule)
	}
	for i, at := range clamps {
		s := &p.Steps[i]
		node := slices.IndexFunc(d.means[d.inputs:], func(is *sum) bool { return is.single() == at })
		fmt.Fprintln(&b, "step", s.Net, node)
		certificate(s.Scale, s.Offset, s.Lo, s.Hi, s.Cuts)
	}
	return b.String(), nil
}

// readTexts reads the dump of modules, one after another, as text without their first lines.
func readTexts(r io.Reader, do func(name, text string) error) error {
	in := bufio.NewScanner(r)
	in.Buffer(nil, longest)
	var name string
	var text strings.Builder
	for in.Scan() {
		next, begins := strings.CutPrefix(in.Text(), "module ")
		switch {
		case begins:
			if name != "" {
				if err := do(name, text.String()); err != nil {
					return err
				}
			}
			name = next
			text.Reset()
		case name == "":
			return errors.New("a line stands in no module")
		case !slices.ContainsFunc([]string{"v", "# ", "output ", "reg "}, func(p string) bool { return strings.HasPrefix(in.Text(), p) }):
			// It could be taken for a line around the netlist.
			return fmt.Errorf("it is no line of a netlist: %q", in.Text())
		default:
			text.WriteString(in.Text())
			text.WriteByte('\n')
		}
	}
	if in.Err() != nil || name == "" {
		return in.Err()
	}
	return do(name, text.String())
}
