//! Terminals: termios.h over the kernel's `ioctl`.
//!
//! Speeds mean nothing here; they are kept where Linux keeps them, in the control modes, and told.

use core::ffi::{c_int, c_uint, c_void};
use core::ptr;

use super::terminal::isatty;
use crate::cancel::blocking;
use crate::errno;
use crate::sys::{
    self, Errno, HERMIT_TCFLSH, HERMIT_TCGETS, HERMIT_TCSETS, HERMIT_TCXONC, HERMIT_TIOCGWINSZ,
    HERMIT_TIOCSWINSZ, HermitTermios,
};

/// Place of the control modes.
const CONTROL: usize = 2;
/// `CBAUD`: the bits of the control modes that hold the speed.
const SPEED: u32 = 0o10017;
/// `B38400`, the last of POSIX's speeds, and Linux's faster ones.
const LAST_SLOW: u32 = 0o17;
const FIRST_FAST: u32 = 0o10001;
const LAST_FAST: u32 = 0o10017;

#[cfg_attr(panic = "abort", unsafe(no_mangle))]
extern "C" fn tcgetattr(fd: c_int, settings: *mut HermitTermios) -> c_int {
    errno::int(sys::sys_ioctl(fd, HERMIT_TCGETS, settings.cast()))
}

#[cfg_attr(panic = "abort", unsafe(no_mangle))]
extern "C" fn tcsetattr(fd: c_int, action: c_int, settings: *const HermitTermios) -> c_int {
    let Ok(action @ 0..=2) = u64::try_from(action) else {
        return errno::fail(Errno::EINVAL);
    };
    // TCSANOW, TCSADRAIN and TCSAFLUSH are requests in this order.
    let request = HERMIT_TCSETS + action;
    errno::int(sys::sys_ioctl(fd, request, settings.cast_mut().cast()))
}

#[cfg_attr(panic = "abort", unsafe(no_mangle))]
extern "C" fn tcflush(fd: c_int, queue: c_int) -> c_int {
    let queue = queue as c_uint as usize;
    errno::int(sys::sys_ioctl(
        fd,
        HERMIT_TCFLSH,
        ptr::without_provenance_mut::<c_void>(queue),
    ))
}

/// Rows, columns, and their size in dots.
type Size = [u16; 4];

#[cfg_attr(panic = "abort", unsafe(no_mangle))]
extern "C" fn tcgetwinsize(fd: c_int, size: &mut Size) -> c_int {
    errno::int(sys::sys_ioctl(
        fd,
        HERMIT_TIOCGWINSZ,
        ptr::from_mut(size).cast(),
    ))
}

#[cfg_attr(panic = "abort", unsafe(no_mangle))]
extern "C" fn tcsetwinsize(fd: c_int, size: *const Size) -> c_int {
    errno::int(sys::sys_ioctl(
        fd,
        HERMIT_TIOCSWINSZ,
        size.cast_mut().cast(),
    ))
}

/// 0, or the error that `fd` is no terminal.
fn check(fd: c_int) -> c_int {
    errno::int(sys::sys_ioctl(fd, HERMIT_TIOCGWINSZ, ptr::null_mut()))
}

#[cfg_attr(panic = "abort", unsafe(no_mangle))]
extern "C" fn tcdrain(fd: c_int) -> c_int {
    crate::cancel::point();
    errno::int(blocking(|| {
        match sys::sys_ioctl(fd, HERMIT_TIOCGWINSZ, ptr::null_mut()) {
            0 => sys::sys_fsync(fd),
            error => error,
        }
    }))
}

/// TCOOFF, TCOON, TCIOFF and TCION have the numbers of the kernel's request.
#[cfg_attr(panic = "abort", unsafe(no_mangle))]
extern "C" fn tcflow(fd: c_int, action: c_int) -> c_int {
    let action = action as c_uint as usize;
    errno::int(sys::sys_ioctl(
        fd,
        HERMIT_TCXONC,
        ptr::without_provenance_mut::<c_void>(action),
    ))
}

/// A terminal without a line has none to break.
#[cfg_attr(panic = "abort", unsafe(no_mangle))]
extern "C" fn tcsendbreak(fd: c_int, _duration: c_int) -> c_int {
    check(fd)
}

#[cfg_attr(panic = "abort", unsafe(no_mangle))]
extern "C" fn tcgetsid(fd: c_int) -> c_int {
    if isatty(fd) == 0 {
        -1
    } else {
        sys::sys_getpid()
    }
}

#[cfg_attr(panic = "abort", unsafe(no_mangle))]
extern "C" fn cfgetospeed(settings: &HermitTermios) -> c_uint {
    settings.modes[CONTROL] & SPEED
}

#[cfg_attr(panic = "abort", unsafe(no_mangle))]
extern "C" fn cfgetispeed(settings: &HermitTermios) -> c_uint {
    settings.speeds[0]
}

/// Whether there is such a speed (`B…`).
fn is_speed(speed: c_uint) -> bool {
    matches!(speed, 0..=LAST_SLOW | FIRST_FAST..=LAST_FAST)
}

#[cfg_attr(panic = "abort", unsafe(no_mangle))]
extern "C" fn cfsetospeed(settings: &mut HermitTermios, speed: c_uint) -> c_int {
    if !is_speed(speed) {
        return errno::fail(Errno::EINVAL);
    }
    settings.modes[CONTROL] = settings.modes[CONTROL] & !SPEED | speed;
    settings.speeds[1] = speed;
    0
}

/// Speed 0 means the output's.
#[cfg_attr(panic = "abort", unsafe(no_mangle))]
extern "C" fn cfsetispeed(settings: &mut HermitTermios, speed: c_uint) -> c_int {
    if !is_speed(speed) {
        return errno::fail(Errno::EINVAL);
    }
    settings.speeds[0] = speed;
    0
}

#[cfg_attr(panic = "abort", unsafe(no_mangle))]
extern "C" fn cfsetspeed(settings: &mut HermitTermios, speed: c_uint) -> c_int {
    match cfsetospeed(settings, speed) {
        0 => cfsetispeed(settings, speed),
        error => error,
    }
}

/// Bytes as they come and go: no lines, no echo, no signals, no translation.
#[cfg_attr(panic = "abort", unsafe(no_mangle))]
extern "C" fn cfmakeraw(settings: &mut HermitTermios) {
    const VTIME: usize = 5;
    const VMIN: usize = 6;
    let [input, output, control, local] = &mut settings.modes;
    // IGNBRK, BRKINT, PARMRK, ISTRIP, INLCR, IGNCR, ICRNL, IXON
    *input &= !(0o1 | 0o2 | 0o10 | 0o40 | 0o100 | 0o200 | 0o400 | 0o2000);
    // OPOST
    *output &= !0o1;
    // CSIZE, PARENB; CS8
    *control = *control & !(0o60 | 0o400) | 0o60;
    // ISIG, ICANON, ECHO, ECHONL, IEXTEN
    *local &= !(0o1 | 0o2 | 0o10 | 0o100 | 0o100_000);
    (settings.characters[VMIN], settings.characters[VTIME]) = (1, 0);
}
