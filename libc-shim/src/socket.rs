//! Sockets: sys/socket.h over the kernel's calls.

use core::ffi::{c_int, c_void};
use core::ptr;

use crate::cancel::blocking;
use crate::errno;
use crate::sys::{self, Errno, HermitIovec, HermitMessage};

#[cfg_attr(panic = "abort", unsafe(no_mangle))]
extern "C" fn socket(family: c_int, kind: c_int, protocol: c_int) -> c_int {
    errno::int(sys::sys_socket(family, kind as u32, protocol))
}

#[cfg_attr(panic = "abort", unsafe(no_mangle))]
extern "C" fn socketpair(family: c_int, kind: c_int, protocol: c_int, fds: *mut c_int) -> c_int {
    errno::int(sys::sys_socketpair(family, kind as u32, protocol, fds))
}

#[cfg_attr(panic = "abort", unsafe(no_mangle))]
extern "C" fn bind(fd: c_int, name: *const c_void, len: u32) -> c_int {
    errno::int(sys::sys_bind(fd, name, len))
}

#[cfg_attr(panic = "abort", unsafe(no_mangle))]
extern "C" fn listen(fd: c_int, backlog: c_int) -> c_int {
    errno::int(sys::sys_listen(fd, backlog))
}

#[cfg_attr(panic = "abort", unsafe(no_mangle))]
extern "C" fn accept(fd: c_int, name: *mut c_void, len: *mut u32) -> c_int {
    errno::int(blocking(|| sys::sys_accept(fd, name, len, 0)))
}

#[cfg_attr(panic = "abort", unsafe(no_mangle))]
extern "C" fn accept4(fd: c_int, name: *mut c_void, len: *mut u32, flags: c_int) -> c_int {
    errno::int(blocking(|| sys::sys_accept(fd, name, len, flags as u32)))
}

#[cfg_attr(panic = "abort", unsafe(no_mangle))]
extern "C" fn connect(fd: c_int, name: *const c_void, len: u32) -> c_int {
    errno::int(blocking(|| sys::sys_connect(fd, name, len)))
}

#[cfg_attr(panic = "abort", unsafe(no_mangle))]
extern "C" fn getsockname(fd: c_int, name: *mut c_void, len: *mut u32) -> c_int {
    errno::int(sys::sys_getsockname(fd, name, len))
}

#[cfg_attr(panic = "abort", unsafe(no_mangle))]
extern "C" fn getpeername(fd: c_int, name: *mut c_void, len: *mut u32) -> c_int {
    errno::int(sys::sys_getpeername(fd, name, len))
}

#[cfg_attr(panic = "abort", unsafe(no_mangle))]
extern "C" fn shutdown(fd: c_int, which: c_int) -> c_int {
    errno::int(sys::sys_shutdown(fd, which as u32))
}

#[cfg_attr(panic = "abort", unsafe(no_mangle))]
extern "C" fn setsockopt(
    fd: c_int,
    level: c_int,
    name: c_int,
    value: *const c_void,
    len: u32,
) -> c_int {
    errno::int(sys::sys_setsockopt(fd, level, name, value, len))
}

#[cfg_attr(panic = "abort", unsafe(no_mangle))]
extern "C" fn getsockopt(
    fd: c_int,
    level: c_int,
    name: c_int,
    value: *mut c_void,
    len: *mut u32,
) -> c_int {
    errno::int(sys::sys_getsockopt(fd, level, name, value, len))
}

/// There is no out-of-band data, so nowhere a mark.
#[cfg_attr(panic = "abort", unsafe(no_mangle))]
extern "C" fn sockatmark(fd: c_int) -> c_int {
    let (mut kind, mut len) = (0i32, 4u32);
    const SOL_SOCKET: c_int = 1;
    const SO_TYPE: c_int = 3;
    let (place, len) = ((&raw mut kind).cast(), &raw mut len);
    errno::int(sys::sys_getsockopt(fd, SOL_SOCKET, SO_TYPE, place, len)).min(0)
}

/// A message of one piece.
fn message(name: *mut c_void, name_len: u32, piece: &mut HermitIovec) -> HermitMessage {
    HermitMessage {
        name,
        name_len,
        pieces: ptr::from_mut(piece),
        piece_count: 1,
        control: ptr::null_mut(),
        control_len: 0,
        flags: 0,
    }
}

#[cfg_attr(panic = "abort", unsafe(no_mangle))]
extern "C" fn sendto(
    fd: c_int,
    buffer: *const c_void,
    len: usize,
    flags: c_int,
    name: *const c_void,
    name_len: u32,
) -> isize {
    let base = buffer.cast_mut();
    let mut piece = HermitIovec { base, len };
    let message = message(name.cast_mut(), name_len, &mut piece);
    errno::size(blocking(|| {
        sys::sys_sendmsg(fd, &raw const message, flags as u32)
    }))
}

#[cfg_attr(panic = "abort", unsafe(no_mangle))]
extern "C" fn send(fd: c_int, buffer: *const c_void, len: usize, flags: c_int) -> isize {
    sendto(fd, buffer, len, flags, ptr::null(), 0)
}

#[cfg_attr(panic = "abort", unsafe(no_mangle))]
extern "C" fn sendmsg(fd: c_int, message: *const HermitMessage, flags: c_int) -> isize {
    errno::size(blocking(|| sys::sys_sendmsg(fd, message, flags as u32)))
}

/// # Safety
/// `len` is readable and writable if `name` is not null.
#[cfg_attr(panic = "abort", unsafe(no_mangle))]
unsafe extern "C" fn recvfrom(
    fd: c_int,
    buffer: *mut c_void,
    len: usize,
    flags: c_int,
    name: *mut c_void,
    name_len: *mut u32,
) -> isize {
    let room = match name.is_null() || name_len.is_null() {
        true => 0,
        // SAFETY: the caller's promise.
        false => unsafe { *name_len },
    };
    if room > i32::MAX as u32 {
        return errno::fail(Errno::EINVAL) as isize;
    }
    let mut piece = HermitIovec { base: buffer, len };
    let mut message = message(name, room, &mut piece);
    let result = errno::size(blocking(|| {
        sys::sys_recvmsg(fd, &raw mut message, flags as u32)
    }));
    if result >= 0 && !name.is_null() && !name_len.is_null() {
        // SAFETY: the caller's promise.
        unsafe { *name_len = message.name_len };
    }
    result
}

#[cfg_attr(panic = "abort", unsafe(no_mangle))]
extern "C" fn recv(fd: c_int, buffer: *mut c_void, len: usize, flags: c_int) -> isize {
    // SAFETY: there is no place for an address.
    unsafe { recvfrom(fd, buffer, len, flags, ptr::null_mut(), ptr::null_mut()) }
}

#[cfg_attr(panic = "abort", unsafe(no_mangle))]
extern "C" fn recvmsg(fd: c_int, message: *mut HermitMessage, flags: c_int) -> isize {
    errno::size(blocking(|| sys::sys_recvmsg(fd, message, flags as u32)))
}
