package onnx

import (
	"errors"
	"fmt"
	"strings"

	"github.com/hashiflex/hashiflex/spec"
)

// Problem is one reason why a model was refused. Fields that do not apply are empty.
type Problem struct {
	Node      string // name of the node, or "#3" for an unnamed one
	Op        string // its operation
	Attribute string // the attribute at fault
	Msg       string // what is wrong, with the offending value
}

func (p *Problem) Error() string {
	var b strings.Builder
	if p.Node != "" {
		fmt.Fprintf(&b, "node %q (%s): ", p.Node, p.Op)
	}
	if p.Attribute != "" {
		fmt.Fprintf(&b, "attribute %s: ", p.Attribute)
	}
	b.WriteString(p.Msg)
	return b.String()
}

// WeightProblem is a weight that an exact import refuses.
type WeightProblem struct {
	Layer   string
	Channel int     // output channel; -1 when Msg speaks of the layer
	Index   int     // weight within the channel, in tap order; -1 when Msg speaks of the channel
	Value   float64 // the weight, batch norm folded
	Nearest float64 // the nearest power of two in the log domain, or 0
	Msg     string  // for Index -1
}

func (p *WeightProblem) Error() string {
	switch {
	case p.Channel < 0:
		return fmt.Sprintf("layer %s: %s", p.Layer, p.Msg)
	case p.Index < 0:
		return fmt.Sprintf("layer %s: channel %d: %s", p.Layer, p.Channel, p.Msg)
	}
	return fmt.Sprintf("layer %s: channel %d: weight %d is %v, no power of two; the nearest is %v",
		p.Layer, p.Channel, p.Index, p.Value, p.Nearest)
}

// inFile puts the name of the model's file, if it has one, before every problem
// of a list.
func inFile(name string, err error) error {
	if err == nil || name == "" {
		return err
	}
	var named problems
	for _, e := range spec.Problems(err) {
		named.add(fmt.Errorf("%s: %w", name, e))
	}
	return named.err()
}

// problems collects everything that is wrong.
type problems struct{ all []error }

func (p *problems) add(err error) { p.all = append(p.all, spec.Problems(err)...) }

func (p *problems) count() int { return len(p.all) }

func (p *problems) err() error { return errors.Join(p.all...) }
