package tool

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
)

// A run finds its tools again and again, and each time would ask them for their version
// and their files: that is some fifty processes for a proof of one layer. So an answer
// is remembered for as long as this program runs and the file that gave it, the
// question and the environment are the same. What a tool says of Verilog is never
// remembered here, and the hashes of an Identity are those of the files as they are now.

var answers = struct {
	mu    sync.Mutex
	known map[question][]byte
}{known: map[question][]byte{}}

// question is what an answer depends on.
type question struct {
	file  fileState
	words string // arguments and environment
}

// remembered is said, but for a command that has given its answer before. what is the
// file that the answer is about. Only what ended well is remembered.
func remembered(cmd *exec.Cmd, what string) ([]byte, error) {
	q, ok := questionOf(cmd, what)
	if !ok {
		return said(cmd)
	}
	answers.mu.Lock()
	out, known := answers.known[q]
	answers.mu.Unlock()
	if known {
		return out, nil
	}
	out, err := said(cmd)
	if err == nil {
		answers.mu.Lock()
		answers.known[q] = out
		answers.mu.Unlock()
	}
	return out, err
}

func questionOf(cmd *exec.Cmd, what string) (q question, ok bool) {
	real, err := filepath.EvalSymlinks(what)
	if err != nil {
		return q, false
	}
	info, err := os.Stat(real)
	if err != nil {
		return q, false
	}
	words := append([]string{what, cmd.Path}, cmd.Args...)
	for _, v := range os.Environ() {
		// Where temporary files go is no matter to what a tool says of itself.
		if !strings.HasPrefix(v, "TMPDIR=") {
			words = append(words, v)
		}
	}
	return question{fileState{real, info.Size(), info.ModTime()}, strings.Join(words, "\x00")}, true
}
