package live

import (
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/hashiflex/hashiflex/reports/internal/example"
	"github.com/hashiflex/hashiflex/reports/rundir"
)

func ask(h http.Handler, method, path, host string) *httptest.ResponseRecorder {
	r := httptest.NewRequest(method, "http://"+host+path, nil)
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	return w
}

const here = "127.0.0.1:8000"

func TestRunningRun(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "run")
	run, err := rundir.Open(rundir.Config{Dir: dir, Identity: rundir.Identity{Network: "<tiny>"}, Program: "test"})
	require.NoError(t, err)
	defer run.Close()
	h := Handler(dir, false)
	w := ask(h, "GET", "/", here)
	require.Equal(t, http.StatusOK, w.Code)
	require.Contains(t, w.Body.String(), "has not said anything yet")
	require.Contains(t, w.Header().Get("Content-Security-Policy"), "default-src 'none'")

	hostile := strings.Join(example.Hostile, "")
	run.Progress(rundir.Progress{Begin: "2026-02-03T04:05:06Z", Layers: []rundir.LayerProgress{{Name: "stem", Kind: "conv", Points: 6}, {Name: hostile, Kind: hostile, Points: 2}, {Name: "last", Points: 4}}})
	run.Progress(rundir.Progress{Layer: &rundir.LayerProgress{Name: "stem", Kind: "conv", Points: 6, Looked: true, Settled: 6}})
	run.Progress(rundir.Progress{Layer: &rundir.LayerProgress{Name: hostile, Kind: hostile, Points: 2, Looked: true, Refuted: 1, Open: 1}})
	run.Progress(rundir.Progress{Phase: "layers", Done: 8, Total: 24})
	for _, path := range []string{"/", "/state"} {
		w = ask(h, "GET", path, here)
		page := w.Body.String()
		for _, want := range []string{"6 of 12 compare points settled", "2 of 3 layers done", "✗ 1 refuted", "layers, 8 of 24", "4 points, waiting", "1 open", "&lt;script&gt;alert(1)"} {
			require.True(t, strings.Contains(page, want), "%s lacks %s", path, want)
		}
		for _, bad := range []string{"<script>alert", "<img", "\x1b", "\u202e"} {
			require.False(t, strings.Contains(page, bad), bad)
		}
	}
	require.Equal(t, "/", ask(h, "GET", "/report", here).Header().Get("Location"))
}

// Nothing but reading, at these paths, under this machine's name.
func TestNothingElse(t *testing.T) {
	dir := t.TempDir()
	h := Handler(dir, false)
	for _, method := range []string{"POST", "PUT", "DELETE", "OPTIONS", "PATCH"} {
		require.Equal(t, http.StatusMethodNotAllowed, ask(h, method, "/", here).Code)
	}
	for _, path := range []string{"/run.json", "/../etc/passwd", "/reports/signoff.html", "/%2e%2e/x", "//etc/passwd"} {
		w := ask(h, "GET", path, here)
		require.True(t, w.Code == http.StatusNotFound || w.Code/100 == 3, "%s: %d", path, w.Code)
		require.NotContains(t, w.Body.String(), "root:")
	}
	for _, host := range []string{"example.org", "example.org:8000", "10.0.0.1", "localhost.example.org", ""} {
		require.Equal(t, http.StatusForbidden, ask(h, "GET", "/", host).Code, host)
	}
	require.Equal(t, http.StatusServiceUnavailable, ask(h, "GET", "/", "localhost").Code, "no run is there")
	require.Equal(t, http.StatusServiceUnavailable, ask(h, "GET", "/", "[::1]:80").Code)
	require.Equal(t, http.StatusServiceUnavailable, ask(Handler(dir, true), "GET", "/", "example.org").Code)
	for _, a := range []string{"127.0.0.1:0", "127.9.9.9:80", "[::1]:80", "localhost:80"} {
		require.NoError(t, Local(a))
	}
	for _, a := range []string{"0.0.0.0:80", ":80", "[::]:80", "192.168.0.1:80", "example.org:80", "127.0.0.1", "8000"} {
		require.Error(t, Local(a), a)
	}
}

// A run that has ended has its report.
func TestFinishedRun(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "run")
	require.NoError(t, example.Write(dir, example.Small()))
	h := Handler(dir, false)
	require.Equal(t, "/report", ask(h, "GET", "/", here).Header().Get("Location"))
	require.Equal(t, http.StatusNoContent, ask(h, "GET", "/state", here).Code)
	require.Equal(t, http.StatusNotFound, ask(h, "GET", "/report", here).Code)
	require.NoError(t, os.WriteFile(filepath.Join(dir, "reports", "signoff.html"), []byte("<p>signed off"), 0o644))
	w := ask(h, "GET", "/report", here)
	require.Equal(t, "<p>signed off", w.Body.String())
	require.Equal(t, "text/html; charset=utf-8", w.Header().Get("Content-Type"))
}
