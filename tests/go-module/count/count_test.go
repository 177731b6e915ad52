package count

import (
	"errors"
	"fmt"
	"os"
	"strings"
	"testing"
	"testing/iotest"
)

func TestWords(t *testing.T) {
	for _, c := range []struct {
		text string
		want string
	}{
		{"", "[]"},
		{"b a\nA,B;b", "[{b 3} {a 2}]"},
		{strings.Repeat("one two\n", 1000), "[{one 1000} {two 1000}]"},
	} {
		words, err := Words(strings.NewReader(c.text))
		if got := fmt.Sprint(words); got != c.want || err != nil {
			t.Errorf("%.20q: %s, %v; want %s", c.text, got, err, c.want)
		}
	}
}

func TestBrokenReader(t *testing.T) {
	broken := errors.New("broken")
	if _, err := Words(iotest.ErrReader(broken)); err != broken {
		t.Error(err)
	}
}

// The go command starts tests in their package's folder.
func TestFolder(t *testing.T) {
	source, err := os.Open("count.go")
	if err != nil {
		t.Fatal(err)
	}
	defer source.Close()
	if words, err := Words(source); err != nil || len(words) < 20 {
		t.Error(len(words), err)
	}
}

func ExampleWords() {
	words, _ := Words(strings.NewReader("to be or not to be"))
	fmt.Println(words[0], words[2])
	// Output: {be 2} {not 1}
}

// A test may read what lies beside its package in the module.
func TestModule(t *testing.T) {
	if text, err := os.ReadFile("../go.mod"); err != nil || !strings.HasPrefix(string(text), "module ") {
		t.Errorf("%q, %v", text, err)
	}
}
