//! What the guest tests share with other tools that run programs.

pub mod failures;
pub mod parallel;
pub mod process;
