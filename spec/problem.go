package spec

import (
	"fmt"
	"strings"

	"github.com/hashicorp/go-multierror"
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

// problems collects errors; its text is one line per error.
type problems struct{ list *multierror.Error }

func (p *problems) add(err error) {
	p.list = multierror.Append(p.list, err)
	p.list.ErrorFormat = oneLineEach
}

// count is how many problems there are.
func (p *problems) count() int { return len(p.since(0)) }

// since is the problems from the given one on.
func (p *problems) since(from int) []error {
	if p.list == nil {
		return nil
	}
	return p.list.Errors[from:]
}

func (p *problems) err() error { return p.list.ErrorOrNil() }

func oneLineEach(errs []error) string {
	lines := make([]string, len(errs))
	for i, err := range errs {
		lines[i] = err.Error()
	}
	return strings.Join(lines, "\n")
}
