package verilated

import (
	"bytes"
	"os"
	"path/filepath"
)

// Verilator counts coverage in atomic words, since its models may have many threads. Ours
// have one. A locked increment for each executed block was most of the time of a small
// model, so the words become plain ones.
const (
	atomicCounter = "std::atomic<uint32_t>"
	plainCounter  = "PlainCounter"

	// counter is all that Verilator's text does with a counter; it also takes the address.
	counter = `struct PlainCounter {
    uint32_t count = 0;
    void fetch_add(uint32_t n, std::memory_order) { count += n; }
    void operator++() { count++; }
    void operator++(int) { count++; }
};
`
)

// plainCounters rewrites the C++ of a model. Text of a Verilator that counts in another way
// stays as it is.
func plainCounters(dir string) error {
	for _, kind := range []string{"*.h", "*.cpp"} {
		files, err := filepath.Glob(filepath.Join(dir, kind))
		if err != nil {
			return err
		}
		for _, f := range files {
			text, err := os.ReadFile(f)
			if err != nil {
				return err
			}
			if plain := bytes.ReplaceAll(text, []byte(atomicCounter), []byte(plainCounter)); len(plain) != len(text) {
				if err := os.WriteFile(f, plain, 0o600); err != nil {
					return err
				}
			}
		}
	}
	return nil
}
