// Package crash turns a panic into an error that names the work in progress and the
// place of the panic.
//
// A panic is a defect of this program and never an answer. The work that it ended has
// failed, and other work goes on. Call Recover where that work has a name.
//
//	defer crash.Recover("tail of channel 3", func(e *crash.Error) { verdict = Failed })
//
// A panic in a goroutine ends the whole program. Group runs goroutines for a caller that
// waits for them, and raises the panic of one of them in that caller instead.
//
// Some failures cannot be recovered from, such as a stack that grows beyond its limit.
// They still end the program.
package crash
