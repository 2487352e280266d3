package shiftadd

import (
	"fmt"
	"strings"

	"github.com/hashiflex/hashiflex/spec/words"
)

// Options are the knobs of the generator. The zero value is a balanced tree of
// tight adders with subtractors, nothing shared.
type Options struct {
	Tree     Tree
	Widths   Widths
	Subtract Subtract
	Share    Share
}

// Tree is the shape of the sum.
type Tree uint8

const (
	// Balanced pairs neighbours level by level.
	Balanced Tree = iota
	// Linear starts from the bias and adds the terms in ascending tap order.
	Linear
	// CarrySave reduces three words to two without carries, at the final width
	// from the leaves on, until one carry-propagate adder remains.
	CarrySave
)

// Widths is the rule for the widths of the adders.
type Widths uint8

const (
	// Tight gives each adder the fewest bits that hold its exact interval.
	Tight Widths = iota
	// Uniform gives every adder the width of the accumulator.
	Uniform
)

// Subtract is the hardware of a negative weight.
type Subtract uint8

const (
	// Sub uses subtractors. In a carry-save tree, which cannot subtract, the
	// negative terms get a tree of their own and one subtractor joins the two.
	Sub Subtract = iota
	// InvertCarry inverts the term and adds the missing ones to the bias.
	InvertCarry
)

// Share is the set of sums that several output channels share.
type Share uint8

const (
	// None shares nothing.
	None Share = iota
	// Pairs shares x_i ± (x_j << k) between the channels that need it.
	Pairs
)

var (
	treeNames     = []string{"balanced", "linear", "carrysave"}
	widthsNames   = []string{"tight", "uniform"}
	subtractNames = []string{"sub", "invert"}
	shareNames    = []string{"none", "pairs"}
)

// Combinations lists every setting of the knobs, legal or not.
func Combinations() []Options {
	var all []Options
	for t := range treeNames {
		for w := range widthsNames {
			for s := range subtractNames {
				for h := range shareNames {
					all = append(all, Options{Tree(t), Widths(w), Subtract(s), Share(h)})
				}
			}
		}
	}
	return all
}

// String is the four knobs' names with commas between them.
func (o Options) String() string {
	return strings.Join([]string{o.Tree.String(), o.Widths.String(), o.Subtract.String(), o.Share.String()}, ",")
}

func (t Tree) String() string { return nameOf(treeNames, uint8(t), "Tree") }

func (w Widths) String() string { return nameOf(widthsNames, uint8(w), "Widths") }

func (s Subtract) String() string { return nameOf(subtractNames, uint8(s), "Subtract") }

func (s Share) String() string { return nameOf(shareNames, uint8(s), "Share") }

// MarshalText implements encoding.TextMarshaler.
func (t Tree) MarshalText() ([]byte, error) { return []byte(t.String()), nil }

// MarshalText implements encoding.TextMarshaler.
func (w Widths) MarshalText() ([]byte, error) { return []byte(w.String()), nil }

// MarshalText implements encoding.TextMarshaler.
func (s Subtract) MarshalText() ([]byte, error) { return []byte(s.String()), nil }

// MarshalText implements encoding.TextMarshaler.
func (s Share) MarshalText() ([]byte, error) { return []byte(s.String()), nil }

// UnmarshalText implements encoding.TextUnmarshaler.
func (t *Tree) UnmarshalText(b []byte) error {
	return parse((*uint8)(t), treeNames, string(b), "tree")
}

// UnmarshalText implements encoding.TextUnmarshaler.
func (w *Widths) UnmarshalText(b []byte) error {
	return parse((*uint8)(w), widthsNames, string(b), "widths")
}

// UnmarshalText implements encoding.TextUnmarshaler.
func (s *Subtract) UnmarshalText(b []byte) error {
	return parse((*uint8)(s), subtractNames, string(b), "subtract")
}

// UnmarshalText implements encoding.TextUnmarshaler.
func (s *Share) UnmarshalText(b []byte) error {
	return parse((*uint8)(s), shareNames, string(b), "share")
}

func nameOf(names []string, i uint8, kind string) string {
	if int(i) >= len(names) {
		return fmt.Sprintf("%s(%d)", kind, i)
	}
	return names[i]
}

func parse(to *uint8, names []string, s, knob string) error {
	for i, n := range names {
		if n == s {
			*to = uint8(i)
			return nil
		}
	}
	return fmt.Errorf("%s %q: want one of %s%s", knob, s, strings.Join(names, ", "), words.DidYouMean(s, names))
}
