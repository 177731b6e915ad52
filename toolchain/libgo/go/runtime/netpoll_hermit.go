// Waiting for descriptors, by ppoll.
//
// The list of descriptors is copied for each call of ppoll and no lock is held during the call, so that
// descriptors come, go and are armed meanwhile. One thread calls ppoll at a time; a pipe ends its wait.
// The lists are memory that is never freed: ppoll may still read one that has been outgrown.

package runtime

import (
	"runtime/internal/atomic"
	"unsafe"
)

type pollfd struct {
	fd      int32
	events  int16
	revents int16
}

const (
	pollIn   = 0x0001
	pollOut  = 0x0004
	pollErr  = 0x0008
	pollHup  = 0x0010
	pollNval = 0x0020
)

type pollList struct {
	fds   *[1 << 24]pollfd
	descs *[1 << 24]*pollDesc
}

var (
	pollLock     mutex    // of all below but pollWoken
	pollWanted   pollList // what goroutines wait for; the first is the pipe
	pollAsked    pollList // what ppoll was asked for
	pollCount    int      // entries of pollWanted
	pollCapacity int      // room in both lists
	pollBusy     bool     // a thread uses pollAsked
	pollPipe     [2]int32 // read end, write end
	pollWoken    uint32   // 1 if the pipe holds a byte
)

//go:noescape
//extern ppoll
func hermitPpoll(fds *pollfd, count uintptr, timeout *timespec, mask unsafe.Pointer) int32

// Answers 0, or why the descriptor is not one to wait for.
//
//extern hermit_go_pollable
func hermitPollable(fd int32) int32

func newPollList(capacity int) pollList {
	return pollList{
		(*[1 << 24]pollfd)(persistentalloc(uintptr(capacity)*unsafe.Sizeof(pollfd{}), 0, &memstats.other_sys)),
		(*[1 << 24]*pollDesc)(persistentalloc(uintptr(capacity)*unsafe.Sizeof(uintptr(0)), 0, &memstats.other_sys)),
	}
}

func netpollinit() {
	r, w, errno := nonblockingPipe()
	if errno != 0 {
		throw("netpollinit: no pipe")
	}
	pollPipe = [2]int32{r, w}
	pollCapacity = 64
	pollWanted, pollAsked = newPollList(pollCapacity), newPollList(pollCapacity)
	pollWanted.fds[0] = pollfd{fd: r, events: pollIn}
	pollCount = 1
}

func netpollIsPollDescriptor(fd uintptr) bool {
	return fd == uintptr(pollPipe[0]) || fd == uintptr(pollPipe[1])
}

func netpollopen(fd uintptr, pd *pollDesc) int32 {
	if errno := hermitPollable(int32(fd)); errno != 0 {
		return errno
	}
	lock(&pollLock)
	if pollCount == pollCapacity {
		wanted := newPollList(2 * pollCapacity)
		for i := 0; i < pollCount; i++ {
			wanted.fds[i], wanted.descs[i] = pollWanted.fds[i], pollWanted.descs[i]
		}
		pollWanted, pollAsked = wanted, newPollList(2*pollCapacity)
		pollCapacity *= 2
	}
	pollWanted.fds[pollCount] = pollfd{fd: int32(fd)}
	pollWanted.descs[pollCount] = pd
	pd.user = uint32(pollCount)
	pollCount++
	unlock(&pollLock)
	return 0
}

func netpollclose(fd uintptr) int32 {
	lock(&pollLock)
	for i := 1; i < pollCount; i++ {
		if pollWanted.fds[i].fd == int32(fd) {
			pollCount--
			pollWanted.fds[i], pollWanted.descs[i] = pollWanted.fds[pollCount], pollWanted.descs[pollCount]
			pollWanted.descs[i].user = uint32(i)
			break
		}
	}
	busy := pollBusy
	unlock(&pollLock)
	if busy {
		// As long as ppoll looks at a pipe's end that is closed, the other end is not told.
		netpollBreak()
	}
	return 0
}

// netpollarm is called before each wait of a goroutine.
func netpollarm(pd *pollDesc, mode int) {
	lock(&pollLock)
	wanted := &pollWanted.fds[pd.user]
	if mode == 'r' {
		wanted.events |= pollIn
	} else {
		wanted.events |= pollOut
	}
	busy := pollBusy
	unlock(&pollLock)
	if busy {
		netpollBreak()
	}
}

// netpollBreak ends a wait in netpoll, or the next one.
func netpollBreak() {
	if atomic.Cas(&pollWoken, 0, 1) {
		b := [1]byte{0}
		write(uintptr(pollPipe[1]), unsafe.Pointer(&b[0]), 1)
	}
}

// netpoll answers which goroutines can go on. It waits until there are some if delay is negative, for delay
// nanoseconds at most if it is positive; it may end early with none.
//
//go:nowritebarrierrec
func netpoll(delay int64) gList {
	var toRun gList
	lock(&pollLock)
	for pollBusy {
		unlock(&pollLock)
		if delay == 0 {
			// Whoever waits there reports what is ready.
			return toRun
		}
		osyield()
		lock(&pollLock)
	}
	pollBusy = true
	fds, descs, count := pollAsked.fds, pollAsked.descs, pollCount
	for i := 0; i < count; i++ {
		fds[i], descs[i] = pollWanted.fds[i], pollWanted.descs[i]
		if fds[i].events == 0 {
			// Nobody waits for it: ppoll would tell errors and ends all the same, again and again.
			fds[i].fd = -1
		}
	}
	unlock(&pollLock)

	var limit *timespec
	var ts timespec
	if delay >= 0 {
		ts.setNsec(delay)
		limit = &ts
	}
	n := hermitPpoll(&fds[0], uintptr(count), limit, nil)
	if n < 0 && errno() != _EINTR {
		println("runtime: ppoll failed, errno", errno())
		throw("ppoll")
	}

	lock(&pollLock)
	pollBusy = false
	if n > 0 && fds[0].revents != 0 {
		n--
		// In this order: a byte that is read after the store would be the next wake's, and the last.
		var b [8]byte
		for read(pollPipe[0], unsafe.Pointer(&b[0]), int32(len(b))) > 0 {
		}
		atomic.Store(&pollWoken, 0)
	}
	for i := 1; i < count && n > 0; i++ {
		ready := fds[i].revents
		if ready == 0 {
			continue
		}
		n--
		// It may have been closed meanwhile. What has come in its place is woken in vain at worst.
		pd := descs[i]
		at := int(pd.user)
		if at >= pollCount || pollWanted.descs[at] != pd || pollWanted.fds[at].fd != fds[i].fd {
			continue
		}
		wanted := &pollWanted.fds[at]
		var mode int32
		if ready&(pollIn|pollHup|pollErr|pollNval) != 0 {
			mode += 'r'
			wanted.events &^= pollIn
		}
		if ready&(pollOut|pollHup|pollErr|pollNval) != 0 {
			mode += 'w'
			wanted.events &^= pollOut
		}
		pd.setEventErr(ready == pollErr)
		netpollready(&toRun, pd, mode)
	}
	unlock(&pollLock)
	return toRun
}
