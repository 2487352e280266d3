package main

import (
	"fmt"
	"io"
	"runtime"
	"runtime/debug"

	"github.com/hashiflex/hashiflex/rtl/tool"
)

// version is what this program calls itself, from the build's own records.
func version() string {
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return "unknown"
	}
	v := info.Main.Version
	if v == "" {
		v = "(devel)"
	}
	return v + " " + runtime.Version()
}

// commit is what this program was built from, with a + if files were changed.
func commit() string {
	info, ok := debug.ReadBuildInfo()
	name, changed := "unknown", ""
	if !ok {
		return name
	}
	for _, s := range info.Settings {
		switch {
		case s.Key == "vcs.revision":
			name = s.Value
		case s.Key == "vcs.modified" && s.Value == "true":
			changed = "+"
		}
	}
	return name + changed
}

// versionOutput is what --version writes as JSON.
type versionOutput struct {
	Version string        `json:"version"` // of this program, and of Go
	Commit  string        `json:"commit"`  // with a + if files were changed
	Tools   []toolVersion `json:"tools"`
}

// toolVersion is an external tool as it was found.
type toolVersion struct {
	Tool    string `json:"tool"`
	Version string `json:"version"` // empty: not usable
	Path    string `json:"path"`
	Problem string `json:"problem"` // empty: usable
}

// versions looks all tools up.
func versions() *versionOutput {
	o := &versionOutput{Version: version(), Commit: commit(), Tools: []toolVersion{}}
	for _, t := range tool.All() {
		v := toolVersion{Tool: t.Name}
		found, err := t.Find()
		if v.Version, v.Path = found.Version, found.Path; err != nil {
			v.Problem = err.Error()
		}
		o.Tools = append(o.Tools, v)
	}
	return o
}

func (o *versionOutput) write(w io.Writer) error {
	fmt.Fprintf(w, "hashiflex version %s\ncommit %s\n", o.Version, o.Commit)
	for _, t := range o.Tools {
		version := t.Version
		switch {
		case t.Problem != "":
			version = "not usable; hashiflex doctor says why"
		case version == "":
			version = "found"
		}
		fmt.Fprintf(w, "%s %s\n", t.Tool, version)
	}
	_, err := fmt.Fprintln(w, runtime.GOOS+"/"+runtime.GOARCH)
	return err
}
