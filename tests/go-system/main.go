// Arguments, environment, streams, processors, exit status and signals.
package main

import (
	"bufio"
	"fmt"
	"io"
	"os"
	"os/signal"
	"runtime"
	"strconv"
	"strings"
	"syscall"
	"time"
)

func main() {
	if len(os.Args) < 2 {
		os.Exit(2)
	}
	switch os.Args[1] {
	case "arguments":
		fmt.Printf("%q\n", os.Args[2:])
		fmt.Println(os.Getenv("GREETING"), len(os.Environ()) > 0)
		os.Setenv("OWN", "set")
		fmt.Println(os.ExpandEnv("$OWN"))
		value, there := os.LookupEnv("NOT_THERE")
		fmt.Printf("%q %v\n", value, there)
	case "processors":
		fmt.Println(runtime.NumCPU(), runtime.GOMAXPROCS(0) == runtime.NumCPU())
	case "system":
		host, err := os.Hostname()
		fmt.Println(runtime.GOOS, runtime.GOARCH, runtime.Compiler, host != "", err)
	case "stdin":
		lines, bytes := 0, 0
		in := bufio.NewReader(os.Stdin)
		for {
			line, err := in.ReadString('\n')
			bytes += len(line)
			if err == io.EOF {
				break
			}
			lines++
		}
		fmt.Println(lines, bytes)
	case "copy":
		if _, err := io.Copy(os.Stdout, os.Stdin); err != nil {
			os.Exit(1)
		}
	case "exit":
		defer fmt.Println("not run")
		status, _ := strconv.Atoi(os.Args[2])
		fmt.Fprintln(os.Stderr, "leaving")
		os.Exit(status)
	case "signals":
		got := make(chan os.Signal, 1)
		signal.Notify(got, syscall.SIGUSR1)
		for i := 0; i < 10; i++ {
			syscall.Kill(os.Getpid(), syscall.SIGUSR1)
			select {
			case s := <-got:
				if s != syscall.SIGUSR1 {
					fmt.Println("wrong signal", s)
				}
			case <-time.After(30 * time.Second):
				fmt.Println("no signal")
			}
		}
		signal.Ignore(syscall.SIGUSR1)
		syscall.Kill(os.Getpid(), syscall.SIGUSR1)
		fmt.Println("signals came", strings.ToLower(syscall.SIGUSR1.String()) != "")
		syscall.Kill(os.Getpid(), syscall.SIGTERM)
		time.Sleep(30 * time.Second)
	}
}
