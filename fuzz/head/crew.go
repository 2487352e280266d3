package head

import (
	"context"
	"errors"
	"sync"
	"time"

	"golang.org/x/sync/errgroup"

	"github.com/hashiflex/hashiflex/spec/crash"
)

// crew is workers that take numbered tasks one after the other. Each keeps its own
// simulator process for all of its tasks. So a crew is not a limited group with a
// goroutine for each task.
type crew struct {
	count int       // tasks; 0 is without end
	until time.Time // when the last is taken; zero is never

	mu   sync.Mutex // also of what the workers share
	next int
	stop bool // no worker takes another task
}

// newCrew is for so many tasks, and so much time from now on; 0 is no bound.
func newCrew(count int, limit time.Duration) *crew {
	c := &crew{count: count}
	if limit > 0 {
		c.until = time.Now().Add(limit)
	}
	return c
}

// take gives the number of the next task, if there is one.
func (c *crew) take(ctx context.Context) (int, bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	late := !c.until.IsZero() && !time.Now().Before(c.until)
	if c.stop || ctx.Err() != nil || late || c.count > 0 && c.next >= c.count {
		return 0, false
	}
	c.next++
	return c.next - 1, true
}

// locked calls f with what the workers share to itself.
func (c *crew) locked(f func()) {
	c.mu.Lock()
	defer c.mu.Unlock()
	f()
}

// work runs so many workers, at least one, and waits for all. An error or a panic of one
// ends the others after their task. The error lists all of theirs.
func (c *crew) work(workers int, what string, worker func(j int) error) error {
	var all []error
	var g errgroup.Group
	for j := range max(workers, 1) {
		g.Go(func() (err error) {
			defer func() {
				if err != nil {
					c.locked(func() { all, c.stop = append(all, err), true })
				}
			}()
			defer crash.Recover(what, func(e *crash.Error) { err = e })
			return worker(j)
		})
	}
	_ = g.Wait() // the first of all
	return errors.Join(all...)
}
