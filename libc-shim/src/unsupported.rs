//! What cannot be here: other processes, and a few relics. Each says so with `ENOSYS`.
//!
//! The functions exist because headers declare them and programs, or parts of libraries that nobody
//! calls, refer to them. Arguments are not looked at.

use core::ffi::{c_char, c_int, c_void};
use core::ptr;

use crate::errno;
use crate::sys::Errno;

macro_rules! no_such_function {
    ($($name:ident)*) => {
        $(
            #[allow(non_snake_case)]
            #[cfg_attr(panic = "abort", unsafe(no_mangle))]
            extern "C" fn $name() -> c_int {
                errno::fail(Errno::ENOSYS)
            }
        )*
    };
}

no_such_function! {
    fork _Fork vfork _fork_r
    execl execle execlp execlpe execv execve execvp execvpe fexecve _execve_r
    daemon adjtime
    clock_setenable_attr clock_getenable_attr
    rresvport iruserok ruserok getpeereid
}

macro_rules! no_children {
    ($($name:ident)*) => {
        $(
            /// There are no children to wait for.
            #[cfg_attr(panic = "abort", unsafe(no_mangle))]
            extern "C" fn $name() -> c_int {
                crate::cancel::point();
                errno::fail(Errno::ECHILD)
            }
        )*
    };
}

no_children! { wait waitpid waitid wait3 wait4 _wait _wait_r pclose }

/// Returns null with `ENOSYS`.
fn nothing<T>() -> *mut T {
    errno::fail(Errno::ENOSYS);
    ptr::null_mut()
}

#[cfg_attr(panic = "abort", unsafe(no_mangle))]
extern "C" fn popen(_command: *const c_char, _mode: *const c_char) -> *mut c_void {
    nothing()
}

#[cfg_attr(panic = "abort", unsafe(no_mangle))]
extern "C" fn crypt(_key: *const c_char, _salt: *const c_char) -> *mut c_char {
    nothing()
}

#[cfg_attr(panic = "abort", unsafe(no_mangle))]
extern "C" fn encrypt(_block: *mut c_char, _flag: c_int) {
    errno::fail(Errno::ENOSYS);
}

#[cfg_attr(panic = "abort", unsafe(no_mangle))]
extern "C" fn setkey(_key: *const c_char) {
    errno::fail(Errno::ENOSYS);
}

/// The terminal's echo is not ours to switch off.
#[cfg_attr(panic = "abort", unsafe(no_mangle))]
extern "C" fn getpass(_prompt: *const c_char) -> *mut c_char {
    nothing()
}

/// The list of shells is empty.
#[cfg_attr(panic = "abort", unsafe(no_mangle))]
extern "C" fn getusershell() -> *mut c_char {
    ptr::null_mut()
}

#[cfg_attr(panic = "abort", unsafe(no_mangle))]
extern "C" fn setusershell() {}

#[cfg_attr(panic = "abort", unsafe(no_mangle))]
extern "C" fn endusershell() {}
