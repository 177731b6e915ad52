//! Builds the sysroot and the SDK.
fn main() {}
