package main

import (
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
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

// The table of false verdicts names every test of one, and no other.
func TestReadmeTraps(t *testing.T) {
	paths, err := filepath.Glob(filepath.Join("..", "..", "equiv", "chain", "*_test.go"))
	require.NoError(t, err)
	var want []string
	for _, path := range paths {
		text, err := os.ReadFile(path)
		require.NoError(t, err)
		for _, m := range regexp.MustCompile(`(?m)^func (TestTrap\w+)`).FindAllStringSubmatch(string(text), -1) {
			want = append(want, m[1])
		}
	}
	var have []string
	for _, m := range regexp.MustCompile("`(TestTrap\\w+)`").FindAllStringSubmatch(readme(t), -1) {
		have = append(have, m[1])
	}
	require.ElementsMatch(t, want, have)
}

// The recipes for CI are YAML, call commands that there are, and hand over files that
// these commands write. Their packages are those that the doctor asks for.
func TestReadmeRecipes(t *testing.T) {
	recipes := fenced(readme(t), "yaml")
	require.Len(t, recipes, 4)
	setup, err := os.ReadFile(filepath.Join("..", "..", ".ci", "setup"))
	require.NoError(t, err)
	for _, text := range recipes {
		var doc any
		require.NoError(t, yaml.Unmarshal([]byte(text), &doc))
		var formats []string
		for _, line := range strings.Split(text, "\n") {
			if called.MatchString(line) && !strings.Contains(line, "github.com/hashiflex") && !strings.Contains(line, "key:") && !strings.Contains(line, "with:") && !strings.HasPrefix(line, "#") && strings.Contains(line, "hashiflex ") {
				parses(t, regexp.MustCompile(`\$\{\{.*?\}\}`).ReplaceAllString(line, "1"))
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

// The recipes for job arrays divide a run, and what they merge is the run. Arrays are
// played by their environment.
func TestReadmeArrays(t *testing.T) {
	shells, yamls := fenced(readme(t), "sh"), fenced(readme(t), "yaml")
	var job struct {
		Spec struct {
			Completions int
			Template    struct {
				Spec struct{ Containers []struct{ Command []string } }
			}
		}
	}
	var flow struct {
		Jobs map[string]struct {
			Strategy struct{ Matrix struct{ Index []int } }
			Steps    []struct{ Run string }
		}
	}
	for _, text := range yamls {
		switch {
		case strings.Contains(text, "kind: Job"):
			require.NoError(t, yaml.Unmarshal([]byte(text), &job))
		case strings.Contains(text, "matrix:"):
			require.NoError(t, yaml.Unmarshal([]byte(text), &flow))
		}
	}
	line := func(blocks []string, with, from string) string {
		for l := range strings.Lines(strings.Join(blocks, "")) {
			if strings.Contains(l, with) && strings.Contains(l, from) {
				return l[strings.Index(l, from)+len(from):]
			}
		}
		t.Fatalf("no line with %q", with)
		return ""
	}
	steps := flow.Jobs["shard"].Steps
	for _, x := range []struct {
		name, variable, command string
		first, n                int
	}{
		{"slurm", "SLURM_ARRAY_TASK_ID", line(shells, "exec hashiflex", "exec hashiflex"), 1, 8},
		{"lsf", "LSB_JOBINDEX", line(shells, "bsub -J", "hashiflex"), 1, 8},
		{"kubernetes", "JOB_COMPLETION_INDEX", strings.Join(job.Spec.Template.Spec.Containers[0].Command[1:], " "), 0, job.Spec.Completions},
		{"matrix", "", strings.TrimPrefix(steps[1].Run, "hashiflex"), 1, len(flow.Jobs["shard"].Strategy.Matrix.Index)},
	} {
		t.Run(x.name, func(t *testing.T) {
			t.Chdir(t.TempDir())
			for i := x.first; i < x.first+x.n; i++ {
				if x.variable != "" {
					t.Setenv(x.variable, strconv.Itoa(i))
				}
				text := strings.NewReplacer("mynet", "tiny --fast", "/data/", "", `"`, "", "${{ matrix.index }}", strconv.Itoa(i)).Replace(x.command)
				_, out, stderr := command(strings.Fields(text)...)
				require.Contains(t, out, "0 not proved", stderr)
			}
			code, out, stderr := command("merge", "parts", "-o", "runs/mynet")
			require.Equal(t, exitNotProved, code, stderr) // --fast confirms nothing
			require.Contains(t, out, "settled by normal forms", stderr)
		})
	}
	require.Equal(t, "hashiflex merge parts -o runs/mynet", flow.Jobs["merge"].Steps[2].Run)
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
