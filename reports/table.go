package reports

import (
	"bufio"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/hashiflex/hashiflex/spec/verdict"
	"github.com/hashiflex/hashiflex/spec/words"
)

// TableWidth is the number of columns of a table where nothing else says how many.
const TableWidth = 100

const (
	nameWidth = 20
	kindWidth = 7
	leftWidth = nameWidth + kindWidth + 8 // before the edges
	edgeWidth = 32
)

// WriteTable writes the signoff for a terminal: one line per layer with two
// edges side by side, the totals, what the verdict rests on, and the verdict
// as a sentence. It has at most width columns, 80 or more. Edges for which there is no
// room follow in tables of their own.
func (s *Signoff) WriteTable(w io.Writer, width int) error {
	c := *s
	c.canonical()
	b := &lines{bufio.NewWriter(w), width}
	c.writeBody(b)
	for i, t := range c.Trust {
		name := ""
		if i == 0 {
			name = "trusted"
		}
		writeFact(b, name, t)
	}
	fmt.Fprintln(b)
	writeParagraph(b, "", c.Sentence())
	for _, r := range c.Reasons {
		writeParagraph(b, "  - ", r)
	}
	return b.Flush()
}

// WriteProof is WriteTable for a run whose goal is less than a signoff. It ends with
// the conclusion that Asked gives.
func (s *Signoff) WriteProof(w io.Writer, width int) error {
	c := *s
	c.canonical()
	b := &lines{bufio.NewWriter(w), width}
	c.writeBody(b)
	fmt.Fprintln(b)
	asked := c.asked()
	writeParagraph(b, "", c.proofSentence(asked))
	for _, r := range asked.Reasons {
		writeParagraph(b, "  - ", r)
	}
	return b.Flush()
}

// lines is where a table is written, and in how many columns.
type lines struct {
	*bufio.Writer
	width int
}

func (s *Signoff) writeBody(b *lines) {
	row := max(1, (b.width-leftWidth)/edgeWidth)
	for e := 0; e < len(s.Edges); e += row {
		s.writeEdges(b, e, min(e+row, len(s.Edges)))
		fmt.Fprintln(b)
	}
	s.writeFacts(b)
}

func (s *Signoff) writeEdges(b io.Writer, from, to int) {
	head := strings.Repeat(" ", leftWidth)
	for _, name := range s.Edges[from:to] {
		head += "  " + centre(shorten(string(name), 28), 30, '-')
	}
	fmt.Fprintln(b, strings.TrimRight(head, " "))
	line := fmt.Sprintf("%-*s %-*s %6s", nameWidth, "layer", kindWidth, "kind", "points")
	left := "unknown"
	if s.unconfirmed() {
		left = "by form" // compared by normal forms, and confirmed by no solver
	}
	for range s.Edges[from:to] {
		line += "   proved refuted " + left + "  other"
	}
	fmt.Fprintln(b, line)
	points := 0
	for _, l := range s.Layers {
		points += l.Points
		var edges []Counts
		if len(l.Edges) == len(s.Edges) {
			edges = l.Edges[from:to]
		}
		writeRow(b, l.Name, l.Kind, l.Points, edges)
	}
	writeRow(b, "total", "", points, s.Totals[from:to])
}

func writeRow(b io.Writer, name, kind string, points int, edges []Counts) {
	name, kind = shorten(name, nameWidth), shorten(kind, kindWidth)
	// fmt pads by runes, which is what a terminal shows.
	fmt.Fprintf(b, "%-*s %-*s %6s", nameWidth, name, kindWidth, kind, fit(points, 6))
	for _, c := range edges {
		fmt.Fprintf(b, "  %7s %7s %7s %6s", dotted(c.Proved, 7), dotted(c.Refuted, 7), dotted(c.Unknown, 7), dotted(c.Vacuous+c.Failed, 6))
	}
	fmt.Fprintln(b)
}

