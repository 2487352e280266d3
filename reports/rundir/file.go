package rundir

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
)

// writeFile writes a file atomically.
func writeFile(path string, data []byte) error {
	if err := os.WriteFile(path+temporary, data, 0o644); err != nil {
		return err
	}
	return os.Rename(path+temporary, path)
}

// encodeJSON returns v as JSON with a final newline. It takes only types of this
// package and of package reports, which can all be marshalled.
func encodeJSON(v any, indent string) []byte {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	e.SetIndent("", indent)
	if err := e.Encode(v); err != nil {
		panic(fmt.Sprintf("rundir: %T cannot be marshalled: %v", v, err))
	}
	return b.Bytes()
}
