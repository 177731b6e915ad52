//! The Hermit kernel.
#![no_std]
