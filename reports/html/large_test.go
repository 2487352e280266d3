package html

import (
	"bytes"
	"path/filepath"
	"testing"
	"time"

	"github.com/chromedp/chromedp"
	"github.com/stretchr/testify/require"

	"github.com/hashiflex/hashiflex/reports"
	"github.com/hashiflex/hashiflex/reports/dossier"
	"github.com/hashiflex/hashiflex/reports/internal/example"
)

// What the report of 17,068 points may take. The tests allow more time, since others
// may use the processors meanwhile; BenchmarkLarge measures.
const (
	maxBytes   = 5 << 20
	maxWriting = 5 * time.Second
	maxOpening = 2 * time.Second
	busy       = 4
)

// large is a run directory of the size of MobileNetV2, with the given number of
// refuted points.
func large(t testing.TB, refuted int) string {
	t.Helper()
	dir := filepath.Join(t.TempDir(), "run")
	r := example.MobileNet()
	r.Head = example.Head()
	r.Change = func(o *reports.Obligation) {
		if o.IsPoint() && refuted > 0 {
			refuted--
			example.Refute(o)
		}
	}
	require.NoError(t, example.Write(dir, r))
	return dir
}

func drawn17068(t testing.TB, dir string) []byte {
	t.Helper()
	d, err := dossier.Open(dir, dossier.Options{})
	require.NoError(t, err)
	var b bytes.Buffer
	require.NoError(t, Write(&b, d))
	require.Less(t, b.Len(), maxBytes)
	return b.Bytes()
}

// A page of 17,068 points is small, and opens soon.
func TestLargePage(t *testing.T) {
	dir := large(t, 0)
	begin := time.Now()
	page := drawn17068(t, dir)
	took := time.Since(begin)
	ctx := browser(t)
	require.NoError(t, chromedp.Do(ctx, chromedp.Navigate(save(t, string(page)))))
	opened := ask(t, ctx, chromedp.Evaluate[float64](`performance.getEntriesByType("navigation")[0].loadEventEnd`))
	rows := ask(t, ctx, chromedp.Evaluate[int](`document.querySelectorAll("details.points tbody tr").length`))
	t.Logf("%d bytes, written in %v, opened in %.0f ms", len(page), took, opened)
	require.Equal(t, 17068, rows)
	require.Less(t, took, busy*maxWriting)
	require.Less(t, opened, busy*maxOpening.Seconds()*1000)
}

// Nor is it larger where a thousand points are refuted, each with a cone.
func TestLargeRefutedPage(t *testing.T) {
	page := string(drawn17068(t, large(t, 1000)))
	require.Contains(t, page[len(page)/10:], "500 more problems")
}

func BenchmarkLarge(b *testing.B) {
	for name, refuted := range map[string]int{"passing": 0, "refuted": 1000} {
		b.Run(name, func(b *testing.B) {
			dir := large(b, refuted)
			n := 0
			for b.Loop() {
				n = len(drawn17068(b, dir))
			}
			b.ReportMetric(float64(n), "bytes")
		})
	}
}
