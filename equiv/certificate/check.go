package certificate

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"math"
	"runtime"
	"slices"
	"strings"

	"golang.org/x/sync/errgroup"

	"github.com/hashiflex/hashiflex/spec"
)

// Run is where the files of a run are read. A file that there is not is nil.
type Run struct {
	Certificate func(layer string) (io.ReadCloser, error)
	Netlists    func(chunk string) (io.ReadCloser, error)
	// Every calls do with each file of netlists that the run has, whoever names it. With
	// nil, the certificates name all that there are.
	Every func(do func(io.Reader) error) error
	Done  func(layer string) // if not nil: is called when a layer has been checked
}

// Result is what came of a check.
type Result struct {
	Accepted int       // compare points that follow
	Tails    int       // different functions behind the cuts
	Values   int64     // of u, tried over all tails
	Refused  []Finding // what does not follow
	Open     []Finding // points without a certificate or beyond the rules, and layers that are programmed
}

// Finding is a point, or a layer where Unit is empty, with what is to be said of it.
type Finding struct{ Layer, Unit, Why string }

// Check checks the certificates of a run of a validated network. Whatever does not follow
// is in Refused. An error says that a file could not be read, or that ctx has ended.
func Check(ctx context.Context, net *spec.Network, run Run) (*Result, error) {
	places, err := count(ctx, run)
	if err != nil {
		return nil, err
	}
	all := make([]layerCheck, len(net.Layers))
	g, ctx := errgroup.WithContext(ctx)
	g.SetLimit(runtime.GOMAXPROCS(0))
	for i, l := range net.Layers {
		c := &all[i]
		c.layer, c.run, c.places = l, run, places
		g.Go(func() error {
			err := c.check(ctx, net)
			if run.Done != nil {
				run.Done(l.Name)
			}
			return err
		})
	}
	if err := g.Wait(); err != nil {
		return nil, err
	}
	var sum Result
	for i := range all {
		r := &all[i].Result
		sum.Accepted, sum.Tails, sum.Values = sum.Accepted+r.Accepted, sum.Tails+r.Tails, sum.Values+r.Values
		sum.Refused, sum.Open = append(sum.Refused, r.Refused...), append(sum.Open, r.Open...)
	}
	return &sum, nil
}

// layerCheck is the check of one layer.
type layerCheck struct {
	Result
	layer  *spec.Layer
	run    Run
	places map[string]int // how often each module is there, in all files of the run
	units  map[string]unit
	points map[string]*Point
	tails  []hull
}

// hull is a tail of the certificate, as its points make it.
type hull struct {
	tail  *tail // nil: no point has it yet
	text  string
	users []string
}

func (c *layerCheck) refuse(unit string, err error) {
	if errors.Is(err, errRule) {
		c.leave(unit, err.Error())
	} else {
		c.Refused = append(c.Refused, Finding{c.layer.Name, unit, err.Error()})
	}
}

func (c *layerCheck) leave(unit, why string) {
	c.Open = append(c.Open, Finding{c.layer.Name, unit, why})
}

func (c *layerCheck) check(ctx context.Context, net *spec.Network) error {
	cert, err := c.begin(net)
	if err != nil || cert == nil {
		return err
	}
	for _, chunk := range c.chunks() {
		if err := c.chunk(ctx, chunk); err != nil {
			return err
		}
	}
	return c.discharge(ctx, cert)
}

