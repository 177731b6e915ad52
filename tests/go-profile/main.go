// A profile of the processors' time, taken by a signal, says which function the time went to.
package main

import (
	"bytes"
	"compress/gzip"
	"fmt"
	"io"
	"os"
	"runtime"
	"runtime/pprof"
	"strings"
	"sync/atomic"
	"time"
)

var over int32

//go:noinline
func spin() (sum int) {
	for i := 0; atomic.LoadInt32(&over) == 0; i++ {
		sum += i * sum
	}
	return sum
}

//go:noinline
func caller() int {
	return spin() + 1
}

// The names of functions are in the profile as they are, if it has samples of them.
func sampled(profile io.Reader, function string) bool {
	unpacked, err := gzip.NewReader(profile)
	if err != nil {
		fmt.Println(err)
		return false
	}
	text, err := io.ReadAll(unpacked)
	return err == nil && strings.Contains(string(text), function)
}

func main() {
	// A processor is left for this function, for no goroutine is taken off its processor.
	busy := runtime.GOMAXPROCS(0)
	runtime.GOMAXPROCS(busy + 1)
	deadline := time.Now().Add(60 * time.Second)
	for time.Now().Before(deadline) {
		var profile bytes.Buffer
		if err := pprof.StartCPUProfile(&profile); err != nil {
			fmt.Println(err)
			os.Exit(1)
		}
		done := make(chan int)
		atomic.StoreInt32(&over, 0)
		for i := 0; i < busy; i++ {
			go func() { done <- caller() }()
		}
		time.Sleep(300 * time.Millisecond)
		atomic.StoreInt32(&over, 1)
		for i := 0; i < busy; i++ {
			<-done
		}
		pprof.StopCPUProfile()
		text := profile.Bytes()
		if sampled(bytes.NewReader(text), "main.spin") && sampled(bytes.NewReader(text), "main.caller") {
			fmt.Println("sampled")
			return
		}
	}
	fmt.Println("not sampled")
	os.Exit(1)
}
