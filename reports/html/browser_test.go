package html

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/cdproto/log"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
	"github.com/stretchr/testify/require"

	"github.com/hashiflex/hashiflex/reports"
	"github.com/hashiflex/hashiflex/reports/dossier"
	"github.com/hashiflex/hashiflex/reports/internal/example"
)

// browser starts Chromium, which .ci/setup installs for the tests. Without it the
// tests fail.
func browser(t *testing.T) context.Context {
	t.Helper()
	ctx, stop := chromedp.NewExecAllocator(context.Background(),
		chromedp.Headless, chromedp.ExecPath("chromium"), chromedp.WSURLReadTimeout(2*time.Minute),
		// The tests may run as root, and load nothing but their own files.
		chromedp.NoSandbox, chromedp.DisableGPU, chromedp.NoFirstRun, chromedp.Flag("hide-scrollbars", true))
	t.Cleanup(stop)
	ctx, stop = chromedp.NewContext(ctx)
	t.Cleanup(stop)
	require.NoError(t, chromedp.Do(ctx), "chromium is needed")
	// The first call starts the browser, which lives as long as its context; the
	// limit is for what comes after.
	ctx, stop = context.WithTimeout(ctx, 5*time.Minute)
	t.Cleanup(stop)
	return ctx
}

func ask[T any](t *testing.T, ctx context.Context, a chromedp.Action[T]) T {
	t.Helper()
	v, err := chromedp.Run(ctx, a)
	require.NoError(t, err)
	return v
}

// heard is what a page said and asked for.
type heard struct {
	mu       sync.Mutex
	errors   []string
	requests []string
}

func (h *heard) listen(t *testing.T, ctx context.Context) {
	require.NoError(t, chromedp.Listen(ctx, func(event any) {
		h.mu.Lock()
		defer h.mu.Unlock()
		switch e := event.(type) {
		case *runtime.EventConsoleAPICalled:
			h.errors = append(h.errors, "console: "+string(e.Type))
		case *runtime.EventExceptionThrown:
			h.errors = append(h.errors, e.ExceptionDetails.Text)
		case *log.EventEntryAdded:
			h.errors = append(h.errors, e.Entry.Text)
		case *network.EventRequestWillBeSent:
			h.requests = append(h.requests, e.Request.URL)
		}
	}))
}

func save(t *testing.T, page string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "signoff.html")
	require.NoError(t, os.WriteFile(path, []byte(page), 0o644))
	return "file://" + path
}

func TestInBrowser(t *testing.T) {
	ctx := browser(t)
	var h heard
	h.listen(t, ctx)
	refuted, slow, many, left := example.Small(), example.Small(), example.Small(), example.Small()
	refuted.Change = func(o *reports.Obligation) {
		if o.Point == "0" && o.Edge == reports.GoldenRTL {
			example.Refute(o)
		}
	}
	slow.Change = func(o *reports.Obligation) {
		if o.ID == "stem/golden = rtl/2" {
			example.TimeOut(o)
		}
	}
	many.Change = func(o *reports.Obligation) {
		if o.IsPoint() {
			example.TimeOut(o)
		}
	}
	left.Uncovered = []reports.Uncovered{{Kind: "cells", Object: "dbg", Source: "stem.v:3"}}
	waive := func(s *reports.Signoff) error {
		s.Uncovered[0].Waiver, s.Coverage[0].Waived = "observation only", 1
		return nil
	}
	for _, c := range []struct {
		name  string
		run   example.Run
		waive func(*reports.Signoff) error
		badge string
	}{
		{"passing", example.Small(), nil, "Signed off"},
		{"refuted", refuted, nil, "Refuted"},
		{"time-out", slow, nil, "Not signed off"},
		{"many problems", many, nil, "Not signed off"},
		{"waived", left, waive, "Signed off with 1 waiver"},
		{"hostile", example.HostileRun(), nil, "Refuted"},
		{"empty", example.Run{Network: "none"}, nil, "Not signed off"},
	} {
		t.Run(c.name, func(t *testing.T) {
			page, d := render(t, c.run, dossier.Options{Waive: c.waive})
			url := save(t, page)
			for _, width := range []int64{1400, 400} {
				require.NoError(t, chromedp.Do(ctx, chromedp.EmulateViewport(width, 900), chromedp.Navigate(url)))
				badge := ask(t, ctx, chromedp.Text(chromedp.CSS(".badge")))
				title := ask(t, ctx, chromedp.Title())
				over := ask(t, ctx, chromedp.Evaluate[int](`document.documentElement.scrollWidth - document.documentElement.clientWidth`))
				cells := ask(t, ctx, chromedp.Evaluate[int](`document.querySelectorAll("ol.map a").length`))
				sections := ask(t, ctx, chromedp.Evaluate[int](`document.querySelectorAll("section.problem").length`))
				require.Equal(t, c.badge, badge)
				require.True(t, strings.HasPrefix(title, c.badge))
				require.LessOrEqual(t, over, 0, "wider than the screen of %d", width)
				require.Equal(t, len(d.Layers), cells)
				require.Equal(t, len(d.Problems), sections)
			}
			h.mu.Lock()
			defer h.mu.Unlock()
			require.Empty(t, h.errors)
			for _, r := range h.requests {
				require.True(t, r == url || strings.HasPrefix(r, "data:"), r)
			}
			require.NotEmpty(t, h.requests)
			h.requests = nil
		})
	}
}

