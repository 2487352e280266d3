//go:build nightly

package main

import "testing"

// TestOwnVerilogWithWideBytes executes all 65,536 inputs of a cone on the whole bus.
func TestOwnVerilogWithWideBytes(t *testing.T) { testWideWords(t, 8) }
