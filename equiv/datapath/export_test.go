package datapath

import (
	"context"
	"fmt"
	"strings"

	"github.com/hashiflex/hashiflex/equiv"
)

// ProveOne proves the one fact whose ID begins with id.
func ProveOne(ctx context.Context, o Options, id string) (f equiv.Fact, err error) {
	p, err := newProver(ctx, o)
	if err != nil {
		return f, err
	}
	defer p.panel.Close()
	for _, j := range jobs() {
		if f = j.fact; strings.HasPrefix(string(f.ID()), id) {
			j.prove(ctx, p, &f)
			return f, nil
		}
	}
	return f, fmt.Errorf("no fact %s", id)
}

// jobs are all claims that Prove asks without Sizes.
func jobs() []job { return append(moduleJobs(), wholeJobs()...) }