// begin finds the layer's points and their certificates. There is no certificate if the
// layer has no points.
func (c *layerCheck) begin(net *spec.Network) (*Layer, error) {
	l := c.layer
	for i, from := range l.Inputs {
		gives := net.Input.Format.Range()
		if p := net.Layer(from); p != nil {
			gives = p.Out.Range()
		}
		if !gives.Within(l.InRange(i)) || !gives.Within(l.InFormat(i).Range()) {
			c.refuse("", fmt.Errorf("%s gives %v, and input %d is taken for %v", from, gives, i, l.InRange(i)))
		}
	}
	list := units(l)
	if list == nil {
		c.leave("", "it is programmed and no circuit of its own")
		return nil, nil
	}
	c.units, c.points = map[string]unit{}, map[string]*Point{}
	for _, u := range list {
		c.units[u.name] = u
	}
	cert, err := c.decode()
	if err != nil {
		return nil, err
	}
	c.tails = make([]hull, len(cert.Tails))
	for i := range cert.Points {
		p := &cert.Points[i]
		switch {
		case c.units[p.Unit].acc == nil || c.points[p.Unit] != nil || p.Tail < 0 || p.Tail >= len(c.tails):
			c.refuse(p.Unit, fmt.Errorf("no such point, a second certificate, or no tail %d", p.Tail))
		default:
			c.points[p.Unit] = p
		}
	}
	for _, u := range list {
		if c.points[u.name] == nil {
			c.leave(u.name, "it has no certificate")
		}
	}
	return &cert, nil
}

// chunks are the files of netlists that the layer's points name.
func (c *layerCheck) chunks() []string {
	names := map[string]bool{}
	for _, p := range c.points {
		names[p.Chunk] = true
	}
	return slices.Sorted(maps.Keys(names))
}

// decode reads the layer's certificate. One that is none is refused.
func (c *layerCheck) decode() (cert Layer, err error) {
	file, err := c.run.Certificate(c.layer.Name)
	if err != nil || file == nil {
		return cert, err
	}
	defer file.Close()
	dec := json.NewDecoder(file)
	dec.DisallowUnknownFields()
	err = dec.Decode(&cert)
	if err == nil && (cert.Layer != c.layer.Name || dec.More()) {
		err = fmt.Errorf("it is of layer %q, or goes on after its end", cert.Layer)
	}
	if err != nil {
		c.refuse("", fmt.Errorf("its certificate: %w", err))
		cert = Layer{}
	}
	return cert, nil
}

// chunk checks the points whose modules are in a file of netlists.
func (c *layerCheck) chunk(ctx context.Context, name string) error {
	file, err := c.run.Netlists(name)
	if err != nil {
		return err
	}
	seen := map[string]bool{}
	if file != nil {
		defer file.Close()
		err = readModules(file, func(m *module) error {
			if p := c.points[m.name]; p != nil && p.Chunk == name {
				if seen[m.name] {
					return fmt.Errorf("module %s is there twice", m.name)
				}
				seen[m.name] = true
				err := c.alone(m.name)
				if err == nil {
					err = guard(func() error { return c.point(c.units[m.name], p, m) })
				}
				if err != nil {
					c.refuse(p.Unit, err)
				}
			}
			return ctx.Err()
		})
	}
	if ctx.Err() != nil {
		return ctx.Err()
	}
	if err != nil {
		c.refuse("", fmt.Errorf("netlists %s: %w", name, err))
	}
	for unit, p := range c.points {
		if p.Chunk == name && (!seen[unit] || err != nil) {
			c.refuse(unit, fmt.Errorf("netlists %s do not have it", name))
		}
	}
	return nil
}

// count is how often each module is there, in all files of netlists.
func count(ctx context.Context, run Run) (map[string]int, error) {
	places := map[string]int{}
	if run.Every == nil {
		return places, nil
	}
	err := run.Every(func(r io.Reader) error {
		in := bufio.NewScanner(r)
		in.Buffer(nil, longest)
		for in.Scan() {
			if name, begins := strings.CutPrefix(in.Text(), "module "); begins {
				places[name]++
			}
		}
		return errors.Join(in.Err(), ctx.Err())
	})
	return places, err
}

// alone refuses a module of which the run has two: the certificate would choose which one
// is looked at, and the other one could be what is built.
func (c *layerCheck) alone(unit string) error {
	if n := c.places[unit]; n > 1 {
		return fmt.Errorf("its module is there %d times, in all netlists of the run", n)
	}
	return nil
}

// guard turns an integer that is too large into an error.
func guard(f func() error) (err error) {
	defer func() {
		if p := recover(); p == any(errLarge) {
			err = errLarge
		} else if p != nil {
			panic(p)
		}
	}()
	return f()
}

