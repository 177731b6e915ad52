// Prime numbers by a chain of goroutines: each filter passes on what its prime does not divide.
package main

import (
	"fmt"
	"os"
	"strconv"
)

func generate(numbers chan<- int) {
	for n := 2; ; n++ {
		numbers <- n
	}
}

func filter(in <-chan int, out chan<- int, prime int) {
	for n := range in {
		if n%prime != 0 {
			out <- n
		}
	}
}

func main() {
	count := 25
	if len(os.Args) > 1 {
		n, err := strconv.Atoi(os.Args[1])
		if err != nil || n < 1 {
			fmt.Fprintln(os.Stderr, "usage: go-primes [COUNT]")
			os.Exit(2)
		}
		count = n
	}
	numbers := make(chan int)
	go generate(numbers)
	for i := 0; i < count; i++ {
		prime := <-numbers
		fmt.Println(prime)
		next := make(chan int)
		go filter(numbers, next, prime)
		numbers = next
	}
}
