package head

import (
	"bufio"
	"cmp"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"github.com/hashiflex/hashiflex/rtl/npu"
	"github.com/hashiflex/hashiflex/rtl/tool"
)

// Simulator is a built head; each Start is a process of its own.
type Simulator struct {
	Params   npu.Params
	Counted  bool // its counter of images can be written; see Reset
	path     string
	coverage bool
	limit    time.Duration // of a step; 0 is stepLimit
}

// Process is a running head. It is not for several goroutines at once.
type Process struct {
	cmd    *exec.Cmd
	in     io.WriteCloser
	out    *bufio.Reader
	said   tool.Output
	limit  time.Duration
	cancel context.CancelFunc
	p      npu.Params
	buf    []byte
}

// DeadError is the error of a simulator that ended, hung or sent invalid data in the
// middle of a step. It is not a verdict on the hardware.
type DeadError struct {
	Err  error
	Said string // on its standard error
}

func (e *DeadError) Error() string {
	s := "head: the simulator failed: " + e.Err.Error()
	if e.Said != "" {
		s += ": " + e.Said
	}
	return s
}

func (e *DeadError) Unwrap() error { return e.Err }

const (
	processMemory = 2 << 30
	stepLimit     = 60 * time.Second

	// slowCycle is what a cycle takes at most: a head that hangs is watched for as many
	// as it may be silent, and of the largest that is millions.
	slowCycle = 10 * time.Microsecond
)

// Start runs the simulator. seed gives the contents of registers and memories at power-up.
// coverage names the file for coverage counts, which a regular Close writes; "" means none.
func (s *Simulator) Start(ctx context.Context, seed uint64, coverage string) (*Process, error) {
	args := []string{strconv.FormatUint(seed&(1<<31-1), 10)}
	box := tool.Box{Read: []string{s.path}}
	if coverage != "" {
		if !s.coverage {
			return nil, errors.New("head: the simulator was built without coverage")
		}
		args = append(args, coverage)
		box.Write = []string{filepath.Dir(coverage)}
	}
	ctx, cancel := context.WithCancel(ctx)
	p := &Process{cmd: tool.Command(ctx, s.path, args...), limit: cmp.Or(s.limit, stepLimit+time.Duration(quiet(s.Params))*slowCycle), cancel: cancel, p: s.Params}
	p.cmd.Stderr = &p.said
	in, err := p.cmd.StdinPipe()
	if err == nil {
		var out io.ReadCloser
		if out, err = p.cmd.StdoutPipe(); err == nil {
			p.in, p.out = in, bufio.NewReaderSize(out, 1<<16)
			err = box.Start(p.cmd, processMemory)
		}
	}
	if err != nil {
		cancel()
		return nil, fmt.Errorf("head: %w", err)
	}
	return p, nil
}

// quiet is the largest number of cycles without a handshake of a correct head that is not
// stalled: the longest check of a program, or the longest image, plus a partner's longest
// pause.
func quiet(p npu.Params) int {
	const pause = 64 + 256
	return pause + 16 + p.Layers*(p.Biases+4) + p.Rows
}

// planned is a step and what is known of it beforehand. outs and limit are as in encode.
type planned struct {
	*Step
	outs  int
	limit uint32
	words []byte // as bench.cpp reads it; Play sets it
}

// Play sends steps and waits for the answers. All steps go in one message, and all answers
// come in one: to wake up a process takes longer than to play a step. Steps behind one that
// breaks a rule of the protocol are not played and have no answers.
func (p *Process) Play(steps []planned) ([]answer, error) {
	// A timer, not a context: the pipe must break, and then Close reaps.
	late := time.AfterFunc(time.Duration(len(steps))*p.limit, p.cancel)
	defer func() { late.Stop() }()
	p.buf = p.buf[:0]
	ends := make([]int, len(steps))
	for i, s := range steps {
		p.buf = s.encode(p.buf, i < len(steps)-1, s.outs, s.limit, quiet(p.p))
		ends[i] = len(p.buf)
	}
	begin := 0
	for i, end := range ends {
		steps[i].words, begin = p.buf[begin:end], end
	}
	if _, err := p.in.Write(p.buf); err != nil {
		return nil, p.dead(err)
	}
	// All answers are taken before the first is looked at, so that none is left in the pipe.
	answers := make([]answer, 0, len(steps))
	for range steps {
		words, err := p.words()
		if err != nil {
			return nil, p.dead(err)
		}
		a, err := decodeAnswer(words)
		if err != nil {
			return nil, p.dead(err)
		}
		answers = append(answers, a)
		if a.status != 0 {
			break
		}
	}
	return answers, nil
}

// maxAnswer bounds an answer, in words.
const maxAnswer = 1 << 24

func (p *Process) words() ([]uint32, error) {
	var size [4]byte
	if _, err := io.ReadFull(p.out, size[:]); err != nil {
		return nil, err
	}
	n := binary.LittleEndian.Uint32(size[:])
	if n > maxAnswer {
		return nil, fmt.Errorf("an answer of %d words", n)
	}
	b := make([]byte, 4*n)
	if _, err := io.ReadFull(p.out, b); err != nil {
		return nil, err
	}
	words := make([]uint32, n)
	for i := range words {
		words[i] = binary.LittleEndian.Uint32(b[4*i:])
	}
	return words, nil
}

// dead ends the process and returns the reason.
func (p *Process) dead(err error) error {
	p.cancel()
	if wait := p.cmd.Wait(); wait != nil {
		err = errors.Join(err, wait)
	}
	p.cmd = nil
	return &DeadError{err, strings.TrimSpace(p.said.String())}
}

// Close ends the process. It reports a process that did not end well.
func (p *Process) Close() error {
	defer p.cancel()
	if p.cmd == nil {
		return nil
	}
	cmd := p.cmd
	p.cmd = nil
	late := time.AfterFunc(p.limit, p.cancel)
	defer late.Stop()
	if err := errors.Join(p.in.Close(), cmd.Wait()); err != nil {
		return &DeadError{err, strings.TrimSpace(p.said.String())}
	}
	return nil
}
