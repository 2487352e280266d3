package progress

import (
	"bytes"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

func TestPlain(t *testing.T) {
	var b bytes.Buffer
	p := Start(&b, "prove", 3)
	var wg sync.WaitGroup
	for range 3 {
		wg.Go(func() { p.Add(1); p.Line("layer %d%%", 7) })
	}
	wg.Wait()
	p.Note("refuted")
	p.Close()
	require.Equal(t, "layer 7%\nlayer 7%\nlayer 7%\nrefuted\n", b.String())
}

func TestBar(t *testing.T) {
	for _, done := range []int{0, 2, 3} { // an aborted bar ends as well
		var b bytes.Buffer
		p := start(&b, "prove", 3, true)
		for range done {
			p.Add(1)
		}
		p.Line("a layer")
		p.Note("refuted: conv0/17")
		ended := make(chan struct{})
		go func() { p.Close(); close(ended) }()
		select {
		case <-ended:
		case <-time.After(10 * time.Second):
			t.Fatal("the bar does not end")
		}
		require.NotContains(t, b.String(), "a layer")
		require.Contains(t, b.String(), "refuted: conv0/17")
	}
}

func TestNothingToDo(t *testing.T) {
	var b bytes.Buffer
	p := start(&b, "prove", 0, true)
	p.Add(1)
	p.Close()
	require.Empty(t, b.String())
}