func (s *Signoff) writeFacts(b *lines) {
	fact := func(name string, parts []string) {
		if len(parts) > 0 {
			writeFact(b, name, strings.Join(whole(parts), " "))
		}
	}
	var vacuous, failed int
	for _, c := range s.Totals {
		vacuous += c.Vacuous
		failed += c.Failed
	}
	if vacuous+failed > 0 {
		fact("other", []string{words.Number(vacuous) + " vacuous", words.Number(failed) + " failed"})
	}
	for _, l := range s.Layers {
		if l.Latency != "" {
			writeFact(b, "latency", l.Name+": "+l.Latency)
		}
	}
	fact("strategies", tallies(s.Strategies))
	fact("rest on", tallies(s.RestsOn))
	if one := s.OneWord(); one != "" {
		fact("", []string{one})
	}
	if s.unconfirmed() {
		n := 0
		for _, t := range s.Unknown {
			n += t.Count
		}
		fact("by form", []string{words.Count(n, "point") + " compared by normal forms, and confirmed by no solver"})
	} else {
		fact("unknown", tallies(s.Unknown))
	}
	var parts []string
	for _, o := range s.Obligations {
		parts = append(parts, fmt.Sprintf("%s %s/%s", o.Kind, words.Number(o.Discharged), words.Number(o.Total)))
	}
	fact("obligations", parts)
	parts = nil
	for _, c := range s.Coverage {
		p := fmt.Sprintf("%s %s/%s", c.Kind, words.Number(c.Covered), words.Number(c.Total))
		if c.Waived > 0 {
			p += fmt.Sprintf(" (%s waived)", words.Number(c.Waived))
		}
		parts = append(parts, p)
	}
	fact("coverage", parts)
	if parts = s.uncovered(); parts != nil {
		fact("not covered", parts)
	}
	if parts = s.unentered(); parts != nil {
		fact("not entered", parts)
	}
	if s.Stream != nil {
		fact("stream", s.Stream.Summary())
	}
	if s.Mutation != nil {
		fact("mutants", s.Mutation.Summary())
	}
	parts = nil
	for _, t := range s.Tools {
		parts = append(parts, t.Name+" "+t.Version)
	}
	fact("tools", parts)
	for _, l := range s.Layers {
		if len(l.Own) > 0 {
			by := ""
			if l.Converter != "" {
				by = ", as " + l.Converter + " wrote it; vectors alone compare that with the files"
			}
			writeFact(b, "own", l.Name+": "+strings.Join(l.Own, ", ")+by)
		}
	}
	for _, x := range s.LeftOut {
		fact("left out", []string{x.What + ": " + x.Why})
	}
	for _, o := range s.Omissions {
		fact("not done", []string{o.What + ": " + o.Why})
	}
}

// maxUnentered is the largest number of unexecuted lines that a table names.
const maxUnentered = 8

// uncovered names the hardware outside the cones of all discharged obligations.
func (s *Signoff) uncovered() (parts []string) {
	n := 0
	for _, u := range s.Uncovered {
		if u.Kind+"s" == Lines || u.Waiver != "" {
			continue
		}
		if n++; n <= maxUnentered {
			name := u.Kind + " " + u.Object
			if u.Source != "" {
				name += " at " + u.Source
			}
			parts = append(parts, name)
		}
	}
	if n > maxUnentered {
		parts = append(parts, fmt.Sprintf("%d more", n-maxUnentered))
	}
	return parts
}

// unentered names the lines of user-written Verilog that no vector executed.
func (s *Signoff) unentered() (parts []string) {
	n := 0
	for _, u := range s.Uncovered {
		if u.Kind+"s" != Lines || u.Waiver != "" {
			continue
		}
		if n++; n <= maxUnentered {
			parts = append(parts, u.Object)
		}
	}
	switch {
	case n > maxUnentered:
		return append(parts, fmt.Sprintf("%d more: no vector came there, so that they rest on the front end alone", n-maxUnentered))
	case n > 0:
		parts[n-1] += ": no vector came there, so that it rests on the front end alone"
	}
	return parts
}

// held stands for a space at which no line is broken.
const held = "\x1f"

