// What there is not on Hermit fails at once, with an error that says so.
package main

import (
	"errors"
	"fmt"
	"net"
	"os"
	"os/exec"
	"syscall"
	"time"
)

func refused(what string, err error) {
	if err == nil {
		fmt.Println(what, "did not fail")
		return
	}
	fmt.Println(what, "failed:", errors.Is(err, syscall.ENOSYS))
}

func main() {
	refused("exec", exec.Command("/bin/true").Run())
	_, err := os.StartProcess("/bin/true", []string{"true"}, &os.ProcAttr{})
	refused("start", err)
	refused("become", syscall.Exec("/bin/true", []string{"true"}, nil))

	_, err = net.DialTimeout("tcp", "192.0.2.1:80", 10*time.Second)
	fmt.Println("another machine:", err != nil)
	_, err = net.LookupHost("no.such.host.example")
	fmt.Println("lookup failed:", err != nil)
	_, err = net.Interfaces()
	fmt.Println("interfaces:", err)
	ip, network, err := net.ParseCIDR("192.0.2.1/24")
	fmt.Println(ip, network, err)

	_, err = exec.LookPath("no-such-program")
	fmt.Println("look-up of a program:", errors.Is(err, exec.ErrNotFound))
}
