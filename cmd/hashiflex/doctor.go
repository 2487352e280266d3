package main

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"strconv"

	"github.com/spf13/cobra"

	"github.com/hashiflex/hashiflex/rtl/tool"
)

func doctorCommand() *cobra.Command {
	var asJSON bool
	cmd := &cobra.Command{
		Use:   "doctor",
		Short: "List the external tools, their versions and what is lost without them",
		Long:  "List the external tools, their versions and what is lost without them.\nExit 4 if one is unusable that a signoff needs.",
		Args:  cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			checks, err := examine(append(tool.All(), tool.Coq))
			checks = append(checks, kernel())
			out := cmd.OutOrStdout()
			if asJSON {
				return errors.Join(machine(writeJSON(out, &doctorOutput{checks})), err)
			}
			return errors.Join(machine(writeChecks(out, checks)), err)
		},
	}
	jsonFlag(cmd, &asJSON)
	return cmd
}

// doctorOutput is what doctor writes as JSON.
type doctorOutput struct {
	Tools []check `json:"tools"`
}

// check is what doctor found out about one tool.
type check struct {
	Tool     string      `json:"tool"`
	Version  string      `json:"version"` // "" where there is none or it does not say
	Needed   string      `json:"needed"`  // or later
	Required bool        `json:"required"`
	OK       bool        `json:"ok"`
	Path     string      `json:"path"`
	SHA256   string      `json:"sha256"` // of its files
	Files    []tool.File `json:"files"`  // that its answers come from
	Use      string      `json:"use"`
	Lost     string      `json:"lost"`    // without it
	Problem  string      `json:"problem"` // "" if OK
}

// examine looks every tool up. Its error joins those of the required ones.
func examine(tools []tool.Tool) ([]check, error) {
	var checks []check
	var unusable []error
	for _, t := range tools {
		c := check{Tool: t.Name, Needed: t.Min, Required: t.Required, Use: t.Use, Lost: t.Lost, Files: []tool.File{}}
		found, err := t.Find()
		c.Version, c.Path = found.Version, found.Path
		if err == nil {
			var id tool.Identity
			id, err = found.Identity()
			c.SHA256, c.Files = id.SHA256, list(id.Files)
		}
		c.OK = err == nil
		if err != nil {
			c.Problem = err.Error()
			if t.Required {
				unusable = append(unusable, err)
			}
		}
		var old *tool.TooOldError
		if errors.As(err, &old) {
			c.Version, c.Path = old.Version, old.Path
		}
		checks = append(checks, c)
	}
	return checks, errors.Join(unusable...)
}

// kernel is what doctor says of the box that readers of Verilog run in.
func kernel() check {
	c := check{Tool: "landlock", Needed: "1", Files: []tool.File{}, Use: "keeps readers of Verilog in a folder of their own", Lost: "a reader of Verilog may see files that are no evidence"}
	if abi, err := tool.Boxes(); err != nil {
		c.Problem = fmt.Sprintf("landlock: %v: Linux 5.13 or later has it, where it is not turned off", err)
	} else {
		c.OK, c.Version = true, strconv.Itoa(abi)
	}
	return c
}

func writeChecks(out io.Writer, checks []check) error {
	w := bufio.NewWriter(out)
	const row = "%-13s %-9s %-9s %-9s %s\n"
	fmt.Fprintf(w, row, "tool", "version", "needed", "state", "what for, or what is lost")
	for _, c := range checks {
		version, state, remark := c.Version, "ok", c.Use
		if version == "" {
			version = "-"
		}
		if !c.OK {
			state, remark = "optional", c.Lost
			if c.Required {
				state = "UNUSABLE"
			}
		}
		fmt.Fprintf(w, row, c.Tool, version, c.Needed, state, remark)
	}
	for _, c := range checks {
		// The required ones are reported as errors.
		if !c.OK && !c.Required {
			fmt.Fprintln(w, c.Problem)
		}
	}
	return w.Flush()
}
