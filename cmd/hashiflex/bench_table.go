package main

import (
	"fmt"
	"strings"
	"time"

	"github.com/hashiflex/hashiflex/equiv/bench"
	"github.com/hashiflex/hashiflex/fuzz/head/rate"
	"github.com/hashiflex/hashiflex/spec/words"
)

// Time targets for a compare point of fan-in targetFanIn.
const (
	targetFanIn   = 960
	targetForms   = 5 * time.Millisecond
	targetSession = 50 * time.Millisecond
)

// write prints the figures as tables of at most 100 columns.
func (r *benchReport) write(w *strings.Builder) {
	fmt.Fprintf(w, "date     %s\ncommit   %s\ncommand  %s\nmachine  %d CPUs, %d workers, load %s before the run\ntools    %s", r.Date, r.Commit, r.Command, r.CPUs, r.Jobs, r.Load, r.Go)
	for _, t := range r.Record.Tools {
		fmt.Fprintf(w, ", %s %s", t.Name, t.Version)
	}
	fmt.Fprintf(w, "\nnetwork  %s\n", r.Record.Network)
	if r.Quick {
		fmt.Fprintln(w, "A quick run: few sizes, a short limit, the first layers only.")
	}
	r.writePoints(w)
	r.writeProofs(w)
	r.writeReading(w)
	r.writeCommands(w)
	r.writeSizes(w)
	r.writeTexts(w)
	r.writeStyles(w)
	r.writeHead(w)
	r.writeRuntime(w)
	i := r.Record.Images
	if i.Count == 0 {
		return
	}
	fmt.Fprintf(w, "\nReference model: %s in %s, %.2f images a second.\n", words.Count(i.Count, "image"), human(i.Wall), float64(i.Count)/i.Wall.Seconds())
}

func (r *benchReport) writePoints(w *strings.Builder) {
	if len(r.Record.Rows) == 0 {
		return
	}
	limit := human(r.Record.Limit)
	fmt.Fprintf(w, "\nOne compare point: gold a chain at full width, gate a balanced tree of tight adders.\n\n")
	fmt.Fprintf(w, "%6s %5s | %-19s | %-19s |", "", "", "normal form", "Z3, running session")
	for _, m := range r.Record.Rivals {
		first, _, _ := strings.Cut(m.Name, " ")
		fmt.Fprintf(w, " %8s", first)
	}
	fmt.Fprintf(w, "\n%6s %5s | %9s %9s | %9s %9s |", "fan-in", "terms", "sum", "tail", "sum", "tail")
	for _, m := range r.Record.Rivals {
		_, second, _ := strings.Cut(m.Name, " ")
		fmt.Fprintf(w, " %8s", second)
	}
	fmt.Fprintln(w)
	for _, row := range r.Record.Rows {
		o := row.Ours
		fmt.Fprintf(w, "%6d %5d | %9s %9s | %9s %9s |", row.FanIn, row.Terms, human(o.Settle), human(o.Tail), human(o.Confirm), human(o.ConfirmTail))
		for _, a := range row.Rivals {
			cell := human(a.Time)
			switch {
			case a.NotRun:
				cell = ">" + limit + "*"
			case !a.Solved:
				cell = ">" + limit
			}
			fmt.Fprintf(w, " %8s", cell)
		}
		fmt.Fprintln(w)
	}
	fmt.Fprintf(w, `
Medians of the program's own times; the others run once, their files prepared before, with
%s each. ">": not solved, counts as the limit. "*": not run, after three sizes without an
answer. A tail is proved once for all channels of a layer that have the same one.
`, limit)
	for _, m := range r.Record.Rivals {
		fmt.Fprintf(w, "  %-15s %s\n", m.Name, wrap(m.How, 80, 18))
	}
	fmt.Fprintln(w, "\nWeights:")
	for _, row := range r.Record.Rows {
		cut := ""
		if row.Cut {
			cut = fmt.Sprintf(", its first %d non-zero weights", row.FanIn)
		}
		fmt.Fprintf(w, "%6d  %s, channel %d%s\n", row.FanIn, row.Layer, row.Channel, cut)
	}
	for _, row := range r.Record.Rows {
		if row.FanIn == targetFanIn {
			fmt.Fprintln(w)
			target(w, "by normal form", row.Ours.Settle, targetForms)
			target(w, "with Z3 in a running session", row.Ours.Confirm, targetSession)
		}
	}
}

