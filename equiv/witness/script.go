package witness

import (
	"fmt"
	"path"
	"path/filepath"
	"strings"

	"github.com/hashiflex/hashiflex/spec/words"
)

// script returns a shell script that compiles and runs the test bench with Icarus, in a
// folder that has the included files under the names that the design uses.
func (d *Design) script() []byte {
	var b strings.Builder
	b.WriteString(`#!/bin/sh
# Shows the difference with Icarus Verilog and nothing else; exit 1 while it is
# there, 0 once it is gone. Another design may be given: sh repro.sh mended.v
# Files whose names end in .sv are SystemVerilog.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
[ $# -gt 0 ] || set --`)
	files := d.Simulated
	if len(files) == 0 {
		files = d.Files
	}
	for _, k := range files {
		fmt.Fprintf(&b, ` "$here/%s"`, k.File)
	}
	b.WriteString(`
language=-g2005
for f do
    shift
    case $f in *.sv) language=-g2012 ;; esac
    case $f in /*) ;; *) f=$PWD/$f ;; esac
    set -- "$@" "$f"
done
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
`)
	for _, k := range d.Extra {
		to := filepath.ToSlash(filepath.Clean(k.Name))
		if dir := path.Dir(to); dir != "." {
			fmt.Fprintf(&b, "mkdir -p %s\n", words.ShellQuote("./"+dir))
		}
		fmt.Fprintf(&b, "cp \"$here/%s\" %s\n", k.File, words.ShellQuote("./"+to))
	}
	// The design may see no macro of Icarus', and the bench has to know it.
	fmt.Fprintf(&b, "echo '`define HASHIFLEX_ICARUS' >hashiflex_icarus.v\n"+
		"iverilog \"$language\" -gno-assertions -s bench -o hashiflex_bench.vvp \"$here/%s\" \"$@\" hashiflex_icarus.v \"$here/%s\"\n"+
		"vvp -n hashiflex_bench.vvp\n", PrologueFile, BenchFile)
	return []byte(b.String())
}
