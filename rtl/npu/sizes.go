package npu

import (
	"bytes"
	"context"
	"fmt"
	"regexp"
	"strings"

	"github.com/hashiflex/hashiflex/rtl"
)

// SizesError is the error for a head whose elaboration lacks some of its sizes.
type SizesError struct{ Missing []string }

func (e *SizesError) Error() string {
	return fmt.Sprintf("npu: %s has no parameters %s, so that its sizes have to be declared", Top, strings.Join(e.Missing, ", "))
}

// SizesOf is the sizes of an elaborated head, taken from the values of the parameters
// of npu_head. It does not read the head's registers. The error is a *SizesError if
// such parameters are missing, an error of Params.Check, or an error of reading.
func SizesOf(ctx context.Context, y rtl.Yosys, sources rtl.Sources) (p Params, err error) {
	values, err := y.Parameters(ctx, sources, Top)
	if err != nil {
		return p, err
	}
	var missing []string
	for _, size := range p.fields() {
		v, ok := values[size.name]
		if !ok {
			missing = append(missing, size.name)
		}
		*size.at = int(v)
	}
	if len(missing) > 0 {
		return p, &SizesError{missing}
	}
	return p, p.Check()
}

// sizeField is a size and its parameter.
type sizeField struct {
	name string
	at   *int
}

func (p *Params) fields() []sizeField {
	return []sizeField{{"LANES", &p.Lanes}, {"FEATURES", &p.Features}, {"ROWS", &p.Rows}, {"BIASES", &p.Biases}, {"LAYERS", &p.Layers}}
}

var header = regexp.MustCompile(`(?m)^\s*module\s+` + Top + `\s*#\s*\(`)

// NoSizesError is the error for a head whose sizes Resize cannot change.
type NoSizesError struct{ Why string }

func (e *NoSizesError) Error() string { return "npu: " + e.Why }

var errNoHeader = &NoSizesError{"module " + Top + " declares no list of parameters with its sizes"}

// Resize gives a user's head other sizes. It replaces the defaults of npu_head's
// parameters in the text of the files. It elaborates the result and checks that it has
// these sizes. The error is a *NoSizesError if the text has no defaults to replace.
func Resize(ctx context.Context, y rtl.Yosys, sources rtl.Sources, p Params) (rtl.Sources, error) {
	if err := p.Check(); err != nil {
		return sources, err
	}
	sources.Files = append(sources.Files[:0:0], sources.Files...)
	found := false
	for i := range sources.Files {
		text := sources.Files[i].Text
		at := header.FindIndex(text)
		if at == nil {
			continue
		}
		found = true
		end := bytes.IndexByte(text[at[1]:], ')') // no default of a size has parentheses
		if end < 0 {
			return sources, errNoHeader
		}
		list := string(text[at[1] : at[1]+end])
		for _, n := range p.Named() {
			size := regexp.MustCompile(`(\b` + n.Name + `\s*=\s*)[^,/\n]*`)
			if !size.MatchString(list) {
				return sources, errNoHeader
			}
			list = size.ReplaceAllString(list, fmt.Sprintf("${1}%d", n.Value))
		}
		sources.Files[i].Text = []byte(string(text[:at[1]]) + list + string(text[at[1]+end:]))
	}
	if !found {
		return sources, errNoHeader
	}
	have, err := SizesOf(ctx, y, sources)
	if err != nil {
		return sources, err
	}
	if have != p {
		return sources, &NoSizesError{fmt.Sprintf("with %v for its sizes %s is elaborated with %v", p, Top, have)}
	}
	return sources, nil
}
