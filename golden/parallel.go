package golden

import (
	"context"
	"sync/atomic"

	"github.com/hashiflex/hashiflex/spec/crash"
)

// parallel runs work items 0 to n-1 on at most so many goroutines. Each
// goroutine calls start once, for scratch memory of its own, and then the
// function it got with one item after the other. Items must write to disjoint
// places; then the result does not depend on the schedule. When ctx ends, no
// further item is begun and its error is returned. A panic of an item is raised again in
// the caller.
func parallel(ctx context.Context, cores, n int, start func() func(i int)) error {
	// No limited group with a goroutine for each item: a worker keeps its scratch memory
	// from item to item, and items are as short as a row of a channel.
	if cores == 1 {
		work := start()
		for i := 0; i < n && ctx.Err() == nil; i++ {
			work(i)
		}
		return ctx.Err()
	}
	var next atomic.Int64
	var wg crash.Group
	for range min(n, cores) {
		wg.Go(func() {
			work := start()
			for ctx.Err() == nil {
				i := int(next.Add(1)) - 1
				if i >= n {
					return
				}
				work(i)
			}
		})
	}
	wg.Wait()
	return ctx.Err()
}