func target(w *strings.Builder, what string, took, want time.Duration) {
	state := "met"
	if took > want {
		state = "MISSED"
	}
	fmt.Fprintf(w, "Target, fan-in %d %s: at most %s; took %s: %s.\n", targetFanIn, what, human(want), human(took), state)
}

func (r *benchReport) writeProofs(w *strings.Builder) {
	for _, p := range r.Record.Proofs {
		fmt.Fprintf(w, "\nNetwork, %s:\n", p.What)
		fmt.Fprintf(w, "  %s, %s points, %s other obligations proved in %s; this process %s.\n", words.Count(p.Layers, "layer"), share(p.Points), share(p.Facts), human(p.Wall), megabytes(p.Peak))
		if p.Open != "" {
			fmt.Fprintf(w, "  NOT PROVED, first of all: %s\n", printable(wrap(p.Open, 80, 4)))
		}
		fmt.Fprintf(w, "  %-22s %10s %14s\n", "phase", "busy", "largest child")
		for _, ph := range p.Phases {
			peak := "-"
			if ph.Peak > 0 {
				peak = megabytes(ph.Peak)
			}
			fmt.Fprintf(w, "  %-22s %10s %14s\n", ph.Name, human(ph.Busy), peak)
		}
	}
	if len(r.Record.Proofs) == 0 {
		return
	}
	fmt.Fprintln(w, "\nbusy: summed over the workers. Solver processes are listed by themselves; their time is part of\nthe phases that asked them.")
}

// Targets of the strict reader.
const (
	targetRead   = 50e6 // bytes a second on one core
	targetMemory = 10   // bytes for each of the text
)

func (r *benchReport) writeReading(w *strings.Builder) {
	x := r.Record.Reading
	if x == nil {
		return
	}
	fmt.Fprintf(w, "\nStrict reader: %s of generated Verilog, %s, in %s of processor time: %.1f MB/s;\nin all, %.1f bytes of memory are taken for each byte of text.\n",
		words.Count(x.Files, "file"), megabytes(x.Bytes), human(x.Busy), x.Rate()/1e6, x.Factor())
	for _, t := range []struct {
		what   string
		missed bool
	}{
		{fmt.Sprintf("at least %.0f MB/s on one core", targetRead/1e6), x.Rate() < targetRead},
		{fmt.Sprintf("memory below %d times the text", targetMemory), x.Factor() >= targetMemory},
	} {
		state := "met"
		if t.missed {
			state = "MISSED"
		}
		fmt.Fprintf(w, "Target, %s: %s.\n", t.what, state)
	}
}

// Targets of the commands that are run, on MobileNetV2.
const (
	targetNetwork = "mobilenet_v2_1.0_224"
	targetProve   = time.Minute
	targetProveMB = 2_000_000_000
	targetFast    = 4 * time.Second
	targetBoth    = 249 * time.Second // of a run that read everything once, by Yosys
	targetEdit    = 2 * time.Second
)

func (r *benchReport) writeCommands(w *strings.Builder) {
	all := r.Record.Typed
	if len(all) == 0 {
		return
	}
	fmt.Fprintf(w, "\nCommands, each in a process of its own:\n")
	fmt.Fprintf(w, "  %-44s %8s %10s %10s %8s %9s\n", "", "points", "from store", "processor", "wall", "memory")
	for i := range all {
		c := &all[i]
		fmt.Fprintf(w, "  %s\n", printable(c.Command))
		fmt.Fprintf(w, "    %-42s %8d %10d %10s %8s %9s\n", printable(c.What), c.Points, c.Recalled, human(c.Busy), human(c.Wall), megabytes(c.Peak))
	}
	fmt.Fprintln(w, "memory: of the process itself; its solvers take less.")
	if !strings.Contains(all[0].Command, targetNetwork) {
		return
	}
	goal := func(what, want, took string, met bool) {
		state := "met"
		if !met {
			state = "MISSED"
		}
		fmt.Fprintf(w, "Target, %s: at most %s; took %s: %s.\n", what, want, took, state)
	}
	whole, fast, both := &all[0], &all[1], &all[2]
	goal("both edges, each point confirmed", human(targetProve)+" and "+megabytes(targetProveMB), human(whole.Wall)+" and "+megabytes(whole.Peak), whole.Wall <= targetProve && whole.Peak <= targetProveMB)
	goal("prove --fast", human(targetFast), human(fast.Wall), fast.Wall <= targetFast)
	goal("both readers", human(targetBoth), human(both.Wall), both.Wall <= targetBoth)
	for i := range all {
		if c := &all[i]; c.Edited {
			goal("one weight is another", human(targetEdit), human(c.Wall), c.Wall <= targetEdit)
		}
	}
}

