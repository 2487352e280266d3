package main

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/hashiflex/hashiflex/cmd/hashiflex/internal/progress"
	"github.com/hashiflex/hashiflex/equiv/smt"
	"github.com/hashiflex/hashiflex/netlist/shiftadd"
	"github.com/hashiflex/hashiflex/rtl/verilated"
	"github.com/hashiflex/hashiflex/spec/networks"
	"github.com/hashiflex/hashiflex/spec/onnx"
)

type completion = func(cmd *cobra.Command, args []string, begun string) ([]string, cobra.ShellCompDirective)

// completions are what a shell completes for a flag's value, by the flag's name. Flags of
// numbers and of free text have none.
var completions = map[string]completion{
	"network": embedded,
	"layer":   layersToComplete,

	"by":            oneOf(onnx.ByLayer, onnx.ByNetwork),
	"coverage":      oneOf(verilated.CoverLines, verilated.CoverToggles),
	"directed":      oneOf(directedAll, directedOwn, directedNone),
	"front-end":     oneOf("strict", "yosys", "both"),
	"format":        oneOf(formatNames()...),
	"language":      oneOf("verilog", "systemverilog"),
	"method":        oneOf(onnx.Methods...),
	"on":            oneOf(onSlurm),
	"part":          oneOf(benchParts...),
	"progress":      oneOf(progress.Modes()...),
	"quantize":      oneOf("po2:bits=3", "po2:bits=4", "po2:bits=4,terms=2"),
	"second-solver": oneOf(smt.AloneNames()...),
	"solver":        oneOf(smt.AloneNames()...),
	"share":         oneOf(shiftadd.None, shiftadd.Pairs),
	"subtract":      oneOf(shiftadd.Sub, shiftadd.InvertCarry),
	"tree":          oneOf(shiftadd.Balanced, shiftadd.Linear, shiftadd.CarrySave),
	"widths":        oneOf(shiftadd.Tight, shiftadd.Uniform),

	"convert":   files(),
	"image":     files("png", "jpg", "jpeg"),
	"export":    files(),
	"include":   files(),
	"head":      files("onnx"),
	"key":       files("pem", "pub"),
	"labels":    files(),
	"classes":   files(),
	"map":       files("toml"),
	"model":     files("onnx"),
	"picture":   files("png", "jpg", "jpeg"),
	"ports":     files("toml"),
	"project":   files("toml"),
	"reference": files("json"),
	"replay":    files("json"),
	"rtl":       files("v", "sv"),
	"svg":       files("svg"),
	"verilog":   files("v", "sv", "lib"),
	"waivers":   files("toml"),

	"listen": oneOf("127.0.0.1:8000"),
	"serve":  oneOf("127.0.0.1:8000"),

	"baseline":  folders,
	"cache":     folders,
	"calibrate": folders,
	"from":      folders,
	"images":    folders,
	mergeFlag:   folders,
	"output":    folders,
	"save":      folders,
	"validate":  folders,
}

// arguments are what a shell completes for a command's arguments.
var arguments = map[string]completion{
	"hashiflex attest":  folders,
	"hashiflex check":   folders,
	"hashiflex explain": folders,
	"hashiflex gate":    folders,
	"hashiflex import":  files("onnx"),
	"hashiflex merge":   folders,
	"hashiflex replay":  folders,
	"hashiflex report":  folders,
	"hashiflex run":     files("png", "jpg", "jpeg"),
	"hashiflex serve":   folders,
	"hashiflex schema":  oneOf(slices.Sorted(maps.Keys(outputs))...),
	"hashiflex sweep":   files("onnx"),
	"hashiflex verify":  folders,
}

// complete gives all flags and arguments of a command and of those below it their
// completions.
func complete(cmd *cobra.Command) {
	if f := arguments[cmd.CommandPath()]; f != nil {
		cmd.ValidArgsFunction = f
	} else if slices.Contains(networkCommands, strings.TrimPrefix(cmd.CommandPath(), "hashiflex ")) {
		cmd.ValidArgsFunction = embedded
	}
	register := func(f *pflag.Flag) {
		if c := completions[f.Name]; c != nil && f.Value.Type() != "bool" {
			must(cmd.RegisterFlagCompletionFunc(f.Name, c))
		}
	}
	cmd.LocalFlags().VisitAll(register)
	for _, c := range cmd.Commands() {
		complete(c)
	}
}

// oneOf completes words.
func oneOf[T any](words ...T) completion {
	var all []string
	for _, w := range words {
		all = append(all, fmt.Sprint(w))
	}
	return func(*cobra.Command, []string, string) ([]string, cobra.ShellCompDirective) {
		return all, cobra.ShellCompDirectiveNoFileComp
	}
}

// files completes files whose names end so; without ends, all.
func files(ends ...string) completion {
	return func(*cobra.Command, []string, string) ([]string, cobra.ShellCompDirective) {
		if len(ends) == 0 {
			return nil, cobra.ShellCompDirectiveDefault
		}
		return ends, cobra.ShellCompDirectiveFilterFileExt
	}
}

func folders(*cobra.Command, []string, string) ([]string, cobra.ShellCompDirective) {
	return nil, cobra.ShellCompDirectiveFilterDirs
}

// embedded completes the names of embedded networks. Folders are networks too.
func embedded(*cobra.Command, []string, string) ([]string, cobra.ShellCompDirective) {
	return networks.Names(), cobra.ShellCompDirectiveDefault
}

// layersToComplete are those of the network that the command line names.
func layersToComplete(cmd *cobra.Command, _ []string, _ string) ([]string, cobra.ShellCompDirective) {
	name := cmd.Flag("network")
	if name == nil {
		return nil, cobra.ShellCompDirectiveNoFileComp
	}
	n, err := networks.OpenOrLoad(name.Value.String())
	if err != nil {
		return nil, cobra.ShellCompDirectiveError
	}
	var all []string
	for _, l := range n.Layers {
		all = append(all, l.Name)
	}
	return all, cobra.ShellCompDirectiveNoFileComp
}
