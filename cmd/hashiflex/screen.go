package main

import (
	"context"
	"fmt"
	"io"
	"os"
	"regexp"
	"slices"
	"strings"

	"github.com/spf13/cobra"
	"golang.org/x/term"

	"github.com/hashiflex/hashiflex/cmd/hashiflex/internal/progress"
	"github.com/hashiflex/hashiflex/reports"
)

// screen is what a command shows while it runs and how: the progress, and the columns and
// colours of a terminal. It is in the command's context.
type screen struct {
	progress *progress.Progress
	width    int  // of tables that know how to be narrow, and never need more
	wide     int  // of tables that use what there is
	colour   bool // of standard output
}

type screenKey struct{}

// screenOf is the screen of a running command. Without one, nothing is shown.
func screenOf(cmd *cobra.Command) *screen {
	if s, ok := cmd.Context().Value(screenKey{}).(*screen); ok {
		return s
	}
	return newScreen()
}

// unbounded is the width of what is no terminal.
const unbounded = 1 << 20

func newScreen() *screen { return &screen{width: reports.TableWidth, wide: unbounded} }

// withScreen returns a context with a new screen.
func withScreen(ctx context.Context) (context.Context, *screen) {
	s := newScreen()
	return context.WithValue(ctx, screenKey{}, s), s
}

// screenFlags are those of every command.
type screenFlags struct {
	progress       string
	quiet, verbose bool
}

func (f *screenFlags) flags(root *cobra.Command) {
	p := root.PersistentFlags()
	p.StringVar(&f.progress, "progress", string(progress.Auto), "how progress is shown on standard error: "+strings.Join(progress.Modes(), ", "))
	p.BoolVarP(&f.quiet, "quiet", "q", false, "results and problems alone, no progress")
	p.BoolVarP(&f.verbose, "verbose", "v", false, "a line for each part on a terminal too, and the time of each phase")
}

// begin checks the flags and starts the screen of a command.
func (f *screenFlags) begin(cmd *cobra.Command) error {
	mode := progress.Mode(f.progress)
	switch {
	case !slices.Contains(progress.Modes(), f.progress):
		return fmt.Errorf("--progress %w", noneOf(f.progress, progress.Modes()...))
	case f.quiet && f.verbose:
		return fmt.Errorf("--quiet and --verbose exclude each other")
	case f.quiet && cmd.Flags().Changed("progress"):
		return fmt.Errorf("--quiet and --progress exclude each other")
	}
	s, ok := cmd.Context().Value(screenKey{}).(*screen)
	if !ok || strings.HasPrefix(cmd.Name(), "__") || cmd.Name() == "help" || cmd.Parent() != nil && cmd.Parent().Name() == "completion" {
		return nil
	}
	out, stderr := cmd.OutOrStdout(), cmd.ErrOrStderr()
	switch {
	case f.quiet:
		mode = progress.None
	case mode == progress.Auto && isTerminal(stderr) && os.Getenv("TERM") != "dumb":
		mode = progress.Bar
	case mode == progress.Auto:
		mode = progress.Lines
	}
	s.progress = progress.Start(progress.Options{
		W: stderr, Mode: mode, Title: strings.TrimPrefix(cmd.CommandPath(), "hashiflex "), Verbose: f.verbose,
		Width: func() int { return columns(stderr, 80) },
	})
	s.colour = coloured(isTerminal(out)) && !verbatim(cmd)
	wrap := 0
	if isTerminal(out) && !verbatim(cmd) {
		s.width = max(80, min(reports.TableWidth, columns(out, reports.TableWidth)))
		s.wide = max(80, columns(out, reports.TableWidth))
		wrap = s.wide
	}
	if mode == progress.Bar || s.colour || wrap > 0 {
		cmd.Root().SetOut(&page{w: out, s: s, wrap: wrap})
	}
	return nil
}

// verbatim reports whether a command writes what a program reads: JSON, or a part of a
// project file. It has no colours and its lines stay as they are.
func verbatim(cmd *cobra.Command) bool {
	asJSON := cmd.Flags().Lookup("json")
	return asJSON != nil && asJSON.Value.String() == "true" || cmd.Name() == "schema" || cmd.Name() == "map"
}

// coloured reports whether output has colours: on a terminal, unless NO_COLOR is set, or
// anywhere with CLICOLOR_FORCE.
func coloured(terminal bool) bool {
	if os.Getenv("NO_COLOR") != "" {
		return false
	}
	if force := os.Getenv("CLICOLOR_FORCE"); force != "" && force != "0" {
		return true
	}
	return terminal && os.Getenv("TERM") != "dumb"
}

