//! POSIX threads for Hermit.
#![no_std]
