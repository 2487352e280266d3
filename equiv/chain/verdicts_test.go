package chain

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/hashiflex/hashiflex/fuzz/everyday"
	"github.com/hashiflex/hashiflex/spec/verdict"
)

// corpusModule finds a module of the corpus.
func corpusModule(t testing.TB, name string) *everyday.Module {
	t.Helper()
	ms, err := everyday.Modules(16)
	require.NoError(t, err)
	for i := range ms {
		if ms[i].Name == name {
			return &ms[i]
		}
	}
	t.Fatalf("the corpus has no module %s", name)
	return nil
}

// TestAlmostRight: hardware that is right but for one thing gets the verdict that an
// engineer would want: it is refuted where it computes something else, and unknown where
// nobody can say what it computes, with the object and the line that it is for.
func TestAlmostRight(t *testing.T) {
	p := byZ3(t, 1)
	for _, c := range []struct {
		what, module, old, new string
		verdict                verdict.Verdict
		words                  []string
	}{
		{
			"an input of an instance that is not connected", "instances", ".a(x1), .c(c0)", ".a(), .c(c0)",
			verdict.Unknown, []string{"port a of instance t1", "is not connected", "instances.v:20."},
		},
		{
			"an input of an instance that is left out", "instances", ".a(x1), .c(c0)", ".c(c0)",
			verdict.Unknown, []string{"undriven", "t1.a"},
		},
		{
			"an output of an instance that is not connected", "instances", ".s(c1)", ".s()",
			verdict.Unknown, []string{"undriven", "c1"},
		},
		{
			"a latch", "case_output", "default: y = q[6] ? 4'd0 : 4'd15;", "default: if (q[6]) y = 4'd0;",
			verdict.Unknown, []string{"latch", "case_output.v:"},
		},
		{
			"an x that an arm gives", "case_arms", "9'b000000000, 9'b111111111:", "9'b000000000:",
			verdict.Refuted, nil,
		},
		{
			"an x in a default arm that values reach", "case_arms", "9'b1????????: y = -128;", "",
			verdict.Unknown, []string{"x", "case_arms.v:"},
		},
		{
			"an x in a default arm that no value reaches", "case_arms", "no value", "none",
			verdict.Proved, nil,
		},
		{
			"an output that nobody checks", "pipeline_valid", "output reg valid_out,", "output reg valid_out, output wire spare,",
			verdict.Proved, nil,
		},
	} {
		t.Run(c.what, func(t *testing.T) {
			m := corpusModule(t, c.module)
			text := string(m.Text)
			require.Equal(t, 1, strings.Count(text, c.old))
			j := judgeText(t, p, m, []byte(strings.Replace(text, c.old, c.new, 1)))
			pt := j.worst()
			t.Logf("%v: %v: %s", pt.Verdict, pt.Reason, pt.Detail)
			require.Equal(t, c.verdict, pt.Verdict, "%+v", pt)
			for _, w := range c.words {
				require.Contains(t, pt.Detail, w)
			}
		})
	}
}
