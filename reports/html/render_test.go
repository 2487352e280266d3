package html

import (
	"bytes"
	"crypto/sha256"
	"encoding/base64"
	"html"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/hashiflex/hashiflex/reports"
	"github.com/hashiflex/hashiflex/reports/dossier"
	"github.com/hashiflex/hashiflex/reports/internal/example"
	"github.com/hashiflex/hashiflex/reports/internal/opened"
	"github.com/hashiflex/hashiflex/spec/verdict"
)

func render(t *testing.T, r example.Run, opt dossier.Options) (string, *dossier.Dossier) {
	t.Helper()
	d := opened.Run(t, r, opt)
	var b bytes.Buffer
	require.NoError(t, Write(&b, d))
	return b.String(), d
}

func TestFirstScreen(t *testing.T) {
	refuted, slow, left := example.Small(), example.Small(), example.Small()
	waived, waive := example.Waived()
	refuted.Change = func(o *reports.Obligation) {
		if o.ID == "stem/golden = rtl/3" {
			example.Refute(o)
			o.Source = []string{"stem.v:12"}
		}
	}
	slow.Change = func(o *reports.Obligation) {
		if o.ID == "depthwise/golden = netlist/20" {
			example.TimeOut(o)
		}
	}
	headed, differing, disputed := example.Small(), example.Small(), example.Small()
	headed.Head, differing.Head = example.Head(), example.Head()
	differing.Change = func(o *reports.Obligation) {
		if o.Kind == verdict.HeadFuzz {
			example.Refute(o)
		}
	}
	disputed.Options = []reports.Setting{{Name: "second solver", Value: "cvc5"}}
	disputed.Change = func(o *reports.Obligation) {
		switch {
		case o.ID == "stem/golden = rtl/1":
			o.Verdict, o.Strategy, o.Reason = verdict.Failed, "", "solver disagrees"
		case o.IsPoint():
			o.Checks = append(o.Checks, "cvc5 1.0.3")
		}
	}
	chip, broken := example.Small(), example.Small()
	chip.Stream, broken.Stream = example.Stream(), example.Stream()
	slower := chip
	slower.Head = example.Head()
	slower.Head.Rates = slower.Head.Rates[1:]
	broken.Change = func(o *reports.Obligation) {
		if o.ID == verdict.StreamBlock.ID("add.fifo_b") {
			example.Refute(o)
			o.Detail = "progress: item 4 never comes"
		}
	}
	left.Omit = func(o *reports.Obligation) bool { return o.Layer == "add" && o.IsPoint() }
	for _, c := range []struct {
		name  string
		run   example.Run
		waive func(*reports.Signoff) error
		want  []string
	}{
		{"passing", example.Small(), nil, []string{`<header class="proved"`, "small is signed off: 31 compare points in 3 layers", ">Signed off<"}},
		{"refuted", refuted, nil, []string{
			`<header class="refuted"`, "the model gives <strong>17</strong>", "stem.v:12", "30 of 31 proved, 1 refuted", ">x0<",
			"input x0 is subtracted, the specification adds it", "l1_0 gate", "l1_0 gold", "first difference", "-2, should be 8", "no witness moves fewer inputs",
		}},
		{"with a head", headed, nil, []string{`<header class="proved"`, "Nothing is listed as left out", "1,500, 23,456 commands", "no address is as large", "99\u00a0%", "20,833,333", "a lane adds the product",
			"✓ passed</span><br>The programmable head, under random", "1 of 1 passed", "head = golden",
		}},
		{"with a chip", chip, nil, []string{`<header class="proved"`, "stream = golden", ">The chip<", "9 of 9 blocks proved", "depth 15 items, 1.3 rows of 12; 14 lose 10 clocks a frame, 12 are a deadlock", "waits 6 for items, 2 for readers",
			"A frame takes 150 clocks in depthwise.window, the slowest", "6,666,666 images a second at 1 GHz", `FIFO 15 <span class="clocks">144`,
			`<tr class="slowest"><td><code>depthwise.window`, `<code>chunks/small_stream.v.gz</code>`, "A block of the stream gives the right items",
		}},
		{"a head that is slower than the chip", slower, nil, []string{"The programmable head does not: with 16 lanes it takes 80,105 cycles an image, which is 12,483 images a second"}},
		{"a chip that stops", broken, nil, []string{`<header class="refuted"`, "Not shown: For every", "progress: item 4 never comes", "The run, clock by clock", "add.fifo_b is not proved", `<a class="refuted" href="#layer-2"><span class="v proved">✓</span> add`, `<a class="proved" href="#layer-1">`,
			"8 of 9 blocks proved", "The rate of the chip is not known", "stream%20block%2Fadd.fifo_b/witness.json",
		}},
		{"a head that differs", differing, nil, []string{
			`<header class="refuted"`, "the first read gives 4, expected 3", "Waveform: the last moments", ">want<", "a difference is signalled", "head%20fuzz%2Fall/witness.json",
		}},
		{"without a head", example.Small(), nil, []string{`programmable head</a>: this run did not look at it`, "this run did not look at the programmable head", "17,056"}},
		{"agreement", disputed, nil, []string{`<header class="failed"`, "1 obligation failed because two ways of deciding disagree", "Second solver: cvc5"}},
		{"time-out", slow, nil, []string{`<header class="unknown"`, "not signed off", "timeout: no answer within 60 s"}},
		{"skipped", left, nil, []string{`<header class="unknown"`, "1 of 31 points unknown", "30 of 31 proved, 1 unknown"}},
		{"uncovered", waived, nil, []string{`<header class="unknown"`, "1 uncovered object without waiver"}},
		{"waived", waived, waive, []string{`<header class="proved"`, "Signed off with 1 waiver", "small is signed off with 1 waiver", "observation only"}},
		{"empty", example.Run{Network: "none"}, nil, []string{`<header class="unknown"`, "nothing was checked"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			page, d := render(t, c.run, dossier.Options{Waive: c.waive})
			for _, w := range c.want {
				require.True(t, strings.Contains(page, w), "the page lacks %s", w)
			}
			signed := d.Signoff.Conclusion == reports.SignedOff
			require.Equal(t, signed, strings.Contains(page, `class="badge">Signed off`))
			require.Equal(t, signed, strings.Contains(page, `<header class="proved"`))
		})
	}
}

