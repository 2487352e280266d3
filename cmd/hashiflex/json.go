package main

import (
	"encoding/json"
	"io"

	"github.com/spf13/cobra"

	"github.com/hashiflex/hashiflex/cmd/hashiflex/internal/progress"
)

// outputs has a value of the type that each command writes with --json, by the words
// that call it. All are one object. Its keys are in lower case with underscores. A list
// without elements is [], and a number that is not finite null. Keys may be added, and
// are not renamed.
var outputs = map[string]any{
	"hashiflex":  versionOutput{}, // of --version
	"bench":      benchReport{},
	"check":      checkOutput{},
	"doctor":     doctorOutput{},
	"eval":       evalOutput{},
	"explain":    explainOutput{},
	"fuzz head":  fuzzOutput{},
	"gate":       gateOutput{},
	"import":     importReport{},
	"list":       listOutput{},
	"merge":      proofOutput{},
	"mutate":     mutateOutput{},
	"plan":       planOutput{},
	"progress":   progress.Event{}, // of --progress json, an object a line
	"prove":      proofOutput{},
	"prove head": headOutput{},
	"replay":     replayOutput{},
	"report":     reportOutput{},
	"retarget":   retargetOutput{},
	"run":        runOutput{},
	"selftest":   selftestOutput{},
	"shard":      shardOutput{}, // of --shard
	"signoff":    proofOutput{},
	"sweep":      sweepOutput{},
	"verify":     verifyOutput{},

	"prove stream": streamOutput{},
}

// jsonFlag adds --json to a command. Its output has a row in outputs.
func jsonFlag(cmd *cobra.Command, asJSON *bool) {
	cmd.Flags().BoolVar(asJSON, "json", false, "write one JSON object; \"hashiflex schema COMMAND\" describes it")
}

func writeJSON(w io.Writer, v any) error {
	e := json.NewEncoder(w)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	return e.Encode(v)
}

// list returns s, or an empty slice for nil, so that JSON has [] and not null.
func list[T any](s []T) []T {
	if s == nil {
		return []T{}
	}
	return s
}
