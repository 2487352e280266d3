package witness

import (
	"fmt"
	"strings"
	"unicode"

	"github.com/hashiflex/hashiflex/equiv/explain"
	"github.com/hashiflex/hashiflex/spec"
	"github.com/hashiflex/hashiflex/spec/verdict"
	"github.com/hashiflex/hashiflex/spec/words"
)

// CauseKey identifies a cause among the points of a run: points whose causes have
// one key are wrong for the same reason. It is the place of the wrong definition
// in its module, so that both edges of a channel share it, and all channels that
// read one shared term.
func CauseKey(w *Witness, c explain.Cause) string {
	text := c.Text
	if text == "" {
		text = c.Node
	}
	return w.Layer + "\x00" + c.Module + "\x00" + text
}

// Explain writes explain.md. others are the IDs of the other obligations that
// share the cause of each of the witness's causes.
func (w *Witness) Explain(others [][]verdict.ID) []byte {
	var b strings.Builder
	fmt.Fprintf(&b, "# %s\n\n", w.Obligation)
	if r := w.Run; r != nil {
		fmt.Fprintf(&b, "Module %s, which computes over several clocks, is wrong: %s.\n\n%s.\n\n", w.Design.Top, r.Words, r.scene(w))
	} else if t := w.Timing; t != nil {
		fmt.Fprintf(&b, "Module %s gives the model's output at the wrong clock: %s.\n\n%s\n\n", w.Design.Top, t.words(), t.scene(w))
	} else {
		fmt.Fprintf(&b, "Module %s does not compute the model: it gives %d (%s) where the model gives %d (%s).\n\n",
			w.Design.Top, w.hardware(), w.decimal(w.hardware()), w.Gold, w.decimal(w.Gold))
	}
	if w.Clocked != nil && w.Clocked.Sequence {
		fmt.Fprintf(&b, "That is %s after its inputs change. Before, the model gives %d: whatever the latency is, the output is neither.\n\n", words.Count(w.Clocked.Clocks, "clock"), w.Clocked.GoldBefore)
	} else if w.Clocked != nil {
		fmt.Fprintf(&b, "That is once the inputs have been held for %s%s.\n\n", words.Count(w.Clocked.Clocks, "clock"), w.Clocked.latency())
	}
	if len(w.Explanation.Causes) == 1 {
		b.WriteString("## Cause\n\n")
	} else {
		fmt.Fprintf(&b, "## %d causes\n\n", len(w.Explanation.Causes))
	}
	for i, c := range w.Explanation.Causes {
		fmt.Fprintf(&b, "- %s.\n", c.Words)
		if c.Text != "" {
			fmt.Fprintf(&b, "\n      %s\n      %s\n\n", c.Source, c.Text)
		}
		if i < len(others) && len(others[i]) > 0 {
			fmt.Fprintf(&b, "  The same cause refutes %s: %s.\n", words.Count(len(others[i]), "more point"), list(others[i]))
		}
	}
	b.WriteString("\n## Witness\n\n")
	any := false
	for _, in := range w.Inputs {
		if in.Moved {
			any = true
			fmt.Fprintf(&b, "- %s = %s%d (%s)\n", in.Port, w.before(in), in.Value, explain.Decimal(in.Value, spec.Format{Frac: in.Frac}))
		}
	}
	if any {
		b.WriteString("\nAll other inputs are at rest. ")
	} else {
		b.WriteString("All inputs are at rest. ")
	}
	fmt.Fprintf(&b, "Minimality: %s.\n\n", w.Minimal.Words)
	fmt.Fprintf(&b, "| reading | %s |\n|---|---|\n| model | %d |\n| netlist | %d |\n| Icarus, on %s | %d |\n", w.Output, w.Gold, w.Netlist, w.Design.names(), w.Simulated)
	if len(w.Explanation.Cone.Nodes) > 0 {
		b.WriteString("\n## Failing cone\n\n| signal | source | is | should be | |\n|---|---|---|---|---|\n")
	}
	for i, n := range w.Explanation.Cone.Nodes {
		if i == maxRows {
			fmt.Fprintf(&b, "\nAnd %s in %s.\n", words.Count(len(w.Explanation.Cone.Nodes)-i, "more signal"), File)
			break
		}
		if atZero(n) {
			continue
		}
		gold := ""
		if n.Paired && n.Gate != n.Gold {
			gold = fmt.Sprint(n.Gold)
		}
		fmt.Fprintf(&b, "| %s | %s | %d | %s | %s |\n", n.Name, n.Source, n.Gate, gold, marker(n))
	}
	fmt.Fprintf(&b, "\n## See it again\n\n    sh %s            with Icarus alone\n    hashiflex replay .       on every reading\n    %s   in a waveform viewer\n", ScriptFile, TraceFile)
	return []byte(b.String())
}

// latency is what is known of it, for the end of a sentence.
func (c *Clocked) latency() string {
	if c.Latency == nil {
		return ""
	}
	of := ""
	if c.Clock != "" {
		of = " of " + c.Clock
	}
	return fmt.Sprintf("; the latency is %s%s", words.Count(*c.Latency, "clock"), of)
}

