package junit

import (
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/hashiflex/hashiflex/reports"
	"github.com/hashiflex/hashiflex/reports/dossier"
	"github.com/hashiflex/hashiflex/reports/internal/example"
)

// element is what the JUnit schema of the Jenkins xUnit plug-in (junit-10.xsd) says
// about an element, as far as this package writes it.
type element struct {
	children map[string]int            // how often each may stand there; -1: any number
	attrs    map[string]*regexp.Regexp // and the form of their values
	required []string                  // attributes
	text     bool                      // characters other than space
}

var (
	anyText  = regexp.MustCompile(`^(?s:.*)$`)
	count    = regexp.MustCompile(`^[0-9]+$`)
	surefire = regexp.MustCompile(`^(([0-9]{0,3},)*[0-9]{3}|[0-9]{0,3})*(\.[0-9]{0,3})?$`) // SUREFIRE_TIME
)

var format = map[string]element{
	"testsuites": {
		children: map[string]int{"testsuite": -1},
		attrs:    map[string]*regexp.Regexp{"name": anyText, "time": surefire, "tests": count, "failures": count, "disabled": count, "errors": count},
	},
	"testsuite": {
		children: map[string]int{"testsuite": -1, "properties": -1, "testcase": -1, "system-out": -1, "system-err": -1},
		attrs: map[string]*regexp.Regexp{
			"name": anyText, "tests": count, "failures": count, "errors": count, "group": anyText, "time": surefire, "skipped": count,
			"timestamp": anyText, "hostname": anyText, "id": anyText, "package": anyText, "file": anyText, "log": anyText, "url": anyText, "version": anyText,
		},
		required: []string{"name", "tests"},
	},
	"properties": {children: map[string]int{"property": -1}},
	"property": {
		attrs:    map[string]*regexp.Regexp{"name": anyText, "value": anyText},
		required: []string{"name", "value"},
	},
	"testcase": {
		children: map[string]int{"error": -1, "failure": -1, "system-out": -1, "system-err": -1, "properties": -1},
		attrs: map[string]*regexp.Regexp{
			"name": anyText, "classname": anyText, "time": surefire, "assertions": anyText, "timestamp": anyText, "status": anyText,
			"class": anyText, "file": anyText, "line": anyText, "group": anyText, "url": anyText,
		},
		required: []string{"name"},
	},
	"failure": {attrs: map[string]*regexp.Regexp{"type": anyText, "message": anyText}, text: true},
	"error":   {attrs: map[string]*regexp.Regexp{"type": anyText, "message": anyText}, text: true},
}

// tally is what the cases of a suite amount to.
type tally struct{ tests, failures, errors int }

// conforms checks a report against the format, and the counts that it states
// against the cases that it has. <skipped> is legal JUnit and not accepted here.
func conforms(text string) error {
	if !strings.HasPrefix(text, xml.Header) {
		return errors.New("no XML declaration")
	}
	d := xml.NewDecoder(strings.NewReader(text))
	type open struct {
		name   string
		said   tally
		found  tally
		inside map[string]int
	}
	var stack []*open
	roots := 0
	for {
		tok, err := d.Token()
		if err == io.EOF {
			break
		}
		if err != nil {
			return err
		}
		switch tok := tok.(type) {
		case xml.StartElement:
			name := tok.Name.Local
			e, ok := format[name]
			if !ok || tok.Name.Space != "" {
				return fmt.Errorf("<%s> is not known", name)
			}
			if len(stack) == 0 {
				if roots++; name != "testsuites" || roots > 1 {
					return fmt.Errorf("<%s> at the top", name)
				}
			} else {
				up := stack[len(stack)-1]
				if format[up.name].children[name] == 0 {
					return fmt.Errorf("<%s> in <%s>", name, up.name)
				}
				if up.inside[name]++; up.name == "testcase" && up.inside["failure"]+up.inside["error"] > 1 {
					return errors.New("a test case with two verdicts")
				}
			}
			here := &open{name: name, inside: map[string]int{}}
			have := map[string]bool{}
			for _, a := range tok.Attr {
				form := e.attrs[a.Name.Local]
				if form == nil || have[a.Name.Local] || !form.MatchString(a.Value) {
					return fmt.Errorf("<%s %s=%q>", name, a.Name.Local, a.Value)
				}
				have[a.Name.Local] = true
				n, _ := strconv.Atoi(a.Value)
				switch a.Name.Local {
				case "tests":
					here.said.tests = n
				case "failures":
					here.said.failures = n
				case "errors":
					here.said.errors = n
				}
			}
			for _, a := range e.required {
				if !have[a] {
					return fmt.Errorf("<%s> without %s", name, a)
				}
			}
			stack = append(stack, here)
		case xml.EndElement:
			done := stack[len(stack)-1]
			stack = stack[:len(stack)-1]
			if strings.HasPrefix(done.name, "testsuite") && done.said != done.found {
				return fmt.Errorf("<%s> says %v and has %v", done.name, done.said, done.found)
			}
			if len(stack) == 0 {
				continue
			}
			up := stack[len(stack)-1]
			up.found.tests += done.found.tests
			up.found.failures += done.found.failures
			up.found.errors += done.found.errors
			if done.name == "testcase" {
				up.found.tests++
				up.found.failures += done.inside["failure"]
				up.found.errors += done.inside["error"]
			}
		case xml.CharData:
			if strings.TrimSpace(string(tok)) != "" && (len(stack) == 0 || !format[stack[len(stack)-1].name].text) {
				return fmt.Errorf("text %.40q", string(tok))
			}
		case xml.ProcInst:
			if roots > 0 {
				return errors.New("an instruction within the document")
			}
		default:
			return fmt.Errorf("%T within the document", tok)
		}
	}
	if roots != 1 {
		return errors.New("nothing there")
	}
	return nil
}

// What is not of the format is found.
func TestFormat(t *testing.T) {
	r := example.Small()
	r.Change = func(o *reports.Obligation) {
		switch o.ID {
		case "stem/golden = rtl/3":
			example.Refute(o)
		case "stem/golden = rtl/4":
			example.TimeOut(o)
		}
	}
	text, _ := rendered(t, r, dossier.Options{})
	for old, changed := range map[string]string{
		"<testsuites ":                      "<suites ",
		"</testsuites>":                     "",
		`<testsuite name="stem"`:            `<testsuite`,
		`tests="12"`:                        `tests="11"`,
		`failures="1"`:                      `failures="0"`,
		`errors="1"`:                        `errors="one"`,
		`<testcase name="0"`:                `<testcase`,
		`classname="stem.golden = netlist"`: `klass="x"`,
		"<failure ":                         `<failure line="3" `,
		"</failure>":                        "</failure><error></error>",
		"<error ":                           `<skipped></skipped><error `,
		`<property name="verdict"`:          `<property`,
		"</properties>":                     "lost text</properties>",
		`time="0.042"`:                      `time="42 ms"`,
		xml.Header:                          "",
		"</testsuite>":                      "</testsuite><!-- note -->",
	} {
		edited := strings.Replace(text, old, changed, 1)
		require.NotEqual(t, text, edited, old)
		require.Error(t, conforms(edited), "%s -> %s", old, changed)
	}
	require.Error(t, conforms(xml.Header))
	require.Error(t, conforms(text+"<testsuites></testsuites>"))
}
