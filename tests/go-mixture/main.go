// All that the run-time system does, at the same time: garbage collection, goroutines, channels, timers,
// connections, pipes, panics, signals, threads that end, tracebacks, and a profile of it all. None may hang
// or disturb another.
package main

import (
	"bytes"
	"fmt"
	"io"
	"net"
	"os"
	"os/signal"
	"runtime"
	"runtime/debug"
	"runtime/pprof"
	"sync"
	"syscall"
	"time"
)

type tree struct {
	left, right *tree
	content     []byte
}

func grow(depth int) *tree {
	if depth == 0 {
		return &tree{content: make([]byte, 100)}
	}
	return &tree{left: grow(depth - 1), right: grow(depth - 1)}
}

func (t *tree) size() int {
	if t == nil {
		return 0
	}
	return 1 + t.left.size() + t.right.size()
}

func trees(int) {
	if size := grow(10).size(); size != 2047 {
		panic(size)
	}
}

func crowd(int) {
	var all sync.WaitGroup
	for i := 0; i < 100; i++ {
		all.Add(1)
		go func() {
			defer all.Done()
			runtime.Gosched()
		}()
	}
	all.Wait()
}

func chain(round int) {
	const length = 20
	first := make(chan int)
	last := first
	for i := 0; i < length; i++ {
		next := make(chan int)
		go func(from, to chan int) { to <- <-from + 1 }(last, next)
		last = next
	}
	first <- round
	if n := <-last; n != round+length {
		panic(n)
	}
}

func timers(round int) {
	short := time.Duration(round%7) * 100 * time.Microsecond
	timer := time.NewTimer(short)
	select {
	case <-timer.C:
	case <-time.After(300 * time.Microsecond):
		timer.Stop()
	}
}

func connections(round int) {
	listener, err := net.Listen("tcp", "localhost:0")
	must(err)
	defer listener.Close()
	go func() {
		connection, err := listener.Accept()
		must(err)
		io.Copy(connection, connection)
		connection.Close()
	}()
	connection, err := net.Dial("tcp", listener.Addr().String())
	must(err)
	defer connection.Close()
	sent := bytes.Repeat([]byte{byte(round)}, 1+round*7000)
	go connection.Write(sent)
	got := make([]byte, len(sent))
	_, err = io.ReadFull(connection, got)
	must(err)
	if !bytes.Equal(got, sent) {
		panic("other bytes")
	}
}

func pipes(round int) {
	r, w, err := os.Pipe()
	must(err)
	defer r.Close()
	go func() {
		time.Sleep(time.Duration(round) * 50 * time.Microsecond)
		w.WriteString("through")
		w.Close()
	}()
	got, err := io.ReadAll(r)
	if err != nil || string(got) != "through" {
		panic(fmt.Sprint(string(got), err))
	}
}

var nothing *tree

func panics(int) {
	defer func() {
		if recover() == nil {
			panic("no panic")
		}
	}()
	nothing.content[0]++
}

var arrived = make(chan os.Signal, 100)

func signals(int) {
	must(syscall.Kill(os.Getpid(), syscall.SIGUSR1))
	<-arrived
}

// A goroutine that ends with its thread locked ends the thread.
func threads(int) {
	done := make(chan bool)
	go func() {
		runtime.LockOSThread()
		done <- true
	}()
	<-done
}

func stacks(int) {
	if len(debug.Stack()) == 0 {
		panic("no stack")
	}
	runtime.GC()
}

func must(err error) {
	if err != nil {
		panic(err)
	}
}

func main() {
	signal.Notify(arrived, syscall.SIGUSR1)
	var profile bytes.Buffer
	must(pprof.StartCPUProfile(&profile))
	var all sync.WaitGroup
	for _, part := range []struct {
		times int
		do    func(int)
	}{
		{30, trees}, {30, trees}, {30, trees}, {5, crowd}, {50, chain}, {100, timers}, {100, timers},
		{10, connections}, {10, connections}, {20, pipes}, {200, panics}, {20, signals}, {100, threads}, {5, stacks},
	} {
		times, do := part.times, part.do
		all.Add(1)
		go func() {
			defer all.Done()
			for round := 0; round < times; round++ {
				do(round)
			}
		}()
	}
	all.Wait()
	pprof.StopCPUProfile()
	fmt.Println("all done")
}
