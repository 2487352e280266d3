package crash

import (
	"fmt"
	"path"
	"runtime"
	"strings"

	"golang.org/x/sync/errgroup"
)

// Error is a panic that was caught.
type Error struct {
	What  string // the work in progress, such as the name of an obligation
	Value string // of the panic, in one line
	At    string // "equiv/rules.go:311": our own code that was running, within the module; or ""
}

func (e *Error) Error() string {
	at := ""
	if e.At != "" {
		at = " at " + e.At
	}
	return fmt.Sprintf("%s: crash%s: %s", e.What, at, e.Value)
}

// Recover is deferred. It ends a panic and calls then with it. If a Group raised the panic
// again in its caller, the Error still names the place where the panic began.
func Recover(what string, then func(*Error)) {
	r := recover()
	if r == nil {
		return
	}
	e, carried := r.(*Error)
	if !carried {
		e = &Error{Value: line(r), At: place()}
	}
	e.What = what
	then(e)
}

// Catch runs f. The error is an *Error if f panics.
func Catch(what string, f func()) (err error) {
	defer Recover(what, func(e *Error) { err = e })
	f()
	return nil
}

// Group is an errgroup.Group of functions that end well or panic. Its zero value is ready,
// and has no limit.
type Group struct{ group errgroup.Group }

// SetLimit lets at most n functions run at once. Go waits until there is room.
func (g *Group) SetLimit(n int) { g.group.SetLimit(n) }

// Go runs f beside the caller.
func (g *Group) Go(f func()) { g.group.Go(func() error { return Catch("", f) }) }

// Wait waits for all functions. It panics if one of them did, with the first panic.
func (g *Group) Wait() {
	if err := g.group.Wait(); err != nil {
		panic(err)
	}
}

// longest is the largest number of bytes of a panic's value in an Error.
const longest = 400

func line(value any) string {
	s := strings.Join(strings.Fields(fmt.Sprint(value)), " ")
	if len(s) > longest {
		s = strings.ToValidUTF8(s[:longest], "") + " …"
	}
	return s
}

// module is the prefix of our packages' names.
const module = "github.com/hashiflex/hashiflex/"

// place is where the panic that is being recovered from began. A function that recovers
// and panics again is nearer on the stack, so the innermost panic counts.
func place() string {
	pcs := make([]uintptr, 1024)
	frames := runtime.CallersFrames(pcs[:runtime.Callers(2, pcs)])
	at := ""
	for more := true; more; {
		var f runtime.Frame
		f, more = frames.Next()
		if f.Function == "runtime.gopanic" {
			at = ""
			continue
		}
		if at == "" {
			at = ours(f)
		}
	}
	return at
}

// ours is a frame of this module as a file within the module and a line, or "".
// The file's own name would be that of the machine on which this was built.
func ours(f runtime.Frame) string {
	name, ok := strings.CutPrefix(f.Function, module)
	switch {
	case ok:
		// The package ends at the first dot behind the last slash.
		slash := strings.LastIndexByte(name, '/') + 1
		dot := strings.IndexByte(name[slash:], '.')
		if dot < 0 {
			return ""
		}
		name = name[:slash+dot]
	case strings.HasPrefix(f.Function, "main."):
		name = "cmd/hashiflex"
	default:
		return ""
	}
	return fmt.Sprintf("%s/%s:%d", name, path.Base(strings.ReplaceAll(f.File, `\`, "/")), f.Line)
}