// A page with earlier runs has a line for each and for itself, and the figures by knob.
func TestTrend(t *testing.T) {
	was := opened.Run(t, example.Small(), dossier.Options{})
	was.Signoff.Hardware[0].Adders += 1000
	r := example.Small()
	r.Revision = &reports.Revision{Commit: strings.Repeat("c0ffee", 6), Date: "2026-02-03T01:30:00+01:00", Changed: true}
	page, d := render(t, r, dossier.Options{Past: []dossier.Earlier{
		{Name: "<monday>", Signoff: was.Signoff, Took: 90 * time.Second, Begin: "2026-02-02T09:00:00Z"},
		{Name: "other", Signoff: &reports.Signoff{Network: "other"}},
	}})
	require.Len(t, d.Past, 3)
	for _, w := range []string{
		"&lt;monday&gt;", "2026-02-02 09:00 UTC", "1 min 30 s", "another network", "<strong>this run</strong>", "2026-02-03 04:05 UTC",
		`<code title="` + strings.Repeat("c0ffee", 6) + `">c0ffeec0ffee</code> of 2026-02-03 00:30 UTC, <strong>with changes`,
		"<code>tree=linear</code>", "&#43;10.0\u00a0%", "also reads stem",
	} {
		require.True(t, strings.Contains(page, w), "the page lacks %s", w)
	}
	page, _ = render(t, r, dossier.Options{NoTimings: true})
	require.NotContains(t, page, "04:05")
	require.NotContains(t, page, `id="trend"`)
}

func TestNoTimingsIsReproducible(t *testing.T) {
	a, _ := render(t, example.Small(), dossier.Options{NoTimings: true})
	b, _ := render(t, example.Small(), dossier.Options{NoTimings: true})
	require.Equal(t, a, b)
	require.NotContains(t, a, `class="timed"`)
	timed, _ := render(t, example.Small(), dossier.Options{})
	require.Contains(t, timed, `class="timed"`)
}

// Whatever a run says, the page has the tags of the template and no others.
func TestHostileText(t *testing.T) {
	page, _ := render(t, example.HostileRun(), dossier.Options{})
	tags := regexp.MustCompile(`<[a-zA-Z!/]+`)
	known := map[string]bool{}
	for _, tag := range tags.FindAllString(page, -1) {
		known[strings.ToLower(strings.TrimPrefix(strings.TrimPrefix(tag, "<"), "/"))] = true
	}
	template, err := files.ReadFile("page.html")
	require.NoError(t, err)
	allowed := map[string]bool{"svg": true, "rect": true, "circle": true, "line": true, "polyline": true, "text": true, "title": true, "path": true, "wbr": true}
	for _, tag := range tags.FindAllString(string(template), -1) {
		allowed[strings.ToLower(strings.TrimPrefix(strings.TrimPrefix(tag, "<"), "/"))] = true
	}
	for tag := range known {
		require.True(t, allowed[tag], "<%s", tag)
	}
	require.Equal(t, 1, strings.Count(page, "<script"))
	for _, bad := range []string{"<script>alert", "<img", `href="javascript`, "\x00", "\x1b", "\u202e"} {
		require.NotContains(t, page, bad)
	}
	require.Contains(t, page, "&lt;script&gt;alert(1)")
}

// The only script is the page's own, which its policy names by its hash.
func TestPolicy(t *testing.T) {
	page, _ := render(t, example.Small(), dossier.Options{})
	script := regexp.MustCompile(`(?s)<script>(.*)</script>`).FindStringSubmatch(page)[1]
	sum := sha256.Sum256([]byte(script))
	policy := regexp.MustCompile(`Content-Security-Policy" content="([^"]*)"`).FindStringSubmatch(page)[1]
	require.Contains(t, html.UnescapeString(policy), "default-src 'none'; style-src 'unsafe-inline'; script-src 'sha256-"+base64.StdEncoding.EncodeToString(sum[:])+"'")
}

func TestSelfContained(t *testing.T) {
	page, _ := render(t, example.Small(), dossier.Options{})
	for _, ref := range regexp.MustCompile(`(?:href|src)="([^"]*)"`).FindAllStringSubmatch(page, -1) {
		require.True(t, strings.HasPrefix(ref[1], "#") || ref[1] == "data:,", ref[0])
	}
	require.NotContains(t, page, "url(")
	require.NotContains(t, page, "@import")
	ids := map[string]bool{}
	for _, id := range regexp.MustCompile(` id="([^"]*)"`).FindAllStringSubmatch(page, -1) {
		require.False(t, ids[id[1]], "id %s is there twice", id[1])
		ids[id[1]] = true
	}
	for _, ref := range regexp.MustCompile(`href="#([^"]*)"`).FindAllStringSubmatch(page, -1) {
		require.True(t, ids[ref[1]], "nothing is called %s", ref[1])
	}
}
