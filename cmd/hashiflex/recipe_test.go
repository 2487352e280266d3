package main

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"

	"github.com/rogpeppe/go-internal/testscript"
	"go.yaml.in/yaml/v3"
)

// job is what a recipe's job does, in order.
type job struct {
	shell []string
	steps []jobStep
}

type jobStep struct {
	run    string
	always bool     // also after a step that failed
	quiet  bool     // its own failure is none
	files  []string // that it hands over
}

// githubJob reads the workflow: a step is a script of its own, by the shell of a container.
func githubJob(text string) (j job, err error) {
	var flow struct {
		Jobs map[string]struct {
			Container string
			Steps     []struct {
				Run, If, Uses string
				With          map[string]any
			}
		}
	}
	if err := yaml.Unmarshal([]byte(text), &flow); err != nil {
		return j, err
	}
	j.shell = []string{"bash", "-e"}
	for _, x := range flow.Jobs {
		if x.Container != "" {
			j.shell = []string{"sh", "-e"}
		}
		for _, s := range x.Steps {
			step := jobStep{run: s.Run, always: s.If == "always()"}
			// What a cache restores need not be there.
			if !strings.HasPrefix(s.Uses, "actions/cache/restore") {
				for _, key := range []string{"sarif_file", "path"} {
					if f, ok := s.With[key].(string); ok {
						step.files = append(step.files, f)
					}
				}
			}
			j.steps = append(j.steps, step)
		}
	}
	return j, nil
}

// gitlabJob reads the job: what comes before and its script are one script, and what comes
// after another, whose failure is none.
func gitlabJob(text string) (j job, err error) {
	var file struct {
		Signoff struct {
			Before    []string `yaml:"before_script"`
			Script    []string
			After     []string `yaml:"after_script"`
			Artifacts struct {
				Paths   []string
				Reports map[string]string
			}
		}
	}
	if err := yaml.Unmarshal([]byte(text), &file); err != nil {
		return j, err
	}
	s := &file.Signoff
	j.shell = []string{"bash", "-eo", "pipefail"}
	files := s.Artifacts.Paths
	for _, f := range s.Artifacts.Reports {
		files = append(files, f)
	}
	j.steps = []jobStep{
		{run: strings.Join(append(s.Before, s.Script...), "\n")},
		{run: strings.Join(s.After, "\n"), always: true, quiet: true},
		{files: files, always: true},
	}
	return j, nil
}

// installs are lines that install what the test has.
var installs = regexp.MustCompile(`(?m)^.*\b(apt-get|go install)\b.*$`)

// recipe runs the README's recipe as its service would, and wants the job's exit code. The
// log is in job.log, and the summary in summary.md.
func recipe(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 2 {
		ts.Fatalf("usage: recipe github|gitlab CODE")
	}
	text, err := os.ReadFile(filepath.Join(ts.Getenv("SOURCE"), "README.md"))
	ts.Check(err)
	name, read := ".github/workflows/hashiflex.yml", githubJob
	if args[0] == "gitlab" {
		name, read = ".gitlab-ci.yml", gitlabJob
	}
	var j job
	for _, block := range fenced(string(text), "yaml") {
		if strings.HasPrefix(block, "# "+name+"\n") {
			j, err = read(block)
			ts.Check(err)
		}
	}
	if len(j.steps) == 0 {
		ts.Fatalf("the README has no job of %s", name)
	}
	work := ts.MkAbs(".")
	bin := filepath.Join(work, "home", "go", "bin")
	ts.Check(os.MkdirAll(bin, 0o755))
	if err := os.Symlink(ts.Getenv("SELF"), filepath.Join(bin, "hashiflex")); !os.IsExist(err) {
		ts.Check(err)
	}
	path := "/usr/local/bin:/usr/bin:/bin"
	if args[0] == "gitlab" {
		path = bin + ":" + path
	}
	var log strings.Builder
	code := 0
	for _, s := range j.steps {
		if code != 0 && !s.always {
			continue
		}
		if script := installs.ReplaceAllString(s.run, ""); strings.TrimSpace(script) != "" {
			fmt.Fprintf(&log, "%s\n", script)
			file := filepath.Join(work, "home", "step.sh")
			ts.Check(os.WriteFile(file, []byte(script), 0o644))
			cmd := exec.Command(j.shell[0], append(j.shell[1:], file)...)
			cmd.Dir = work
			cmd.Env = []string{
				"PATH=" + path, "HOME=" + filepath.Join(work, "home"), "CI=true", "GITHUB_STEP_SUMMARY=" + filepath.Join(work, "summary.md"),
				"XDG_CACHE_HOME=" + ts.Getenv("XDG_CACHE_HOME"), "TMPDIR=" + ts.Getenv("TMPDIR"),
			}
			out, err := cmd.CombinedOutput()
			log.Write(out)
			switch exit, ok := err.(*exec.ExitError); {
			case ok && !s.quiet && code == 0:
				code = exit.ExitCode()
			case err != nil && !ok:
				ts.Check(err)
			}
		}
		for _, f := range s.files {
			if _, err := os.Stat(filepath.Join(work, f)); err != nil {
				ts.Fatalf("%s hands over %s: %v\n%s", name, f, err, log.String())
			}
		}
	}
	ts.Check(os.WriteFile(filepath.Join(work, "job.log"), []byte(log.String()), 0o644))
	ts.Logf("%s", log.String())
	if strconv.Itoa(code) != args[1] {
		ts.Fatalf("the job of %s ends with %d, want %s", name, code, args[1])
	}
}
