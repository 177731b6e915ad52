package main

import (
	"fmt"
	"runtime"
)

func system() string { return runtime.GOOS }

func main() { fmt.Println("Go", system()) }
