// Package net within the program: many connections at once, deadlines, HTTP.
package main

import (
	"bufio"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
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

	named, err := net.Listen("tcp", "localhost:0")
	must(err)
	must(named.Close())
	addresses, err := net.LookupHost("localhost")
	must(err)
	fmt.Println("localhost:", net.ParseIP(addresses[0]).IsLoopback())
	_, err = net.Listen("tcp", "localhost:no-such-service")
	fmt.Println("no such service:", err != nil)

	socket, err := net.ListenPacket("udp", "127.0.0.1:0")
	must(err)
	sender, err := net.Dial("udp", socket.LocalAddr().String())
	must(err)
	_, err = sender.Write([]byte("a datagram"))
	must(err)
	datagram := make([]byte, 20)
	n, _, err := socket.ReadFrom(datagram)
	must(err)
	fmt.Println(string(datagram[:n]))

	path := os.TempDir() + "/go-net.socket"
	os.Remove(path)
	local, err := net.Listen("unix", path)
	must(err)
	go echo(local)
	near, err := net.Dial("unix", path)
	must(err)
	_, err = near.Write([]byte("near"))
	must(err)
	must(near.(*net.UnixConn).CloseWrite())
	back, err := io.ReadAll(near)
	must(err)
	fmt.Println(string(back))
	must(local.Close())

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

	secure := httptest.NewTLSServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		io.Copy(w, r.Body)
	}))
	defer secure.Close()
	answer, err = secure.Client().Post(secure.URL, "text/plain", strings.NewReader("a secret"))
	must(err)
	body, err = io.ReadAll(answer.Body)
	must(err)
	fmt.Println(answer.TLS.HandshakeComplete, string(body))
}
