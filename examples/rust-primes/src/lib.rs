//! Counts the primes below a number on all processors.
//!
//! ```sh
//! cargo build --release --target x86_64-unknown-linux-gnu
//! x86_64-hermit-gcc target/x86_64-unknown-linux-gnu/release/librust_primes.a -o primes
//! hermit-run --cpus 4 ./primes 100000
//! ```
#![no_std]

extern crate alloc;

use alloc::sync::Arc;
use alloc::vec::Vec;
use core::sync::atomic::{AtomicU32, Ordering::Relaxed};
use core::time::Duration;

use hermit::time::{Instant, sleep};
use hermit::{eprintln, println, thread};

hermit::main!(main);

fn is_prime(n: u32) -> bool {
    n >= 2 && (2..).take_while(|d| d * d <= n).all(|d| n % d != 0)
}

fn count(below: u32, threads: usize) -> Result<usize, i32> {
    let next = Arc::new(AtomicU32::new(0));
    let mut running = Vec::new();
    for _ in 0..threads {
        let next = next.clone();
        running.push(thread::spawn(move || {
            let mine = core::iter::repeat_with(|| next.fetch_add(1, Relaxed));
            mine.take_while(|n| *n < below)
                .filter(|n| is_prime(*n))
                .count()
        })?);
    }
    Ok(running.into_iter().map(thread::JoinHandle::join).sum())
}

fn main() -> i32 {
    let argument = hermit::args().nth(1).and_then(|text| text.to_str().ok());
    let Some(below) = argument.and_then(|text| text.parse().ok()) else {
        eprintln!("usage: primes BELOW");
        return 2;
    };
    assert!(below <= 10_000_000, "that takes too long");
    let threads = thread::available_parallelism();
    let begin = Instant::now();
    match count(below, threads) {
        Ok(primes) => println!("{primes} primes below {below}, {threads} threads"),
        Err(error) => {
            eprintln!("no thread: error {error}");
            return 1;
        }
    }
    sleep(Duration::from_millis(1));
    i32::from(begin.elapsed() < Duration::from_millis(1))
}
