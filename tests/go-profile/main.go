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
	"time"
)

//go:noinline
func spin(end time.Time) (sum int) {
	for i := 0; i%1000 != 0 || time.Now().Before(end); i++ {
		sum += i * sum
	}
	return sum
}

//go:noinline
func caller(end time.Time) int {
	return spin(end) + 1
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
	busy := runtime.GOMAXPROCS(0)
	deadline := time.Now().Add(60 * time.Second)
	for time.Now().Before(deadline) {
		var profile bytes.Buffer
		if err := pprof.StartCPUProfile(&profile); err != nil {
			fmt.Println(err)
			os.Exit(1)
		}
		done := make(chan int)
		end := time.Now().Add(300 * time.Millisecond)
		for i := 0; i < busy; i++ {
			go func() { done <- caller(end) }()
		}
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
