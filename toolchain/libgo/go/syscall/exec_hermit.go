// There is one process: none can be started, and the program cannot become another one.

package syscall

// SysProcAttr has the fields that portable programs set before they start a process.
type SysProcAttr struct {
	Chroot     string
	Credential *Credential
	Setsid     bool
	Setpgid    bool
	Setctty    bool
	Noctty     bool
	Ctty       int
	Foreground bool
	Pgid       int
}

// SYS_EXECVE is what Exec asks for, in vain.
const SYS_EXECVE = 59

// For os/exec and others, by way of the linker.
func runtime_BeforeFork()
func runtime_AfterFork()
func runtime_AfterForkInChild()

func forkAndExecInChild(argv0 *byte, argv, envv []*byte, chroot, dir *byte, attr *ProcAttr, sys *SysProcAttr, pipe int) (pid int, err Errno) {
	return 0, ENOSYS
}

func forkExecPipe(p []int) error {
	return ENOSYS
}

func raw_ptrace(request int, pid int, addr *byte, data *byte) Errno {
	return ENOSYS
}
