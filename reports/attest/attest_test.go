package attest

import (
	"bytes"
	"crypto/ed25519"
	"encoding/json"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/hashiflex/hashiflex/reports"
	"github.com/hashiflex/hashiflex/reports/dossier"
	"github.com/hashiflex/hashiflex/reports/internal/example"
	"github.com/hashiflex/hashiflex/spec/digest"
)

// The keys of the tests; their seeds are these bytes.
var (
	ours   = ed25519.NewKeyFromSeed(bytes.Repeat([]byte{1}, ed25519.SeedSize))
	theirs = ed25519.NewKeyFromSeed(bytes.Repeat([]byte{2}, ed25519.SeedSize))
)

func public(k ed25519.PrivateKey) ed25519.PublicKey { return k.Public().(ed25519.PublicKey) }

func bundle(t *testing.T, r example.Run, b Bundle) string {
	t.Helper()
	b.Run = filepath.Join(t.TempDir(), "run")
	require.NoError(t, example.Write(b.Run, r))
	dir := filepath.Join(t.TempDir(), "bundle")
	b.Render = func(d *dossier.Dossier) (map[string][]byte, error) {
		return map[string][]byte{"note.txt": []byte(d.Signoff.Sentence())}, nil
	}
	require.NoError(t, Make(dir, b))
	return dir
}

func files(t *testing.T, dir string) []string {
	t.Helper()
	var all []string
	require.NoError(t, filepath.WalkDir(dir, func(path string, e fs.DirEntry, err error) error {
		if err == nil && !e.IsDir() {
			all = append(all, path)
		}
		return err
	}))
	return all
}

func TestBundle(t *testing.T) {
	dir := bundle(t, example.Small(), Bundle{Key: ours})
	v, err := Verify(dir, public(ours))
	require.NoError(t, err)
	require.Equal(t, reports.SignedOff, v.Predicate.Conclusion)
	require.Contains(t, v.KeyID, "SHA256:")
	require.Equal(t, len(files(t, dir))-1, v.Files)

	_, err = Verify(dir, nil)
	require.ErrorIs(t, err, ErrUnchecked)
	_, err = Verify(dir, public(theirs))
	require.Error(t, err)

	dir = bundle(t, example.HostileRun(), Bundle{})
	v, err = Verify(dir, nil)
	require.NoError(t, err)
	require.Empty(t, v.KeyID)
	require.Equal(t, reports.NetworkRefuted, v.Predicate.Conclusion)
	_, err = Verify(dir, public(ours))
	require.ErrorContains(t, err, "not signed")
}

// One flipped byte, anywhere in the bundle, is found; so is a file that is missing,
// added or empty.
func TestFlippedBytes(t *testing.T) {
	r := example.Small()
	r.Change = func(o *reports.Obligation) {
		if o.ID == "stem/golden = rtl/3" {
			example.Refute(o)
		}
	}
	for name, key := range map[string]ed25519.PrivateKey{"signed": ours, "unsigned": nil} {
		t.Run(name, func(t *testing.T) {
			dir := bundle(t, r, Bundle{Key: key})
			var pub ed25519.PublicKey
			if key != nil {
				pub = public(key)
			}
			for _, path := range files(t, dir) {
				text, err := os.ReadFile(path)
				require.NoError(t, err)
				step := max(1, len(text)/6)
				if base := filepath.Base(path); base == envelopeFile || base == statementFile {
					step = max(1, len(text)/150)
				}
				for at := 0; at < len(text); at += step {
					for _, bit := range []byte{1, 0x20} {
						edited := bytes.Clone(text)
						edited[at] ^= bit
						require.NoError(t, os.WriteFile(path, edited, 0o644))
						_, err := Verify(dir, pub)
						require.Error(t, err, "%s, byte %d ^ %#x", path, at, bit)
					}
				}
				require.NoError(t, os.WriteFile(path, append(bytes.Clone(text), '\n'), 0o644))
				_, err = Verify(dir, pub)
				require.Error(t, err, "%s with another line end", path)
				require.NoError(t, os.Remove(path))
				_, err = Verify(dir, pub)
				require.Error(t, err, "%s removed", path)
				require.NoError(t, os.WriteFile(path, text, 0o644))
			}
			_, err := Verify(dir, pub)
			require.NoError(t, err)
			added := filepath.Join(dir, "reports", "more.txt")
			require.NoError(t, os.WriteFile(added, nil, 0o644))
			_, err = Verify(dir, pub)
			require.ErrorContains(t, err, "was added")
		})
	}
}

// Each field of the statement, changed in turn by somebody who can draw up an
// envelope but has another key, or who leaves the signature.
func TestEveryFieldOfTheStatement(t *testing.T) {
	dir := bundle(t, example.Small(), Bundle{})
	path := filepath.Join(dir, statementFile)
	text, err := os.ReadFile(path)
	require.NoError(t, err)
	values := regexp.MustCompile(`: ("[^"]+"|\d+)`).FindAllStringIndex(string(text), -1)
	require.Greater(t, len(values), 30)
	for _, at := range values {
		edited := string(text[:at[1]-1]) + "1" + string(text[at[1]-1:])
		require.True(t, json.Valid([]byte(edited)))
		require.NoError(t, os.WriteFile(path, []byte(edited), 0o644))
		_, err := Verify(dir, nil)
		require.Error(t, err, "%s", text[at[0]:at[1]])
	}
}

