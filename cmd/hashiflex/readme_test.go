package main

import (
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"go.yaml.in/yaml/v3"
)

func readme(t *testing.T) string {
	text, err := os.ReadFile(filepath.Join("..", "..", "README.md"))
	require.NoError(t, err)
	return string(text)
}

// fenced are the blocks of a language.
func fenced(text, language string) (blocks []string) {
	for _, m := range regexp.MustCompile("(?ms)^```"+language+"\n(.*?)^```$").FindAllStringSubmatch(text, -1) {
		blocks = append(blocks, m[1])
	}
	return blocks
}

var called = regexp.MustCompile(`(?:^|\s|/)hashiflex( [^#|&;]*)?`)

// parses wants a line of shell to call commands and flags that there are.
func parses(t *testing.T, line string) {
	t.Helper()
	m := called.FindStringSubmatch(line)
	require.NotNil(t, m, line)
	words := strings.Fields(strings.ReplaceAll(m[1], `"`, ""))
	if slices.Contains(words, "COMMAND") {
		return
	}
	root := rootCommand()
	root.InitDefaultCompletionCmd("x")
	cmd, rest, err := root.Find(words)
	require.NoError(t, err, line)
	if slices.Contains(rest, "--help") {
		return
	}
	require.NoError(t, cmd.ParseFlags(rest), line)
	require.NoError(t, cmd.ValidateArgs(cmd.Flags().Args()), line)
}

// Every command that the README shows is one that there is, with its flags and arguments.
func TestReadmeCommands(t *testing.T) {
	n := 0
	for _, line := range strings.Split(readme(t), "\n") {
		code := strings.TrimPrefix(strings.TrimSpace(line), "$ ")
		if !strings.HasPrefix(line, "    ") || !strings.HasPrefix(code, "./hashiflex") && !strings.HasPrefix(code, "hashiflex ") {
			continue
		}
		parses(t, code)
		n++
	}
	require.Greater(t, n, 30)
}

// The recipes for CI are YAML, call commands that there are, and hand over files that
// these commands write. Their packages are those that the doctor asks for.
func TestReadmeRecipes(t *testing.T) {
	recipes := fenced(readme(t), "yaml")
	require.Len(t, recipes, 2)
	setup, err := os.ReadFile(filepath.Join("..", "..", ".ci", "setup"))
	require.NoError(t, err)
	for _, text := range recipes {
		var doc any
		require.NoError(t, yaml.Unmarshal([]byte(text), &doc))
		var formats []string
		for _, line := range strings.Split(text, "\n") {
			if called.MatchString(line) && !strings.Contains(line, "github.com/hashiflex") && !strings.Contains(line, "key:") && !strings.Contains(line, "with:") && !strings.HasPrefix(line, "#") && strings.Contains(line, "hashiflex ") {
				parses(t, line)
			}
			if _, after, ok := strings.Cut(line, "--format "); ok {
				formats = strings.Split(strings.Fields(after)[0], ",")
			}
			if strings.Contains(line, "apt-get install") {
				for _, c := range versions().Tools {
					if c.Tool == "berkeley-abc" || c.Tool == "vvp" { // a rival; of iverilog
						continue
					}
					require.Contains(t, line, c.Tool)
					require.Contains(t, string(setup), c.Tool)
				}
			}
		}
		written := map[string]bool{}
		for _, r := range renderings {
			written["ci/"+r.file] = slices.Contains(formats, r.format)
		}
		for _, file := range regexp.MustCompile(`ci/[a-z]+\.[a-z]+`).FindAllString(text, -1) {
			require.True(t, written[file], file)
		}
	}
}

// The page of Python runs, and a failure of a command ends it.
func TestReadmePython(t *testing.T) {
	blocks := fenced(readme(t), "python")
	require.Len(t, blocks, 1)
	dir := t.TempDir()
	self, err := os.Executable()
	require.NoError(t, err)
	require.NoError(t, os.Symlink(self, filepath.Join(dir, "hashiflex")))
	program := func(text string) *exec.Cmd {
		c := exec.Command("python3", "-c", text)
		c.Dir, c.Env = dir, append(os.Environ(), "PATH="+dir+string(os.PathListSeparator)+os.Getenv("PATH"))
		return c
	}
	out, err := program(blocks[0]).CombinedOutput()
	require.NoError(t, err, string(out))
	require.Contains(t, string(out), "expand 48 points of fan-in up to ")
	require.Contains(t, string(out), "settled: tiny: 87 compare points in 8 layers are settled by normal forms")
	out, err = program(strings.ReplaceAll(blocks[0], `"tiny"`, `"tin"`)).CombinedOutput()
	require.Error(t, err)
	require.Contains(t, string(out), `did you mean "tiny"`)
}

// The page of Go compiles and says what it should.
func TestReadmeGo(t *testing.T) {
	blocks := fenced(readme(t), "go")
	require.Len(t, blocks, 1)
	file := filepath.Join(t.TempDir(), "main.go")
	require.NoError(t, os.WriteFile(file, []byte(blocks[0]), 0o644))
	out, err := exec.Command("gofmt", "-l", file).CombinedOutput()
	require.NoError(t, err)
	require.Empty(t, string(out))
	cmd := exec.Command("go", "run", file)
	cmd.Dir = filepath.Join("..", "..")
	out, err = cmd.CombinedOutput()
	require.NoError(t, err, string(out))
	require.Contains(t, string(out), "tiny: 87 compare points in 8 layers are settled by normal forms")
}
