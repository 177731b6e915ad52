//! `<arpa/inet.h>`: the network's byte order.

use core::ffi::{c_uint, c_ushort};

#[cfg_attr(panic = "abort", unsafe(no_mangle))]
extern "C" fn htonl(value: c_uint) -> c_uint {
    value.to_be()
}

#[cfg_attr(panic = "abort", unsafe(no_mangle))]
extern "C" fn ntohl(value: c_uint) -> c_uint {
    c_uint::from_be(value)
}

#[cfg_attr(panic = "abort", unsafe(no_mangle))]
extern "C" fn htons(value: c_ushort) -> c_ushort {
    value.to_be()
}

#[cfg_attr(panic = "abort", unsafe(no_mangle))]
extern "C" fn ntohs(value: c_ushort) -> c_ushort {
    c_ushort::from_be(value)
}
