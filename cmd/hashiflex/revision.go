package main

import (
	"context"
	"os/exec"
	"strings"
	"time"

	"github.com/hashiflex/hashiflex/reports"
)

// gitPatience is how long git may take to say what a folder's commit is.
const gitPatience = 5 * time.Second

// revision is the commit of the repository that holds folder dir, without files that it
// does not follow, such as run directories. It is nil if git is not there or dir is in no
// repository: a report then names no commit.
func revision(ctx context.Context, dir string) *reports.Revision {
	ctx, end := context.WithTimeout(ctx, gitPatience)
	defer end()
	git := func(args ...string) (string, error) {
		// No monitor, pager or hook of a stranger's repository runs.
		args = append([]string{"-C", dir, "-c", "core.fsmonitor=false", "--no-optional-locks"}, args...)
		out, err := exec.CommandContext(ctx, "git", args...).Output()
		return strings.TrimSpace(string(out)), err
	}
	head, err := git("log", "-1", "--no-show-signature", "--format=%H %cI")
	commit, date, ok := strings.Cut(head, " ")
	if err != nil || !ok {
		return nil
	}
	changed, err := git("status", "--porcelain", "--untracked-files=no")
	if err != nil {
		return nil
	}
	return &reports.Revision{Commit: commit, Date: date, Changed: changed != ""}
}
