package spec

import (
	"errors"
	"fmt"
	"strings"
)

// Problem is one thing that is wrong with a network.
type Problem struct {
	Layer   string // name, "#i" for the i-th layer when it has none, or "" for the network
	Channel int    // output channel, or -1
	Field   string // as in network.json, or the tensor's suffix: "codes", "base", "bias", "weights"
	Msg     string // names the offending value and what is allowed
}

func (p *Problem) Error() string {
	var b strings.Builder
	if p.Layer == "" {
		b.WriteString("network")
	} else {
		fmt.Fprintf(&b, "layer %q", p.Layer)
	}
	if p.Channel >= 0 {
		fmt.Fprintf(&b, ", channel %d", p.Channel)
	}
	fmt.Fprintf(&b, ": %s: %s", p.Field, p.Msg)
	return b.String()
}

// problems collects errors. Some of them may be lists of errors themselves.
type problems struct{ list []error }

func (p *problems) add(err error) { p.list = append(p.list, Problems(err)...) }

// count is how many problems there are.
func (p *problems) count() int { return len(p.list) }

// since returns the problems from index from on.
func (p *problems) since(from int) []error { return p.list[from:] }

func (p *problems) err() error { return errors.Join(p.list...) }

// Problems are the errors of a list that errors.Join made, or err itself, or none.
func Problems(err error) []error {
	if err == nil {
		return nil
	}
	if list, ok := err.(interface{ Unwrap() []error }); ok {
		// An error with several causes and a text of its own is one problem.
		if all := list.Unwrap(); errors.Join(all...).Error() == err.Error() {
			return all
		}
	}
	return []error{err}
}
