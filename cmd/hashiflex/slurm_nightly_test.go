//go:build nightly

package main

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// twoNodes starts a Slurm cluster of two nodes on this machine, and returns what ends the
// second one with all of its jobs, as a machine that loses power does.
func twoNodes(t *testing.T) (lose func()) {
	t.Helper()
	for _, program := range []string{"slurmctld", "slurmd", "munged", "sbatch"} {
		_, err := exec.LookPath(program)
		require.NoError(t, err, ".ci/setup slurmctld:slurmctld slurmd:slurmd sbatch:slurm-client munged:munge")
	}
	host, err := os.Hostname()
	require.NoError(t, err)
	dir := t.TempDir()
	in := func(name string) string { return filepath.Join(dir, name) }
	require.NoError(t, os.Chmod(dir, 0o755))
	require.NoError(t, os.Mkdir(in("state"), 0o755))
	require.NoError(t, os.WriteFile(in("munge.key"), []byte(strings.Repeat("of no secret ", 80)), 0o400))
	require.NoError(t, os.WriteFile(in("slurm.conf"), fmt.Appendf(nil, `ClusterName=test
SlurmctldHost=%[2]s(127.0.0.1)
SlurmctldPort=17000
SlurmUser=root
AuthType=auth/munge
AuthInfo=socket=%[1]s/munge.socket
CredType=cred/munge
StateSaveLocation=%[1]s/state
SlurmdSpoolDir=%[1]s/spool.%%n
SlurmdPidFile=%[1]s/%%n.pid
SlurmctldPidFile=%[1]s/ctld.pid
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
SelectType=select/cons_tres
SelectTypeParameters=CR_Core
JobAcctGatherType=jobacct_gather/none
AccountingStorageType=accounting_storage/none
MpiDefault=none
SlurmdTimeout=15
NodeName=node1 NodeHostname=%[2]s NodeAddr=127.0.0.1 Port=17001 CPUs=1 RealMemory=2000
NodeName=node2 NodeHostname=%[2]s NodeAddr=127.0.0.1 Port=17002 CPUs=1 RealMemory=2000
PartitionName=all Nodes=ALL Default=YES State=UP MaxTime=INFINITE
`, dir, host), 0o644))
	t.Setenv("SLURM_CONF", in("slurm.conf"))
	start := func(name string, args ...string) *exec.Cmd {
		c := exec.Command(name, args...)
		c.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
		log, err := os.Create(in(strings.Join(append([]string{name}, args[:min(3, len(args))]...), "")[:6] + fmt.Sprint(len(args)) + ".log"))
		require.NoError(t, err)
		c.Stdout, c.Stderr = log, log
		require.NoError(t, c.Start())
		t.Cleanup(func() {
			_ = c.Process.Kill()
			_ = c.Wait()
			log.Close()
		})
		return c
	}
	start("munged", "--force", "--foreground", "--key-file="+in("munge.key"), "--socket="+in("munge.socket"), "--pid-file="+in("munge.pid"), "--log-file="+in("munge.log"), "--seed-file="+in("munge.seed"))
	require.Eventually(t, func() bool { _, err := os.Stat(in("munge.socket")); return err == nil }, time.Minute, time.Second)
	start("slurmctld", "-D", "-c")
	start("slurmd", "-D", "-N", "node1")
	second := start("slurmd", "-D", "-N", "node2", "-v")
	require.Eventually(t, func() bool {
		out, _ := exec.Command("sinfo", "--noheader", "--format=%t %D").Output()
		return strings.TrimSpace(string(out)) == "idle 2"
	}, 2*time.Minute, time.Second)
	return func() {
		// The steps of the node first: they would tell the controller how their jobs ended.
		steps, err := exec.Command("scontrol", "show", "jobs", "--oneliner").Output()
		require.NoError(t, err)
		require.NoError(t, second.Process.Kill())
		lost := 0
		for line := range strings.Lines(string(steps)) {
			if !strings.Contains(line, "BatchHost=node2") || !strings.Contains(line, "JobState=RUNNING") {
				continue
			}
			id := strings.TrimPrefix(strings.Fields(line)[0], "JobId=")
			lost += killStep(t, id)
		}
		require.Positive(t, lost, "nothing ran on the node that was lost:\n%s", steps)
	}
}

// killStep kills the supervisor of a job's batch step, and what it started. It returns how
// many processes those were.
func killStep(t *testing.T, job string) (killed int) {
	t.Helper()
	out, err := exec.Command("ps", "-eo", "pid=,args=").Output()
	require.NoError(t, err)
	for line := range strings.Lines(string(out)) {
		words := strings.Fields(line)
		if len(words) < 3 || !strings.HasPrefix(words[1], "slurmstepd:") || words[2] != "["+job+".batch]" {
			continue
		}
		for _, pid := range append(children(t, words[0]), words[0]) {
			if exec.Command("kill", "-KILL", pid).Run() == nil {
				killed++
			}
		}
	}
	return killed
}

// children are the processes below one, of any depth.
func children(t *testing.T, pid string) (all []string) {
	t.Helper()
	out, _ := exec.Command("ps", "-o", "pid=", "--ppid", pid).Output()
	for _, child := range strings.Fields(string(out)) {
		all = append(append(all, child), children(t, child)...)
	}
	return all
}

// TestSlurmLosesANode: the first ten layers of MobileNetV2 on a cluster of two nodes, of
// which one dies in the middle, give the directory that one machine gives.
func TestSlurmLosesANode(t *testing.T) {
	lose := twoNodes(t)
	dir := t.TempDir()
	require.NoError(t, os.Chmod(dir, 0o755))
	self := filepath.Join(dir, "hashiflex")
	out, err := exec.Command("go", "build", "-o", self, ".").CombinedOutput()
	require.NoError(t, err, string(out))
	args := []string{"signoff"}
	for _, layer := range []string{
		"Conv1", "expanded_conv_depthwise", "expanded_conv_project", "block_1_expand", "block_1_depthwise",
		"block_1_project", "block_2_expand", "block_2_depthwise", "block_2_project", "block_2_add",
	} {
		args = append(args, "--layer", layer)
	}
	do := func(args ...string) *exec.Cmd {
		c := exec.Command(self, args...)
		c.Dir = dir
		return c
	}
	begin := time.Now()
	cluster := do(append(args, "--jobs=1", "--on=slurm", "--shards=4", "-o", "cluster")...)
	log := new(strings.Builder)
	cluster.Stdout, cluster.Stderr = log, log
	require.NoError(t, cluster.Start())
	// The second of four shards is under way on the second node.
	require.Eventually(t, func() bool {
		text, _ := os.ReadFile(filepath.Join(dir, "cluster.shards", "2-of-4", "cache.journal"))
		return len(text) > 0
	}, 30*time.Minute, 100*time.Millisecond, log)
	lose()
	err = cluster.Wait()
	t.Logf("cluster: %v\n%s", time.Since(begin).Round(time.Second), log)
	require.Equal(t, exitNotProved, cluster.ProcessState.ExitCode(), "a part is no signoff: %v", err) // of a part
	whole := do(append(args, "-o", "whole")...)
	out, _ = whole.CombinedOutput()
	require.Equal(t, exitNotProved, whole.ProcessState.ExitCode(), string(out))
	want, err := os.ReadFile(filepath.Join(dir, "whole", "SHA256SUMS"))
	require.NoError(t, err)
	have, err := os.ReadFile(filepath.Join(dir, "cluster", "SHA256SUMS"))
	require.NoError(t, err)
	require.Equal(t, string(want), string(have))
}
