// Words prints the N most frequent words of what it reads. It is a module of several packages, one of them
// vendored, which tests/runner/src/go_command.rs builds, tests and runs.
package main

import (
	"fmt"
	"os"
	"strconv"

	"example.org/words/count"
)

func main() {
	if len(os.Args) != 2 {
		fmt.Fprintln(os.Stderr, "usage: words N")
		os.Exit(2)
	}
	n, err := strconv.Atoi(os.Args[1])
	if err != nil {
		fmt.Fprintln(os.Stderr, "words:", err)
		os.Exit(3)
	}
	words, err := count.Words(os.Stdin)
	if err != nil {
		fmt.Fprintln(os.Stderr, "words:", err)
		os.Exit(1)
	}
	// A panic if there are fewer.
	for _, word := range words[:n] {
		fmt.Println(word.Times, word.Text)
	}
}
