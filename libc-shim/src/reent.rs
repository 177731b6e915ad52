//! newlib's own names of system calls (`_read_r` …), which stdio uses.
//!
//! newlib's versions clear `errno` before each call, to tell a new error from an old one; with `errno`
//! as a plain variable that would make every successful `printf` reset it, which C forbids ("errno is
//! never set to zero by any library function", C17 7.5). These only call. The first argument was once
//! the thread's state.

use core::ffi::{c_char, c_int, c_uint, c_void};

type State = *mut c_void;

/// Defines `_name_r(state, arguments…)` as a call of `name(arguments…)`.
macro_rules! with_state {
    ($(fn $name:ident = $call:path, ($($argument:ident: $type:ty),*) -> $result:ty;)*) => {
        $(
            /// # Safety
            /// As for the function without the first argument.
            #[cfg_attr(panic = "abort", unsafe(no_mangle))]
            unsafe extern "C" fn $name(_: State, $($argument: $type),*) -> $result {
                // SAFETY: the caller's promise.
                #[allow(unused_unsafe, reason = "some of them are safe")]
                unsafe {
                    $call($($argument),*)
                }
            }
        )*
    };
}

use crate::file::api;
use crate::sys::HermitStat;
use crate::timespec::TimeVal;

with_state! {
    fn _open_r = api::open, (path: *const c_char, flags: c_int, mode: c_uint) -> c_int;
    fn _close_r = api::close, (fd: c_int) -> c_int;
    fn _read_r = api::read, (fd: c_int, buffer: *mut c_void, len: usize) -> isize;
    fn _write_r = api::write, (fd: c_int, buffer: *const c_void, len: usize) -> isize;
    fn _lseek_r = api::lseek, (fd: c_int, offset: i64, whence: c_int) -> i64;
    fn _fcntl_r = api::fcntl, (fd: c_int, command: c_int, argument: usize) -> c_int;
    fn _fstat_r = api::fstat, (fd: c_int, stat: *mut HermitStat) -> c_int;
    fn _stat_r = api::stat, (path: *const c_char, stat: *mut HermitStat) -> c_int;
    fn _isatty_r = api::isatty, (fd: c_int) -> c_int;
    fn _link_r = api::link, (from: *const c_char, to: *const c_char) -> c_int;
    fn _unlink_r = api::unlink, (path: *const c_char) -> c_int;
    fn _remove_r = api::remove, (path: *const c_char) -> c_int;
    fn _rename_r = api::rename, (from: *const c_char, to: *const c_char) -> c_int;
    fn _mkdir_r = api::mkdir, (path: *const c_char, mode: c_uint) -> c_int;
    fn _sbrk_r = crate::memory::sbrk, (increment: isize) -> *mut c_void;
    fn _getpid_r = crate::process::getpid, () -> c_int;
    fn _kill_r = crate::signal::kill, (process: c_int, signal: c_int) -> c_int;
    fn _gettimeofday_r = crate::time::gettimeofday,
        (time: *mut TimeVal, zone: *mut c_void) -> c_int;
    fn _getentropy_r = crate::process::getentropy, (buffer: *mut c_void, len: usize) -> c_int;
}
