package bench

import (
	"bytes"
	"fmt"
	"os"
	"runtime/debug"
	"strconv"
	"time"
)

// sampleMemory is the interval between samples of the resident size.
const sampleMemory = 20 * time.Millisecond

// watchMemory returns unused memory to the system, then samples this process' resident
// size. stop ends that and returns the largest sample in bytes.
func watchMemory() (stop func() (int64, error)) {
	debug.FreeOSMemory()
	end, ended := make(chan struct{}), make(chan struct{})
	var peak int64
	var err error
	go func() {
		defer close(ended)
		tick := time.NewTicker(sampleMemory)
		defer tick.Stop()
		for err == nil {
			var now int64
			now, err = resident()
			peak = max(peak, now)
			select {
			case <-end:
				return
			case <-tick.C:
			}
		}
	}()
	return func() (int64, error) {
		close(end)
		<-ended
		return peak, err
	}
}

// watchProcess samples the largest resident size of another process until it has ended, as
// the system notes it. What the system says at its end is of whoever started it, too.
func watchProcess(pid int) (stop func() int64) {
	ended := make(chan int64)
	go func() {
		var peak int64
		for {
			text, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", pid))
			_, rest, there := bytes.Cut(text, []byte("VmHWM:"))
			if err != nil || !there {
				ended <- peak
				return
			}
			if f := bytes.Fields(rest); len(f) > 0 {
				if kib, err := strconv.ParseInt(string(f[0]), 10, 64); err == nil {
					peak = max(peak, kib<<10)
				}
			}
			time.Sleep(sampleMemory)
		}
	}()
	return func() int64 { return <-ended }
}

// resident is this process' resident size in bytes.
func resident() (int64, error) {
	const file = "/proc/self/statm"
	text, err := os.ReadFile(file)
	if err != nil {
		return 0, err
	}
	f := bytes.Fields(text)
	if len(f) < 2 {
		return 0, fmt.Errorf("%s says %q", file, text)
	}
	pages, err := strconv.ParseInt(string(f[1]), 10, 64)
	if err != nil {
		return 0, fmt.Errorf("%s: %w", file, err)
	}
	return pages * int64(os.Getpagesize()), nil
}