// deepest is the greatest depth of a module that is checked. The rules go down by
// recursion, and the stack is bounded.
const deepest = 1 << 16

// point checks everything of a point but that its tail holds.
func (c *layerCheck) point(un unit, p *Point, m *module) error {
	if m.depth > deepest {
		return fmt.Errorf("it has %d cells one behind the other: %w", m.depth, errRule)
	}
	var r reference
	acc := un.acc(&r)
	if r.fault != nil {
		return r.fault
	}
	u, err := tailVariable(acc, p.Scale, p.Offset)
	if err != nil {
		return err
	}
	if in := u.within(r.list); in != (spec.Range{Lo: p.Lo, Hi: p.Hi}) {
		return fmt.Errorf("u lies in %v, not in [%d, %d]", in, p.Lo, p.Hi)
	}
	read := &reading{m: m, vars: &r.variables, port: map[string]int{}, known: map[int]spec.Range{}, great: map[int]int{}}
	for i, v := range r.list {
		if v.port != "" {
			read.port[v.port] = i
		}
	}
	for v, x := range m.cells {
		if i, ok := read.port[x.port]; x.op == "input" && (!ok || r.list[i].width != x.width) {
			return fmt.Errorf("port %s of %d bits, v%d, is none of the model's", x.port, x.width, v)
		}
	}
	y := m.output[un.port]
	if len(m.output) != 1 || m.cells[y].width != un.width {
		return fmt.Errorf("its output is not %s of %d bits", un.port, un.width)
	}
	for _, cut := range p.Cuts {
		if cut.Net < 1 || cut.Net >= len(m.cells) || cut.Width < 1 || cut.Width > m.cells[cut.Net].width {
			return fmt.Errorf("there is no net v%d of %d bits", cut.Net, cut.Width)
		}
		is, err := read.sum(cut.Net)
		if err != nil {
			return err
		}
		want := &sum{konst: cut.Add}
		want.add(cut.Mul, u)
		if !is.congruent(want, cut.Width) {
			return fmt.Errorf("v%d is not %d×u + %d modulo 2^%d", cut.Net, cut.Mul, cut.Add, cut.Width)
		}
		if all := m.cells[cut.Net].width; cut.Width < all && is.congruent(want, all) {
			return fmt.Errorf("v%d is cut to %d bits without need", cut.Net, cut.Width)
		}
	}
	t, err := newTail(m, y, un, p)
	if err != nil {
		return err
	}
	h, text := &c.tails[p.Tail], t.text()
	if h.tail == nil {
		h.tail, h.text = t, text
	}
	if h.text != text {
		return fmt.Errorf("behind its cuts it is not tail %d", p.Tail)
	}
	h.users = append(h.users, p.Unit)
	return nil
}

// discharge tries every tail over its interval, and accepts its points.
func (c *layerCheck) discharge(ctx context.Context, cert *Layer) error {
	for i, h := range c.tails {
		in, need := spec.Range(cert.Tails[i]), spec.Range{Lo: math.MaxInt64, Hi: math.MinInt64}
		for _, p := range cert.Points {
			if p.Tail == i {
				need = need.Hull(spec.Range{Lo: p.Lo, Hi: p.Hi})
			}
		}
		switch {
		case in != need:
			c.refuse("", fmt.Errorf("tail %d: its points need %v, not %v", i, need, in))
			continue
		case h.tail == nil:
			continue // its points are beyond the rules, or refused
		}
		err := guard(func() error { return h.tail.try(ctx, c.layer, in) })
		if ctx.Err() != nil {
			return ctx.Err()
		}
		c.Tails, c.Values = c.Tails+1, c.Values+in.Hi-in.Lo+1
		if err == nil {
			c.Accepted += len(h.users)
		}
		for _, unit := range h.users {
			if err != nil {
				c.refuse(unit, fmt.Errorf("tail %d: %w", i, err))
			}
		}
	}
	return nil
}