// From the map to the compare points with the keyboard alone.
func TestKeyboard(t *testing.T) {
	ctx := browser(t)
	page, _ := render(t, example.Small(), dossier.Options{})
	require.NoError(t, chromedp.Do(ctx,
		chromedp.EmulateViewport(1400, 900),
		chromedp.Navigate(save(t, page)),
		chromedp.Focus(chromedp.CSS(`ol.map li:nth-child(2) a`)),
		chromedp.KeyEvent(kb.Enter),
		chromedp.WaitVisible(chromedp.CSS("#layer-1")),
	))
	open := ask(t, ctx, chromedp.Evaluate[bool](`document.querySelector("#layer-1").parentElement.open`))
	require.NoError(t, chromedp.Do(ctx,
		chromedp.Focus(chromedp.CSS("#layer-1 summary")),
		chromedp.KeyEvent(kb.Enter),
		chromedp.WaitVisible(chromedp.CSS("#layer-1 tbody")),
	))
	inner := ask(t, ctx, chromedp.Evaluate[bool](`document.querySelector("#layer-1 details").open`))
	shown := ask(t, ctx, chromedp.Text(chromedp.CSS("#layer-1 tbody tr:nth-child(4)")))
	require.True(t, open)
	require.True(t, inner)
	require.Contains(t, shown, "cut at the accumulator")
}

// A page of 17,068 points opens in two seconds on an idle machine.
func TestLargePageOpens(t *testing.T) {
	ctx := browser(t)
	dir := filepath.Join(t.TempDir(), "run")
	require.NoError(t, example.Write(dir, example.MobileNet()))
	d, err := dossier.Open(dir, dossier.Options{})
	require.NoError(t, err)
	var b bytes.Buffer
	require.NoError(t, Write(&b, d))
	require.NoError(t, chromedp.Do(ctx, chromedp.Navigate(save(t, b.String()))))
	took := ask(t, ctx, chromedp.Evaluate[float64](`performance.getEntriesByType("navigation")[0].loadEventEnd`))
	rows := ask(t, ctx, chromedp.Evaluate[int](`document.querySelectorAll("details.layer tbody tr").length`))
	t.Logf("loaded in %.0f ms", took)
	require.Equal(t, 17068, rows)
	// Other tests may use the processors meanwhile.
	require.Less(t, took, 20000.0)
}

// What the tests above listen for is heard.
func TestListening(t *testing.T) {
	ctx := browser(t)
	var h heard
	h.listen(t, ctx)
	require.NoError(t, chromedp.Do(ctx, chromedp.Navigate(save(t, `<script>console.error("x")</script><img src="missing.png"><script>throw 1</script>`))))
	h.mu.Lock()
	defer h.mu.Unlock()
	require.GreaterOrEqual(t, len(h.errors), 2, "%v", h.errors)
	require.Contains(t, strings.Join(h.requests, " "), "missing.png")
}