// Targets of a matrix of targetWeights.
const (
	targetWeights = 45_000_000
	targetWall    = 2 * time.Minute
	targetPeak    = 4_000_000_000
	targetWeight  = time.Microsecond // by the clock, on two cores
)

// writeTexts is the table of matrices that are proved with their Verilog.
func (r *benchReport) writeTexts(w *strings.Builder) {
	if len(r.Record.Texts) == 0 {
		return
	}
	fmt.Fprintf(w, "\nThe same, golden = rtl: written, read by the strict reader, and proved by normal forms alone:\n")
	fmt.Fprintf(w, "  %-14s %10s %10s %8s %10s %10s %12s %8s\n", "matrix", "weights", "Verilog", "wall", "processor", "a weight", "text", "memory")
	for i := range r.Record.Texts {
		s := &r.Record.Texts[i]
		fmt.Fprintf(w, "  %-14s %10d %10s %8s %10s %7.2f us %7.1f MB/s %8s\n", fmt.Sprintf("%dx%d", s.Rows, s.Columns), s.Weights(), megabytes(s.Text), human(s.Wall), human(s.Busy),
			float64(s.Busy.Nanoseconds())/1000/float64(s.Weights()), float64(s.Text)/1e6/s.Busy.Seconds(), megabytes(s.Peak))
	}
}

func (r *benchReport) writeSizes(w *strings.Builder) {
	if len(r.Record.Sizes) == 0 {
		return
	}
	fmt.Fprintf(w, "\nOne matrix of powers of two, golden = netlist by normal forms alone:\n")
	fmt.Fprintf(w, "  %-14s %12s %10s %10s %12s %10s\n", "matrix", "weights", "wall", "processor", "a weight", "memory")
	for i := range r.Record.Sizes {
		s := &r.Record.Sizes[i]
		fmt.Fprintf(w, "  %-14s %12d %10s %10s %9.2f us %10s\n", fmt.Sprintf("%dx%d", s.Rows, s.Columns), s.Weights(), human(s.Wall), human(s.Busy), float64(s.Busy.Nanoseconds())/1000/float64(s.Weights()), megabytes(s.Peak))
	}
	last := &r.Record.Sizes[len(r.Record.Sizes)-1]
	if last.Weights() < targetWeights {
		return
	}
	state := "met"
	if last.Wall > targetWall || last.Peak > targetPeak {
		state = "MISSED"
	}
	fmt.Fprintf(w, "Target, %d weights in at most %s and %s: took %s and %s: %s.\n", last.Weights(), human(targetWall), megabytes(targetPeak), human(last.Wall), megabytes(last.Peak), state)
	us := func(d time.Duration) float64 { return float64(d.Nanoseconds()) / 1000 }
	state = "met"
	if last.Wall > targetWeight*time.Duration(last.Weights()) {
		state = "MISSED"
	}
	fmt.Fprintf(w, "Target, one of its weights, by the clock: at most %.2f us; took %.2f us: %s.\n", us(targetWeight), us(last.Wall)/float64(last.Weights()), state)
}

// targetRatio is the images a second of the reference model over those of onnxruntime.
const targetRatio = 1.0 / 3

