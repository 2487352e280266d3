package tool

import (
	"fmt"
	"io"
	"os"
	"os/exec"
	"sync"
	"syscall"
)

// guardian is a process that outlives ours by a moment. When ours dies, even by SIGKILL,
// it kills the process groups that still run. The kernel's signal reaches only the
// programs that we started, and not what those started: the compiler behind g++ behind
// make, for instance.
//
// A program that is killed with us in the microseconds between its start and our word about
// it has had no time to start another.
//
// It reads "+ GROUP" and "- GROUP" from a pipe that ends with us. Where it cannot be
// started, the kernel's signal is all there is.
type guardian struct {
	once sync.Once
	to   io.Writer // nil: there is none
}

// guardianScript needs nothing but a shell. It is in a group of its own, so that no
// Ctrl-C ends it before us.
const guardianScript = `live=
while read -r sign group; do
	case $sign in
	+) live="$live $group" ;;
	-) rest=
		for g in $live; do [ "$g" = "$group" ] || rest="$rest $g"; done
		live=$rest ;;
	esac
done
for g in $live; do kill -s KILL -- "-$g"; done 2>/dev/null`

// wake starts it, the first time. It is called before a thread of ours enters a Box.
func (g *guardian) wake() { g.once.Do(g.start) }

func (g *guardian) start() {
	from, to, err := os.Pipe()
	if err != nil {
		return
	}
	defer from.Close()
	cmd := exec.Command("/bin/sh", "-c", guardianScript)
	cmd.Dir = "/"
	cmd.Stdin = from
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	if cmd.Start() != nil {
		to.Close()
		return
	}
	// The pipe stays open until the kernel closes it for us.
	g.to = to
	go func() { _ = cmd.Wait() }()
}

// note says that a group begins (+) or has ended (-).
func (g *guardian) note(sign byte, group int) {
	if g.to != nil {
		// A guardian that somebody has killed cannot be told anything.
		_, _ = fmt.Fprintf(g.to, "%c %d\n", sign, group)
	}
}
