// Package net within the program: many connections at once, deadlines, HTTP.
package main

import (
	"bufio"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"sync"
	"time"
)

func must(err error) {
	if err != nil {
		fmt.Println("FAILED:", err)
		os.Exit(1)
	}
}

func echo(listener net.Listener) {
	for {
		connection, err := listener.Accept()
		if err != nil {
			return
		}
		go func() {
			defer connection.Close()
			io.Copy(connection, connection)
		}()
	}
}

func main() {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	must(err)
	go echo(listener)
	address := listener.Addr().String()
	var all sync.WaitGroup
	var lock sync.Mutex
	good := 0
	for i := 0; i < 30; i++ {
		all.Add(1)
		go func(i int) {
			defer all.Done()
			connection, err := net.Dial("tcp", address)
			must(err)
			defer connection.Close()
			reader := bufio.NewReader(connection)
			for j := 0; j < 20; j++ {
				line := fmt.Sprintf("line %d of %d\n", j, i)
				_, err = connection.Write([]byte(line))
				must(err)
				answer, err := reader.ReadString('\n')
				must(err)
				if answer == line {
					lock.Lock()
					good++
					lock.Unlock()
				}
			}
		}(i)
	}
	all.Wait()
	fmt.Println("echoed:", good)

	connection, err := net.Dial("tcp", address)
	must(err)
	must(connection.SetReadDeadline(time.Now().Add(10 * time.Millisecond)))
	_, err = connection.Read(make([]byte, 1))
	fmt.Println("deadline:", os.IsTimeout(err))
	must(connection.Close())
	must(listener.Close())
	_, err = net.Dial("tcp", address)
	fmt.Println("refused:", err != nil)

	web, err := net.Listen("tcp", "127.0.0.1:0")
	must(err)
	go http.Serve(web, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		fmt.Fprint(w, "asked for ", r.URL.Path)
	}))
	answer, err := http.Get("http://" + web.Addr().String() + "/this")
	must(err)
	body, err := io.ReadAll(answer.Body)
	must(err)
	fmt.Println(answer.StatusCode, string(body))
}
