//! Placeholder: replaced by the real module.
#![allow(missing_docs)]
use crate::boot::BootInfo;
use crate::errno::*;
pub enum Fault {
    Resolved,
    Guard,
    Protection,
    Unmapped,
    OutOfMemory,
}
pub struct Stack {
    pub bottom: usize,
    pub top: usize,
}
pub fn init(_: &BootInfo) {}
pub fn page_fault(_: usize, _: u64) -> Fault {
    Fault::Unmapped
}
pub fn new_stack(_: usize) -> Result<Stack> {
    Err(Errno::ENOMEM)
}
pub fn free_stack(_: &Stack) {}
pub fn map_device(_: u64, _: usize) -> Result<*mut u8> {
    Err(Errno::ENOMEM)
}
pub fn direct_map(p: u64) -> *mut u8 {
    p as *mut u8
}
pub fn page_table_root() -> u64 {
    0
}
pub fn alloc_frames(_: u8) -> Option<u64> {
    None
}
pub fn physical(_: u64, _: usize) -> Result<&'static [u8]> {
    Err(Errno::ENOMEM)
}
