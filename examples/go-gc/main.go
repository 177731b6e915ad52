// A thousand goroutines build, change and check trees while the garbage collector works for all of them.
package main

import (
	"fmt"
	"os"
	"runtime"
	"strconv"
	"sync"
)

type node struct {
	left, right *node
	key         uint32
	payload     []byte
}

func (n *node) insert(key uint32) *node {
	switch {
	case n == nil:
		payload := make([]byte, 16+key%64)
		payload[0] = byte(key)
		return &node{key: key, payload: payload}
	case key < n.key:
		n.left = n.left.insert(key)
	case key > n.key:
		n.right = n.right.insert(key)
	}
	return n
}

// check answers the number of nodes and the sum of their keys; false if anything is not as it was made.
func (n *node) check(low, high uint32) (count, sum uint64, ok bool) {
	if n == nil {
		return 0, 0, true
	}
	if n.key < low || n.key > high || len(n.payload) != int(16+n.key%64) || n.payload[0] != byte(n.key) {
		return 0, 0, false
	}
	leftCount, leftSum, left := n.left.check(low, n.key)
	rightCount, rightSum, right := n.right.check(n.key, high)
	return 1 + leftCount + rightCount, uint64(n.key) + leftSum + rightSum, left && right
}

// work makes trees, of which each outlives some collections, and answers whether all were well.
func work(seed uint32, rounds int) bool {
	const size = 100
	for round := 0; round < rounds; round++ {
		var root *node
		keys := make(map[uint32]bool)
		var sum uint64
		for i := 0; i < size; i++ {
			seed = seed*1664525 + 1013904223
			key := seed >> 8
			if !keys[key] {
				keys[key] = true
				sum += uint64(key)
			}
			root = root.insert(key)
			if i%16 == 0 {
				runtime.Gosched()
			}
		}
		count, total, ok := root.check(0, 1<<32-1)
		if !ok || count != uint64(len(keys)) || total != sum {
			return false
		}
	}
	return true
}

func main() {
	goroutines, rounds := 1000, 4
	if len(os.Args) > 1 {
		rounds, _ = strconv.Atoi(os.Args[1])
	}
	var all sync.WaitGroup
	results := make(chan bool, goroutines)
	for i := 0; i < goroutines; i++ {
		all.Add(1)
		go func(seed uint32) {
			defer all.Done()
			results <- work(seed, rounds)
		}(uint32(i))
	}
	all.Wait()
	good := 0
	for i := 0; i < goroutines; i++ {
		if <-results {
			good++
		}
	}
	runtime.GC()
	var stats runtime.MemStats
	runtime.ReadMemStats(&stats)
	fmt.Println(good, "of", goroutines, "goroutines are well; collected more than three times:", stats.NumGC > 3)
	if good != goroutines {
		os.Exit(1)
	}
}
