package html

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/log"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
	"github.com/stretchr/testify/require"

	"github.com/hashiflex/hashiflex/reports"
	"github.com/hashiflex/hashiflex/reports/dossier"
	"github.com/hashiflex/hashiflex/reports/internal/example"
	"github.com/hashiflex/hashiflex/spec/verdict"
)

// The browser of all tests: it starts with the first that needs it.
var (
	chromium context.Context
	starting sync.Once
	stopping []context.CancelFunc
)

func TestMain(m *testing.M) {
	code := m.Run()
	for i := range stopping {
		stopping[len(stopping)-1-i]()
	}
	os.Exit(code)
}

// browser is a tab of Chromium, which .ci/setup installs for the tests. Without it
// the tests fail.
func browser(t *testing.T) context.Context {
	t.Helper()
	starting.Do(func() {
		ctx, stop := chromedp.NewExecAllocator(context.Background(),
			chromedp.Headless, chromedp.ExecPath("chromium"), chromedp.WSURLReadTimeout(2*time.Minute),
			// The tests may run as root, and load nothing but their own files.
			chromedp.NoSandbox, chromedp.DisableGPU, chromedp.NoFirstRun, chromedp.Flag("hide-scrollbars", true))
		stopping = append(stopping, stop)
		ctx, stop = chromedp.NewContext(ctx)
		stopping = append(stopping, stop)
		// This call starts the browser, which lives as long as its context.
		if err := chromedp.Do(ctx); err == nil {
			chromium = ctx
		}
	})
	require.NotNil(t, chromium, "chromium is needed")
	ctx, stop := chromedp.NewContext(chromium)
	t.Cleanup(stop)
	require.NoError(t, chromedp.Do(ctx))
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
	refuted, slow, many := example.Small(), example.Small(), example.Small()
	headed := example.Small()
	headed.Head = example.Head()
	chip, broken := example.Small(), example.Small()
	chip.Stream, broken.Stream = example.Stream(), example.Stream()
	broken.Change = func(o *reports.Obligation) {
		if o.ID == verdict.StreamBlock.ID("add.fifo_b") {
			example.Refute(o)
		}
	}
	refuted.Change = func(o *reports.Obligation) {
		if o.Point == "0" && o.Edge == verdict.GoldenRTL {
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
	left, waive := example.Waived()
	for _, c := range []struct {
		name  string
		run   example.Run
		waive func(*reports.Signoff) error
		badge string
	}{
		{"passing", example.Small(), nil, "Signed off"},
		{"with a head", headed, nil, "Signed off"},
		{"with a chip", chip, nil, "Signed off"},
		{"a chip that stops", broken, nil, "Refuted"},
		{"three faults", refuted, nil, "Refuted"},
		{"time-out", slow, nil, "Not signed off"},
		{"many problems", many, nil, "Not signed off"},
		{"waived", left, waive, "Signed off with 1 waiver"},
		{"hostile", example.HostileRun(), nil, "Refuted"},
		{"empty", example.Run{Network: "none"}, nil, "Not signed off"},
	} {
		t.Run(c.name, func(t *testing.T) {
			page, d := render(t, c.run, dossier.Options{Waive: c.waive})
			if c.name == "three faults" {
				require.Len(t, d.Problems, 3)
			}
			url := save(t, page)
			for _, width := range []int64{1400, 400} {
				require.NoError(t, chromedp.Do(ctx, chromedp.EmulateViewport(width, 900), chromedp.Navigate(url)))
				badge := ask(t, ctx, chromedp.Text(chromedp.CSS(".badge")))
				title := ask(t, ctx, chromedp.Title())
				over := ask(t, ctx, chromedp.Evaluate[int](`document.documentElement.scrollWidth - document.documentElement.clientWidth`))
				cells := ask(t, ctx, chromedp.Evaluate[int](`document.querySelectorAll("ol.map a[href^='#layer']").length`))
				sections := ask(t, ctx, chromedp.Evaluate[int](`document.querySelectorAll("section.problem").length`))
				require.Equal(t, c.badge, badge)
				require.True(t, strings.HasPrefix(title, c.badge))
				require.LessOrEqual(t, over, 0, "wider than the screen of %d", width)
				require.Equal(t, len(d.Layers), cells)
				require.Equal(t, len(d.Problems), sections)
			}
			drill(t, ctx, len(d.Layers))
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
		chromedp.Focus(chromedp.CSS(`ol.map a[href="#layer-1"]`)),
		chromedp.KeyEvent(kb.Enter),
		chromedp.WaitVisible(chromedp.CSS("#layer-1")),
	))
	open := ask(t, ctx, chromedp.Evaluate[bool](`document.querySelector("#layer-1").parentElement.open`))
	require.NoError(t, chromedp.Do(ctx,
		chromedp.Focus(chromedp.CSS("#layer-1 details.points summary")),
		chromedp.KeyEvent(kb.Enter),
		chromedp.WaitVisible(chromedp.CSS("#layer-1 details.points tbody")),
	))
	inner := ask(t, ctx, chromedp.Evaluate[bool](`document.querySelector("#layer-1 details.points").open`))
	shown := ask(t, ctx, chromedp.Text(chromedp.CSS("#layer-1 details.points tbody tr:nth-child(4)")))
	require.True(t, open)
	require.True(t, inner)
	require.Contains(t, shown, "cut at the accumulator")
}

// Headings sort the layers, and words filter them; without a script all are there.
func TestSortAndFilter(t *testing.T) {
	ctx := browser(t)
	page, _ := render(t, example.Small(), dossier.Options{})
	url := save(t, page)
	names := func() string {
		return ask(t, ctx, chromedp.Evaluate[string](`[...document.querySelectorAll("table.layers tbody tr")].filter(r => r.checkVisibility()).map(r => r.cells[1].textContent).join(" ")`))
	}
	click := func(heading string) {
		ask(t, ctx, chromedp.Evaluate[bool](`[...document.querySelectorAll("table.layers th button")].find(b => b.textContent === "`+heading+`").click() || true`))
	}
	require.NoError(t, chromedp.Do(ctx, chromedp.EmulateViewport(1400, 900), chromedp.Navigate(url)))
	require.Equal(t, "stem depthwise add", names())
	click("layer")
	require.Equal(t, "add depthwise stem", names())
	click("points")
	require.Equal(t, "add stem depthwise", names())
	click("points")
	require.Equal(t, "depthwise stem add", names())
	require.NoError(t, chromedp.Do(ctx, chromedp.Focus(chromedp.CSS("#filter")), chromedp.KeyEvent("conv TEM")))
	require.Equal(t, "stem", names())
	require.Equal(t, "1 of 3", ask(t, ctx, chromedp.Text(chromedp.CSS("#filtered"))))
	require.Equal(t, 1, ask(t, ctx, chromedp.Evaluate[int](`[...document.querySelectorAll("details.layer")].filter(d => d.checkVisibility()).length`)))
	// A link goes to a layer that the filter hides.
	require.NoError(t, chromedp.Do(ctx, chromedp.Focus(chromedp.CSS(`ol.map a[href="#layer-2"]`)), chromedp.KeyEvent(kb.Enter), chromedp.WaitVisible(chromedp.CSS("#layer-2"))))

	_, err := chromedp.Call(ctx, emulation.SetScriptExecutionDisabled, emulation.SetScriptExecutionDisabledParams{Value: true})
	require.NoError(t, err)
	require.NoError(t, chromedp.Do(ctx, chromedp.Navigate(url)))
	require.NoError(t, chromedp.Do(ctx, chromedp.WaitVisible(chromedp.CSS("table.layers tbody tr:nth-child(3)"))))
	_, err = chromedp.Call(ctx, emulation.SetScriptExecutionDisabled, emulation.SetScriptExecutionDisabledParams{})
	require.NoError(t, err)
	require.True(t, ask(t, ctx, chromedp.Evaluate[bool](`document.getElementById("filter").parentElement.hidden`)))
}

// A link lands where the layer's name can be seen.
func TestLinksLandOnNames(t *testing.T) {
	ctx := browser(t)
	page, _ := render(t, example.MobileNet(), dossier.Options{})
	require.NoError(t, chromedp.Do(ctx, chromedp.EmulateViewport(400, 700), chromedp.Navigate(save(t, page)),
		chromedp.Focus(chromedp.CSS(`ol.map a[href="#layer-30"]`)), chromedp.KeyEvent(kb.Enter), chromedp.WaitVisible(chromedp.CSS("#layer-30"))))
	require.Eventually(t, func() bool {
		top := ask(t, ctx, chromedp.Evaluate[float64](`document.querySelector("#layer-30").closest("details").querySelector("summary").getBoundingClientRect().top`))
		return top >= 0 && top < 300
	}, 5*time.Second, 50*time.Millisecond)
}

// drill goes from the last layer of the map to its compare points with the keyboard,
// if there are any layers, and through the pictures, which scroll.
func drill(t *testing.T, ctx context.Context, layers int) {
	t.Helper()
	if layers == 0 {
		return
	}
	last := fmt.Sprintf("#layer-%d", layers-1)
	require.NoError(t, chromedp.Do(ctx, chromedp.Focus(chromedp.CSS(`ol.map a[href="`+last+`"]`)), chromedp.KeyEvent(kb.Enter), chromedp.WaitVisible(chromedp.CSS(last)),
		chromedp.Focus(chromedp.CSS(last+" details.points summary")), chromedp.KeyEvent(kb.Enter)))
	require.True(t, ask(t, ctx, chromedp.Evaluate[bool](`document.querySelector("`+last+` details.points").open`)))
	unreachable := ask(t, ctx, chromedp.Evaluate[int](`[...document.querySelectorAll(".scroll")].filter(e =>
		e.scrollWidth > e.clientWidth && e.querySelector("svg") && e.tabIndex < 0).length`))
	require.Zero(t, unreachable)
}

func emulate(t *testing.T, ctx context.Context, media emulation.SetEmulatedMediaParams) {
	t.Helper()
	_, err := chromedp.Call(ctx, emulation.SetEmulatedMedia, media)
	require.NoError(t, err)
}

// Paper has everything but the points of each layer, which are hundreds of pages.
func TestPrint(t *testing.T) {
	ctx := browser(t)
	r := example.Small()
	r.Head = example.Head()
	page, _ := render(t, r, dossier.Options{})
	height := `(s => document.querySelector(s).getBoundingClientRect().height > 0 && document.querySelector(s).checkVisibility({contentVisibilityAuto: true}))`
	require.NoError(t, chromedp.Do(ctx, chromedp.EmulateViewport(1000, 900), chromedp.Navigate(save(t, page))))
	require.False(t, ask(t, ctx, chromedp.Evaluate[bool](height+`("#layer-1 dl")`)), "folded on a screen")
	emulate(t, ctx, emulation.SetEmulatedMediaParams{Media: "print"})
	require.True(t, ask(t, ctx, chromedp.Evaluate[bool](height+`("#layer-1 dl")`)), "laid out on paper")
	require.False(t, ask(t, ctx, chromedp.Evaluate[bool](height+`("#layer-1 details.points tbody")`)), "points on paper")
}

// Whoever prefers a dark page gets one, with light text.
func TestDark(t *testing.T) {
	ctx := browser(t)
	page, _ := render(t, example.Small(), dossier.Options{})
	url := save(t, page)
	var colours [2]string
	for i, scheme := range []string{"light", "dark"} {
		emulate(t, ctx, emulation.SetEmulatedMediaParams{Features: []*emulation.MediaFeature{{Name: "prefers-color-scheme", Value: scheme}}})
		require.NoError(t, chromedp.Do(ctx, chromedp.Navigate(url)))
		colours[i] = ask(t, ctx, chromedp.Evaluate[string](`getComputedStyle(document.body).backgroundColor + " " + getComputedStyle(document.body).color`))
	}
	require.Equal(t, [2]string{"rgb(252, 252, 251) rgb(29, 34, 38)", "rgb(20, 24, 27) rgb(230, 234, 236)"}, colours)
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
