package headproof

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"

	"github.com/hashiflex/hashiflex/equiv/control"
	"github.com/hashiflex/hashiflex/equiv/datapath"
	"github.com/hashiflex/hashiflex/rtl"
	"github.com/hashiflex/hashiflex/rtl/npu"
)

// NamesError is the error for a head, or a map, that lacks nets that the proofs look at.
type NamesError struct{ Problems []error }

func (e *NamesError) Error() string   { return errors.Join(e.Problems...).Error() }
func (e *NamesError) Unwrap() []error { return e.Problems }

// index is one of a row of instances.
var index = regexp.MustCompile(`\[\d+\]`)

// named wants the nets that the proofs look at to be there, and the map to name nets that
// are, and says of all at once which are not.
func (j *Job) named(ctx context.Context) error {
	y := rtl.Yosys{Limits: j.Yosys}
	e := &NamesError{}
	bad := func(format string, args ...any) { e.Problems = append(e.Problems, fmt.Errorf(format, args...)) }
	known, err := control.Nets(ctx, y)
	if err != nil {
		return err
	}
	known = append(known, datapath.Nets()...)
	design, _, err := y.Read(ctx, j.Sources)
	if err != nil {
		return err
	}
	const words = 256 // of a memory that is looked into
	top, err := design.ModuleWithMemories(npu.Top, words)
	if err != nil {
		return err
	}
	have := slices.Collect(maps.Values(top.Names))
	for _, r := range top.Regs {
		have = append(have, r.Name)
	}
	for _, ours := range slices.Sorted(maps.Keys(j.Map.Nets)) {
		theirs := j.Map.Path(ours)
		if plain := index.ReplaceAllString(ours, ""); !slices.ContainsFunc(known, func(n string) bool { return n == plain || strings.HasPrefix(n, plain+".") }) {
			bad("nets: no proof looks at a net or an instance %s", ours)
		} else if !slices.ContainsFunc(have, func(n string) bool {
			rest, ok := strings.CutPrefix(n, theirs)
			return ok && (rest == "" || rest[0] == '.' || rest[0] == '[')
		}) {
			bad("nets: the head has no net or instance %s, which should be %s", j.Map.Nets[ours], ours)
		}
	}
	missing, err := control.Missing(ctx, y, j.Map, j.Sizes, j.Sources.Files)
	if err != nil {
		return err
	}
	for _, n := range missing {
		bad("nets: the proofs look at %s, which the head does not have: say in [nets] of a map what it is called", n)
	}
	if len(e.Problems) > 0 {
		return e
	}
	return nil
}
