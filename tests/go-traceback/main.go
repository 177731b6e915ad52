package main

import (
	"fmt"
	"os"
	"runtime"
	"runtime/debug"
	"strings"
)

type tree struct{ left *tree }

//go:noinline
func (t *tree) walk() int {
	return t.left.walk() + 1 // line 15
}

//go:noinline
func outer() int {
	t := &tree{left: &tree{}}
	return t.walk() // line 21
}

//go:noinline
func where() string {
	_, file, line, ok := runtime.Caller(1)
	return fmt.Sprint(file[strings.LastIndex(file, "/")+1:], ":", line, " ", ok)
}

func main() {
	fmt.Println(where()) // line 31
	pc, _, _, _ := runtime.Caller(0)
	fmt.Println(runtime.FuncForPC(pc).Name())
	stack := string(debug.Stack())
	fmt.Println(strings.Contains(stack, "main.main"), strings.Contains(stack, "main.go:34"))
	switch os.Args[1] {
	case "nil":
		outer() // line 38
	case "panic":
		panic("on purpose") // line 40
	case "goroutine":
		go func() { panic("elsewhere") }() // line 42
		select {}
	case "deadlock":
		select {} // line 45
	case "goexit":
		runtime.Goexit()
	}
}
