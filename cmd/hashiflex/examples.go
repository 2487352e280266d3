package main

import (
	"strings"

	"github.com/spf13/cobra"
)

// examples are what --help shows of each command, by the words that call it.
var examples = map[string]string{
	"hashiflex": `
hashiflex signoff tiny
hashiflex list mobilenet_v2_1.0_224
hashiflex prove tiny --fast`,
	"hashiflex attest": `
hashiflex attest runs/tiny -o baseline
hashiflex attest runs/tiny -o baseline --key signer.pem`,
	"hashiflex bench": `
hashiflex bench --quick
hashiflex bench --part images --json`,
	"hashiflex check": `
hashiflex check runs/tiny
hashiflex check runs/mine --network mynet
hashiflex check runs/tiny --export points --layer stem`,
	"hashiflex completion": `
hashiflex completion bash`,
	"hashiflex completion bash": `
hashiflex completion bash >/etc/bash_completion.d/hashiflex`,
	"hashiflex completion fish": `
hashiflex completion fish >~/.config/fish/completions/hashiflex.fish`,
	"hashiflex completion powershell": `
hashiflex completion powershell >hashiflex.ps1`,
	"hashiflex completion zsh": `
hashiflex completion zsh >~/.zfunc/_hashiflex`,
	"hashiflex doctor": `
hashiflex doctor
hashiflex doctor --json`,
	"hashiflex eval": `
hashiflex eval --network mynet --images photographs --model model.onnx`,
	"hashiflex explain": `
hashiflex explain runs/tiny
hashiflex explain runs/tiny 2
hashiflex explain runs/tiny/witnesses/project_c0.rtl
hashiflex explain runs/tiny/witnesses/project_c0.rtl --svg cone.svg`,
	"hashiflex fuzz": `
hashiflex fuzz head --cases 10000`,
	"hashiflex fuzz head": `
hashiflex fuzz head --cases 100000 --seed 7 --coverage toggles
hashiflex fuzz head --verilog head.v --save found`,
	"hashiflex gate": `
hashiflex gate --baseline baseline runs/tiny`,
	"hashiflex generate": `
hashiflex generate tiny -o verilog
hashiflex generate --network tiny --layer stem --channel 3 -o one
hashiflex generate --network tiny --stream -o chip
hashiflex generate --network tiny --head -o head`,
	"hashiflex help": `
hashiflex help signoff
hashiflex help fuzz head`,
	"hashiflex import": `
hashiflex import model.onnx --quantize po2:bits=4 --calibrate images -o mynet`,
	"hashiflex init": `
hashiflex init mynet`,
	"hashiflex list": `
hashiflex list
hashiflex list tiny
hashiflex list tiny --layer project --json`,
	"hashiflex map": `
hashiflex map --suggest
hashiflex map --suggest --network tiny --layer stem --verilog stem.v --top stem`,
	"hashiflex mutate": `
hashiflex mutate tiny --mutants 2000
hashiflex mutate mobilenet_v2_1.0_224 --layer block_12_project --seed 7
hashiflex mutate --network mynet --layer stem --verilog stem.v --ports stem.toml`,
	"hashiflex plan": `
hashiflex plan --images-per-second 4000000 --clock 1000000000 --no-head`,
	"hashiflex prove": `
hashiflex prove tiny
hashiflex prove mynet --tree carrysave -o runs/mynet
hashiflex prove --network tiny --layer project --verilog own.v --ports ports.toml`,
	"hashiflex prove head": `
hashiflex prove head --verilog head.v
hashiflex prove head --verilog head.v --map names.toml --lanes 8`,
	"hashiflex prove stream": `
hashiflex prove stream --network tiny
hashiflex prove stream --network mynet --pixels 2 --block stem.window`,
	"hashiflex replay": `
hashiflex replay runs/tiny/witnesses/project_c0.rtl
hashiflex replay runs/tiny/witnesses/project_c0.rtl --verilog mended.v`,
	"hashiflex report": `
hashiflex report runs/tiny --format html,md,junit,sarif,json -o out
hashiflex report runs/tiny --format html --baseline runs/monday --baseline runs/tuesday`,
	"hashiflex retarget": `
hashiflex retarget tiny --head classifier.onnx
hashiflex retarget --network mynet --head finetuned.onnx --quantize po2:bits=4 --calibrate images -o runs/mynet-2`,
	"hashiflex run": `
hashiflex run cat.png
hashiflex run --network mynet --sqnr cat.png`,
	"hashiflex schema": `
hashiflex schema
hashiflex schema gate
hashiflex schema fuzz head`,
	"hashiflex selftest": `
hashiflex selftest --cases 100000 --seed 7
hashiflex selftest --show 12`,
	"hashiflex merge": `
hashiflex merge parts -o runs/tiny
hashiflex merge parts/1-of-2 parts/2-of-2 -o runs/tiny`,
	"hashiflex serve": `
hashiflex serve runs/tiny
hashiflex serve runs/tiny --listen 127.0.0.1:8000`,
	"hashiflex signoff": `
hashiflex signoff
hashiflex signoff --serve 127.0.0.1:8000
hashiflex signoff tiny
hashiflex signoff tiny --shard 1/2 -o parts
hashiflex signoff mynet --on slurm --shards 16 --sbatch=--mem=8G
hashiflex signoff mynet --pipeline 4`,
	"hashiflex sweep": `
hashiflex sweep model.onnx --calibrate images --images photographs --bits 2..6 --prune 0,50,75 -o sweep`,
	"hashiflex verify": `
hashiflex verify baseline
hashiflex verify baseline --key signer.pub`,
}

// exemplify gives every command its examples.
func exemplify(cmd *cobra.Command) {
	if text, ok := examples[cmd.CommandPath()]; ok {
		cmd.Example = strings.ReplaceAll(text, "\n", "\n  ")[1:]
	}
	for _, c := range cmd.Commands() {
		exemplify(c)
	}
}
