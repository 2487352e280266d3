package verilog

import (
	"fmt"
	"strings"
)

// kind says what may stand in a node's place.
type kind uint8

const (
	glue kind = iota // fixed: may be neither dropped nor replaced
	expr             // an expression: any expression may stand for it
	stmt             // a statement: a null statement may stand for it
	item             // a module item: nothing may stand for it
)

// node is a piece of a module's text as a tree: the parts with the children's
// text between them. Trees exist for shrinking, which replaces nodes; nothing
// here knows what the text means.
type node struct {
	kind  kind
	parts []string // one more than kids
	kids  []*node
}

// text is a node without children.
func text(k kind, s string) *node { return &node{k, []string{s}, nil} }

// hole marks a child in the text of form. It does not occur in Verilog.
const hole = "◦"

// form is a node from a text with a hole for each child.
func form(k kind, s string, kids ...*node) *node {
	parts := strings.Split(s, hole)
	if len(parts) != len(kids)+1 {
		panic(fmt.Sprintf("verilog: %d children for %q", len(kids), s))
	}
	return &node{k, parts, kids}
}

// list is its children, one after the other.
func list(kids ...*node) *node { return &node{glue, make([]string, len(kids)+1), kids} }

// print writes n in place of a name's stand-in.
func (n *node) print(name string) string {
	var b strings.Builder
	n.write(&b)
	return strings.ReplaceAll(b.String(), stand, name)
}

// stand is the placeholder for the module's name in a tree, so that one tree can give
// several modules of a design.
const stand = "\x00"

func (n *node) write(b *strings.Builder) {
	b.WriteString(n.parts[0])
	for i, k := range n.kids {
		k.write(b)
		b.WriteString(n.parts[i+1])
	}
}

// size counts nodes.
func (n *node) size() int {
	c := 1
	for _, k := range n.kids {
		c += k.size()
	}
	return c
}

// replace is a copy of the tree n in which with stands for old, or old is gone
// where with is nil. Untouched parts are shared.
func (n *node) replace(old, with *node) *node {
	if n == old {
		return with
	}
	for i, k := range n.kids {
		r := k.replace(old, with)
		if r == k {
			continue
		}
		c := &node{n.kind, n.parts, append([]*node(nil), n.kids...)}
		if r == nil {
			r = text(glue, "")
		}
		c.kids[i] = r
		return c
	}
	return n
}
