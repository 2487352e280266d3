package main

import (
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
	"github.com/stretchr/testify/require"
	"golang.org/x/sys/unix"
)

// terminal is a pseudo terminal: what a program writes to tty is read from ptm.
func terminal(t testing.TB, columns int) (ptm, tty *os.File) {
	t.Helper()
	ptm, err := os.OpenFile("/dev/ptmx", os.O_RDWR, 0)
	require.NoError(t, err)
	t.Cleanup(func() { ptm.Close() })
	require.NoError(t, unix.IoctlSetPointerInt(int(ptm.Fd()), unix.TIOCSPTLCK, 0))
	n, err := unix.IoctlGetInt(int(ptm.Fd()), unix.TIOCGPTN)
	require.NoError(t, err)
	tty, err = os.OpenFile(fmt.Sprintf("/dev/pts/%d", n), os.O_RDWR|unix.O_NOCTTY, 0)
	require.NoError(t, err)
	require.NoError(t, unix.IoctlSetWinsize(int(tty.Fd()), unix.TIOCSWINSZ, &unix.Winsize{Row: 40, Col: uint16(columns)}))
	return ptm, tty
}

// seen is what a person saw of a command on a terminal.
type seen struct {
	raw   string
	first time.Duration // until there was something
	code  int
}

// lines are what is left on the terminal at the end.
func (s *seen) lines() (all []string) {
	for _, l := range strings.Split(strings.ReplaceAll(s.raw, "\r\n", "\n"), "\n") {
		if i := strings.LastIndex(l, "\r\x1b[K"); i >= 0 {
			l = l[i+len("\r\x1b[K"):]
		}
		all = append(all, l)
	}
	return all
}

// frames are the bars that were drawn.
func (s *seen) frames() (all []string) {
	for _, part := range strings.Split(s.raw, "\r\x1b[K") {
		if strings.Contains(part, "[#") || strings.Contains(part, "[-") {
			all = append(all, part)
		}
	}
	return all
}

// watch runs a command on a terminal.
func watch(t testing.TB, columns int, env []string, args ...string) *seen {
	t.Helper()
	ptm, tty := terminal(t, columns)
	cmd := exec.Command(os.Args[0])
	cmd.Args = append([]string{"hashiflex"}, args...)
	cmd.Dir = t.TempDir()
	cmd.Env = append(append(os.Environ(), "TERM=xterm", "NO_COLOR=", "CLICOLOR_FORCE="), env...)
	cmd.Stdin, cmd.Stdout, cmd.Stderr = tty, tty, tty
	begin := time.Now()
	require.NoError(t, cmd.Start())
	require.NoError(t, tty.Close())
	s := &seen{}
	var b strings.Builder
	buf := make([]byte, 4096)
	for {
		n, err := ptm.Read(buf)
		if n > 0 && b.Len() == 0 {
			s.first = time.Since(begin)
		}
		b.Write(buf[:n])
		if err != nil { // EIO at the end
			break
		}
	}
	err := cmd.Wait()
	if exit, ok := err.(*exec.ExitError); ok {
		s.code = exit.ExitCode()
	} else {
		require.NoError(t, err)
	}
	s.raw = b.String()
	return s
}

var escape = regexp.MustCompile("\x1b\\[[0-9;]*[mK]")

// On a terminal, lines fit, words are whole, and nothing of the bar is left.
func TestTerminalWidth(t *testing.T) {
	for _, columns := range []int{80, 120} {
		for _, typed := range []string{
			"list", "list --network tiny", "list --network mobilenet_v2_1.0_224 --layer Conv1 --channel 3", "doctor", "plan --network tiny",
			"prove --network tiny --fast", "--version", "schema gate", "signoff --help", "help generate", "import -h", "--help",
		} {
			s := watch(t, columns, nil, strings.Fields(typed)...)
			require.Zero(t, s.code, s.raw)
			for _, line := range s.lines() {
				line = escape.ReplaceAllString(line, "")
				require.LessOrEqual(t, utf8.RuneCountInString(line), columns, "%s: %s", typed, line)
				require.NotContains(t, line, "so far", typed)
			}
			for _, frame := range s.frames() {
				require.Less(t, utf8.RuneCountInString(frame), columns, typed)
			}
		}
	}
}

