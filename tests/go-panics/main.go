// Panics of all origins, recovered from: the processor's faults among them.
package main

import (
	"errors"
	"fmt"
	"os"
	"runtime"
	"sync"
	"unsafe"
)

type point struct {
	x, y int
	next *point
}

type shape interface{ area() int }

func (p *point) area() int { return p.x * p.y }

func try(name string, f func()) {
	defer func() {
		r := recover()
		_, isRuntime := r.(runtime.Error)
		fmt.Printf("%s: %v (run-time error: %v)\n", name, r, isRuntime)
	}()
	f()
	fmt.Println(name, "did not panic")
}

//go:noinline
func zero() int { return len(os.Getenv("NOT_THERE")) }

//go:noinline
func absent() *point { return nil }

// deep faults below many frames, each with something to undo.
func deep(n int, undone *int) int {
	defer func() { *undone++ }()
	if n == 0 {
		return absent().y
	}
	return deep(n-1, undone) + 1
}

func main() {
	try("read of nil", func() { fmt.Println(absent().next.x) })
	try("write to nil", func() { absent().x = 1 })
	try("method of nil", func() { var s shape = absent(); fmt.Println(s.area()) })
	try("nil interface", func() { var s shape; fmt.Println(s.area()) })
	try("nil function", func() { var f func(); f() })
	try("division", func() { fmt.Println(1 / zero()) })
	try("index", func() { a := []int{1}; fmt.Println(a[zero()+5]) })
	try("slice", func() { a := []int{1}; fmt.Println(a[zero()+1 : zero()]) })
	try("nil map", func() { var m map[string]int; m["a"] = 1 })
	try("assertion", func() { var x interface{} = 1; fmt.Println(x.(string)) })
	try("closed channel", func() { c := make(chan int); close(c); close(c) })
	try("error", func() { panic(errors.New("made here")) })
	try("again", func() {
		defer func() { panic(fmt.Sprint("second after ", recover())) }()
		panic("first")
	})

	undone := 0
	try("deep", func() { deep(50, &undone) })
	fmt.Println("deferred calls:", undone)

	// Each thread takes faults, many times over.
	var all sync.WaitGroup
	var lock sync.Mutex
	recovered := 0
	for i := 0; i < 100; i++ {
		all.Add(1)
		go func() {
			defer all.Done()
			for j := 0; j < 20; j++ {
				func() {
					defer func() {
						if recover() != nil {
							lock.Lock()
							recovered++
							lock.Unlock()
						}
					}()
					absent().x = j
				}()
				runtime.Gosched()
			}
		}()
	}
	all.Wait()
	fmt.Println("faults in goroutines:", recovered)

	// What is no nil dereference ends the program.
	if len(os.Args) > 1 {
		wild := uintptr(0x123456789000)
		fmt.Println(**(**int)(unsafe.Pointer(&wild)))
	}
}
