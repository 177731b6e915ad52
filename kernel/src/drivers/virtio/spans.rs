//! Book-keeping of a byte ring whose parts are handed to a device and come back.
//!
//! Parts are taken from the front one behind the other and become free again in the same order, even if
//! the device is done with a later one first.

/// Most parts that are out at a time.
pub const MAX_PARTS: usize = 64;

/// Which bytes of a ring are in use.
pub struct Spans {
    capacity: usize,
    /// Where the next part begins.
    head: usize,
    used: usize,
    /// Parts that are out: the device's token and the length, in order.
    parts: [(u16, u32); MAX_PARTS],
    first: usize,
    count: usize,
    /// Bit n: the device is done with token n, but not with one before it.
    done: u64,
}

impl Spans {
    /// A ring of `capacity` bytes, all free.
    pub const fn new(capacity: usize) -> Self {
        let parts = [(0, 0); MAX_PARTS];
        Spans {
            capacity,
            head: 0,
            used: 0,
            parts,
            first: 0,
            count: 0,
            done: 0,
        }
    }

    /// How many bytes are free.
    pub fn free(&self) -> usize {
        self.capacity - self.used
    }

    /// The free part at the head that does not wrap around: its start and length; the length is 0 when
    /// no more parts can be out.
    pub fn room(&self) -> (usize, usize) {
        let len = if self.count == MAX_PARTS {
            0
        } else {
            self.free().min(self.capacity - self.head)
        };
        (self.head, len)
    }

    /// Records that the first `len` bytes of [`Spans::room`] went out with a token below [`MAX_PARTS`].
    pub fn push(&mut self, token: u16, len: usize) {
        self.parts[(self.first + self.count) % MAX_PARTS] = (token, len as u32);
        self.count += 1;
        self.used += len;
        self.head = (self.head + len) % self.capacity.max(1);
    }

    /// Records that the device is done with a token.
    pub fn complete(&mut self, token: u16) {
        self.done |= 1u64.checked_shl(token.into()).unwrap_or(0);
        while self.count > 0 {
            let (token, len) = self.parts[self.first];
            if self.done & 1 << token == 0 {
                break;
            }
            self.done &= !(1 << token);
            self.used -= len as usize;
            self.first = (self.first + 1) % MAX_PARTS;
            self.count -= 1;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_wrap_around() {
        let mut spans = Spans::new(100);
        assert_eq!(spans.room(), (0, 100));
        spans.push(0, 70);
        spans.push(1, 20);
        assert_eq!((spans.room(), spans.free()), ((90, 10), 10));
        spans.complete(0);
        assert_eq!((spans.room(), spans.free()), ((90, 10), 80));
        spans.push(0, 10);
        assert_eq!(spans.room(), (0, 70));
    }

    #[test]
    fn the_order_of_answers_does_not_matter() {
        let mut spans = Spans::new(100);
        for token in 0..4 {
            spans.push(token, 25);
        }
        assert_eq!(spans.room().1, 0);
        spans.complete(2);
        spans.complete(1);
        assert_eq!(spans.free(), 0);
        spans.complete(0);
        assert_eq!(spans.free(), 75);
        spans.complete(3);
        assert_eq!(spans.free(), 100);
    }

    #[test]
    fn the_number_of_parts_is_limited() {
        let mut spans = Spans::new(1000);
        for token in 0..MAX_PARTS as u16 {
            spans.push(token, 1);
        }
        assert_eq!(spans.room().1, 0);
        spans.complete(0);
        assert_eq!(spans.room().1, 1000 - 64);
        // An answer that no device gives.
        spans.complete(9999);
    }
}
