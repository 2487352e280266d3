package rtl

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"time"

	"github.com/hashiflex/hashiflex/rtl/source"
	"github.com/hashiflex/hashiflex/rtl/tool"
	"github.com/hashiflex/hashiflex/spec/digest"
)

// Converter is a program of the user's that writes a text as plain Verilog, for constructs
// that the front end does not read. Words are the program and its arguments. In these,
// {files} stands for the names of the files, and {out} for the file to write; without
// {files} the names follow the last word, and without {out} the text is what is printed.
type Converter struct{ Words []string }

// ParseConverter reads a command line. Words are separated by spaces; quotes, single or
// double, keep spaces within a word.
func ParseConverter(line string) (Converter, error) {
	var c Converter
	var word strings.Builder
	begun, quote := false, rune(0)
	end := func() {
		if begun {
			c.Words = append(c.Words, word.String())
		}
		word.Reset()
		begun = false
	}
	for _, r := range line {
		switch {
		case quote != 0 && r == quote:
			quote = 0
		case quote == 0 && (r == '\'' || r == '"'):
			quote, begun = r, true
		case quote == 0 && (r == ' ' || r == '\t'):
			end()
		default:
			word.WriteRune(r)
			begun = true
		}
	}
	end()
	switch {
	case quote != 0:
		return c, fmt.Errorf("convert = %q: a quote %c is not closed", line, quote)
	case len(c.Words) == 0 || c.Words[0] == "":
		return c, errors.New(`convert: name a program, as in "sv2v"`)
	}
	return c, nil
}

func (c Converter) String() string { return strings.Join(c.Words, " ") }

// Name is what the program is called.
func (c Converter) Name() string { return filepath.Base(c.Words[0]) }

// convertedOut is the file that a converter writes.
const convertedOut = "made.v"

// Convert runs the program on sources. It gets the text behind the preprocessor, without
// comments, attributes and assertions, in a folder that is all it sees beside the system and
// its own installation. Memory is not limited, since some run-time systems reserve more
// address space than a machine has.
//
// The error is a *SourceError for a text that it refuses, else a *ToolError.
func (c Converter) Convert(ctx context.Context, sources Sources, l Limits) (*source.Conversion, error) {
	failed := func(err error, log string) error {
		return &ToolError{Tool: c.Name(), Err: err, Log: tail(log)}
	}
	path, err := exec.LookPath(c.Words[0])
	if err == nil {
		path, err = filepath.Abs(path)
	}
	if err != nil {
		return nil, failed(fmt.Errorf("the program that converts cannot be started: %w", err), "")
	}
	program, err := os.ReadFile(path)
	if err != nil {
		return nil, failed(err, "")
	}
	text, err := read(sources)
	if err != nil {
		return nil, err
	}
	dir, err := preprocessed(sources, nil, text.Bare)
	if err != nil {
		return nil, err
	}
	defer dir.remove()
	var args []string
	named, written := false, false
	for _, w := range c.Words[1:] {
		named, written = named || strings.Contains(w, "{files}"), written || strings.Contains(w, "{out}")
		if w == "{files}" {
			args = append(args, dir.names()...)
			continue
		}
		args = append(args, strings.NewReplacer("{files}", strings.Join(dir.names(), " "), "{out}", convertedOut).Replace(w))
	}
	if !named {
		args = append(args, dir.names()...)
	}
	ctx, cancel := l.context(ctx)
	defer cancel()
	cmd := tool.Command(ctx, path, args...)
	cmd.Dir, cmd.Env = dir.path, dir.environment()
	out, log := &tool.Output{Most: maxConverted}, &tool.Output{}
	cmd.Stdout, cmd.Stderr = &untilFull{out, cancel}, log
	full := dir.watch(ctx, maxWorkspace, cancel)
	err = dir.box().Run(cmd, 0)
	if full() {
		return nil, failed(fmt.Errorf("it filled its folder with more than %d bytes", int64(maxWorkspace)), "")
	}
	if out.Lost() > 0 {
		return nil, failed(fmt.Errorf("it wrote more than %d bytes", maxConverted), "")
	}
	if ctx.Err() != nil {
		return nil, dir.stopped(ctx, tool.Tool{Name: c.Name()}, l)
	}
	said := log.String()
	if written {
		said += "\n" + out.String()
	}
	if err != nil {
		var messages []Message
		for _, line := range strings.Split(said, "\n") {
			if m := dir.message(line); m.File != "" && !strings.Contains(line, "arning: ") && len(messages) < maxConverterMessages {
				m.Text = strings.TrimPrefix(m.Text, c.Name()+": ")
				messages = append(messages, m)
			}
		}
		if messages == nil {
			return nil, failed(err, said)
		}
		return nil, &SourceError{c.Name(), messages}
	}
	made := out.Bytes()
	if written {
		at := filepath.Join(dir.path, convertedOut)
		info, err := os.Lstat(at)
		if err != nil || !info.Mode().IsRegular() || info.Size() > maxConverted {
			return nil, failed(errors.Join(errors.New("it wrote no text as {out}"), err), said)
		}
		if made, err = os.ReadFile(at); err != nil {
			return nil, failed(err, "")
		}
	}
	if !bytes.Contains(made, []byte("module")) {
		return nil, failed(errors.New("there is no module in what it wrote"), said+"\n"+string(made[:min(len(made), 200)]))
	}
	conv := sources.Converted(&source.Conversion{By: c.Name(), Command: c.String(), SHA256: digest.Bytes(program), Text: slices.Clone(made)}, text).Conversion
	conv.Icarus = (Icarus{Limits: l}).Accepts(ctx, sources) != nil
	return conv, ctx.Err()
}

// maxConverted is the longest text that a converter may write, in bytes.
const maxConverted = 64 << 20

// maxWorkspace is how much a converter may have in its folder at a time, in bytes. Files have
// no end that a pipe has, and a disk is everybody's.
const maxWorkspace = 4 * maxConverted

// watchEvery is how often a folder is looked at.
const watchEvery = 50 * time.Millisecond

// watch calls end as soon as the files of the folder are larger than most together. The
// result ends that and reports whether they ever were.
func (d *workdir) watch(ctx context.Context, most int64, end func()) (full func() bool) {
	ctx, stop := context.WithCancel(ctx)
	ended := make(chan bool, 1)
	go func() {
		tick := time.NewTicker(watchEvery)
		defer tick.Stop()
		for {
			if d.size() > most {
				end()
				ended <- true
				return
			}
			select {
			case <-ctx.Done():
				ended <- d.size() > most
				return
			case <-tick.C:
			}
		}
	}()
	return func() bool {
		stop()
		return <-ended
	}
}

// size is that of all files in the folder, as the disk has them.
func (d *workdir) size() (n int64) {
	_ = filepath.WalkDir(d.path, func(_ string, e fs.DirEntry, err error) error {
		if err != nil {
			return nil // removed meanwhile
		}
		info, err := e.Info()
		if err != nil {
			return nil
		}
		if s, ok := info.Sys().(*syscall.Stat_t); ok && info.Mode().IsRegular() {
			n += s.Blocks * 512 // a file with holes takes less than its size
		}
		return nil
	})
	return n
}

// untilFull ends a process that writes more than there is room for.
type untilFull struct {
	*tool.Output
	end func()
}

func (u *untilFull) Write(p []byte) (int, error) {
	n, err := u.Output.Write(p)
	if u.Lost() > 0 {
		u.end()
	}
	return n, err
}

// maxConverterMessages bounds what is quoted of a converter.
const maxConverterMessages = 20