// whole are the parts of a list, with dots between, so that lines are broken between short
// parts and not within.
func whole(parts []string) []string {
	const short = 40
	all := slices.Clone(parts)
	for i := range all {
		if i < len(all)-1 {
			all[i] += " ·"
		}
		if utf8.RuneCountInString(all[i]) <= short {
			all[i] = strings.ReplaceAll(all[i], " ", held)
		}
	}
	return all
}

func writeFact(b *lines, name, text string) { writeParagraph(b, fmt.Sprintf("%-12s", name), text) }

// Sentence is the verdict in words.
func (s *Signoff) Sentence() string {
	switch s.Conclusion {
	case SignedOff:
		waived := ""
		if n := s.Waivers(); n > 0 {
			waived = " with " + words.Count(n, "waiver")
		}
		return fmt.Sprintf("%s is signed off%s%s: %s proved on every edge (%s).%s%s%s%s", s.Network, s.scope(), waived, s.extent(), verdict.Join(s.Edges), s.own(), s.Stream.sentence(), s.Head.sentence(), s.Renewal.sentence())
	case NetworkRefuted:
		return fmt.Sprintf("%s is refuted%s: %s.", s.Network, s.scope(), s.refutation())
	case MachineryFailed:
		return fmt.Sprintf("%s is not signed off%s: the check itself failed.", s.Network, s.scope())
	}
	return fmt.Sprintf("%s is not signed off%s: not everything is proved.", s.Network, s.scope())
}

// refutation says what a refuted run refutes.
func (s *Signoff) refutation() string {
	slow := false
	for i := range s.Layers {
		for _, c := range s.Layers[i].Edges {
			if c.Refuted > 0 {
				return wrongHardware
			}
		}
	}
	for _, d := range s.Obligations {
		if d.Refuted > 0 && d.Kind != verdict.StreamRate {
			return wrongHardware
		}
		slow = slow || d.Refuted > 0
	}
	if slow {
		return "FIFOs of its chip cost clocks; nothing else is refuted"
	}
	return wrongHardware
}

const wrongHardware = "the hardware does not compute the model"

// mostNamed is the largest number of layers that a sentence names.
const mostNamed = 8

// named lists layers in a sentence.
func named(layers []string) string {
	if more := len(layers) - mostNamed; more > 0 {
		return strings.Join(layers[:mostNamed], ", ") + " and " + words.Count(more, "more layer")
	}
	return strings.Join(layers, ", ")
}

// scope is a sentence about what is declared out of scope; "" if nothing is.
func (s *Signoff) scope() string {
	var layers, parts []string
	for _, x := range s.LeftOut {
		if x.Layer != "" {
			layers = append(layers, x.Layer)
		} else {
			parts = append(parts, x.What)
		}
	}
	if len(layers) > 0 {
		kind := "layers "
		if len(layers) == 1 {
			kind = "layer "
		}
		parts = append([]string{kind + named(layers)}, parts...)
	}
	if parts == nil {
		return ""
	}
	return " in the declared scope (left out: " + strings.Join(parts, "; ") + ")"
}

// own is a sentence about the layers that the user wrote and what that means for their
// edges; "" if all are generated.
func (s *Signoff) own() string {
	var layers []string
	for i := range s.Layers {
		if l := &s.Layers[i]; len(l.Own) > 0 {
			name := l.Name
			if l.Converter != "" {
				name += " as " + l.Converter + " wrote it"
			}
			layers = append(layers, name)
		}
	}
	switch {
	case layers == nil:
		return ""
	case len(s.Edges) == 1:
		return fmt.Sprintf(" %s read from own Verilog (%s).", areLayers(len(layers)), named(layers))
	}
	return fmt.Sprintf(" %s read from own Verilog (%s), and proved on %s.", areLayers(len(layers)), named(layers), verdict.GoldenRTL)
}

func areLayers(n int) string {
	if n == 1 {
		return "1 layer is"
	}
	return fmt.Sprintf("%s layers are", words.Number(n))
}

