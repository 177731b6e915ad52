// Timers, tickers, select and deadlines: none early, none lost.
package main

import (
	"context"
	"fmt"
	"os"
	"sync"
	"time"
)

var failures int

func check(what string, ok bool) {
	if !ok {
		failures++
		fmt.Println("wrong:", what)
	}
}

func main() {
	for _, d := range []time.Duration{0, time.Microsecond, 50 * time.Microsecond, time.Millisecond, 20 * time.Millisecond} {
		begin := time.Now()
		time.Sleep(d)
		check(fmt.Sprint("sleep of ", d), time.Since(begin) >= d)
	}

	begin := time.Now()
	select {
	case <-time.After(10 * time.Millisecond):
		check("after", time.Since(begin) >= 10*time.Millisecond)
	case <-make(chan int):
		check("a channel that nobody sends to", false)
	}

	ticker := time.NewTicker(2 * time.Millisecond)
	begin = time.Now()
	for i := 0; i < 10; i++ {
		<-ticker.C
	}
	ticker.Stop()
	check("ten ticks", time.Since(begin) >= 18*time.Millisecond)

	// A thousand timers, half of them stopped.
	var all sync.WaitGroup
	var lock sync.Mutex
	fired, stopped := 0, 0
	for i := 0; i < 1000; i++ {
		all.Add(1)
		timer := time.AfterFunc(time.Duration(i%7+1)*time.Millisecond, func() {
			lock.Lock()
			fired++
			lock.Unlock()
			all.Done()
		})
		if i%2 == 0 && timer.Stop() {
			stopped++
			all.Done()
		}
	}
	all.Wait()
	check("timers", fired+stopped == 1000)

	ctx, cancel := context.WithTimeout(context.Background(), 5*time.Millisecond)
	<-ctx.Done()
	check("context", ctx.Err() == context.DeadlineExceeded)
	cancel()

	// A goroutine that waits for a pipe, with and without a deadline.
	r, w, err := os.Pipe()
	check("pipe", err == nil)
	check("deadline", r.SetReadDeadline(time.Now().Add(5*time.Millisecond)) == nil)
	_, err = r.Read(make([]byte, 1))
	check("deadline passed", os.IsTimeout(err))
	check("no deadline", r.SetReadDeadline(time.Time{}) == nil)
	go func() {
		time.Sleep(5 * time.Millisecond)
		w.Write([]byte("x"))
		w.Close()
	}()
	buffer := make([]byte, 4)
	n, err := r.Read(buffer)
	check("read", n == 1 && err == nil)
	_, err = r.Read(buffer)
	check("end of file", err != nil && err.Error() == "EOF")

	// Ping-pong over channels and pipes, between more goroutines than processors.
	for i := 0; i < 20; i++ {
		all.Add(2)
		ping, pong := make(chan int), make(chan int)
		go func() {
			defer all.Done()
			for i := 0; i < 200; i++ {
				ping <- i
				if <-pong != i {
					check("ping-pong", false)
				}
			}
		}()
		go func() {
			defer all.Done()
			for i := 0; i < 200; i++ {
				select {
				case n := <-ping:
					pong <- n
				case <-time.After(time.Minute):
					check("ping", false)
				}
			}
		}()
	}
	for i := 0; i < 20; i++ {
		all.Add(2)
		r, w, err := os.Pipe()
		check("pipe", err == nil)
		go func() {
			defer all.Done()
			for i := 0; i < 50; i++ {
				w.Write([]byte{byte(i)})
			}
			w.Close()
		}()
		go func() {
			defer all.Done()
			buffer := make([]byte, 1)
			for i := 0; i < 50; i++ {
				if n, err := r.Read(buffer); n != 1 || err != nil || buffer[0] != byte(i) {
					check("pipe's byte", false)
				}
			}
			r.Close()
		}()
	}
	all.Wait()
	fmt.Println("failures:", failures)
}
