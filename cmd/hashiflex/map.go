package main

import (
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/spf13/cobra"

	"github.com/hashiflex/hashiflex/equiv/mapped"
	"github.com/hashiflex/hashiflex/equiv/signoff"
	"github.com/hashiflex/hashiflex/rtl"
	"github.com/hashiflex/hashiflex/rtl/portmap"
	"github.com/hashiflex/hashiflex/spec"
)

func mapCommand() *cobra.Command {
	var c checkFlags
	var suggest bool
	cmd := &cobra.Command{
		Use:   "map --suggest",
		Short: "Propose port maps for your own Verilog",
		Long: `Propose port maps for your own Verilog, from the names and widths of its ports: for
the layers that have files in the project, or for --layer with --verilog. It prints
TOML for the project file, and as comments what it could not place and what it only
guessed. A proof says whether the map is right.`,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if !suggest {
				return errors.New("--suggest: say that a map is to be proposed")
			}
			err := c.project.open(cmd)
			if c.project.Project == nil && err != nil {
				return err
			}
			// Propose a map even if the existing one is wrong.
			net, _, err := openHashed(c.network)
			if err != nil {
				return err
			}
			if err := errors.Join(c.selection(net)...); err != nil {
				return err
			}
			given, err := c.own.given(cmd, c.layers)
			all := []*own{given}
			if given == nil && err == nil {
				if c.project.Project == nil {
					return errors.New("name --layer and --verilog, or have a project with the layers' files")
				}
				all, _, err = c.selected(&signoff.Job{Network: net})
			}
			if err != nil {
				return err
			}
			if len(all) == 0 {
				return errors.New("no layer has files of its own")
			}
			var errs []error
			for i, o := range all {
				if i > 0 {
					fmt.Fprintln(cmd.OutOrStdout())
				}
				err := o.converted(cmd.Context())
				var design *rtl.Design
				if err == nil {
					design, err = readVerilog(cmd.Context(), o.sources)
				}
				if err != nil {
					errs = append(errs, err)
					continue
				}
				l := net.Layer(o.layer)
				layer, err := mapped.Layer(l, nil)
				if err != nil {
					errs = append(errs, err)
					continue
				}
				writeSuggestion(cmd.OutOrStdout(), l, layer, portmap.Suggest(design, layer, l.Name))
			}
			return errors.Join(errs...)
		},
	}
	networkFlag(cmd, &c.network)
	c.project.flags(cmd)
	c.own.flags(cmd)
	cmd.Flags().BoolVar(&suggest, "suggest", false, "propose maps")
	cmd.Flags().StringArrayVar(&c.layers, "layer", nil, "only this layer; may be given again")
	return cmd
}

// writeSuggestion writes a map as a layer's table of a project.
func writeSuggestion(w io.Writer, l *spec.Layer, layer portmap.Layer, s *portmap.Suggestion) {
	fmt.Fprintf(w, "[layer.%s]\n", tomlKey(l.Name))
	if s == nil {
		bits := 0
		for _, x := range layer.Inputs {
			bits += x.Width
		}
		fmt.Fprintf(w, "# no module has ports for %d inputs of %d bits together and %d outputs of %d bits each\n", len(layer.Inputs), bits, layer.Channels, layer.Units[0].Output.Width)
		return
	}
	for _, k := range s.Keys {
		if module, ok := strings.CutPrefix(k, "module = "); ok {
			k = "top = " + module
		}
		fmt.Fprintln(w, printable(k))
	}
	for _, text := range s.Left {
		fmt.Fprintf(w, "# %s\n", printable(text))
	}
}
