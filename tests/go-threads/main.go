// More threads than processors: goroutines that own a thread, that block in calls, that compute, while the
// collector stops the world again and again.
package main

import (
	"fmt"
	"os"
	"runtime"
	"sync"
	"sync/atomic"
	"time"
)

func main() {
	var all sync.WaitGroup
	var steps int64
	// Threads of their own.
	for i := 0; i < 16; i++ {
		all.Add(1)
		go func() {
			defer all.Done()
			runtime.LockOSThread()
			for j := 0; j < 20; j++ {
				atomic.AddInt64(&steps, 1)
				runtime.Gosched()
			}
		}()
	}
	// Blocking calls: files are not waited for by way of the poller.
	name := os.TempDir() + "/go-threads"
	for i := 0; i < 16; i++ {
		all.Add(1)
		go func(i int) {
			defer all.Done()
			name := fmt.Sprint(name, i)
			for j := 0; j < 20; j++ {
				if os.WriteFile(name, make([]byte, 1000), 0o600) == nil {
					if text, err := os.ReadFile(name); err == nil && len(text) == 1000 {
						atomic.AddInt64(&steps, 1)
					}
				}
			}
			os.Remove(name)
		}(i)
	}
	// Locks, conditions, channels without and with room.
	var lock sync.RWMutex
	shared := map[int]int{}
	for i := 0; i < 32; i++ {
		all.Add(1)
		go func(i int) {
			defer all.Done()
			for j := 0; j < 20; j++ {
				lock.Lock()
				shared[i]++
				lock.Unlock()
				lock.RLock()
				n := shared[i]
				lock.RUnlock()
				if n == j+1 {
					atomic.AddInt64(&steps, 1)
				}
				time.Sleep(time.Duration(i) * time.Microsecond)
			}
		}(i)
	}
	pipeline := make(chan int)
	for i := 0; i < 32; i++ {
		next := make(chan int, i%3)
		all.Add(1)
		go func(in, out chan int) {
			defer all.Done()
			for n := range in {
				out <- n + 1
			}
			close(out)
		}(pipeline, next)
		if i == 0 {
			go func(first chan int) {
				for n := 0; n < 20; n++ {
					first <- n
				}
				close(first)
			}(pipeline)
		}
		pipeline = next
	}
	all.Add(1)
	go func() {
		defer all.Done()
		n := 0
		for v := range pipeline {
			if v == n+32 {
				atomic.AddInt64(&steps, 1)
			}
			n++
		}
	}()
	stop := make(chan bool)
	go func() {
		for {
			select {
			case <-stop:
				stop <- true
				return
			default:
				runtime.GC()
			}
		}
	}()
	all.Wait()
	stop <- true
	<-stop
	fmt.Println("steps:", steps)
}
