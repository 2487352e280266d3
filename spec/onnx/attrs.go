package onnx

import (
	"fmt"
	"slices"
)

// attrs reads a node's attributes. Every attribute that the node's version of
// the operation does not have is a problem, and so is one that was not asked for:
// it might change what the node computes.
type attrs struct {
	t     *translator
	n     *nodeProto
	op    operation
	asked []string
}

func (a *attrs) problem(name, format string, args ...any) {
	a.t.add(&Problem{Node: a.t.nodeName, Op: a.n.op, Attribute: name, Msg: fmt.Sprintf(format, args...)})
}

// find is the attribute of that name if it is there and of that kind.
func (a *attrs) find(name string, kind int64) *attrProto {
	a.asked = append(a.asked, name)
	if !a.op.takes(name, a.t.version) {
		return nil // rest says so
	}
	for _, p := range a.n.attrs {
		if p.name != name {
			continue
		}
		if p.kind != kind {
			a.problem(name, "has type %d, want %d", p.kind, kind)
			return nil
		}
		return p
	}
	return nil
}

func (a *attrs) int(name string, def int64) int64 {
	if p := a.find(name, attrInt); p != nil {
		return p.i
	}
	return def
}

func (a *attrs) float(name string, def float32) float32 {
	if p := a.find(name, attrFloat); p != nil {
		return p.f
	}
	return def
}

func (a *attrs) text(name, def string) string {
	if p := a.find(name, attrString); p != nil {
		return p.s
	}
	return def
}

// list is an attribute of n integers in 0..limit.
func (a *attrs) list(name string, n int, limit, def int64) []int {
	out := make([]int, n)
	for i := range out {
		out[i] = int(def)
	}
	p := a.find(name, attrInts)
	if p == nil {
		return out
	}
	if len(p.ints) != n {
		a.problem(name, "%v has %d values, want %d", p.ints, len(p.ints), n)
		return out
	}
	for i, v := range p.ints {
		if v < 0 || v > limit {
			a.problem(name, "%v: %d is not in 0..%d", p.ints, v, limit)
			continue
		}
		out[i] = int(v)
	}
	return out
}

// exactly demands one value of an integer attribute.
func (a *attrs) exactly(name string, want, def int64) {
	if v := a.int(name, def); v != want {
		a.problem(name, "is %d, only %d is supported", v, want)
	}
}

// rest reports attributes that the operation does not have, and names that come
// twice. whole says that the node was read to its end: then every attribute must have
// been asked for.
func (a *attrs) rest(whole bool) {
	seen := map[string]bool{}
	for _, p := range a.n.attrs {
		switch {
		case !a.op.takes(p.name, a.t.version):
			a.problem(p.name, "is unknown; version %d of %s takes %s", a.t.version, a.n.op, a.op.attributeNames(a.t.version))
		case whole && !slices.Contains(a.asked, p.name):
			a.problem(p.name, "is not read")
		}
		if seen[p.name] {
			a.problem(p.name, "is given twice")
		}
		seen[p.name] = true
	}
}