// columns is the width of the terminal w, or other if it is none.
func columns(w io.Writer, other int) int {
	if f, ok := w.(*os.File); ok {
		if n, _, err := term.GetSize(int(f.Fd())); err == nil && n > 0 {
			return n
		}
	}
	return other
}

func isTerminal(w io.Writer) bool {
	f, ok := w.(*os.File)
	return ok && term.IsTerminal(int(f.Fd()))
}

// page is standard output beside a bar. It breaks lines that a terminal would break
// within words, and colours the words that a verdict is seen by.
type page struct {
	w    io.Writer
	s    *screen
	wrap int // columns; 0: lines stay as they are
	rest string
}

// Write implements io.Writer. It keeps a line that is not finished until it is.
func (p *page) Write(b []byte) (int, error) {
	text := p.rest + string(b)
	end := strings.LastIndexByte(text, '\n') + 1
	p.rest = text[end:]
	if err := p.show(text[:end]); err != nil {
		return 0, err
	}
	return len(b), nil
}

// flush writes what is left of an unfinished line.
func (p *page) flush() error {
	text := p.rest
	p.rest = ""
	return p.show(text)
}

func (p *page) show(text string) error {
	if text == "" {
		return nil
	}
	var b strings.Builder
	for _, line := range strings.SplitAfter(text, "\n") {
		line = fold(line, p.wrap)
		if p.s.colour {
			line = paint(line)
		}
		b.WriteString(line)
	}
	_, err := p.s.progress.Write(p.w, []byte(b.String()))
	return err
}

// gap is what separates two columns of a table.
var gap = regexp.MustCompile(`  +`)

// inOneColour is a line of which all but the indentation has one colour.
var inOneColour = regexp.MustCompile("^( *)(\x1b\\[[0-9;]*m)(.*)(\x1b\\[0m)(\n?)$")

// fold breaks a line that is longer than width at spaces. What follows stands below the
// last column that begins in the first half of the line. Lines with escapes or without
// such places stay.
func fold(line string, width int) string {
	if m := inOneColour.FindStringSubmatch(line); m != nil && !strings.Contains(m[3], "\x1b") {
		folded := strings.TrimSuffix(fold(m[1]+m[3]+m[5], width), m[5])
		return m[1] + m[2] + strings.TrimPrefix(folded, m[1]) + m[4] + m[5]
	}
	r := []rune(strings.TrimSuffix(line, "\n"))
	if width == 0 || len(r) <= width || slices.Contains(r, '\x1b') {
		return line
	}
	end := line[len(strings.TrimSuffix(line, "\n")):]
	indent := 0
	half := string(r[:width/2])
	for _, at := range gap.FindAllStringIndex(half, -1) {
		indent = len([]rune(half[:at[1]]))
	}
	var out []string
	for len(r) > width {
		at := width
		for at > indent && r[at] != ' ' {
			at--
		}
		if at <= indent {
			break // one word
		}
		out = append(out, strings.TrimRight(string(r[:at]), " "))
		r = append([]rune(strings.Repeat(" ", indent)), []rune(strings.TrimLeft(string(r[at:]), " "))...)
	}
	return strings.Join(append(out, string(r)), "\n") + end
}

// The colours, each of what it means.
const (
	bad     = "\x1b[31m" // refuted, failed, worse
	unclear = "\x1b[33m" // unknown, not done
	good    = "\x1b[32m" // signed off, better
	plain   = "\x1b[0m"
)

// painted are the words at the beginning of a line, or the ends of a verdict, that have a
// colour.
var painted = []struct {
	colour string
	words  *regexp.Regexp
}{
	{bad, regexp.MustCompile(`^(refuted|failed|worse|FAILED|WARNING)\b|\b(is refuted)\b|\b(UNUSABLE)\b|(The gate is shut)\b|\b(it still fails)$`)},
	{unclear, regexp.MustCompile(`^(unknown|vacuous|not done|not covered|not entered|left out)\b|\b(is not signed off)\b|\b(not everything that was asked for is proved)\b`)},
	{good, regexp.MustCompile(`^(better)\b|\b(is signed off)\b|(The gate is open)\b|\b(it is fixed)$`)},
}

// paint colours the words of a line that a verdict is seen by.
func paint(line string) string {
	if strings.Contains(line, "\x1b") {
		return line
	}
	for _, p := range painted {
		if p.words.MatchString(line) {
			return p.words.ReplaceAllString(line, p.colour+"$0"+plain)
		}
	}
	return line
}

// end closes the screen: what is left of a line is written, and the bar goes.
func (s *screen) end(root *cobra.Command) error {
	var err error
	if p, ok := root.OutOrStdout().(*page); ok {
		err = p.flush()
	}
	s.progress.Close()
	return err
}
