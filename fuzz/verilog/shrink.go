package verilog

import (
	"cmp"
	"context"
	"fmt"
	"slices"
)

// change puts with in place of old in a tree.
type change struct {
	old, with *node
	gain      int // nodes that go
}

// atOnce is the number of variants of a module that are compared side by side.
const atOnce = 80

// Shrink makes the module of a result smaller while the outcome stays the same. It
// drops items and statements, and replaces expressions by operands and a literal. Its
// vectors are those of the seed.
func Shrink(ctx context.Context, r Readers, found Result, seed uint64) (Result, error) {
	best := found
	for {
		changes := best.Module.tree.changes(nil)
		slices.SortStableFunc(changes, func(a, b change) int { return cmp.Compare(b.gain, a.gain) })
		var good []change
		for part := range slices.Chunk(changes, atOnce) {
			var trees []*node
			for _, c := range part {
				trees = append(trees, best.Module.tree.replace(c.old, c.with))
			}
			same, err := variants(ctx, r, best, trees, seed)
			if err != nil {
				return best, err
			}
			for i, c := range part {
				if same[i] != nil {
					good = append(good, c)
				}
			}
			if len(good) > 0 {
				break
			}
		}
		if len(good) == 0 {
			return best, nil
		}
		// What works alone often works together: take as many as still do.
		trees := []*node{best.Module.tree}
		for _, c := range good {
			if next := trees[len(trees)-1].replace(c.old, c.with); next != trees[len(trees)-1] {
				trees = append(trees, next)
			}
		}
		same, err := variants(ctx, r, best, trees[1:], seed)
		if err != nil {
			return best, err
		}
		slices.Reverse(same)
		i := slices.IndexFunc(same, func(r *Result) bool { return r != nil })
		if i < 0 {
			return best, fmt.Errorf("verilog: shrinking %s: a variant agrees in company", best.Module.Name)
		}
		best = *same[i]
	}
}

// variants compares the trees as modules and returns the results of those that show
// what found shows, nil for the others.
func variants(ctx context.Context, r Readers, found Result, trees []*node, seed uint64) ([]*Result, error) {
	var ms []*Module
	for i, t := range trees {
		ms = append(ms, found.Module.renamed(fmt.Sprintf("%s_%d", base(found.Module.Name), i), t))
	}
	results, err := Compare(ctx, r, ms, seed)
	if err != nil {
		return nil, err
	}
	same := make([]*Result, len(trees))
	for i := range results {
		if results[i].Outcome == found.Outcome {
			same[i] = &results[i]
		}
	}
	return same, nil
}

// base is a name without the number of a variant.
func base(name string) string {
	for i := range name {
		if name[i] == '_' {
			return name[:i]
		}
	}
	return name
}

// changes appends what may be tried on n and below.
func (n *node) changes(to []change) []change {
	size := n.size()
	switch n.kind {
	case item:
		to = append(to, change{n, nil, size})
	case stmt:
		to = append(to, change{n, text(glue, ";\n"), size})
		for _, k := range n.kids {
			if k.kind == stmt {
				to = append(to, change{n, k, size - k.size()})
			}
		}
	case expr:
		for _, k := range n.kids {
			if k.kind == expr {
				to = append(to, change{n, k, size - k.size()})
			}
		}
		if size > 1 {
			to = append(to, change{n, text(glue, "1'd1"), size})
		}
	}
	for _, k := range n.kids {
		to = k.changes(to)
	}
	return to
}