// wrote is a writer that says when there was something.
type wrote chan string

func (w wrote) Write(b []byte) (int, error) {
	select {
	case w <- string(b):
	default:
	}
	return len(b), nil
}

// Every command shows that it runs whatever it then does: each one here does nothing but wait
// until something was shown. BenchmarkSomethingIsSeen measures how soon.
func TestSomethingIsSeenBeforeTheWork(t *testing.T) {
	var paths [][]string
	var walk func(c *cobra.Command, path []string)
	walk = func(c *cobra.Command, path []string) {
		for _, sub := range c.Commands() {
			at := append(path[:len(path):len(path)], sub.Name())
			walk(sub, at)
			if sub.Runnable() && at[0] != "help" && at[0] != "completion" && !strings.HasPrefix(at[0], "__") {
				paths = append(paths, at)
			}
		}
	}
	walk(rootCommand(), nil)
	require.Greater(t, len(paths), 20)
	for _, path := range paths {
		root := rootCommand()
		cmd, _, err := root.Find(path)
		require.NoError(t, err)
		screen := make(wrote, 1)
		shown := ""
		cmd.Args = nil
		cmd.Flags().VisitAll(func(f *pflag.Flag) { f.Annotations = nil })
		cmd.PreRunE, cmd.PreRun, cmd.Run = nil, nil, nil
		cmd.RunE = func(*cobra.Command, []string) error {
			select {
			case shown = <-screen:
			case <-time.After(time.Minute):
			}
			return nil
		}
		root.SetArgs(append(path[:len(path):len(path)], "--progress", "bar"))
		root.SetErr(screen)
		root.SetOut(io.Discard)
		ctx, s := withScreen(t.Context())
		require.NoError(t, root.ExecuteContext(ctx), path)
		require.NoError(t, s.end(root))
		require.Contains(t, shown, strings.Join(path, " "), "nothing was shown in a minute")
	}
}

func BenchmarkSomethingIsSeen(b *testing.B) {
	for _, typed := range []string{"fuzz head --cases 20 --directed none", "doctor", "plan", "prove --network tiny --fast", "generate --network tiny -o out"} {
		b.Run(strings.ReplaceAll(typed, " ", "_"), func(b *testing.B) {
			var all time.Duration
			for b.Loop() {
				s := watch(b, 80, nil, strings.Fields(typed)...)
				require.Zero(b, s.code, s.raw)
				all += s.first
			}
			b.ReportMetric(all.Seconds()/float64(b.N), "s/first")
		})
	}
}

// Colour is for terminals, and for those who want it.
func TestColour(t *testing.T) {
	typed := []string{"prove", "--network", "tiny", "--fast"}
	const colour = "\x1b[33mnot done\x1b[0m"
	require.Contains(t, watch(t, 80, nil, typed...).raw, colour)
	require.NotContains(t, watch(t, 80, []string{"NO_COLOR=1"}, typed...).raw, "\x1b[3")
	require.NotContains(t, watch(t, 80, []string{"TERM=dumb"}, typed...).raw, "\x1b")
	require.NotContains(t, watch(t, 80, nil, append(typed, "--json")...).raw, "\x1b[3")
	_, out, _ := command(typed...)
	require.NotContains(t, out, "\x1b")
	// A program reads the same JSON everywhere, whatever words are in it.
	signoff := []string{"signoff", "tiny", "--fast", "-o", t.TempDir(), "--json", "--progress", "none"}
	require.NoError(t, valid("signoff", strings.ReplaceAll(watch(t, 80, []string{"CLICOLOR_FORCE=1"}, signoff...).raw, "\r\n", "\n")))
	t.Setenv("CLICOLOR_FORCE", "1")
	_, out, _ = command(signoff...)
	require.NoError(t, valid("signoff", out))
	require.Contains(t, out, "is not signed off")
	_, out, _ = command(typed...)
	require.Contains(t, out, colour)
	t.Setenv("NO_COLOR", "1")
	_, out, _ = command(typed...)
	require.NotContains(t, out, "\x1b")
}