// scene says what is seen when.
func (t *Timing) scene(w *Witness) string {
	s := fmt.Sprintf("The model gives %d and then %d. %s after the inputs change, the netlist gives %d and Icarus %d, where %d belongs",
		t.GoldBefore, t.GoldAfter, words.Count(t.Clocks, "clock"), w.Netlist, w.Simulated, w.Gold)
	if b := t.Beside; b != nil {
		s += fmt.Sprintf(": of %s the model gives %d and then %d, and there is %d", b.Unit, b.GoldBefore, b.GoldAfter, b.Netlist)
	}
	return s + "."
}

// before is the value that a sequence begins with, where another follows.
func (w *Witness) before(in Input) string {
	if w.Timing == nil && (w.Clocked == nil || !w.Clocked.Sequence) || in.Before == in.Value {
		return ""
	}
	return fmt.Sprintf("%d, then ", in.Before)
}

// maxRows is how long the table of the cone becomes in explain.md.
const maxRows = 60

func marker(n explain.Node) string {
	switch {
	case n.First && n.Root:
		return "the cause, first difference"
	case n.First:
		return "first difference"
	case n.Root:
		return "the cause"
	case n.Paired && n.Gate != n.Gold:
		return "differs"
	}
	return ""
}

// list names the first of many.
func list(ids []verdict.ID) string {
	const most = 40
	if len(ids) > most {
		return verdict.Join(ids[:most]) + fmt.Sprintf(" and %d more", len(ids)-most)
	}
	return verdict.Join(ids)
}

// decimal is an output as a number; the last node of the cone is the output.
func (w *Witness) decimal(v int64) string {
	ns := w.Explanation.Cone.Nodes
	if len(ns) == 0 {
		return fmt.Sprint(v)
	}
	return explain.Decimal(v, spec.Format{Frac: ns[len(ns)-1].Frac})
}

// Styles of the terminal.
const (
	red   = "\x1b[31m"
	bold  = "\x1b[1m"
	faint = "\x1b[2m"
	reset = "\x1b[0m"
)

// Show is the witness for a terminal: causes, inputs, and the values of the failing cone
// side by side, with the cause and the first difference marked. Texts of the witness are
// from outside: what a terminal would take for an order is not in the result.
func (w *Witness) Show(colours bool) string {
	style := func(code, s string) string {
		if s = inert(s); !colours {
			return s
		}
		return code + s + reset
	}
	var b strings.Builder
	put := func(format string, args ...any) { b.WriteString(inert(fmt.Sprintf(format, args...))) }
	b.WriteString(style(bold, string(w.Obligation)) + "\n")
	for _, c := range w.Explanation.Causes {
		b.WriteString("  " + style(red, c.Words) + "\n")
		if c.Text != "" {
			put("      %s\n", c.Text)
		}
	}
	put("\ninputs")
	n := 0
	for _, in := range w.Inputs {
		if in.Moved {
			n++
			put("  %s=%s%d", in.Port, w.before(in), in.Value)
		}
	}
	if n == 0 {
		put("  all at rest")
	} else {
		put(", all others at rest")
	}
	put("\n        %s\n\n", w.Minimal.Words)
	if w.Brief {
		if w.Folder != "" {
			put("the failing cone of a point with the same causes: ../%s\n\n", w.Folder)
		}
		put("model %d, netlist %d, Icarus %d\n", w.Gold, w.Netlist, w.Simulated)
		return b.String()
	}
	if w.Clocked != nil && w.Clocked.Sequence {
		put("model %d and then %d; %d clocks after the inputs change: netlist %d, Icarus %d\n", w.Clocked.GoldBefore, w.Gold, w.Clocked.Clocks, w.Netlist, w.Simulated)
		return b.String()
	}
	if w.Timing != nil {
		put("%s\n", w.Timing.scene(w))
		return b.String()
	}
	if w.Run != nil {
		put("%s: %s\n", w.Run.Words, w.Run.scene(w))
		return b.String()
	}
	wide := len("signal")
	for _, n := range w.Explanation.Cone.Nodes {
		wide = max(wide, min(28, len(n.Name)))
	}
	put("   %-*s %12s %12s  %s\n", wide, "signal", "is", "should be", "source")
	for _, n := range w.Explanation.Cone.Nodes {
		if atZero(n) {
			continue
		}
		gold := ""
		switch {
		case !n.Paired:
			gold = "-"
		case n.Gate != n.Gold:
			gold = fmt.Sprint(n.Gold)
		}
		mark := "  "
		if n.First || n.Root {
			mark = "=>"
		}
		line := fmt.Sprintf("%s %-*s %12d %12s  %s", mark, wide, n.Name, n.Gate, gold, n.Source)
		if n.Root {
			line += "  the cause"
		}
		switch {
		case n.First || n.Root:
			line = style(bold+red, line)
		case n.Paired && n.Gold != n.Gate:
			line = style(red, line)
		default:
			line = style(faint, line)
		}
		b.WriteString(line + "\n")
	}
	put("\nmodel %d (%s), netlist %d, Icarus %d (%s)\n", w.Gold, w.decimal(w.Gold), w.Netlist, w.Simulated, w.decimal(w.Simulated))
	return b.String()
}

// atZero reports whether a node of a cone is an input that is 0, of which there is
// nothing to say.
func atZero(n explain.Node) bool { return n.Op == "input" && n.Gate == 0 && !n.Root }

// inert is a text without control characters, but for ends of lines, and without marks
// that turn the direction of what follows.
func inert(s string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsControl(r) && r != '\n' && r != '\t' || unicode.Is(unicode.Bidi_Control, r) {
			return '?'
		}
		return r
	}, s)
}
