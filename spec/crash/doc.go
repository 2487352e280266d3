// Package crash turns a panic into an error that says what was being done and
// where it happened.
//
// A panic is a defect of this program and never an answer: the work that it ended
// has failed, and the rest goes on. Recover stands where that work has a name.
//
//	defer crash.Recover("tail of channel 3", func(e *crash.Error) { verdict = Failed })
//
// Of goroutines that work for one caller, Group carries a panic to the caller,
// where it belongs; on its own it would end the program.
//
// What the runtime does not let anyone recover from, such as a stack that has
// grown beyond its limit, still ends the program.
package crash
