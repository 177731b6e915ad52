//! What `hermit-run` and `hermit-image` share, and the parts of the former.

pub mod archive;
pub mod cli;
pub mod crash;
pub mod failure;
pub mod guest;
pub mod image;
pub mod itself;
pub mod mounts;
pub mod options;
pub mod qemu;
pub mod quote;
pub mod record;
pub mod relay;
pub mod symbols;
pub mod sys;
pub mod terminal;
pub mod unwind;
