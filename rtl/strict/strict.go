package strict

import (
	"errors"

	"github.com/hashiflex/hashiflex/rtl"
	"github.com/hashiflex/hashiflex/rtl/source"
)

// Read reads all sources as one design, if all of them are in the dialect. The error is a
// *Refusal. Locations in the design are those of the user's text.
//
// Of sources that this program did not write, package source must know no two readings,
// either: what it refuses is refused here.
func Read(sources rtl.Sources) (*rtl.Design, error) {
	if !sources.Generated {
		if _, err := source.Read(sources); err != nil {
			return nil, ambiguous(err)
		}
	}
	r := &reader{b: rtl.NewBuilder(), modules: map[string]*module{}}
	for _, f := range sources.Files {
		if err := r.compile(f); err != nil {
			return nil, err
		}
	}
	if err := caught(r.links); err != nil {
		return nil, err
	}
	return r.b.Design(), nil
}

// ambiguous is what package source refuses, as a Refusal.
func ambiguous(err error) error {
	var bad *source.Error
	if !errors.As(err, &bad) || len(bad.Messages) == 0 {
		return &Refusal{Line: 1, Column: 1, Why: err.Error()}
	}
	m := bad.Messages[0]
	return &Refusal{m.File, max(m.Line, 1), 1, m.Text}
}

// reader reads the files of one design.
type reader struct {
	scanner
	b       *rtl.Builder
	modules map[string]*module
	order   []*module

	// Of the current module.
	mod   *module
	names names // nets; instance is what is no net
	wires []wire
	parts []part      // of wires that are driven in parts
	clock int32       // the wire that clocks registers; -1 is none yet
	stack []rtl.Chunk // of words under construction

	digits []byte // of a constant
	depth  int    // of nesting
	copies int    // chunks that replications made, in this file
}

// caught runs f and returns what it refuses.
func caught(f func()) (err error) {
	defer func() {
		switch x := recover().(type) {
		case nil:
		case refused:
			err = x.Refusal
		default:
			panic(x)
		}
	}()
	f()
	return nil
}

// compile reads one file.
func (r *reader) compile(f rtl.Source) error {
	r.scanner = scanner{file: f.Name, text: f.Text, line: 1}
	r.copies = 0
	return caught(func() {
		if len(f.Text) > 1<<30 {
			r.refuse(place{1, 1}, "a file of more than %d bytes", 1<<30)
		}
		r.next()
		for r.tok != end {
			r.module()
		}
	})
}
