// Arguments, environment, streams, processors, exit status and signals.
package main

import (
	"bufio"
	"fmt"
	"io"
	"os"
	"os/signal"
	"os/user"
	"runtime"
	"strconv"
	"strings"
	"syscall"
	"time"
	_ "time/tzdata"
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
		fmt.Println(strings.HasPrefix(runtime.Version(), "go1."))
	case "users":
		me, err := user.Current()
		if err != nil {
			fmt.Println(err)
			os.Exit(1)
		}
		again, err := user.Lookup(me.Username)
		fmt.Println(me.Uid == strconv.Itoa(os.Getuid()), me.HomeDir != "", again.Uid == me.Uid, err)
		groups, err := me.GroupIds()
		fmt.Println(len(groups) > 0, err)
		_, err = user.Lookup("nobody_of_that_name")
		fmt.Println(err)
		_, err = user.LookupGroup("no_such_group")
		fmt.Println(err)
	case "zones":
		summer := time.Date(2024, 7, 1, 12, 0, 0, 0, time.UTC)
		for _, name := range []string{"Europe/Berlin", "America/New_York", "Asia/Kolkata"} {
			place, err := time.LoadLocation(name)
			if err != nil {
				fmt.Println(err)
				continue
			}
			fmt.Println(summer.In(place), summer.AddDate(0, 6, 0).In(place).Format(time.RFC822))
		}
		_, err := time.LoadLocation("Nowhere/Atall")
		fmt.Println(err)
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
