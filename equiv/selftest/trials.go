package selftest

import (
	"context"
	"sync"
	"sync/atomic"

	"golang.org/x/sync/errgroup"
)

// trials makes trials 0 to n-1 by so many jobs, in their order as jobs become free. What
// try returns puts its outcome down; these run one at a time. done counts them; nil is
// nobody who does.
func trials(ctx context.Context, n, jobs int, done func(n int), try func(ctx context.Context, i int) (enter func(), err error)) error {
	var mu sync.Mutex
	var next atomic.Int64
	g, ctx := errgroup.WithContext(ctx)
	for range jobs {
		g.Go(func() error {
			for {
				i := int(next.Add(1) - 1)
				if i >= n || ctx.Err() != nil {
					return ctx.Err()
				}
				enter, err := try(ctx, i)
				if err != nil {
					return err
				}
				mu.Lock()
				enter()
				mu.Unlock()
				if done != nil {
					done(1)
				}
			}
		})
	}
	return g.Wait()
}
