package seqwitness

import (
	"cmp"
	"fmt"
	"strings"

	"github.com/hashiflex/hashiflex/fuzz/head"
	"github.com/hashiflex/hashiflex/rtl/npu"
	"github.com/hashiflex/hashiflex/spec/words"
)

// maxAccesses is the largest number of accesses of a step that are listed one by one.
const maxAccesses = 40

// Explain is the failure in words, as Markdown.
func (w *SequenceWitness) Explain() string {
	var b strings.Builder
	say := func(format string, args ...any) { fmt.Fprintf(&b, format, args...) }
	say("# The programmable head fails: %s\n\n", w.place())
	if w.Obligation != "" {
		say("Obligation: `%s`.\n", code(string(w.Obligation)))
	}
	say("Head: `%v`.\n\n", w.Sequence.Params)
	say("**What differs:** %s\n\n", text(w.Why))
	switch {
	case w.Agrees:
		say("Icarus does not show it: %s. The failure was seen in Verilator, where registers\nbegin with random values.\n\n", text(w.Icarus))
	default:
		say("Icarus, on the same Verilog: %s\n\n", text(w.Icarus))
	}
	if len(w.Changed) > 0 {
		say("## Where\n\nThe Verilog differs from the head that this program ships, which passes, in\n\n")
		for _, c := range w.Changed {
			say("- `%s`\n", code(c))
		}
		say("\n")
		if len(w.First) > 0 {
			say("What goes wrong first, in %s:\n\n| signal | driven at | is | should be |\n|---|---|---|---|\n", w.At)
			for _, s := range w.First {
				say("| `%s` | %s | %s | %s |\n", code(s.Name), cmp.Or(s.Source, "–"), s.Got, s.Want)
			}
			say("\n")
		}
	}
	say("## The sequence\n\n%s\n\n", w.size())
	say("First the head is reset and its memories are filled from seed %d. Then:\n\n", w.Sequence.Memory)
	for i := range w.Sequence.Steps {
		mark := ""
		if i == w.Step {
			mark = " ← fails"
		}
		s := &w.Sequence.Steps[i]
		say("%d. **%s**%s: %s\n", i, text(s.Note), mark, timing(s))
		for _, line := range accesses(s) {
			say("   - %s\n", line)
		}
	}
	say("\n## Again\n\n    sh repro.sh            # Icarus alone; sh repro.sh mended.v\n    hashiflex replay .     # the reference has the last word; --verilog mended.v\n")
	return b.String()
}

func (w *SequenceWitness) place() string {
	if w.Step < 0 {
		return "while its memories are filled"
	}
	return fmt.Sprintf("step %d, %s", w.Step, text(w.Note))
}

// size describes the size of the sequence.
func (w *SequenceWitness) size() string {
	n := len(w.Sequence.Steps)
	from := fmt.Sprintf("seed %d", w.Seed)
	if w.Sequence.Name != "" {
		from = "directed: " + w.Sequence.Name
	}
	s := fmt.Sprintf("%s, of %d as found (%s).", words.Count(n, "step"), w.Before, from)
	if w.Least {
		return s + fmt.Sprintf(" It is the smallest of its kind: without any one of its steps or\naccesses, or with less waiting, it passes (%s tried).", words.Count(w.Tried, "sequence"))
	}
	return s + fmt.Sprintf(" The search for a smaller one ended after %s, at its limit.", words.Count(w.Tried, "sequence"))
}

// timing describes the behaviour of the partners.
func timing(s *head.Step) string {
	var parts []string
	add := func(format string, args ...any) { parts = append(parts, fmt.Sprintf(format, args...)) }
	add("%s, %s, %s", words.Count(len(s.Writes), "write"), words.Count(len(s.Reads), "read"), words.Count(len(s.Beats), "feature"))
	if s.Take >= 0 {
		add("at most %s taken", words.Count(s.Take, "logit"))
	}
	for _, m := range []struct {
		what string
		mask uint64
	}{{"logits", s.Out}, {"responses", s.B}, {"read data", s.R}} {
		if m.mask != ^uint64(0) {
			add("ready for %s in the cycles of %#x", m.what, m.mask)
		}
	}
	if s.HoldIn > 0 {
		add("feature %d waits for the bus", s.HoldIn)
	}
	if s.HoldOut > 0 {
		add("logit %d waits for the bus", s.HoldOut)
	}
	if s.AfterIn > 0 {
		add("the bus begins after %s", words.Count(s.AfterIn, "feature"))
	}
	if s.AfterOut > 0 {
		add("the bus begins after %s", words.Count(s.AfterOut, "logit"))
	}
	if s.Reset != nil {
		add("reset in cycle %d, for %d", s.Reset.At, s.Reset.For)
	}
	return strings.Join(parts, "; ")
}

func accesses(s *head.Step) (lines []string) {
	wait := func(n uint8) string {
		if n == 0 {
			return ""
		}
		return fmt.Sprintf(", %s later", words.Count(int(n), "cycle"))
	}
	for i, a := range s.Writes {
		if i == maxAccesses {
			lines = append(lines, fmt.Sprintf("and %s", words.Count(len(s.Writes)-i, "more write")))
			break
		}
		line := fmt.Sprintf("write %#08x to %s", a.Data, npu.Name(a.Address))
		if a.Strobe != 0xf {
			line += fmt.Sprintf(", bytes %04b", a.Strobe)
		}
		lines = append(lines, line+wait(max(a.AddressDelay, a.DataDelay)))
	}
	for i, a := range s.Reads {
		if i == maxAccesses {
			lines = append(lines, fmt.Sprintf("and %s", words.Count(len(s.Reads)-i, "more read")))
			break
		}
		lines = append(lines, "read "+npu.Name(a.Address)+wait(a.Delay))
	}
	if n := len(s.Beats); n > 0 {
		var features []string
		for i, t := range s.Beats {
			if i == maxAccesses {
				features = append(features, fmt.Sprintf("and %d more", n-i))
				break
			}
			f := fmt.Sprint(t.Data)
			if t.Gap > 0 {
				f = fmt.Sprintf("(%s) %s", words.Count(int(t.Gap), "cycle"), f)
			}
			if t.Last {
				f += " last"
			}
			features = append(features, f)
		}
		lines = append(lines, "features "+strings.Join(features, ", "))
	}
	return lines
}

// text is s escaped for Markdown; code is s between backquotes.
func text(s string) string {
	return strings.NewReplacer("\n", " ", "\\", "\\\\", "*", "\\*", "_", "\\_", "`", "\\`", "<", "&lt;", "|", "\\|", "[", "\\[").Replace(s)
}

func code(s string) string { return strings.NewReplacer("`", "'", "\n", " ", "|", "\\|").Replace(s) }
