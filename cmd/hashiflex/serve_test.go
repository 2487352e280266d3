package main

import (
	"bufio"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"syscall"
	"testing"

	"github.com/stretchr/testify/require"
)

// A page is served while the command runs, at this machine's own address, and its options
// are no part of what was proved.
func TestServeWithASignoff(t *testing.T) {
	dir := t.TempDir()
	t.Chdir(dir)
	for _, wrong := range [][]string{
		{"--serve", "0.0.0.0:0"}, {"--serve", ":0"}, {"--serve", "here"}, {"--serve-to-others"}, {"--serve", "127.0.0.1:99999"},
	} {
		code, out, errs := command(append([]string{"signoff", "tiny", "--fast", "-o", "run"}, wrong...)...)
		require.Equal(t, exitBadInput, code, out+errs)
		require.Contains(t, errs, "--serve")
	}
	require.NoDirExists(t, "run")
	code, _, errs := command("signoff", "tiny", "--fast", "-o", "run", "--serve", "127.0.0.1:0")
	require.Equal(t, exitNotProved, code)
	url := regexp.MustCompile(`live page: (http://127\.0\.0\.1:\d+/)`).FindStringSubmatch(errs)
	require.NotNil(t, url, errs)
	_, err := http.Get(url[1])
	require.Error(t, err, "it closes with the run")
	text, err := os.ReadFile(filepath.Join("run", "signoff.json"))
	require.NoError(t, err)
	require.NotContains(t, string(text), "--serve")
}

// A run of another process is shown until somebody ends the server.
func TestServe(t *testing.T) {
	dir := t.TempDir()
	t.Chdir(dir)
	code, _, errs := command("serve", "nowhere")
	require.Equal(t, exitBadInput, code)
	require.Contains(t, errs, "no run directory")
	code, _, _ = command("signoff", "tiny", "--fast", "-o", "run")
	require.Equal(t, exitNotProved, code)

	cmd := exec.Command(os.Args[0])
	cmd.Args = []string{"hashiflex", "serve", "run"}
	cmd.Dir = dir
	out, err := cmd.StdoutPipe()
	require.NoError(t, err)
	require.NoError(t, cmd.Start())
	line, err := bufio.NewReader(out).ReadString('\n')
	require.NoError(t, err)
	answer, err := http.Get(strings.TrimSpace(line))
	require.NoError(t, err)
	page, err := io.ReadAll(answer.Body)
	require.NoError(t, err)
	require.Contains(t, string(page), "Not signed off")
	require.NoError(t, cmd.Process.Signal(syscall.SIGINT))
	require.NoError(t, cmd.Wait())
}
