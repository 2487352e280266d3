package retarget

import (
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/hashiflex/hashiflex/equiv/signoff"
	"github.com/hashiflex/hashiflex/spec"
	"github.com/hashiflex/hashiflex/spec/digest"
)

// Hardened are the layers that are not a program of the head, in the network's order.
func Hardened(n *spec.Network) (ls []*spec.Layer) {
	dense := signoff.Dense(n)
	for _, l := range n.Layers {
		if !slices.Contains(dense, l) {
			ls = append(ls, l)
		}
	}
	return ls
}

// coded is all that a layer's hardware depends on. Names do not matter; what is read is
// given by its place.
type coded struct {
	Kind   string
	Inputs []int
	Expect []spec.Format
	Op     spec.Op
	Out    spec.Requant
}

// encode returns the encoded layer at a place in n. Equal hardware has equal texts.
func encode(n *spec.Network, l *spec.Layer) []byte {
	c := coded{Kind: l.Kind(), Op: l.Op, Out: l.Out}
	for k := range l.Inputs {
		c.Inputs = append(c.Inputs, slices.IndexFunc(n.Layers, func(o *spec.Layer) bool { return o.Name == l.Inputs[k] }))
		c.Expect = append(c.Expect, l.InFormat(k))
	}
	text, err := json.Marshal(c)
	if err != nil {
		panic(fmt.Sprintf("retarget: layer %s cannot be encoded: %v", l.Name, err))
	}
	return text
}

// HashOf is the hash of all hardened layers and of the network's input.
func HashOf(n *spec.Network) string {
	var b strings.Builder
	fmt.Fprintln(&b, inputOf(n))
	for _, l := range Hardened(n) {
		fmt.Fprintln(&b, digest.Bytes(encode(n, l)))
	}
	return digest.Bytes([]byte(b.String()))
}

func inputOf(n *spec.Network) string {
	text, err := json.Marshal(n.Input)
	if err != nil {
		panic(fmt.Sprintf("retarget: the input of network %s cannot be encoded: %v", n.Name, err))
	}
	return string(text)
}

// SameHardened compares the hardened layers of two networks by the hashes of what is
// encoded of them. The error names every layer that differs, and what of it does.
func SameHardened(was, is *spec.Network) error {
	var errs []error
	if a, b := inputOf(was), inputOf(is); a != b {
		errs = append(errs, fmt.Errorf("input: %s was signed off, and is %s now", a, b))
	}
	old, now := Hardened(was), Hardened(is)
	for i := range max(len(old), len(now)) {
		switch {
		case i >= len(old):
			errs = append(errs, fmt.Errorf("layer %s: a hardened layer that was not signed off", now[i].Name))
		case i >= len(now):
			errs = append(errs, fmt.Errorf("layer %s: signed off, and missing now", old[i].Name))
		default:
			a, b := encode(was, old[i]), encode(is, now[i])
			if x, y := digest.Bytes(a), digest.Bytes(b); x != y {
				errs = append(errs, fmt.Errorf("layer %s: not the signed-off one (SHA-256 %.16s, signed off %.16s): %s", old[i].Name, y, x, difference(old[i], now[i])))
			}
		}
	}
	return errors.Join(errs...)
}

// difference says what of a layer differs, in words.
func difference(was, is *spec.Layer) string {
	if was.Kind() != is.Kind() {
		return fmt.Sprintf("it is a %s, and was a %s", is.Kind(), was.Kind())
	}
	var parts []string
	add := func(format string, args ...any) { parts = append(parts, fmt.Sprintf(format, args...)) }
	a, okA := was.Op.(*spec.Conv)
	b, okB := is.Op.(*spec.Conv)
	if okA && okB {
		if a.OutC == b.OutC && len(a.Codes) == len(b.Codes) {
			n := len(a.Codes) / a.OutC
			var differ []int
			for oc := range a.OutC {
				if a.Base[oc] != b.Base[oc] || a.Bias[oc] != b.Bias[oc] || !slices.Equal(a.Codes[oc*n:(oc+1)*n], b.Codes[oc*n:(oc+1)*n]) {
					differ = append(differ, oc)
				}
			}
			if len(differ) > 0 {
				add("weights or biases of %d of %d channels, the first %d", len(differ), a.OutC, differ[0])
			}
		} else {
			add("%d weights in %d channels, and were %d in %d", len(b.Codes), b.OutC, len(a.Codes), a.OutC)
		}
	}
	if was.Out.Format != is.Out.Format {
		add("its output is %v, and was %v", is.Out.Format, was.Out.Format)
	}
	for k := range min(len(was.Inputs), len(is.Inputs)) {
		if f, g := was.InFormat(k), is.InFormat(k); f != g {
			add("it reads %v, and read %v", g, f)
		}
	}
	if len(parts) == 0 {
		add("its geometry, rounding, clamp or what it reads")
	}
	return strings.Join(parts, "; ")
}
