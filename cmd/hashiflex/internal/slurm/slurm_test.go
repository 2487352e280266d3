package slurm

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// cluster puts programs in the place of Slurm's. sbatch runs the jobs at once, and nothing
// ever waits.
func cluster(t *testing.T) {
	t.Helper()
	dir := t.TempDir()
	for name, text := range map[string]string{
		"sbatch": `#!/bin/sh
while :; do
	case $1 in
	--array=*) list=${1#--array=} ;;
	--*) ;;
	*) break ;;
	esac
	shift
done
for i in $(echo "$list" | tr , ' '); do SLURM_ARRAY_TASK_ID=$i "$@"; done
echo 17
`,
		"squeue":  "#!/bin/sh\n",
		"scancel": "#!/bin/sh\n",
	} {
		require.NoError(t, os.WriteFile(filepath.Join(dir, name), []byte(text), 0o755))
	}
	t.Setenv("PATH", dir+":"+os.Getenv("PATH"))
}

func array(dir, command string) *Array {
	return &Array{
		Command: []string{"sh", "-c", command, "a name", `"$(touch ` + dir + `/never)"`}, Dir: dir, Size: 3, Poll: time.Millisecond,
		Done: func(i int) bool {
			_, err := os.Stat(filepath.Join(dir, "done"+string(rune('0'+i))))
			return err == nil
		},
	}
}

// Jobs without a result are submitted again; arguments are never read as shell.
func TestJobsAreSubmittedUntilTheyHaveAResult(t *testing.T) {
	cluster(t)
	dir := t.TempDir()
	a := array(dir, `cd "`+dir+`"; echo $SLURM_ARRAY_TASK_ID >> tried; test "$(grep -c $SLURM_ARRAY_TASK_ID tried)" -lt $SLURM_ARRAY_TASK_ID || touch done$SLURM_ARRAY_TASK_ID`)
	looks := 0
	a.Progress = func() { looks++ }
	require.NoError(t, a.Run(context.Background()))
	require.NotZero(t, looks)
	text, err := os.ReadFile(filepath.Join(dir, "tried"))
	require.NoError(t, err)
	require.Equal(t, "1 2 3 2 3 3", strings.Join(strings.Fields(string(text)), " "))
	require.NoFileExists(t, filepath.Join(dir, "never"))
}

func TestJobsThatNeverHaveAResultEndIt(t *testing.T) {
	cluster(t)
	dir := t.TempDir()
	a := array(dir, `test $SLURM_ARRAY_TASK_ID = 2 || touch "`+dir+`/done$SLURM_ARRAY_TASK_ID"`)
	require.ErrorContains(t, a.Run(context.Background()), "jobs 2 of the array ended 3 times without a result")
}

func TestWithoutAClusterThereIsAdvice(t *testing.T) {
	t.Setenv("PATH", t.TempDir())
	err := array(t.TempDir(), "true").Run(context.Background())
	var none *UnavailableError
	require.True(t, errors.As(err, &none))
	require.ErrorContains(t, err, "sbatch is not installed")
}
