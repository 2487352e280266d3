package main

import (
	"github.com/spf13/cobra"

	"github.com/hashiflex/hashiflex/reports/schema"
)

func schemaCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "schema",
		Short: "Print the JSON Schema of signoff.json",
		Args:  cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			text, err := schema.Signoff()
			if err != nil {
				return machine(err)
			}
			_, err = cmd.OutOrStdout().Write(text)
			return machine(err)
		},
	}
}
