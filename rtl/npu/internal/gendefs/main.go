// Command gendefs writes what package npu derives from its register map: the
// Verilog's constants and the table of README.md. It runs in the package's folder.
package main

import (
	"errors"
	"fmt"
	"os"
	"strings"

	"github.com/hashiflex/hashiflex/rtl/npu"
)

func main() {
	if err := run(); err != nil {
		fmt.Fprintln(os.Stderr, "gendefs:", err)
		os.Exit(1)
	}
}

func run() error {
	if err := os.WriteFile("verilog/npu_defs.vh", []byte(npu.Defs()), 0o644); err != nil {
		return err
	}
	text, err := os.ReadFile("README.md")
	if err != nil {
		return err
	}
	head, rest, ok1 := strings.Cut(string(text), npu.TableBegin)
	_, tail, ok2 := strings.Cut(rest, npu.TableEnd)
	if !ok1 || !ok2 {
		return errors.New("README.md: the markers of the register map are missing")
	}
	return os.WriteFile("README.md", []byte(head+npu.TableBegin+npu.Table()+npu.TableEnd+tail), 0o644)
}
