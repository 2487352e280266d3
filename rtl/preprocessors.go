package rtl

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"

	"github.com/hashiflex/hashiflex/rtl/source"
	"github.com/hashiflex/hashiflex/rtl/tool"
)

// Preprocessors compares the output of both simulators' preprocessors with that of
// source.Read, token by token. Simulation cannot replace this: text that only one
// program sees may matter on one input of many billions.
//
// It returns the first difference of each simulator. The cause is a directive in a
// comment that the simulator obeys, or text that the standards leave open. If a
// preprocessor refuses the text, its message is returned.
//
// The error is a *SourceError for ambiguous sources, else a *ToolError.
func Preprocessors(ctx context.Context, sources Sources, l Limits) ([]Message, error) {
	dir, err := newWorkdir(sources)
	if err != nil {
		return nil, err
	}
	defer dir.remove()
	given := Sources{Files: dir.files, Extra: dir.extra}
	text, err := source.Read(given)
	if err != nil {
		return nil, refused(err)
	}
	want := computed(text)
	var parted []Message
	for _, p := range []struct {
		tool tool.Tool
		run  func() ([]byte, error)
	}{
		{tool.Icarus, func() ([]byte, error) { return dir.icarusText(ctx, l) }},
		{tool.Verilator, func() ([]byte, error) { return dir.verilatorText(ctx, l) }},
	} {
		out, err := p.run()
		var ended *exec.ExitError
		var bad *SourceError
		switch {
		case ctx.Err() != nil:
			return nil, ctx.Err()
		case errors.As(err, &bad):
			parted = append(parted, bad.Messages...)
			continue
		case errors.As(err, &ended):
			m := dir.differs(p.tool, want, want)
			m.Text = fmt.Sprintf("%s's preprocessor does not take this text: %v", p.tool.Name, err)
			parted = append(parted, m)
			continue
		case err != nil:
			return nil, err
		}
		name := "made.v"
		if given.SystemVerilog() {
			name = "made.sv"
		}
		made, err := source.Read(Sources{Files: []Source{{Name: name, Text: out}}, Extra: dir.extra})
		if err != nil {
			// What it leaves is no text that somebody else would accept.
			parted = append(parted, dir.differs(p.tool, want, nil))
			continue
		}
		if got := computed(made); !same(want, got) {
			parted = append(parted, dir.differs(p.tool, want, got))
		}
	}
	return parted, nil
}

// computed returns the tokens of all files that affect the design. It includes
// directives that change the state, since a file begins with the state of the one
// before.
func computed(t *source.Text) (all []source.Token) {
	holds := ""
	for _, f := range t.Files {
		for _, x := range f.List {
			switch {
			case x.Kind == source.Pragma:
			case x.Kind == source.Directive && x.Text == holds:
			default:
				all = append(all, x)
			}
			if x.Kind == source.Directive {
				holds = x.Text
			}
		}
	}
	return all
}

func same(a, b []source.Token) bool {
	return len(a) == len(b) && agree(a, b) == len(a)
}

// agree is how many tokens are the same at the beginning of both.
func agree(a, b []source.Token) int {
	n := 0
	for n < len(a) && n < len(b) && a[n].Text == b[n].Text {
		n++
	}
	return n
}

// differs says where and how a preprocessor's tokens are others than ours.
func (d *workdir) differs(t tool.Tool, want, got []source.Token) Message {
	at := agree(want, got)
	reads := func(ts []source.Token) string {
		if at >= len(ts) {
			return "nothing more"
		}
		return fmt.Sprintf("%.40q", ts[at].Text)
	}
	m := Message{Text: fmt.Sprintf("%s reads %s where others read %s: it obeys an order in a comment, or macros and conditions are not the same for every reader; remove them there", t.Name, reads(got), reads(want))}
	if got == nil {
		m.Text = t.Name + " takes the text for one that other readers refuse: macros, conditions or comments are not the same for every reader"
	}
	if len(want) > 0 {
		place := want[min(at, len(want)-1)]
		m.File, m.Line = place.File, place.Line
		if user, ok := d.users[place.File]; ok {
			m.File = user
		}
	}
	return m
}

// icarusText is the text behind Icarus' preprocessor.
func (d *workdir) icarusText(ctx context.Context, l Limits) ([]byte, error) {
	if err := (Icarus{Limits: l}).iverilog(ctx, d, []string{"-E"}, d.names()); err != nil {
		return nil, err
	}
	text, err := os.ReadFile(filepath.Join(d.path, icarusOutput))
	if err != nil {
		return nil, &ToolError{Tool: tool.Icarus.Name, Err: err}
	}
	return text, nil
}

// maxText is the largest text behind a preprocessor, in bytes.
const maxText = 1 << 30

// verilatorText is the text behind Verilator's preprocessor.
func (d *workdir) verilatorText(ctx context.Context, l Limits) ([]byte, error) {
	found, err := tool.Verilator.Find()
	if err != nil {
		return nil, &ToolError{Tool: tool.Verilator.Name, Err: err}
	}
	ctx, cancel := l.context(ctx)
	defer cancel()
	cmd := tool.Command(ctx, found.Path, append(append([]string{"-E"}, simulateArgs...), d.names()...)...)
	cmd.Dir, cmd.Env = d.path, d.environment()
	out, log := &tool.Output{Most: maxText}, &tool.Output{}
	cmd.Stdout, cmd.Stderr = out, log
	err = d.box().Run(cmd, l.Memory)
	if ctx.Err() != nil {
		return nil, d.stopped(ctx, tool.Verilator, l)
	}
	if err != nil {
		if errs := d.verilatorErrors(log.String()); len(errs) > 0 {
			return nil, &SourceError{tool.Verilator.Name, errs}
		}
		return nil, &ToolError{tool.Verilator.Name, err, tail(log.String())}
	}
	if out.Lost() > 0 {
		return nil, &ToolError{tool.Verilator.Name, fmt.Errorf("more than %d bytes of text behind its preprocessor", maxText), ""}
	}
	return out.Bytes(), nil
}
