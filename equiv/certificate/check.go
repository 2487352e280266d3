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

	"github.com/hashiflex/hashiflex/golden"
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
	steps  map[string]error // what came of a step, by its text and interval
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
					err = guard(func() error { return c.point(ctx, c.units[m.name], p, m) })
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
func (c *layerCheck) point(ctx context.Context, un unit, p *Point, m *module) error {
	if m.depth > deepest {
		return fmt.Errorf("it has %d cells one behind the other: %w", m.depth, errRule)
	}
	var r reference
	acc := un.acc(&r)
	if r.fault != nil {
		return r.fault
	}
	read := &reading{m: m, vars: &r.variables, port: map[string]int{}, known: map[int]spec.Range{}, own: map[int]*sum{}}
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
	for _, at := range r.clamped(acc) {
		if len(p.Steps) == 0 {
			return fmt.Errorf("its accumulator is clamped more often than it has steps: %w", errRule)
		}
		if err := c.step(ctx, read, at, &p.Steps[0]); err != nil {
			return err
		}
		rest := *p
		rest.Steps, p = p.Steps[1:], &rest
	}
	if len(p.Steps) > 0 {
		return errors.New("it has more steps than its accumulator has clamps that act")
	}
	t := &tail{gold: func(acc int64) int64 { return acc }, name: fmt.Sprint(un.tail, un.shift), width: un.width, out: un.out, scale: p.Scale, offset: p.Offset, cuts: p.Cuts}
	if un.tail {
		t.gold = func(acc int64) int64 { return golden.Requantize(golden.Int64{}, c.layer.Out, un.shift, acc) }
	}
	if err := read.cut(t, acc, spec.Range{Lo: p.Lo, Hi: p.Hi}, y); err != nil {
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

// Reach is the interval that a certificate of a compare point must have for u, where the
// model's accumulator is scale×u + offset. It is not ok where there is none.
func Reach(l *spec.Layer, point string, scale, offset int64) (in spec.Range, ok bool) {
	for _, un := range units(l) {
		if un.name != point {
			continue
		}
		err := guard(func() error {
			var r reference
			acc := un.acc(&r)
			u, err := tailVariable(acc, scale, offset)
			if err = errors.Join(r.fault, err); err == nil {
				in = u.interval(acc, scale, offset, r.list)
			}
			return err
		})
		return in, err == nil
	}
	return in, false
}

// step checks that a net has the integer of a clamp, a variable.
func (c *layerCheck) step(ctx context.Context, r *reading, at int, s *Step) error {
	v := &r.vars.list[at]
	if s.Net < 1 || s.Net >= len(r.m.cells) {
		return fmt.Errorf("a step has no net v%d", s.Net)
	}
	switch op := r.m.cells[s.Net].op; op {
	case "input", "const", "zext", "sext", "slice", "concat":
		return fmt.Errorf("step v%d is %s, and not where the circuit clamps", s.Net, op)
	}
	w := r.m.cells[s.Net].width
	gold := func(acc int64) int64 { return min(max(acc, v.to.Lo), v.to.Hi) }
	t := &tail{gold: gold, name: fmt.Sprint("clamp ", v.to), width: w, out: v.in, scale: s.Scale, offset: s.Offset, cuts: s.Cuts}
	in := spec.Range{Lo: s.Lo, Hi: s.Hi}
	if err := r.cut(t, v.arg, in, s.Net); err != nil {
		return fmt.Errorf("step v%d: %w", s.Net, err)
	}
	text := fmt.Sprint(in, t.text())
	err, tried := c.steps[text]
	if !tried {
		if c.steps == nil {
			c.steps = map[string]error{}
		}
		err = t.try(ctx, in)
		c.steps[text] = err
		c.Tails, c.Values = c.Tails+1, c.Values+in.Hi-in.Lo+1
	}
	if err != nil {
		return fmt.Errorf("step v%d: %w", s.Net, err)
	}
	// What could not be read without it may be readable now.
	maps.DeleteFunc(r.own, func(_ int, x *sum) bool { return x == nil })
	clear(r.known)
	r.own[s.Net] = &sum{coef: map[int]int64{at: 1}}
	return nil
}

// cut checks the cuts of a tail, for the sum that golden has before it, and goes back to them
// from net out.
func (r *reading) cut(t *tail, acc *sum, want spec.Range, out int) error {
	u, err := tailVariable(acc, t.scale, t.offset)
	if err != nil {
		return err
	}
	if in := u.interval(acc, t.scale, t.offset, r.vars.list); in != want {
		return fmt.Errorf("u lies in %v, not in %v", in, want)
	}
	for _, cut := range t.cuts {
		if cut.Net < 1 || cut.Net >= len(r.m.cells) || cut.Width < 1 || cut.Width > r.m.cells[cut.Net].width {
			return fmt.Errorf("there is no net v%d of %d bits", cut.Net, cut.Width)
		}
		is, err := r.sum(cut.Net)
		if err != nil {
			return err
		}
		want := &sum{konst: cut.Add}
		want.add(cut.Mul, u)
		if !is.congruent(want, cut.Width) {
			if is.add(-1, want); is.rounds(cut.Width, r.vars.list) {
				return fmt.Errorf("v%d rounds another sum than golden: %w", cut.Net, errRule)
			}
			return fmt.Errorf("v%d is not %d×u + %d modulo 2^%d", cut.Net, cut.Mul, cut.Add, cut.Width)
		}
		if all := r.m.cells[cut.Net].width; cut.Width < all && is.congruent(want, all) {
			return fmt.Errorf("v%d is cut to %d bits without need", cut.Net, cut.Width)
		}
	}
	return t.behind(r.m, out)
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
		err := guard(func() error { return h.tail.try(ctx, in) })
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