// Waivers counts the uncovered objects that are waived.
func (s *Signoff) Waivers() int {
	listed, counted := 0, 0
	for _, u := range s.Uncovered {
		if u.Waiver != "" {
			listed++
		}
	}
	for _, c := range s.Coverage {
		counted += c.Waived
	}
	return max(listed, counted)
}

// extent is the subject of the verdict's sentence, with its verb.
func (s *Signoff) extent() string {
	n := 0
	for _, l := range s.Layers {
		n += l.Points
	}
	return fmt.Sprintf("%s in %s %s", words.Count(n, "compare point"), words.Count(len(s.Layers), "layer"), verb(n))
}

// verb returns "is" or "are" to agree with n.
func verb(n int) string {
	if n == 1 {
		return "is"
	}
	return "are"
}

// ProofSentence is the verdict in words on what was asked for, as Asked gives it.
func (s *Signoff) ProofSentence() string {
	c := s.Canonical()
	return c.proofSentence(c.asked())
}

// proofSentence is the verdict in words on the goal of the run.
func (s *Signoff) proofSentence(asked *Signoff) string {
	switch asked.Conclusion {
	case SignedOff:
		done := "proved"
		if s.unconfirmed() {
			done = "settled by normal forms, and confirmed by nobody,"
		}
		return fmt.Sprintf("%s%s: %s %s on every edge asked for (%s).%s This is no signoff.", s.Network, s.scope(), s.extent(), done, verdict.Join(s.Edges), s.own())
	case NetworkRefuted:
		return fmt.Sprintf("%s is refuted%s: %s.", s.Network, s.scope(), s.refutation())
	case MachineryFailed:
		return fmt.Sprintf("%s%s: the check itself failed.", s.Network, s.scope())
	}
	return fmt.Sprintf("%s%s: not everything that was asked for is proved.", s.Network, s.scope())
}

func tallies(ts []Tally) []string {
	var parts []string
	for _, t := range ts {
		parts = append(parts, t.Name+" "+words.Number(t.Count))
	}
	return parts
}

// writeParagraph breaks text at spaces into lines of at most b.width
// columns; prefix starts the first one and the others are indented as much.
func writeParagraph(b *lines, prefix, text string) {
	indent := strings.Repeat(" ", utf8.RuneCountInString(prefix))
	room := b.width - len(indent)
	line := ""
	flush := func() {
		fmt.Fprintln(b, strings.TrimRight(prefix+line, " "))
		prefix, line = indent, ""
	}
	for _, word := range strings.Fields(text) {
		word = shorten(strings.ReplaceAll(word, held, " "), room)
		if line != "" && utf8.RuneCountInString(line)+1+utf8.RuneCountInString(word) > room {
			flush()
		}
		if line != "" {
			line += " "
		}
		line += word
	}
	flush()
}

// dotted is n, or a dot for 0, so that other numbers catch the eye.
func dotted(n, width int) string {
	if n == 0 {
		return "·"
	}
	return fit(n, width)
}

// fit formats n in at most width columns: with separators, else without, else in
// thousands. signoff.json has the exact number.
func fit(n, width int) string {
	for _, s := range []string{words.Number(n), strconv.Itoa(n)} {
		if len(s) <= width {
			return s
		}
	}
	return strconv.Itoa(n/1000) + "k"
}

// shorten removes the middle of s if it has more than n runes, and escapes control
// characters.
func shorten(s string, n int) string {
	r := []rune(s)
	for i, c := range r {
		if c < ' ' || c == 0x7f || c == utf8.RuneError {
			r[i] = '?'
		}
	}
	if len(r) <= n {
		return string(r)
	}
	head := (n - 1) / 2
	return string(r[:head]) + "…" + string(r[len(r)-(n-1-head):])
}

func centre(s string, n int, fill byte) string {
	space := n - utf8.RuneCountInString(s) - 2
	left := max(0, space/2)
	return strings.Repeat(string(fill), left) + " " + s + " " + strings.Repeat(string(fill), max(0, space-left))
}
