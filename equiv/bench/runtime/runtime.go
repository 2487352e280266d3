// Package runtime installs another runtime for ONNX models, onnxruntime from npm, and
// measures how fast it executes one. It is a yardstick:
// no proof and no command that checks a network uses it.
package runtime

import (
	"bufio"
	"context"
	_ "embed"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"time"

	"github.com/hashiflex/hashiflex/rtl/tool"
	"github.com/hashiflex/hashiflex/spec/floatnet"
)

// Package is the package of npm that executes models, with its version.
// The nightly tests of package onnx have the same one.
const Package = "onnxruntime-node@1.30.0"

// answerTime is how long one answer of a session may take.
const answerTime = 5 * time.Minute

//go:embed session.js
var script []byte

// Install installs Package into a folder that exists, by npm. No script of a package is
// run.
func Install(ctx context.Context, dir string) error {
	npm, err := exec.LookPath("npm")
	if err != nil {
		return fmt.Errorf("npm: %w; install nodejs and npm", err)
	}
	ctx, cancel := context.WithTimeout(ctx, answerTime)
	defer cancel()
	var said tool.Output
	cmd := tool.Command(ctx, npm, "install", "--ignore-scripts", "--no-audit", "--no-fund", "--prefix", dir, Package)
	cmd.Stdout, cmd.Stderr = &said, &said
	if err := tool.Run(cmd, 0); err != nil {
		return fmt.Errorf("npm install %s: %w: %s", Package, errors.Join(ctx.Err(), err), said.Beginning())
	}
	return nil
}

// Use is how the runtime uses the processor: so many images at once, each on so many threads.
type Use struct{ AtOnce, Threads int }

// Session executes one model on the processor.
type Session struct {
	cmd    *exec.Cmd
	cancel context.CancelFunc
	in     io.WriteCloser
	out    *bufio.Reader
	said   tool.Output
}

// Timing is what a number of images took: wall time, and processor time of all threads.
type Timing struct {
	Wall, Busy time.Duration
}

// reply is a line of session.js.
type reply struct {
	Error      string
	Data       []float64
	Wall, Busy float64 // seconds
}

// Open loads a model on the runtime that Install put into dir. The output is that of the
// given image, as a vector.
func Open(ctx context.Context, dir string, model []byte, image floatnet.Tensor, use Use) (s *Session, output []float64, err error) {
	node, err := exec.LookPath("node")
	if err != nil {
		return nil, nil, fmt.Errorf("node: %w; install nodejs", err)
	}
	job, err := json.Marshal(map[string]any{
		"model": "model.onnx", "threads": use.Threads, "atOnce": use.AtOnce,
		"dims": []int{1, image.Shape.C, image.Shape.H, image.Shape.W}, "data": image.Data,
	})
	if err != nil {
		return nil, nil, err
	}
	for name, text := range map[string][]byte{"session.js": script, "model.onnx": model, "job.json": job} {
		if err := os.WriteFile(filepath.Join(dir, name), text, 0o644); err != nil {
			return nil, nil, err
		}
	}
	ctx, cancel := context.WithCancel(ctx)
	s = &Session{cmd: tool.Command(ctx, node, "session.js"), cancel: cancel}
	s.cmd.Dir, s.cmd.Stderr = dir, &s.said
	// Node executes calls like ours on threads of its own, of which there are four otherwise.
	s.cmd.Env = append(os.Environ(), "UV_THREADPOOL_SIZE="+strconv.Itoa(max(4, use.AtOnce)))
	var stdout io.ReadCloser
	if s.in, err = s.cmd.StdinPipe(); err == nil {
		stdout, err = s.cmd.StdoutPipe()
	}
	if err == nil {
		s.out = bufio.NewReader(stdout)
		err = tool.Start(s.cmd, 0)
	}
	if err != nil {
		cancel()
		return nil, nil, err
	}
	r, err := s.answer()
	if err != nil {
		return nil, nil, err
	}
	return s, r.Data, nil
}

// Time executes the model count times on the image, by all of the session's images at once.
// An error ends the session.
func (s *Session) Time(count int) (Timing, error) {
	if _, err := io.WriteString(s.in, strconv.Itoa(count)+"\n"); err != nil {
		s.Close()
		return Timing{}, fmt.Errorf("%s: %w: %s", Package, err, s.said.Beginning())
	}
	r, err := s.answer()
	seconds := func(x float64) time.Duration { return time.Duration(x * float64(time.Second)) }
	return Timing{seconds(r.Wall), seconds(r.Busy)}, err
}

func (s *Session) answer() (r reply, err error) {
	timer := time.AfterFunc(answerTime, s.cancel)
	defer timer.Stop()
	line, err := s.out.ReadBytes('\n')
	if err == nil {
		err = json.Unmarshal(line, &r)
	}
	if err == nil && r.Error != "" {
		err = errors.New(r.Error)
	}
	if err != nil {
		s.Close() // then all that it says is there
		return reply{}, fmt.Errorf("%s: %w: %s", Package, err, s.said.Beginning())
	}
	return r, nil
}

// Close ends the session, and does nothing to one that has ended.
func (s *Session) Close() {
	s.cancel()
	// It was killed, or waited for before.
	_ = s.cmd.Wait()
}
