//! What newlib asks of an operating system.
#![no_std]
