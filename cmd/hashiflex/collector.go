package main

import "runtime"

// ballast is memory that nobody touches, so that the system gives none for it. The
// collector waits until as much is allocated again as there is, this included. Most
// commands have little that lives and allocate quickly: without it, each five megabytes
// cost a collection. A command takes at most so much more memory, however large it is; a
// higher percentage would take a multiple of what lives.
const ballast = 128 << 20

// relieved calls f while the ballast is there.
func relieved(f func() int) int {
	b := make([]byte, ballast)
	defer runtime.KeepAlive(b)
	return f()
}
