package main

import (
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strings"

	"github.com/invopop/jsonschema"
	"github.com/spf13/cobra"

	"github.com/hashiflex/hashiflex/golden/accuracy"
	"github.com/hashiflex/hashiflex/reports/schema"
	"github.com/hashiflex/hashiflex/spec"
	"github.com/hashiflex/hashiflex/spec/words"
)

func schemaCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "schema [COMMAND]",
		Short: "Print the JSON Schema of signoff.json, or of what a command writes with --json",
		Long: `Print the JSON Schema of signoff.json. With COMMAND, as in "hashiflex schema gate" or
"hashiflex schema fuzz head", print that of what the command writes with --json;
"hashiflex schema hashiflex" is that of --version, and "hashiflex schema progress" that of
each line of --progress json.

Every command writes one object. Its keys are in lower case with underscores; keys may be
added in later versions, and are not renamed. A list without elements is [], and a number
that is not finite is null. Progress and problems go to standard error, and the exit code
is the same as without --json.`,
		RunE: func(cmd *cobra.Command, args []string) error {
			text, err := schema.Signoff()
			if len(args) > 0 {
				text, err = outputSchema(strings.Join(args, " "))
			}
			if err != nil {
				return err
			}
			_, err = cmd.OutOrStdout().Write(text)
			return machine(err)
		},
	}
}

// outputSchema is the schema of what a command writes with --json.
func outputSchema(command string) ([]byte, error) {
	v, ok := outputs[command]
	if !ok {
		return nil, fmt.Errorf("schema %s: no such command has --json%s", command, words.DidYouMean(command, slices.Collect(maps.Keys(outputs))))
	}
	text, err := schema.Of(strings.ReplaceAll(command, " ", "-"), "hashiflex "+command+" --json", v, written)
	return text, machine(err)
}

// written returns the schema of a type that writes its JSON itself.
func written(t reflect.Type) *jsonschema.Schema {
	switch t {
	case reflect.TypeFor[accuracy.Ratio]():
		return &jsonschema.Schema{OneOf: []*jsonschema.Schema{{Type: "number"}, {Type: "null"}}, Description: "decibels; null: exact"}
	case reflect.TypeFor[spec.Format]():
		return &jsonschema.Schema{Type: "string"}
	case reflect.TypeFor[map[int]int](): // keys may be negative
		return &jsonschema.Schema{Type: "object", AdditionalProperties: &jsonschema.Schema{Type: "integer"}}
	}
	return nil
}
