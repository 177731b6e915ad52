// How often each word is in a text: go-words TEXT COUNTS. Parts of the text are counted by goroutines.
package main

import (
	"bufio"
	"fmt"
	"os"
	"runtime"
	"sort"
	"strings"
	"sync"
)

func isLetter(c byte) bool {
	return 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z'
}

// count counts the words of a part.
func count(part string) map[string]int {
	counts := make(map[string]int)
	for i := 0; i < len(part); {
		begin := i
		for i < len(part) && isLetter(part[i]) {
			i++
		}
		if i > begin {
			counts[strings.ToLower(part[begin:i])]++
		} else {
			i++
		}
	}
	return counts
}

// parts cuts a text between words.
func parts(text string, n int) []string {
	var all []string
	for ; n > 1; n-- {
		end := len(text) / n
		for end < len(text) && isLetter(text[end]) {
			end++
		}
		all = append(all, text[:end])
		text = text[end:]
	}
	return append(all, text)
}

func run(from, to string) error {
	text, err := os.ReadFile(from)
	if err != nil {
		return err
	}
	total := make(map[string]int)
	var lock sync.Mutex
	var all sync.WaitGroup
	for _, part := range parts(string(text), 4*runtime.NumCPU()) {
		all.Add(1)
		go func(part string) {
			defer all.Done()
			counts := count(part)
			lock.Lock()
			defer lock.Unlock()
			for word, n := range counts {
				total[word] += n
			}
		}(part)
	}
	all.Wait()

	words := make([]string, 0, len(total))
	for word := range total {
		words = append(words, word)
	}
	sort.Slice(words, func(i, j int) bool {
		a, b := words[i], words[j]
		return total[a] > total[b] || total[a] == total[b] && a < b
	})
	file, err := os.Create(to)
	if err != nil {
		return err
	}
	out := bufio.NewWriter(file)
	for _, word := range words {
		fmt.Fprintln(out, total[word], word)
	}
	if err := out.Flush(); err != nil {
		return err
	}
	return file.Close()
}

func main() {
	if len(os.Args) != 3 {
		fmt.Fprintln(os.Stderr, "usage: go-words TEXT COUNTS")
		os.Exit(2)
	}
	if err := run(os.Args[1], os.Args[2]); err != nil {
		fmt.Fprintln(os.Stderr, "go-words:", err)
		os.Exit(1)
	}
}
