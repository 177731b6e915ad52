// What the Go runtime asks of Hermit: locks on the kernel's futexes, the number of processors, and the end
// of a goroutine whose stack is used up.

package runtime

import _ "unsafe" // for go:linkname

// For C code to call:
//go:linkname stackOverflow

type mOS struct{}

// The kernel's clock of that name; nanotime reads the same.
const clockMonotonic = 4

const noDeadline = ^uint64(0)

//extern sysconf
func sysconf(name int32) int64

//go:noescape
//extern sys_futex_wait
func sys_futex_wait(addr *uint32, expected uint32, deadline uint64, clock uint32) int32

//go:noescape
//extern sys_futex_wake
func sys_futex_wake(addr *uint32, count uint32) int32

//extern gettid
func hermitGettid() int32

func getProcID() uint64 {
	return uint64(hermitGettid())
}

// futexsleep waits while *addr is val, for ns nanoseconds at most; forever if ns is negative. Callers look
// at the word again, so it does not matter why a wait ended.
//
//go:nosplit
func futexsleep(addr *uint32, val uint32, ns int64) {
	deadline := noDeadline
	if ns >= 0 {
		if now := nanotime(); ns < 1<<63-1-now {
			deadline = uint64(now + ns)
		}
	}
	sys_futex_wait(addr, val, deadline, clockMonotonic)
}

// futexwakeup wakes at most cnt threads that wait on addr.
//
//go:nosplit
func futexwakeup(addr *uint32, cnt uint32) {
	if sys_futex_wake(addr, cnt) < 0 {
		throw("futexwakeup")
	}
}

func osinit() {
	ncpu = int32(sysconf(__SC_NPROCESSORS_ONLN))
	physPageSize = uintptr(sysconf(__SC_PAGESIZE))
}

func setProcessCPUProfiler(hz int32) {
	setProcessCPUProfilerTimer(hz)
}

func setThreadCPUProfiler(hz int32) {
	setThreadCPUProfilerHz(hz)
}

//go:nosplit
func validSIGPROF(mp *m, c *sigctxt) bool {
	return true
}

// stackOverflow ends the program: the current goroutine has touched the guard below its stack. It runs on
// the thread's signal stack, and its caller is, for the unwinder, the function that touched the guard.
func stackOverflow(limit uintptr) {
	print("runtime: goroutine stack exceeds ", limit, "-byte limit\n")
	throw("stack overflow")
}
