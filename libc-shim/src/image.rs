//! What a program may ask about its own image: unwinding tables and program headers. Names of functions are
//! the C library's matter (`toolchain/libc/dlfcn.c`).

use core::ffi::{c_char, c_int, c_void};
use core::ptr;

use crate::{c, tcb};

/// `PT_GNU_EH_FRAME`.
const SEGMENT_EH_FRAME: u32 = 0x6474_e550;

/// glibc's `struct dl_find_object`, which libgcc_eh.a reads.
#[repr(C)]
struct FoundObject {
    flags: u64,
    map_start: *mut c_void,
    map_end: *mut c_void,
    link_map: *mut c_void,
    eh_frame: *mut c_void,
    reserved: [u64; 7],
}

/// Finds the unwinding tables of the code at `address`: those of the image, which is the only object.
///
/// # Safety
/// `result` must be writable.
#[cfg_attr(panic = "abort", unsafe(no_mangle))]
unsafe extern "C" fn _dl_find_object(address: *mut c_void, result: *mut FoundObject) -> c_int {
    let (start, end) = (tcb::image_start(), &raw const c::_end as usize);
    if !(start..end).contains(&(address as usize)) {
        return -1;
    }
    let Some(tables) = tcb::segment(SEGMENT_EH_FRAME) else {
        return -1;
    };
    // SAFETY: the caller's promise.
    unsafe {
        result.write(FoundObject {
            flags: 0,
            map_start: ptr::with_exposed_provenance_mut(start),
            map_end: ptr::with_exposed_provenance_mut(end),
            link_map: ptr::null_mut(),
            eh_frame: ptr::with_exposed_provenance_mut(tables.vaddr),
            reserved: [0; 7],
        });
    }
    0
}

/// `struct dl_phdr_info` of `link.h`.
#[repr(C)]
struct ObjectInfo {
    address: usize,
    name: *const c_char,
    headers: *const tcb::ProgramHeader,
    header_count: u16,
    added: u64,
    removed: u64,
    tls_module: usize,
    tls_data: *mut c_void,
}

/// Calls back once, for the image.
#[cfg_attr(panic = "abort", unsafe(no_mangle))]
unsafe extern "C" fn dl_iterate_phdr(
    callback: unsafe extern "C" fn(*mut ObjectInfo, usize, *mut c_void) -> c_int,
    data: *mut c_void,
) -> c_int {
    let headers = tcb::program_headers();
    let mut info = ObjectInfo {
        address: 0,
        name: c"".as_ptr(),
        headers: headers.as_ptr(),
        header_count: headers.len() as u16,
        added: 1,
        removed: 0,
        tls_module: 1,
        tls_data: tcb::current().tls_start.cast(),
    };
    // SAFETY: the caller's function, called as its type says.
    unsafe { callback(&raw mut info, size_of::<ObjectInfo>(), data) }
}
