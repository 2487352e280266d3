package smt

import (
	"bufio"
	"fmt"
	"os"
	"strings"
	"testing"
	"time"
)

// misbehave names the variable that turns the test binary into a solver with
// that fault.
const misbehave = "SMT_TEST_MISBEHAVE"

func TestMain(m *testing.M) {
	if fault := os.Getenv(misbehave); fault != "" {
		os.Exit(fake(fault))
	}
	os.Exit(m.Run())
}

// fake is a solver that answers unsat to everything, and greets as it should;
// where a query holds the word fault, it does what the fault says.
func fake(fault string) int {
	in := bufio.NewScanner(os.Stdin)
	faulty := false
	for in.Scan() {
		line := in.Text()
		switch {
		case strings.Contains(line, "fault"):
			faulty = true
			if fault == "dies while reading" {
				return 3
			}
			if fault == "error before the answer" {
				fmt.Println(`(error "no such symbol")`)
			}
			if fault == "canceled before the answer" {
				fmt.Println(`(error "line 7 column 9: push canceled")`)
			}
		case line == "(get-info :version)":
			if fault == "nonsense at the start" {
				fmt.Println("Hello!")
			}
			fmt.Println(`(:version "1.0 ""beta""")`)
		case line == "(check-sat)" && faulty:
			if code := answer(fault); code >= 0 {
				return code
			}
		case line == "(check-sat)":
			fmt.Println("unsat")
		case strings.HasPrefix(line, "(get-value"):
			value(fault)
		case line == "(get-info :reason-unknown)":
			fmt.Println(`(:reason-unknown "incomplete: it is hard")`)
		case strings.HasPrefix(line, "(echo "):
			if faulty && fault == "answers after the marker" {
				fmt.Println(strings.Split(line, `"`)[1])
				fmt.Println("unsat")
				time.Sleep(50 * time.Millisecond)
				continue
			}
			if faulty && fault == "closes its output" {
				continue
			}
			fmt.Println(strings.Split(line, `"`)[1])
		}
	}
	return 0
}

// answer prints the faulty answer to check-sat; the process ends with the code
// that it returns, unless that is negative.
func answer(fault string) int {
	switch fault {
	case "nonsense":
		fmt.Println("Segmentation fault, unsat maybe")
	case "nonsense without end":
		fmt.Print("(((unsat")
	case "closes too much":
		fmt.Println("unsat)")
	case "unsat in a string":
		fmt.Println(`"unsat"`)
	case "unsat in bars":
		fmt.Println("|unsat|")
	case "unsat in a list":
		fmt.Println("(unsat)")
	case "says nothing":
	case "dies":
		return 3
	case "answers and dies":
		fmt.Println("unsat")
		return 0
	case "runs out of memory":
		fmt.Fprintln(os.Stderr, "terminate called after throwing an instance of 'std::bad_alloc'")
		return 134
	case "hangs":
		time.Sleep(time.Minute)
	case "answers too late":
		time.Sleep(8 * time.Second)
		fmt.Println("unsat")
	case "is slow":
		time.Sleep(time.Second)
		fmt.Println("unsat")
	case "answers and hangs":
		fmt.Println("unsat")
		time.Sleep(time.Minute)
	case "closes its output":
		fmt.Println("unsat")
		os.Stdout.Close()
		time.Sleep(time.Minute)
	case "canceled":
		fmt.Println(`(error "canceled")`)
	case "two answers":
		fmt.Println("unsat\nunsat")
	case "error after the answer":
		fmt.Println("unsat\n(error \"but not really\")")
	case "error before the answer", "canceled before the answer", "answers after the marker":
		fmt.Println("unsat")
	case "floods":
		for range 1 << 20 {
			fmt.Println("(unsat unsat unsat unsat)")
		}
	case "floods within one answer":
		fmt.Print("(")
		for range 1 << 20 {
			fmt.Println("unsat unsat unsat unsat")
		}
	case "nests deeply":
		fmt.Println(strings.Repeat("(", 1<<20))
	case "gives up":
		fmt.Println("unknown")
	default: // the faults in a model
		fmt.Println("sat")
	}
	return -1
}

func value(fault string) {
	switch fault {
	case "model of another variable":
		fmt.Println("((y 1))")
	case "model without the variable":
		fmt.Println("()")
	case "model with a second variable":
		fmt.Println("((x 1) (y 1))")
	case "model that is no number":
		fmt.Println("((x (/ 1 2)))")
	case "error for a model":
		fmt.Println(`(error "model is not available")`)
	case "dies instead of a model":
		os.Exit(4)
	case "two models":
		fmt.Println("((x 1))\n((x 1))")
	case "no model":
	}
}
