// Package slurm runs one program as the jobs of a Slurm array and waits for their results.
// It plans nothing itself: Slurm chooses nodes, and requeues what a node loses. What ends
// without a result all the same is submitted again, a few times.
//
// Programs are called with arguments, and their answers are single words. The script that
// sbatch demands has one fixed line; the program and its arguments are arguments of sbatch.
package slurm

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"
)

// UnavailableError says that there is no cluster to submit to, and what to do.
type UnavailableError struct{ Why string }

func (e *UnavailableError) Error() string {
	return fmt.Sprintf("no Slurm cluster: %s; call this where sbatch works (Debian: slurm-client), or divide the run by --shard and merge", e.Why)
}

// Array is an array of jobs, counted from 1.
type Array struct {
	Command []string // program and arguments; every job gets its number from its environment
	Dir     string   // for the script and the jobs' output, on a file system that all nodes share
	Size    int
	Options []string // further ones of sbatch
	// Done reports whether a job has left its result.
	Done func(index int) bool
	// Progress is called again and again while jobs run; it may be nil.
	Progress func()
	Poll     time.Duration // between two looks at the queue; 0: a second
	Tries    int           // submissions of a job that ends without a result; 0: 3
}

// script starts what its arguments say. Its number is in the environment.
const script = "#!/bin/sh\nexec \"$@\"\n"

// Run submits the jobs without a result, and returns when all have one. If ctx ends, it
// cancels the jobs.
func (a *Array) Run(ctx context.Context) error {
	for _, program := range []string{"sbatch", "squeue", "scancel"} {
		if _, err := exec.LookPath(program); err != nil {
			return &UnavailableError{program + " is not installed"}
		}
	}
	if _, err := call(ctx, "squeue", "--noheader", "--me"); err != nil {
		return &UnavailableError{err.Error()}
	}
	poll, tries := a.Poll, a.Tries
	if poll == 0 {
		poll = time.Second
	}
	if tries == 0 {
		tries = 3
	}
	path := filepath.Join(a.Dir, "array.sh")
	if err := errors.Join(os.MkdirAll(a.Dir, 0o755), os.WriteFile(path, []byte(script), 0o755)); err != nil {
		return err
	}
	submitted := map[int]int{}
	running := map[int]bool{}
	var jobs []string
	defer func() {
		if ctx.Err() != nil && len(jobs) > 0 {
			// The context has ended, and the jobs have to end all the same.
			_, _ = call(context.WithoutCancel(ctx), "scancel", jobs...)
		}
	}()
	for {
		var again, hopeless []int
		left := 0
		for i := 1; i <= a.Size; i++ {
			if a.Done(i) {
				continue
			}
			left++
			if running[i] {
				continue
			}
			if submitted[i] == tries {
				hopeless = append(hopeless, i)
			}
			again = append(again, i)
		}
		if a.Progress != nil {
			a.Progress()
		}
		if left == 0 {
			return nil
		}
		if hopeless != nil {
			if len(jobs) > 0 {
				_, _ = call(ctx, "scancel", jobs...)
			}
			return fmt.Errorf("jobs %s of the array ended %d times without a result: see %s", numbers(hopeless), tries, filepath.Join(a.Dir, fmt.Sprintf("slurm-%d.log", hopeless[0])))
		}
		if again != nil {
			job, err := a.submit(ctx, path, again)
			if err != nil {
				return err
			}
			jobs = append(jobs, job)
			for _, i := range again {
				submitted[i]++
			}
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(poll):
		}
		var err error
		if running, err = queued(ctx, jobs); err != nil {
			return err
		}
	}
}

func (a *Array) submit(ctx context.Context, path string, indices []int) (job string, err error) {
	args := []string{
		"--parsable", "--array=" + numbers(indices), "--requeue", "--open-mode=append",
		"--output=" + filepath.Join(a.Dir, "slurm-%a.log"), "--job-name=hashiflex",
	}
	args = append(args, a.Options...)
	args = append(append(args, path), a.Command...)
	out, err := call(ctx, "sbatch", args...)
	if err != nil {
		return "", err
	}
	// With several clusters, the answer is "job;cluster".
	job, _, _ = strings.Cut(strings.TrimSpace(out), ";")
	if _, err := strconv.Atoi(job); err != nil {
		return "", fmt.Errorf("sbatch answers %q, which is no job", out)
	}
	return job, nil
}

// queued are the jobs of arrays that wait or run. Slurm forgets arrays that have ended.
func queued(ctx context.Context, jobs []string) (map[int]bool, error) {
	waiting, err := call(ctx, "squeue", "--noheader", "--array", "--me", "--format=%F %K")
	if err != nil {
		return nil, err
	}
	running := map[int]bool{}
	for line := range strings.Lines(waiting) {
		var index int
		words := strings.Fields(line)
		if len(words) != 2 || !slices.Contains(jobs, words[0]) {
			continue
		}
		if index, err = strconv.Atoi(words[1]); err == nil {
			running[index] = true
		}
	}
	return running, nil
}

// numbers are indices as sbatch takes them.
func numbers(indices []int) string {
	words := make([]string, len(indices))
	for i, n := range indices {
		words[i] = strconv.Itoa(n)
	}
	return strings.Join(words, ",")
}

// call runs a program and returns what it writes.
func call(ctx context.Context, program string, args ...string) (string, error) {
	cmd := exec.CommandContext(ctx, program, args...)
	var out, problems bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &problems
	if err := cmd.Run(); err != nil {
		if ctx.Err() != nil {
			return "", ctx.Err()
		}
		return "", fmt.Errorf("%s: %w: %s", program, err, strings.Join(strings.Fields(problems.String()), " "))
	}
	return out.String(), nil
}
