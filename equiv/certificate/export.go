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

// question is a point without its netlist: what golden demands, and the certificate.
func (c *layerCheck) question(u unit, p *Point) (text string, err error) {
	var r reference
	var acc *sum
	if err := guard(func() error { acc = u.acc(&r); return r.fault }); err != nil {
		return "", err
	}
	if slices.ContainsFunc(r.list, func(v variable) bool { return v.port == "" }) {
		return "", fmt.Errorf("its accumulator is no sum, and the proved checker knows nothing else: %w", errRule)
	}
	var b strings.Builder
	fmt.Fprintf(&b, "point %s\nbias %d\n", u.name, acc.konst)
	for i, v := range r.list {
		fmt.Fprintf(&b, "port %s %d %d %d %d\n", v.port, acc.coef[i], v.in.Lo, v.in.Hi, v.width)
	}
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
	fmt.Fprintln(&b, "certificate", p.Scale, p.Offset, p.Lo, p.Hi)
	for _, cut := range p.Cuts {
		fmt.Fprintln(&b, "cut", cut.Net, cut.Width, cut.Mul, cut.Add)
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
