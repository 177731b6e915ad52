// Package count counts the words of a text on all processors.
package count

import (
	"bufio"
	"io"
	"runtime"
	"sort"
	"sync"

	"example.net/fold"
)

// Word is a word and how often it occurs.
type Word struct {
	Text  string
	Times int
}

// Words counts the words of a text; the most frequent comes first.
func Words(text io.Reader) ([]Word, error) {
	lines := make(chan string)
	total := map[string]int{}
	var lock sync.Mutex
	var workers sync.WaitGroup
	for i := 0; i < runtime.GOMAXPROCS(0); i++ {
		workers.Add(1)
		go func() {
			defer workers.Done()
			own := map[string]int{}
			for line := range lines {
				for _, word := range fold.Words(line) {
					own[word]++
				}
			}
			lock.Lock()
			defer lock.Unlock()
			for word, times := range own {
				total[word] += times
			}
		}()
	}
	scanner := bufio.NewScanner(text)
	for scanner.Scan() {
		lines <- scanner.Text()
	}
	close(lines)
	workers.Wait()

	words := make([]Word, 0, len(total))
	for text, times := range total {
		words = append(words, Word{text, times})
	}
	sort.Slice(words, func(i, j int) bool {
		a, b := words[i], words[j]
		return a.Times > b.Times || a.Times == b.Times && a.Text < b.Text
	})
	return words, scanner.Err()
}
