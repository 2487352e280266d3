package main

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"os"

	"github.com/spf13/cobra"
	"golang.org/x/term"

	"github.com/hashiflex/hashiflex/equiv/witness"
	"github.com/hashiflex/hashiflex/fuzz/head/seqwitness"
)

func explainCommand() *cobra.Command {
	var svg string
	cmd := &cobra.Command{
		Use:   "explain WITNESS",
		Short: "Show why a compare point was refuted",
		Long: `Show the causes that a witness was traced to, its inputs, and the values of the
failing cone on both sides, the first difference marked. WITNESS is a folder of a
run's witnesses, the witness.json in one, or a file of its folder "more". For a failure of the programmable head,
show the sequence that leads to it. Nothing is executed; see replay.`,
		Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			if seqwitness.Is(args[0]) {
				if svg != "" {
					return fmt.Errorf("--svg: %s is a failure of the head, which has no cone to draw", args[0])
				}
				return explainHead(cmd, args[0])
			}
			w, _, err := witness.Load(args[0])
			if err != nil {
				return err
			}
			if svg != "" {
				if err := writeDrawing(svg, w); err != nil {
					return machine(err)
				}
			}
			out := bufio.NewWriter(cmd.OutOrStdout())
			fmt.Fprint(out, w.Show(isTerminal(cmd.OutOrStdout())))
			return machine(out.Flush())
		},
	}
	cmd.Flags().StringVar(&svg, "svg", "", "also write the drawing of the failing cone to this file")
	return cmd
}

func writeDrawing(path string, w *witness.Witness) error {
	f, err := os.Create(path)
	if err != nil {
		return err
	}
	return errors.Join(w.Explanation.Cone.Draw(f), f.Close())
}

func isTerminal(w io.Writer) bool {
	f, ok := w.(*os.File)
	return ok && term.IsTerminal(int(f.Fd()))
}
