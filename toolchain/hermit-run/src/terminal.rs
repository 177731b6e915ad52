//! The user's terminal: what the guest is told of it, and the settings that the guest asks for.
//!
//! The guest's program may turn echo or line mode off. The kernel reports that in a control record, and
//! here the terminal is set accordingly. At the end it gets its old settings back.

use crate::sys;
use std::os::fd::RawFd;
use std::sync::Mutex;

/// The settings that hermit-run found, once it has changed them, and where.
static FOUND: Mutex<Option<(RawFd, libc::termios)>> = Mutex::new(None);

/// The first of the standard descriptors that is a terminal.
fn descriptor() -> Option<(RawFd, libc::termios)> {
    (0..3).find_map(|fd| Some((fd, sys::settings(fd)?)))
}

/// The terminal's settings as the kernel takes them: `INPUT,OUTPUT,CONTROL,LOCAL,CHARACTERS`, hexadecimal.
pub fn described() -> Option<String> {
    descriptor().map(|(_, settings)| describe(&settings))
}

fn describe(settings: &libc::termios) -> String {
    let characters: String = settings.c_cc.iter().map(|c| format!("{c:02x}")).collect();
    format!(
        "{:x},{:x},{:x},{:x},{characters}",
        settings.c_iflag, settings.c_oflag, settings.c_cflag, settings.c_lflag
    )
}

/// `settings` changed to what the kernel says; `None` if it makes no sense.
fn changed(mut settings: libc::termios, text: &str) -> Option<libc::termios> {
    let mut parts = text.trim().split(',');
    let mut mode = || u32::from_str_radix(parts.next()?, 16).ok();
    settings.c_iflag = mode()?;
    settings.c_oflag = mode()?;
    settings.c_cflag = mode()?;
    settings.c_lflag = mode()?;
    let digits = parts.next()?;
    for (at, place) in settings.c_cc.iter_mut().enumerate() {
        *place = u8::from_str_radix(digits.get(2 * at..2 * at + 2)?, 16).ok()?;
    }
    if settings.c_lflag & libc::ICANON == 0 {
        // How many characters a read waits for, and how long, is the kernel's affair: here each one
        // counts, and a read that finds none would be taken for the end.
        settings.c_cc[libc::VMIN] = 1;
        settings.c_cc[libc::VTIME] = 0;
    }
    Some(settings)
}

/// Sets the terminal as the guest's kernel says, unless it belongs to another job.
pub fn set(text: &str) {
    let Some((fd, now)) = descriptor().filter(|(fd, _)| sys::is_foreground(*fd)) else {
        return;
    };
    if let Some(new) = changed(now, text) {
        let mut found = FOUND.lock().unwrap_or_else(|e| e.into_inner());
        found.get_or_insert((fd, now));
        sys::set_settings(fd, &new);
    }
}

/// Gives the terminal back as it was found.
pub fn restore() {
    let found = FOUND.lock().unwrap_or_else(|e| e.into_inner()).take();
    if let Some((fd, settings)) = found
        && sys::is_foreground(fd)
    {
        sys::set_settings(fd, &settings);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn settings_travel_as_text() {
        // SAFETY: all zero are settings.
        let zero: libc::termios = unsafe { std::mem::zeroed() };
        let mut settings = zero;
        (settings.c_iflag, settings.c_lflag) = (0x500, 0x8a3b);
        settings.c_cc[libc::VMIN] = 3;
        let text = describe(&settings);
        assert!(text.starts_with("500,0,0,8a3b,"));
        let back = changed(zero, &text).unwrap();
        assert_eq!(describe(&back), text);
        settings.c_lflag = 0;
        let raw = changed(zero, &describe(&settings)).unwrap();
        assert_eq!(raw.c_cc[libc::VMIN], 1);
        assert!(changed(zero, "1,2,3,4,00").is_none());
        assert!(changed(zero, "nonsense").is_none());
    }
}
