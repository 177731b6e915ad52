// Go calls C, C uses OpenMP, and C calls Go, in one image.
package main

import (
	"fmt"
	"os"
	"sync"
)

//extern parallel_sum
func parallelSum(values *float64, n int32, threads *int32) float64

//extern strlen
func strlen(text *byte) uint64

//extern call_back
func callBack(times int32) int32

func main() {
	values := make([]float64, 100000)
	for i := range values {
		values[i] = float64(i)
	}
	var threads int32
	fmt.Println(parallelSum(&values[0], int32(len(values)), &threads), threads > 0)
	text := []byte("counted by C\x00")
	fmt.Println(strlen(&text[0]))
	fmt.Println(callBack(10))

	// Several goroutines in parallel regions of their own.
	var all sync.WaitGroup
	var lock sync.Mutex
	wrong := 0
	for i := 0; i < 8; i++ {
		all.Add(1)
		go func() {
			defer all.Done()
			for j := 0; j < 20; j++ {
				var threads int32
				if parallelSum(&values[0], 1000, &threads) != 499500 {
					lock.Lock()
					wrong++
					lock.Unlock()
				}
			}
		}()
	}
	all.Wait()
	fmt.Println("wrong:", wrong)
	if wrong != 0 {
		os.Exit(1)
	}
}

// Square is called by C.
//
//go:noinline
func Square(n int32) int32 { return n * n }
