//! Boots a Hermit image under QEMU as if it were a command.
fn main() {}
