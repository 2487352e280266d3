// Package live serves a page that shows a run while it is going on: its layers as they
// settle, and how far it is. It reads the run directory and nothing else, so it can watch a
// run of this process, of another one, or one that was killed. When the run has ended, it
// serves the run's own report.
//
// It answers GET and HEAD at a few fixed paths and changes nothing. A request must name
// a host that the server was started for, so that no page of a stranger's reads it
// through another name.
package live

import (
	"bytes"
	"crypto/sha256"
	"embed"
	"encoding/base64"
	"fmt"
	"html/template"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"time"

	"github.com/hashiflex/hashiflex/reports/rundir"
	"github.com/hashiflex/hashiflex/reports/visible"
	"github.com/hashiflex/hashiflex/spec/words"
)

//go:embed live.html live.css live.js
var files embed.FS

var page = template.Must(template.New("live.html").Funcs(template.FuncMap{
	"num":   words.Number,
	"count": words.Count,
	"ago":   ago,
}).ParseFS(files, "live.html"))

// Local makes sure that an address such as "127.0.0.1:8000" is of this machine alone.
func Local(address string) error {
	host, _, err := net.SplitHostPort(address)
	if err != nil {
		return err
	}
	if host != "localhost" && !isLocal(host) {
		return fmt.Errorf("%s is no address of this machine alone, such as 127.0.0.1 or localhost", host)
	}
	return nil
}

func isLocal(host string) bool {
	ip := net.ParseIP(host)
	return ip != nil && ip.IsLoopback()
}

// Serve serves the page of the run in dir on a listener until the returned function is
// called. With open, requests may name any host.
func Serve(l net.Listener, dir string, open bool) (stop func()) {
	s := &http.Server{Handler: Handler(dir, open), ReadHeaderTimeout: 5 * time.Second, ReadTimeout: 10 * time.Second, WriteTimeout: 30 * time.Second, MaxHeaderBytes: 1 << 14}
	go func() { _ = s.Serve(l) }()
	return func() { _ = s.Close() }
}

// Handler answers for the run in dir. With open, requests may name any host.
func Handler(dir string, open bool) http.Handler {
	h := &handler{dir: dir}
	mux := http.NewServeMux()
	mux.HandleFunc("/{$}", h.page)
	mux.HandleFunc("/state", h.state)
	mux.HandleFunc("/report", h.report)
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		head := w.Header()
		head.Set("Cache-Control", "no-store")
		head.Set("X-Content-Type-Options", "nosniff")
		head.Set("Referrer-Policy", "no-referrer")
		host := r.Host
		if name, _, err := net.SplitHostPort(host); err == nil {
			host = name
		}
		switch {
		case r.Method != http.MethodGet && r.Method != http.MethodHead:
			head.Set("Allow", "GET, HEAD")
			http.Error(w, "only GET", http.StatusMethodNotAllowed)
		case !open && host != "localhost" && !isLocal(host):
			http.Error(w, "this server answers under the name of this machine alone", http.StatusForbidden)
		default:
			mux.ServeHTTP(w, r)
		}
	})
}

type handler struct{ dir string }

// view is what the template reads.
type view struct {
	*rundir.State
	Dir        string
	Style      template.CSS
	Script     template.JS
	Settled    int
	Points     int
	Looked     int
	Refuted    int
	Elapsed    string
	Percent    int // of the points
	Silence    string
	Known      bool
	Unfinished bool
}

func (h *handler) view() (*view, error) {
	s, err := rundir.Watch(h.dir)
	if err != nil {
		return nil, err
	}
	visible.All(s)
	v := &view{State: s, Dir: visible.Line(h.dir), Known: len(s.Layers) > 0}
	for _, l := range s.Layers {
		v.Points += l.Points
		v.Settled += l.Settled
		v.Refuted += l.Refuted
		if l.Looked {
			v.Looked++
		}
	}
	if v.Points > 0 {
		v.Percent = 100 * v.Settled / v.Points
	}
	if t, err := time.Parse(time.RFC3339, s.Begin); err == nil {
		v.Elapsed = ago(time.Since(t))
	}
	if !s.Heard.IsZero() {
		if d := time.Since(s.Heard); d > silent {
			v.Silence = ago(d)
		}
	}
	return v, nil
}

// silent is how long a run may write nothing before the page says so.
const silent = 20 * time.Second

// ago is a length of time as a person says it.
func ago(d time.Duration) string {
	s := int(d.Seconds())
	switch {
	case s < 100:
		return words.Count(s, "second")
	case s < 6000:
		return words.Count(s/60, "minute")
	}
	return fmt.Sprintf("%d h %d min", s/3600, s%3600/60)
}

// policy is the page's: nothing but its own style, script and state.
func policy(script []byte) string {
	sum := sha256.Sum256(script)
	return "default-src 'none'; style-src 'unsafe-inline'; connect-src 'self'; script-src 'sha256-" + base64.StdEncoding.EncodeToString(sum[:]) +
		"'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
}

func (h *handler) page(w http.ResponseWriter, r *http.Request) {
	v, err := h.view()
	if err != nil {
		h.failed(w, err)
		return
	}
	if v.Finished {
		http.Redirect(w, r, "/report", http.StatusSeeOther)
		return
	}
	style, _ := files.ReadFile("live.css") // both are part of the program
	script, _ := files.ReadFile("live.js")
	v.Style, v.Script = template.CSS(style), template.JS(script)
	w.Header().Set("Content-Security-Policy", policy(script))
	h.write(w, "live.html", v)
}

// state is the part of the page that changes. Its status says when the run has ended.
func (h *handler) state(w http.ResponseWriter, _ *http.Request) {
	v, err := h.view()
	if err != nil {
		h.failed(w, err)
		return
	}
	w.Header().Set("Content-Security-Policy", "default-src 'none'")
	if v.Finished {
		w.WriteHeader(http.StatusNoContent)
		return
	}
	h.write(w, "state", v)
}

// report serves the page of a run that has ended, which has a policy of its own.
func (h *handler) report(w http.ResponseWriter, r *http.Request) {
	if s, err := rundir.Watch(h.dir); err != nil || !s.Finished {
		http.Redirect(w, r, "/", http.StatusSeeOther)
		return
	}
	f, err := os.Open(filepath.Join(h.dir, string(rundir.Reports), "signoff.html"))
	if err != nil {
		http.Error(w, "the run has ended; \"hashiflex report\" writes its page", http.StatusNotFound)
		return
	}
	defer f.Close()
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	http.ServeContent(w, r, "", time.Time{}, f)
}

func (h *handler) write(w http.ResponseWriter, name string, v *view) {
	var b bytes.Buffer
	if err := page.ExecuteTemplate(&b, name, v); err != nil {
		h.failed(w, err)
		return
	}
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	_, _ = w.Write(b.Bytes())
}

func (h *handler) failed(w http.ResponseWriter, err error) {
	http.Error(w, visible.Line(err.Error()), http.StatusServiceUnavailable)
}
