package tool

import (
	"context"
	"errors"
	"fmt"
	"os/exec"
	"runtime"
	"sync"
	"syscall"
	"time"

	"golang.org/x/sys/unix"
)

// pipeGrace is how long Wait goes on reading pipes that a survivor of a killed
// process still holds.
const pipeGrace = 2 * time.Second

// Command is exec.CommandContext for a program that may start others: it gets
// a process group of its own, and the whole group is killed when ctx ends. When
// ours dies, however that happens, the kernel kills the program, and the guardian
// what it started. Wait then
// reports "signal: killed"; ctx.Err tells a time limit from a kill by others.
//
// The kernel's signal goes to the program itself and is tied to the thread that
// started it. Start keeps that thread until the program has ended; the command's own
// methods do not, and a thread that entered a Box ends with what it started. So start
// a command with Start, Run or those of a Box, and never with its own.
func Command(ctx context.Context, path string, args ...string) *exec.Cmd {
	cmd := exec.CommandContext(ctx, path, args...)
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true, Pdeathsig: syscall.SIGKILL}
	cmd.Cancel = func() error { return Kill(cmd) }
	cmd.WaitDelay = pipeGrace
	return cmd
}

// Start starts a command made by Command and limits the address space of its
// process, and of every process that it starts, to memBytes bytes; 0 is no
// limit. The limit counts address space because the kernel enforces nothing
// narrower for a single process; a program that reserves more than it touches
// needs a higher one.
//
// The limit is set as soon as the process exists, microseconds after its start:
// too early for it to have grown.
func Start(cmd *exec.Cmd, memBytes int64) error { return hold(cmd, memBytes, nil) }

// hold starts a command from a thread that waits until it has ended, and no longer
// is used where enter has bound it.
func hold(cmd *exec.Cmd, memBytes int64, enter func() error) error {
	live.guardian.wake()
	started := make(chan error, 1)
	go func() {
		runtime.LockOSThread()
		var err error
		if enter != nil {
			// The thread ends with the goroutine that is locked to it.
			err = enter()
		} else {
			defer runtime.UnlockOSThread()
		}
		if err == nil {
			err = start(cmd, memBytes)
		}
		if started <- err; err != nil {
			return
		}
		defer live.leave(cmd)
		for {
			// The process stays there to be waited for by others.
			err := unix.Waitid(unix.P_PID, cmd.Process.Pid, nil, unix.WEXITED|unix.WNOWAIT, nil)
			if !errors.Is(err, unix.EINTR) {
				return
			}
		}
	}()
	return <-started
}

func start(cmd *exec.Cmd, memBytes int64) error {
	if err := live.enter(cmd); err != nil {
		return err
	}
	if memBytes <= 0 {
		return nil
	}
	// A lower limit that the user set for all of us stays: nobody may raise that.
	var theirs unix.Rlimit
	err := unix.Prlimit(cmd.Process.Pid, unix.RLIMIT_AS, nil, &theirs)
	if err == nil {
		most := min(uint64(memBytes), theirs.Max)
		err = unix.Prlimit(cmd.Process.Pid, unix.RLIMIT_AS, &unix.Rlimit{Cur: min(most, theirs.Cur), Max: most}, nil)
	}
	if err == nil || errors.Is(err, unix.ESRCH) {
		// No such process: it has ended already, and Wait says how.
		return nil
	}
	live.leave(cmd)
	err = fmt.Errorf("%s: cannot limit its memory to %d bytes: %w", cmd.Path, memBytes, err)
	return errors.Join(err, Kill(cmd), cmd.Wait())
}

// groups are the processes that run now, each the first of its group.
type groups struct {
	mu       sync.Mutex
	ended    bool
	cmds     map[*exec.Cmd]bool
	guardian guardian
}

var live = groups{cmds: map[*exec.Cmd]bool{}}

var errEnding = errors.New("the program is ending")

// enter starts a command.
func (g *groups) enter(cmd *exec.Cmd) error {
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.ended {
		return errEnding
	}
	if err := cmd.Start(); err != nil {
		return err
	}
	g.cmds[cmd] = true
	g.guardian.note('+', cmd.Process.Pid)
	return nil
}

func (g *groups) leave(cmd *exec.Cmd) {
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.cmds[cmd] {
		delete(g.cmds, cmd)
		g.guardian.note('-', cmd.Process.Pid)
	}
}

// EndAll kills every process that Start started, with all that those started, and lets no
// other start. It is for a program that ends without waiting for its work.
func EndAll() {
	live.mu.Lock()
	defer live.mu.Unlock()
	live.ended = true
	for cmd := range live.cmds {
		// One that has ended is no error, and nothing can be done about another.
		_ = Kill(cmd)
	}
}

// Run is Start and Wait.
func Run(cmd *exec.Cmd, memBytes int64) error {
	if err := Start(cmd, memBytes); err != nil {
		return err
	}
	return cmd.Wait()
}

// Kill ends the process group of a started command at once. It must not be
// called after Wait has returned: the number may then be another's.
func Kill(cmd *exec.Cmd) error {
	err := unix.Kill(-cmd.Process.Pid, unix.SIGKILL)
	if errors.Is(err, unix.ESRCH) {
		return nil
	}
	return err
}

// PeakRSS is the largest resident size in bytes that the process reached, or
// the largest of its own waited-for children; 0 before Wait has returned.
func PeakRSS(cmd *exec.Cmd) int64 {
	if cmd.ProcessState == nil {
		return 0
	}
	u, ok := cmd.ProcessState.SysUsage().(*syscall.Rusage)
	if !ok {
		return 0
	}
	return u.Maxrss * 1024
}
