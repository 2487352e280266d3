package junit

import (
	"bytes"
	"encoding/xml"
	"io"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/hashiflex/hashiflex/reports"
	"github.com/hashiflex/hashiflex/reports/dossier"
	"github.com/hashiflex/hashiflex/reports/internal/example"
	"github.com/hashiflex/hashiflex/reports/internal/opened"
	"github.com/hashiflex/hashiflex/spec/verdict"
)

type file struct {
	Tests    int `xml:"tests,attr"`
	Errors   int `xml:"errors,attr"`
	Failures int `xml:"failures,attr"`
	Skipped  int `xml:"skipped,attr"`
	Suites   []struct {
		Name  string `xml:"name,attr"`
		Time  string `xml:"time,attr"`
		Cases []struct {
			Name  string `xml:"name,attr"`
			Class string `xml:"classname,attr"`
			Error *struct {
				Type string `xml:"type,attr"`
			} `xml:"error"`
			Failure *struct {
				Type    string `xml:"type,attr"`
				Message string `xml:"message,attr"`
				Text    string `xml:",chardata"`
			} `xml:"failure"`
		} `xml:"testcase"`
	} `xml:"testsuite"`
}

func render(t *testing.T, r example.Run) (string, file) {
	t.Helper()
	return rendered(t, r, dossier.Options{NoTimings: true})
}

// rendered also holds what it got against the format.
func rendered(t *testing.T, r example.Run, opt dossier.Options) (string, file) {
	t.Helper()
	d := opened.Run(t, r, opt)
	var b bytes.Buffer
	require.NoError(t, Write(&b, d))
	var f file
	require.NoError(t, xml.Unmarshal(b.Bytes(), &f))
	require.NoError(t, conforms(b.String()))
	return b.String(), f
}

func TestVerdicts(t *testing.T) {
	_, f := render(t, example.Small())
	require.Equal(t, 1+2*31+1, f.Tests)
	require.Zero(t, f.Errors+f.Failures+f.Skipped)

	r := example.Small()
	r.Change = func(o *reports.Obligation) {
		switch o.ID {
		case "stem/golden = rtl/3":
			example.Refute(o)
		case "stem/golden = rtl/4":
			example.TimeOut(o)
		case "interface/add":
			o.Verdict, o.Strategy, o.Reason = verdict.Failed, "", "solvers disagree"
		}
	}
	r.Omit = func(o *reports.Obligation) bool { return o.ID == "depthwise/golden = netlist/7" }
	text, f := render(t, r)
	require.NotContains(t, text, "<skipped")
	stem := f.Suites[1]
	require.Equal(t, "stem", stem.Name)
	require.NotNil(t, stem.Cases[9].Failure)
	require.Contains(t, stem.Cases[9].Failure.Text, "x0 = 3")
	require.NotNil(t, stem.Cases[10].Error)
	require.Nil(t, stem.Cases[8].Error)
	require.Contains(t, text, `name="1 other point"`)
	require.Contains(t, text, "solvers disagree")

	_, f = render(t, example.Run{Network: "none"})
	require.NotZero(t, f.Errors)
}

// TestReasons: each reason against signing off is of the type that it alone amounts
// to, however grave the others are.
func TestReasons(t *testing.T) {
	r := example.Small()
	r.Change = func(o *reports.Obligation) {
		switch o.ID {
		case "stem/golden = rtl/3":
			example.Refute(o)
		case "interface/add":
			o.Verdict, o.Strategy, o.Reason = verdict.Failed, "", "solvers disagree"
		}
	}
	r.Omissions = []reports.Omission{{What: "vectors", Why: "no time", Blocks: true}}
	_, f := render(t, r)
	types := map[string]string{}
	for _, c := range f.Suites[0].Cases {
		if c.Failure != nil {
			types[c.Name] = "failure " + c.Failure.Type
		} else {
			types[c.Name] = "error " + c.Error.Type
		}
	}
	require.Equal(t, map[string]string{
		"golden = rtl: 1 of 31 points refuted":  "failure refuted",
		"obligations, interface: 1 of 3 failed": "error failed",
		"not done: vectors (no time)":           "error not proved",
	}, types)
}

func TestWaived(t *testing.T) {
	r, waive := example.Waived()
	text, f := rendered(t, r, dossier.Options{Waive: waive})
	require.Contains(t, text, `name="verdict" value="small is signed off with 1 waiver`)
	require.Contains(t, f.Suites[0].Cases[0].Name, "signed off with 1 waiver")
}

func TestReproducible(t *testing.T) {
	a, _ := render(t, example.Small())
	b, _ := render(t, example.Small())
	require.Equal(t, a, b)
}

func TestHostileText(t *testing.T) {
	text, f := render(t, example.HostileRun())
	require.Len(t, f.Suites, len(example.Hostile)+2)
	require.NotContains(t, text, "\ufffd")
	// Only the elements of the format are there.
	known := map[string]bool{"testsuites": true, "testsuite": true, "testcase": true, "properties": true, "property": true, "error": true, "failure": true}
	d := xml.NewDecoder(strings.NewReader(text))
	for {
		tok, err := d.Token()
		if err == io.EOF {
			break
		}
		require.NoError(t, err)
		if e, ok := tok.(xml.StartElement); ok {
			require.True(t, known[e.Name.Local], e.Name.Local)
		}
	}
	require.Equal(t, example.Hostile[0], f.Suites[1].Name)
}

// The kinds of the chip between the layers have a sentence where they are proved, and a
// case for each obligation that is not.
func TestStream(t *testing.T) {
	r := example.Small()
	r.Stream = example.Stream()
	text, f := render(t, r)
	require.Zero(t, f.Errors+f.Failures)
	for _, k := range []verdict.Kind{verdict.StreamReset, verdict.StreamBlock, verdict.StreamWiring, verdict.StreamFlow, verdict.StreamWhole} {
		row, _ := k.Row()
		require.Contains(t, text, `classname="`+string(k)+`"`)
		require.NotEmpty(t, row.Claim)
	}
	r.Change = func(o *reports.Obligation) {
		if o.ID == verdict.StreamBlock.ID("add.fifo_b") {
			example.Refute(o)
		}
	}
	text, f = render(t, r)
	require.Equal(t, 1, strings.Count(text, `name="stream block/add.fifo_b"`))
	require.NotContains(t, text, `classname="stream block"></testcase>`)
	require.Positive(t, f.Failures)
	require.Positive(t, f.Errors, "flow and whole are unknown")
}
