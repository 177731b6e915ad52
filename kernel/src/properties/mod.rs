//! Properties of the pure parts under random input: what must hold whatever comes.
//!
//! Each property is tried with 256 random cases; the variable `PROPTEST_CASES` asks for more. A case that
//! fails is made as small as it gets and shown. Models are the simplest thing that could be right: a map of
//! pages, a sorted list, a map from paths to contents.

/// Failing cases are not written down: what they show becomes a test of its own.
fn config() -> proptest::test_runner::Config {
    proptest::test_runner::Config {
        failure_persistence: None,
        ..Default::default()
    }
}

mod files;
mod memory;
mod queues;
mod tables;
