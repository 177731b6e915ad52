//! `bench`.
fn main() {}
