// Package os and what stands on it, in memory and on a folder of the host.
package main

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"sort"
	"strings"
	"time"
)

func must(err error) {
	if err != nil {
		fmt.Println("FAILED:", err)
		os.Exit(1)
	}
}

func main() {
	top := os.Args[1]
	folder := filepath.Join(top, "a", "b")
	must(os.MkdirAll(folder, 0o755))
	file := filepath.Join(folder, "text")
	must(os.WriteFile(file, []byte("one\ntwo\nthree\n"), 0o644))

	f, err := os.OpenFile(file, os.O_RDWR|os.O_APPEND, 0)
	must(err)
	_, err = f.WriteString("four\n")
	must(err)
	_, err = f.Seek(4, io.SeekStart)
	must(err)
	line, err := bufio.NewReader(f).ReadString('\n')
	must(err)
	fmt.Printf("%q\n", line)
	buffer := make([]byte, 5)
	_, err = f.ReadAt(buffer, 14)
	must(err)
	fmt.Printf("%q\n", buffer)
	must(f.Truncate(8))
	info, err := f.Stat()
	must(err)
	fmt.Println(info.Name(), info.Size(), info.Mode().IsRegular(), time.Since(info.ModTime()) < time.Hour)
	must(f.Close())
	_, err = f.Write([]byte("x"))
	fmt.Println(errors.Is(err, os.ErrClosed))

	must(os.Rename(file, filepath.Join(top, "moved")))
	_, err = os.Stat(file)
	fmt.Println(errors.Is(err, fs.ErrNotExist))
	err = os.Mkdir(folder, 0o755)
	fmt.Println(errors.Is(err, fs.ErrExist))
	must(os.Symlink("moved", filepath.Join(top, "link")))
	target, err := os.Readlink(filepath.Join(top, "link"))
	must(err)
	content, err := os.ReadFile(filepath.Join(top, "link"))
	must(err)
	fmt.Printf("%s %q\n", target, content)

	for i := 0; i < 100; i++ {
		must(os.WriteFile(filepath.Join(folder, fmt.Sprintf("%03d", i)), []byte{byte(i)}, 0o600))
	}
	entries, err := os.ReadDir(folder)
	must(err)
	fmt.Println(len(entries), entries[0].Name(), entries[99].Name(), entries[5].IsDir())
	var walked []string
	must(filepath.WalkDir(top, func(path string, entry fs.DirEntry, err error) error {
		if !strings.HasPrefix(filepath.Dir(path), folder) {
			walked = append(walked, strings.TrimPrefix(path, top))
		}
		return err
	}))
	sort.Strings(walked)
	fmt.Println(walked)
	must(os.RemoveAll(filepath.Join(top, "a")))
	must(os.Remove(filepath.Join(top, "link")))
	entries, err = os.ReadDir(top)
	must(err)
	fmt.Println(len(entries), entries[0].Name())

	temporary, err := os.CreateTemp(top, "x*y")
	must(err)
	must(temporary.Close())
	must(os.Remove(temporary.Name()))
	must(os.Chdir(top))
	_, err = os.Stat("moved")
	must(err)
}
