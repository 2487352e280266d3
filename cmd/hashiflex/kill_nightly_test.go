//go:build nightly

package main

import (
	"testing"
	"time"
)

// TestKilledSignoffsOften kills signoffs of a whole network, and of a block of MobileNetV2.
func TestKilledSignoffsOften(t *testing.T) {
	for name, args := range map[string][]string{
		"tiny":  {"tiny"},
		"block": {"mobilenet_v2_1.0_224", "--layer", "block_1_expand", "--layer", "block_1_depthwise", "--layer", "block_1_project"},
	} {
		t.Run(name, func(t *testing.T) { killed{args: args, kills: 200, most: 20, seed: time.Now().UnixNano()}.test(t) })
	}
}
