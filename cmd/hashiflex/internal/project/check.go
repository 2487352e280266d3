package project

import (
	"errors"
	"fmt"

	"github.com/hashiflex/hashiflex/reports"
	"github.com/hashiflex/hashiflex/spec"
)

// Check compares the project with its network. The error lists all problems, each with
// its line.
func (p *Project) Check(n *spec.Network) error {
	var errs []error
	bad := func(at, format string, args ...any) {
		errs = append(errs, fmt.Errorf("%s: "+format, append([]any{at}, args...)...))
	}
	own := 0
	for _, l := range p.Layers {
		of := n.Layer(l.Name)
		switch {
		case of == nil:
			bad(l.At(), "layer %s: %w", l.Name, n.NoLayer(l.Name))
		case of.Kind() == "dense":
			bad(l.At(), "layer %s: a dense layer is a program of the head, not fixed hardware; head = false leaves the head out", l.Name)
		}
		if l.Own() {
			own++
		}
	}
	s := p.Scope(n)
	switch {
	case p.Stream == nil || !*p.Stream:
	case own > 0:
		bad(p.At("stream"), "stream = true: the chip is generated around generated arithmetic, and %d of the layers have hardware of their own", own)
	case len(s.Layers) < fixed(n):
		bad(p.At("stream"), "stream = true: the chip has all layers in it, and some are left out")
	}
	for _, b := range p.Blocks {
		if !s.Stream {
			bad(b.At(), "block %s: the chip between the layers is left out: %s", b.Name, s.LeftOut[len(s.LeftOut)-1].Why)
		}
	}
	if len(s.Layers) == 0 {
		bad(p.At("generated"), "everything is left out")
	}
	return errors.Join(errs...)
}

// fixed counts the layers that are fixed hardware.
func fixed(n *spec.Network) (count int) {
	for _, l := range n.Layers {
		if l.Kind() != "dense" {
			count++
		}
	}
	return count
}

// Scope is the part of a network that a project covers.
type Scope struct {
	Layers  []string // of fixed hardware, in the network's order
	Own     []*Layer // of them: those with hardware of their own
	Head    bool
	Stream  bool
	LeftOut []reports.Exclusion
}

// Scope returns what the project checks and what it leaves out, with the lines that say
// so.
func (p *Project) Scope(n *spec.Network) Scope {
	s := Scope{Head: p.Generated, Stream: p.Generated}
	tables := map[string]*Layer{}
	for _, l := range p.Layers {
		tables[l.Name] = l
	}
	if p.Head != nil {
		s.Head = *p.Head
	}
	why := ""
	leave := func(layer, at string) {
		s.LeftOut = append(s.LeftOut, reports.Exclusion{Layer: layer, What: "layer " + layer, Why: at + " says so"})
	}
	for _, l := range n.Layers {
		t := tables[l.Name]
		switch {
		case l.Kind() == "dense":
			if !s.Head {
				at := p.At("head")
				if p.Head == nil {
					at = p.At("generated")
				}
				leave(l.Name, at)
			}
		case t != nil && t.Own():
			s.Layers, s.Own = append(s.Layers, l.Name), append(s.Own, t)
			why = "it is generated around generated arithmetic, and layers have hardware of their own"
		case t != nil && t.Generated != nil && !*t.Generated:
			leave(l.Name, t.At("generated"))
		case t != nil && t.Generated != nil && *t.Generated || p.Generated:
			s.Layers = append(s.Layers, l.Name)
		default:
			leave(l.Name, p.At("generated"))
		}
	}
	switch {
	case p.Stream != nil && !*p.Stream:
		s.Stream, why = false, p.At("stream")+" says so"
	case why != "":
		s.Stream = false
	case len(s.Layers) < fixed(n):
		s.Stream, why = false, "it has all layers in it, and some are left out"
	case p.Stream != nil:
		s.Stream = true
	case !p.Generated:
		why = p.At("generated") + " says so"
	}
	if !s.Stream {
		s.LeftOut = append(s.LeftOut, reports.Exclusion{What: reports.Chip, Why: why})
	}
	return s
}
