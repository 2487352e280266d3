package bench

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"

	"github.com/hashiflex/hashiflex/spec"
)

// Command is one run of a command in a process of its own, as somebody types it.
type Command struct {
	What     string        `json:"what"`
	Command  string        `json:"command"`
	Points   int           `json:"points"`   // compare points, all proved
	Recalled int           `json:"recalled"` // of them, from the store
	Wall     time.Duration `json:"wall_ns"`
	Busy     time.Duration `json:"busy_ns"`    // processor time, that of its tools included
	Peak     int64         `json:"peak_bytes"` // resident, of its process; solvers take less
	Edited   bool          `json:"edited"`     // one weight is another than in what the store knows
}

// commands measures `prove` on a network: all of it, by normal forms alone, with every text
// read twice, and with a store: after nothing was changed, one weight, and the biases of a layer.
func commands(ctx context.Context, net *spec.Network, program string, say func(string, ...any)) (all []Command, err error) {
	dir, err := os.MkdirTemp("", "hashiflex-bench-")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(dir)
	store := filepath.Join(dir, "store")
	saved := func(name string, n *spec.Network) (string, error) {
		at := filepath.Join(dir, name)
		return at, spec.Save(n, at)
	}
	weight, where, err := otherWeight(net)
	if err != nil {
		return nil, err
	}
	middle, which, err := otherBiases(net)
	if err != nil {
		return nil, err
	}
	for _, x := range []struct {
		what   string
		net    *spec.Network
		edited bool
		args   []string
	}{
		{"both edges, each point confirmed", net, false, []string{"--no-cache"}},
		{"normal forms alone", net, false, []string{"--fast"}},
		{"both readers", net, false, []string{"--no-cache", "--front-end", "both"}},
		{"with a store that is empty", net, false, []string{"--cache", store}},
		{"again", net, false, []string{"--cache", store}},
		{"one weight of " + where + " is another", weight, true, []string{"--cache", store}},
		{"all biases of " + which + " are others", middle, false, []string{"--cache", store}},
	} {
		folder, err := saved("network", x.net)
		if err != nil {
			return nil, err
		}
		args := append([]string{"prove", "--project", "none", "--network", folder}, x.args...)
		c, err := measured(ctx, dir, program, args)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", x.what, err)
		}
		c.What, c.Edited = x.what, x.edited
		c.Command = strings.Join(append([]string{"prove", "--network", net.Name}, x.args...), " ")
		c.Command = strings.ReplaceAll(c.Command, store, "STORE")
		say("%s: %v", x.what, c.Wall)
		all = append(all, *c)
	}
	return all, nil
}

// measured runs a proof that must succeed.
func measured(ctx context.Context, dir, program string, args []string) (*Command, error) {
	cmd := exec.CommandContext(ctx, program, append(args, "--json", "--progress", "none")...)
	cmd.Dir = dir
	var said strings.Builder
	cmd.Stderr = &said
	var out bytes.Buffer
	cmd.Stdout = &out
	begin := time.Now()
	err := cmd.Start()
	var peak func() int64
	if err == nil {
		peak = watchProcess(cmd.Process.Pid)
		err = cmd.Wait()
	}
	wall := time.Since(begin)
	if err != nil {
		return nil, fmt.Errorf("%w: %s", err, strings.TrimSpace(said.String()))
	}
	var x struct {
		Conclusion string `json:"conclusion"`
		Recalled   int    `json:"points_from_store"`
		Signoff    struct {
			Layers []struct {
				Points int `json:"points"`
			} `json:"layers"`
		} `json:"signoff"`
	}
	if err := json.Unmarshal(out.Bytes(), &x); err != nil {
		return nil, err
	}
	c := &Command{Recalled: x.Recalled, Wall: wall}
	for _, l := range x.Signoff.Layers {
		c.Points += l.Points
	}
	if x.Conclusion != "proved" && x.Conclusion != "settled" || c.Points == 0 {
		return nil, fmt.Errorf("%d points are %q", c.Points, x.Conclusion)
	}
	c.Busy = cmd.ProcessState.UserTime() + cmd.ProcessState.SystemTime()
	c.Peak = peak()
	return c, nil
}

// convolutions are the layers whose weights and biases can be changed, the one with the most
// weights first.
func convolutions(net *spec.Network) (all []*spec.Layer) {
	for _, l := range net.Layers {
		if conv, ok := l.Op.(*spec.Conv); ok {
			if len(all) > 0 && len(conv.Codes) > len(all[0].Op.(*spec.Conv).Codes) {
				all = append([]*spec.Layer{l}, all...)
			} else {
				all = append(all, l)
			}
		}
	}
	return all
}

// otherWeight is a network in which one weight of the largest layer has the other sign.
func otherWeight(net *spec.Network) (*spec.Network, string, error) {
	n := net.Clone()
	if err := n.Validate(); err != nil {
		return nil, "", err
	}
	for _, l := range convolutions(n) {
		conv := l.Op.(*spec.Conv)
		for i := len(conv.Codes) / 2; i < len(conv.Codes); i++ {
			if conv.Codes[i] == 0 {
				continue
			}
			conv.Codes[i] = -conv.Codes[i]
			if n.Validate() == nil {
				return n, l.Name, nil
			}
			conv.Codes[i] = -conv.Codes[i]
		}
	}
	return nil, "", fmt.Errorf("%s has no weight that can be changed", net.Name)
}

// otherBiases is a network in which all biases of the largest layer are one less or more.
func otherBiases(net *spec.Network) (*spec.Network, string, error) {
	for at := range convolutions(net) {
		for _, by := range []int32{1, -1} {
			n := net.Clone()
			if err := n.Validate(); err != nil {
				return nil, "", err
			}
			l := convolutions(n)[at]
			conv := l.Op.(*spec.Conv)
			for i := range conv.Bias {
				conv.Bias[i] += by
			}
			if n.Validate() == nil {
				return n, l.Name, nil
			}
		}
	}
	return nil, "", fmt.Errorf("%s has no biases that can be changed", net.Name)
}
