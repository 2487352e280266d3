package main

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"github.com/hashiflex/hashiflex/equiv/signoff"
	"github.com/hashiflex/hashiflex/equiv/witness"
	"github.com/hashiflex/hashiflex/fuzz/head/seqwitness"
	"github.com/hashiflex/hashiflex/reports/rundir"
	"github.com/hashiflex/hashiflex/spec/verdict"
	"github.com/hashiflex/hashiflex/spec/words"
)

func explainCommand() *cobra.Command {
	var svg string
	var asJSON bool
	cmd := &cobra.Command{
		Use:   "explain RUN [CAUSE] | WITNESS",
		Short: "Show why compare points were refuted",
		Long: `Of a run directory, or of a folder of witnesses, list the causes of all refuted
points. With CAUSE, the number of one in that list, show that one.

Of a witness, show the causes that it was traced to, its inputs, and the values of the
failing cone on both sides, the first difference marked. WITNESS is a folder of a
run's witnesses, the witness.json in one, or a file of its folder "more". For a failure of
the programmable head, show the sequence that leads to it, and for one of the chip between
the layers the run, with where it stalls. Nothing is executed; see replay.`,
		Args: cobra.RangeArgs(1, 2),
		RunE: func(cmd *cobra.Command, args []string) error {
			path := args[0]
			if _, err := os.Stat(path); err != nil {
				return err
			}
			dir, many := witnessesOf(path)
			switch {
			case many:
				causes, err := causesIn(dir)
				if err != nil {
					return err
				}
				if len(args) == 1 {
					return listCauses(cmd, path, causes, svg, asJSON)
				}
				if path, err = chosen(args[1], causes); err != nil {
					return err
				}
			case len(args) == 2:
				return fmt.Errorf("%s %s: %s is one witness, and no run that %s could be a cause of", path, args[1], path, args[1])
			}
			return explainOne(cmd, path, svg, asJSON)
		},
	}
	cmd.Flags().StringVar(&svg, "svg", "", "also write the drawing of the failing cone to this file")
	jsonFlag(cmd, &asJSON)
	return cmd
}

// explainOutput is what explain writes as JSON: all causes of a run, or the one of a
// witness.
type explainOutput struct {
	Points int         `json:"points"` // refuted
	Causes []causeLine `json:"causes"`
}

// causeLine is one cause, or several that refute points together.
type causeLine struct {
	Number  int          `json:"number"`  // from 1, as explain RUN takes it
	Witness string       `json:"witness"` // folder or file that explain and replay take
	Words   []string     `json:"words"`
	Sources []string     `json:"sources"` // file:line
	Weights []string     `json:"weights"`
	Points  []verdict.ID `json:"points"` // refuted by it; empty: a failure of the head outside of a run
}

// witnessesOf is the folder of witnesses behind a path. many is false if the path is
// itself a witness, or none of all that.
func witnessesOf(path string) (dir string, many bool) {
	if _, err := os.Stat(filepath.Join(path, witness.File)); err == nil {
		return path, false
	}
	if rundir.Is(path) {
		return filepath.Join(path, string(rundir.Witnesses)), true
	}
	_, err := os.Stat(filepath.Join(path, signoff.IndexFile))
	return path, err == nil
}

// causesIn are the causes of the witnesses in a folder, those of the head last.
func causesIn(dir string) ([]causeLine, error) {
	folders, err := filepath.Glob(filepath.Join(escapeGlob(dir), "*", witness.File))
	if err != nil {
		return nil, err
	}
	brief, err := filepath.Glob(filepath.Join(escapeGlob(dir), signoff.BriefFolder, "*.json"))
	if err != nil {
		return nil, err
	}
	runs, err := filepath.Glob(filepath.Join(escapeGlob(dir), "*", signoff.TraceFile))
	if err != nil {
		return nil, err
	}
	var paths, heads []string
	for _, f := range folders {
		if path := filepath.Dir(f); seqwitness.Is(path) {
			heads = append(heads, path)
		} else {
			paths = append(paths, path)
		}
	}
	groups, err := witness.ByCause(append(paths, brief...))
	if err != nil {
		return nil, err
	}
	var all []causeLine
	for _, g := range groups {
		all = append(all, causeOf(g.Path, g.Witness, g.Points))
	}
	for _, path := range heads {
		w, _, err := seqwitness.Load(path)
		if err != nil {
			return nil, err
		}
		all = append(all, headCause(path, w))
	}
	for _, f := range runs {
		c, err := runCause(filepath.Dir(f))
		if err != nil {
			return nil, err
		}
		if !slices.Contains(folders, filepath.Join(c.Witness, witness.File)) {
			all = append(all, c)
		}
	}
	for i := range all {
		all[i].Number = i + 1
	}
	return all, nil
}

// runCause is the cause in a folder with a run of the chip or the head, and no witness of
// a point: the beginning of what is written there.
func runCause(path string) (causeLine, error) {
	text, err := readTrace(path)
	if err != nil {
		return causeLine{}, err
	}
	first, _, _ := strings.Cut(text, "\n")
	c := causeLine{Number: 1, Witness: path, Words: []string{words.Cut(first, maxWords)}, Sources: []string{}, Weights: []string{}, Points: []verdict.ID{}}
	if id := signoff.FolderOf(filepath.Base(path)); id != "" {
		c.Points = append(c.Points, id)
	}
	return c, nil
}

// maxTrace bounds the text of a run that is shown, and maxWords that of its line in a list.
const (
	maxTrace = 1 << 20
	maxWords = 400
)

