package crash

import (
	"errors"
	"fmt"
	"runtime"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// here is the file and line of its caller.
func here(ahead int) string {
	_, _, line, _ := runtime.Caller(1)
	return fmt.Sprintf("spec/crash/crash_test.go:%d", line+ahead)
}

type node struct{ next *node }

// again recovers and panics again, as code does that looks for one kind of panic.
func again(f func()) {
	defer func() {
		if r := recover(); r != nil {
			panic(r)
		}
	}()
	f()
}

func caught(t *testing.T, f func()) *Error {
	t.Helper()
	var e *Error
	require.ErrorAs(t, Catch("work", f), &e)
	require.Equal(t, "work", e.What)
	return e
}

// TestAPanicHasItsPlaceAndValue: whatever kind of panic, the place is where it
// began.
func TestAPanicHasItsPlaceAndValue(t *testing.T) {
	var at string
	var zero int
	var none *node
	var few []int
	for name, f := range map[string]func(){
		"ours":           func() { at = here(0); panic("ours") },
		"nil pointer":    func() { at = here(0); _ = none.next },
		"out of range":   func() { at = here(0); _ = few[3] },
		"divide by zero": func() { at = here(0); _ = 1 / zero },
		"slices":         func() { at = here(0); _ = strings.Repeat("x", -1) },
		"again":          func() { again(func() { at = here(0); panic("again") }) },
		"of a goroutine": func() { var g Group; g.Go(func() { at = here(0); panic("of a goroutine") }); g.Wait() },
	} {
		e := caught(t, f)
		require.Equal(t, at, e.At, name)
		require.NotEmpty(t, e.Value, name)
		require.Equal(t, "work: crash at "+at+": "+e.Value, e.Error())
	}
	require.Equal(t, "two lines", caught(t, func() { panic(errors.New("two\n\tlines")) }).Value)
	long := caught(t, func() { panic(strings.Repeat("é", 1000)) }).Value
	require.True(t, strings.HasSuffix(long, "é …"), long)
	require.NoError(t, Catch("work", func() {}))
}

// TestAGroupEndsBeforeItPanics: the others finish their work.
func TestAGroupEndsBeforeItPanics(t *testing.T) {
	var g Group
	done := make([]bool, 20)
	for i := range done {
		g.Go(func() {
			if i == 7 {
				panic(i)
			}
			done[i] = true
		})
	}
	e := caught(t, g.Wait)
	require.Equal(t, "7", e.Value)
	for i := range done {
		require.Equal(t, i != 7, done[i])
	}
}