func (r *benchReport) writeRuntime(w *strings.Builder) {
	x := r.Record.Runtime
	if x == nil {
		return
	}
	fmt.Fprintf(w, "\nReference model in integers beside %s in float32, the same network:\n", x.Package)
	if x.Failed != "" {
		fmt.Fprintf(w, "  NOT MEASURED: %s\n", printable(wrap(x.Failed, 80, 4)))
		return
	}
	fmt.Fprintf(w, "  %s each, in turns, on %s, as many at once as the table says:\n", words.Count(x.Count, "image"), words.Count(x.Cores, "core"))
	fmt.Fprintf(w, "  %-14s %8s %16s %20s\n", "", "at once", "images a second", "processor an image")
	for _, way := range x.Ways {
		for _, l := range []struct {
			what string
			t    bench.Timing
		}{{"golden", way.Golden}, {"onnxruntime", way.Float}} {
			fmt.Fprintf(w, "  %-14s %8d %16.2f %20s\n", l.what, way.AtOnce, float64(x.Count)/l.t.Wall.Seconds(), human(l.t.Busy/time.Duration(x.Count)))
		}
	}
	state := "met"
	if x.Ratio() < targetRatio {
		state = "MISSED"
	}
	fmt.Fprintf(w, "Target, images a second of golden by those of onnxruntime, each in its faster way: at least\n%.2f; %.2f, and %.2f by processor time: %s.\n", targetRatio, x.Ratio(), x.BusyRatio(), state)
}

// Rate targets for the programmable head: on one core, and for sequences on two.
const (
	targetImages    = 100_000 // an hour, between two programs
	targetLoads     = 10_000  // an hour, with a program for each
	targetSequences = 50_000  // a minute
	targetIcarus    = 20      // times the sequences that Icarus plays in the same time
)

func (r *benchReport) writeHead(w *strings.Builder) {
	h := r.Head
	if h == nil {
		return
	}
	fmt.Fprintf(w, "\nProgrammable head, in processor time on one core, with lines counted:\n\n")
	fmt.Fprintf(w, "  random sequences on %v,\n  %.1f commands and %.1f checked inferences each, on average:\n", h.Small, h.Steps, h.Checked)
	fmt.Fprintf(w, "    Verilator, drawn and compared with the reference  %8.0f a second (%d)\n", h.Verilator.PerSecond(), h.Verilator.Count)
	fmt.Fprintf(w, "    Icarus, the same ones, played and compared        %8.0f a second (%d)\n", h.Icarus.PerSecond(), h.Icarus.Count)
	fmt.Fprintf(w, "    ratio                                             %8.1f\n", h.Ratio)
	fmt.Fprintf(w, "  inferences on %v:\n", h.Full)
	const hour = 3600
	for _, l := range []struct {
		what string
		rate.Rate
	}{{"between two programs", h.Lines}, {"the same, toggles counted too", h.Toggles}, {"with a program for each", h.Loads}} {
		fmt.Fprintf(w, "    %-48s  %8.0f an hour (%d)\n", l.what, l.PerSecond()*hour, l.Count)
	}
	fmt.Fprintln(w)
	for _, g := range []struct {
		what      string
		want, got float64
	}{
		{"inferences a core-hour between two programs", targetImages, h.Lines.PerSecond() * hour},
		{"inferences a core-hour with a program for each", targetLoads, h.Loads.PerSecond() * hour},
		{"sequences a minute on two cores", targetSequences, h.Verilator.PerSecond() * 120},
		{"sequences, as times those of Icarus", targetIcarus, h.Ratio},
	} {
		state := "met"
		if g.got < g.want {
			state = "MISSED"
		}
		fmt.Fprintf(w, "Target, %s: at least %.0f; %.0f: %s.\n", g.what, g.want, g.got, state)
	}
}

func share(c bench.Count) string { return fmt.Sprintf("%d of %d", c.Proved, c.Total) }

func megabytes(n int64) string { return fmt.Sprintf("%d MB", (n+500_000)/1_000_000) }

// human is d with two or three digits.
func human(d time.Duration) string {
	switch ms := d.Seconds() * 1000; {
	case ms < 9.995:
		return fmt.Sprintf("%.2f ms", ms)
	case ms < 999.5:
		return fmt.Sprintf("%.0f ms", ms)
	case d%time.Second == 0 || ms >= 99_950:
		return fmt.Sprintf("%.0f s", ms/1000)
	}
	return fmt.Sprintf("%.1f s", d.Seconds())
}

// wrap breaks s at spaces into lines of width columns; all but the first are
// indented.
func wrap(s string, width, indent int) string {
	var b strings.Builder
	column := 0
	for i, word := range strings.Fields(s) {
		switch {
		case i == 0:
		case column+1+len(word) > width:
			b.WriteString("\n" + strings.Repeat(" ", indent))
			column = 0
		default:
			b.WriteByte(' ')
			column++
		}
		b.WriteString(word)
		column += len(word)
	}
	return b.String()
}