// readTrace is the text of a run, without what is beyond maxTrace.
func readTrace(path string) (string, error) {
	f, err := os.Open(filepath.Join(path, signoff.TraceFile))
	if err != nil {
		return "", err
	}
	defer f.Close()
	text, err := io.ReadAll(io.LimitReader(f, maxTrace))
	return string(text), err
}

// hasTrace reports whether a folder holds a run and no witness of a point.
func hasTrace(path string) bool {
	_, err := os.Stat(filepath.Join(path, signoff.TraceFile))
	_, other := os.Stat(filepath.Join(path, witness.File))
	return err == nil && other != nil
}

// escapeGlob quotes what filepath.Glob would take for a pattern.
func escapeGlob(path string) string {
	var b []rune
	for _, r := range path {
		if slices.Contains([]rune(`*?[\`), r) {
			b = append(b, '\\')
		}
		b = append(b, r)
	}
	return string(b)
}

func causeOf(path string, w *witness.Witness, points []verdict.ID) causeLine {
	c := causeLine{Number: 1, Witness: path, Words: []string{}, Sources: []string{}, Weights: []string{}, Points: points}
	for _, x := range w.Explanation.Causes {
		c.Words = append(c.Words, x.Words)
		c.Weights = append(c.Weights, x.Weights...)
		if x.Source != "" {
			c.Sources = append(c.Sources, x.Source)
		}
	}
	return c
}

func headCause(path string, w *seqwitness.SequenceWitness) causeLine {
	c := causeLine{Number: 1, Witness: path, Words: []string{w.Why}, Sources: list(w.Changed), Weights: []string{}, Points: []verdict.ID{}}
	if w.Obligation != "" {
		c.Points = append(c.Points, w.Obligation)
	}
	return c
}

// chosen is the witness of the cause that a user names by its number.
func chosen(number string, causes []causeLine) (string, error) {
	n, err := strconv.Atoi(number)
	if err != nil || n < 1 || n > len(causes) {
		return "", fmt.Errorf("cause %q: the run has %s, numbered from 1", number, words.Count(len(causes), "cause"))
	}
	return causes[n-1].Witness, nil
}

func listCauses(cmd *cobra.Command, path string, causes []causeLine, svg string, asJSON bool) error {
	if svg != "" {
		return fmt.Errorf("--svg: %s has many witnesses, and one is drawn", path)
	}
	points := 0
	for _, c := range causes {
		points += len(c.Points)
	}
	if asJSON {
		return machine(writeJSON(cmd.OutOrStdout(), &explainOutput{points, list(causes)}))
	}
	w := bufio.NewWriter(cmd.OutOrStdout())
	if len(causes) == 0 {
		fmt.Fprintf(w, "%s: nothing is refuted\n", printable(path))
		return machine(w.Flush())
	}
	fmt.Fprintf(w, "%s refuted by %s\n", words.Count(points, "point"), words.Count(len(causes), "cause"))
	for _, c := range causes {
		fmt.Fprintf(w, "\n%3d  %s: %s\n", c.Number, printable(filepath.Base(c.Witness)), words.Count(len(c.Points), "point"))
		for _, text := range c.Words {
			fmt.Fprintf(w, "     %s\n", printable(text))
		}
	}
	fmt.Fprintf(w, "\nsee one with its inputs and values:\n    hashiflex explain %s 1\n", words.ShellQuote(printable(path)))
	return machine(w.Flush())
}

func explainOne(cmd *cobra.Command, path, svg string, asJSON bool) error {
	out := bufio.NewWriter(cmd.OutOrStdout())
	if seqwitness.Is(path) {
		if svg != "" {
			return fmt.Errorf("--svg: %s is a failure of the head, which has no cone to draw", path)
		}
		w, _, err := seqwitness.Load(path)
		switch {
		case err != nil:
			return err
		case asJSON:
			c := headCause(path, w)
			return machine(writeJSON(cmd.OutOrStdout(), &explainOutput{len(c.Points), []causeLine{c}}))
		}
		fmt.Fprint(out, printable(w.Explain()))
		return machine(out.Flush())
	}
	if hasTrace(path) {
		if svg != "" {
			return fmt.Errorf("--svg: %s is a run of clocks, which has no cone to draw", path)
		}
		c, err := runCause(path)
		switch {
		case err != nil:
			return err
		case asJSON:
			return machine(writeJSON(cmd.OutOrStdout(), &explainOutput{len(c.Points), []causeLine{c}}))
		}
		text, err := readTrace(path)
		if err != nil {
			return err
		}
		fmt.Fprint(out, printable(text))
		return machine(out.Flush())
	}
	w, _, err := witness.Load(path)
	if err != nil {
		return err
	}
	if svg != "" {
		if err := writeDrawing(svg, w); err != nil {
			return machine(err)
		}
	}
	if asJSON {
		return machine(writeJSON(cmd.OutOrStdout(), &explainOutput{1, []causeLine{causeOf(path, w, []verdict.ID{w.Obligation})}}))
	}
	fmt.Fprint(out, w.Show(screenOf(cmd).colour))
	if trace := filepath.Join(path, witness.TraceFile); isFile(trace) {
		fmt.Fprintf(out, "\nwaveform  %s\ndrawing   %s\n", printable(trace), printable(filepath.Join(path, witness.DrawFile)))
		fmt.Fprintf(out, "\nsee whether a mended text is right there:\n    hashiflex replay %s --verilog FILE\n", words.ShellQuote(printable(path)))
	}
	return machine(out.Flush())
}

func isFile(path string) bool {
	info, err := os.Stat(path)
	return err == nil && info.Mode().IsRegular()
}

func writeDrawing(path string, w *witness.Witness) error {
	f, err := os.Create(path)
	if err != nil {
		return err
	}
	return errors.Join(w.Explanation.Cone.Draw(f), f.Close())
}