func TestFold(t *testing.T) {
	for _, c := range []struct{ in, want string }{
		{"short\n", "short\n"},
		{"tool   yosys  reads Verilog back\n", "tool   yosys\n       reads\n       Verilog\n       back\n"},
		{"words that go on without any columns", "words that go on\nwithout any\ncolumns"},
		{"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\n", "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\n"},
		{"  \x1b[31mred words that are long\x1b[0m\n", "  \x1b[31mred words that\n  are long\x1b[0m\n"},
		{"größe  ä ö ü ß ä ö ü ß ä ö", "größe  ä ö ü ß ä\n       ö ü ß ä ö"},
	} {
		require.Equal(t, c.want, fold(c.in, 17))
		require.Equal(t, c.in, fold(c.in, 0))
	}
}

// Paragraphs are filled anew, and what is indented stays.
func TestRefill(t *testing.T) {
	require.Equal(t, "one two three\nfour five six\n\n  as it  is,  and long\nstays\n\nend", refill("one two\nthree four\nfive six\n\n  as it  is,  and long\nstays\n\nend", 15))
}

// What is written in pieces is shown in lines, and none is lost.
func TestPage(t *testing.T) {
	var b strings.Builder
	p := &page{w: &b, s: newScreen(), wrap: 20}
	for _, part := range []string{"one ", "line\nand another", " that is longer than that\nend"} {
		_, err := io.WriteString(p, part)
		require.NoError(t, err)
	}
	require.Equal(t, "one line\nand another that is\nlonger than that\n", b.String())
	require.NoError(t, p.flush())
	require.True(t, strings.HasSuffix(b.String(), "\nend"))
}

// How progress is shown is the user's choice, and a machine reads objects only.
func TestProgressModes(t *testing.T) {
	dir := t.TempDir()
	t.Chdir(dir)
	code, out, errs := command("prove", "--network", "tiny", "--fast", "--progress", "json")
	require.Zero(t, code)
	require.Contains(t, out, "settled by normal forms")
	lines := strings.Split(strings.TrimSpace(errs), "\n")
	for _, line := range lines {
		require.NoError(t, valid("progress", line))
		require.Regexp(t, `^\{"phase":".*","done":\d+,"total":\d+,"share":[0-9.e-]+,"eta_seconds":(null|[0-9.]+),"elapsed_seconds":[0-9.]+(,"works":\[\{.+\}\])?(,"note":".+")?\}$`, line)
	}
	require.Contains(t, lines[len(lines)-1], `"share":1,"eta_seconds":0`)
	code, _, errs = command("prove", "--network", "tin", "--fast", "--progress", "json")
	require.Equal(t, exitBadInput, code)
	require.Regexp(t, `"error":"network .*tin`, errs)
	_, _, errs = command("prove", "--network", "tiny", "--fast", "--quiet")
	require.Empty(t, errs)
	_, _, errs = command("prove", "--network", "tiny", "--fast", "--verbose")
	require.Regexp(t, `(?m)^layers: [0-9.]+ s$`, errs)
	_, _, errs = command("generate", "--network", "tiny", "-o", filepath.Join(dir, "out"), "-q")
	require.Empty(t, errs)
	for _, wrong := range [][]string{{"--progress", "loud"}, {"--quiet", "--verbose"}, {"--quiet", "--progress", "json"}} {
		code, _, errs = command(append([]string{"list"}, wrong...)...)
		require.Equal(t, exitBadInput, code)
		require.Contains(t, errs, wrong[0])
	}
}
