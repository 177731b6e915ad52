// A goroutine that recurses without end is a fatal error, told with its stack; nothing is overwritten
// before. go-overflow small|large|deep|many|waiting
package main

import (
	"fmt"
	"os"
	"sync"
)

//go:noinline
func small(n int) int {
	if n < 0 {
		return 0
	}
	return small(n+1) + 1
}

// large has a frame that is larger than the guard.
//
//go:noinline
func large(n int) byte {
	var frame [100000]byte
	frame[n%len(frame)] = byte(n)
	if n < 0 {
		return 0
	}
	return large(n+1) + frame[(n+1)%len(frame)]
}

//go:noinline
func deep(n int) int {
	if n == 0 {
		return 0
	}
	return deep(n-1) + 1
}

func main() {
	switch os.Args[1] {
	case "small":
		fmt.Println(small(0))
	case "large":
		done := make(chan byte)
		go func() { done <- large(0) }()
		fmt.Println(<-done)
	case "deep":
		fmt.Println(deep(3000000))
	case "waiting":
		// All of them have a stack at the same time.
		var all sync.WaitGroup
		count, sum, begin := 36000, make(chan int, 1), make(chan bool)
		sum <- 0
		for i := 0; i < count; i++ {
			all.Add(1)
			go func(n int) {
				defer all.Done()
				<-begin
				sum <- n + <-sum
			}(i)
		}
		close(begin)
		all.Wait()
		fmt.Println(<-sum)
	case "many":
		// Many stacks at once, and again in the same memory.
		for round := 0; round < 3; round++ {
			var all sync.WaitGroup
			results := make(chan int, 5000)
			for i := 0; i < cap(results); i++ {
				all.Add(1)
				go func(n int) {
					defer all.Done()
					results <- deep(n % 100)
				}(i)
			}
			all.Wait()
			sum := 0
			for i := 0; i < cap(results); i++ {
				sum += <-results
			}
			fmt.Println(sum)
		}
	}
}