// Each value of the evidence, changed in turn by somebody who mends the hashes of the
// run and the report that repeats the value: the statement still says otherwise.
func TestEveryFieldOfTheEvidence(t *testing.T) {
	r := example.Small()
	r.Head = example.Head()
	dir := bundle(t, r, Bundle{Key: ours})
	run, report := filepath.Join(dir, runFolder), filepath.Join(dir, reportsFolder, signoffFile)
	sums := filepath.Join(run, "SHA256SUMS")
	keep := func(paths ...string) func() {
		var texts [][]byte
		for _, p := range paths {
			text, err := os.ReadFile(p)
			require.NoError(t, err)
			texts = append(texts, text)
		}
		return func() {
			for i, p := range paths {
				require.NoError(t, os.WriteFile(p, texts[i], 0o644))
			}
		}
	}
	fields := map[string]bool{}
	for _, name := range []string{"signoff.json", "obligations.jsonl", "run.json"} {
		path := filepath.Join(run, name)
		text, err := os.ReadFile(path)
		require.NoError(t, err)
		listed, err := os.ReadFile(sums)
		require.NoError(t, err)
		restore := keep(path, sums, report)
		seen := map[string]int{}
		for _, at := range regexp.MustCompile(`"(\w+)": ?("[^"]+"|\d+|true|false)`).FindAllSubmatchIndex(text, -1) {
			field := string(text[at[2]:at[3]])
			fields[field] = true
			// Lists repeat their fields.
			if seen[field]++; seen[field] > 3 {
				continue
			}
			value := string(text[at[4]:at[5]])
			other := map[string]string{"true": "false", "false": "true"}[value]
			if other == "" {
				other = value[:len(value)-1] + "1" + value[len(value)-1:]
			}
			edited := []byte(string(text[:at[4]]) + other + string(text[at[5]:]))
			require.NoError(t, os.WriteFile(path, edited, 0o644))
			mended := strings.Replace(string(listed), digest.Bytes(text), digest.Bytes(edited), 1)
			require.NotEqual(t, string(listed), mended)
			require.NoError(t, os.WriteFile(sums, []byte(mended), 0o644))
			if name == "signoff.json" {
				require.NoError(t, os.WriteFile(report, edited, 0o644))
			}
			_, err := Verify(dir, public(ours))
			require.Error(t, err, "%s: %s: %s", name, field, value)
		}
		restore()
	}
	_, err := Verify(dir, public(ours))
	require.NoError(t, err)
	for _, field := range []string{"schema", "command", "conclusion", "waivers", "verdict", "cases", "hit", "images_per_second", "refuted"} {
		require.True(t, fields[field], field)
	}
}

// Who edits the evidence and draws everything up again cannot sign it.
func TestForgery(t *testing.T) {
	bad := example.Small()
	bad.Change = func(o *reports.Obligation) {
		if o.Layer == "add" && o.IsPoint() {
			example.Refute(o)
		}
	}
	genuine, forged := bundle(t, bad, Bundle{Key: ours}), bundle(t, example.Small(), Bundle{Key: theirs})
	_, err := Verify(forged, public(ours))
	require.Error(t, err)
	// The genuine signature over another bundle.
	seal, err := os.ReadFile(filepath.Join(genuine, envelopeFile))
	require.NoError(t, err)
	require.NoError(t, os.WriteFile(filepath.Join(forged, envelopeFile), seal, 0o644))
	_, err = Verify(forged, public(ours))
	require.Error(t, err)
}

func TestWaivers(t *testing.T) {
	r := example.Small()
	sum := strings.Repeat("8f", 32)
	r.Uncovered = []reports.Uncovered{{Kind: "cell", Object: "stem.dbg", SHA256: sum}}
	path := filepath.Join(t.TempDir(), "w.toml")
	text := "[[waiver]]\nkind = \"cell\"\nobject = \"stem.dbg\"\nsha256 = \"" + sum + "\"\nowner = \"J. Doe\"\nreason = \"observation only\"\nexpires = 2027-06-30\n"
	require.NoError(t, os.WriteFile(path, []byte(text), 0o644))
	dir := bundle(t, r, Bundle{Key: ours, Waivers: path, Judged: "2027-01-01"})
	v, err := Verify(dir, public(ours))
	require.NoError(t, err)
	require.Equal(t, reports.SignedOff, v.Predicate.Conclusion)
	require.Contains(t, v.Predicate.Sentence, "signed off with 1 waiver")
	require.NoError(t, os.WriteFile(filepath.Join(dir, waiversFile), []byte(strings.Replace(text, "2027", "2028", 1)), 0o644))
	_, err = Verify(dir, public(ours))
	require.Error(t, err)
}
