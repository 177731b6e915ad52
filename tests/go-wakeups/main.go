// Goroutines whose timers run out together, while garbage collections interrupt them and goroutines that own
// their threads hand processors on: none is lost, and the scheduler goes on.
package main

import (
	"fmt"
	"runtime"
	"sync"
	"time"
)

const (
	sleepers = 16
	rounds   = 300
	tick     = time.Millisecond
)

var garbage [sleepers][]byte

// Sleeps until the next whole tick, as all others do.
func untilTick() {
	now := time.Now()
	time.Sleep(now.Truncate(tick).Add(tick).Sub(now))
}

// Answers on a thread of its own.
func answer(questions, answers chan bool) {
	runtime.LockOSThread()
	for range questions {
		answers <- true
	}
}

// Asks such a thread until nobody sleeps any more.
func ask(ended chan bool) {
	questions, answers := make(chan bool), make(chan bool)
	go answer(questions, answers)
	for {
		select {
		case <-ended:
			close(questions)
			return
		case questions <- true:
			<-answers
			time.Sleep(tick / 20)
		}
	}
}

func main() {
	var all sync.WaitGroup
	for i := 0; i < sleepers; i++ {
		i := i
		all.Add(1)
		go func() {
			defer all.Done()
			for round := 0; round < rounds; round++ {
				untilTick()
				for n := 0; n < 20; n++ {
					garbage[i] = make([]byte, 1000)
				}
			}
		}()
	}
	ended := make(chan bool)
	go ask(ended)
	go func() {
		all.Wait()
		close(ended)
	}()
	for {
		select {
		case <-ended:
			fmt.Println("all ended")
			return
		default:
			runtime.GC()
		}
	}
}
