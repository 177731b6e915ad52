//! Memory-mapped registers.

/// A window of device registers. Accesses are volatile and little-endian, as the processor is.
#[derive(Clone, Copy, Debug)]
pub struct Registers {
    base: usize,
    len: usize,
}

macro_rules! access {
    ($read:ident, $write:ident, $type:ty) => {
        #[doc = concat!("Reads the `", stringify!($type), "` register at an offset; 0 outside of the window.")]
        #[inline]
        pub fn $read(self, offset: usize) -> $type {
            match self.address(offset, size_of::<$type>()) {
                // SAFETY: inside the window, which the creator mapped.
                Some(address) => unsafe { (address as *const $type).read_volatile() },
                None => 0,
            }
        }

        #[doc = concat!("Writes the `", stringify!($type), "` register at an offset; nothing outside of the window.")]
        #[inline]
        pub fn $write(self, offset: usize, value: $type) {
            if let Some(address) = self.address(offset, size_of::<$type>()) {
                // SAFETY: inside the window, which the creator mapped.
                unsafe { (address as *mut $type).write_volatile(value) }
            }
        }
    };
}

impl Registers {
    /// A window of `len` bytes.
    ///
    /// # Safety
    /// From `base` on there are `len` bytes of registers, mapped for ever, and writing them breaks no
    /// memory safety as long as the device is driven as its specification says.
    pub unsafe fn new(base: *mut u8, len: usize) -> Self {
        Registers {
            base: base as usize,
            len,
        }
    }

    #[inline]
    fn address(self, offset: usize, size: usize) -> Option<usize> {
        (offset.is_multiple_of(size) && offset + size <= self.len).then_some(self.base + offset)
    }

    /// The part of the window from `offset` on, at most `len` bytes.
    pub fn part(self, offset: usize, len: usize) -> Option<Self> {
        let rest = self.len.checked_sub(offset)?;
        Some(Registers {
            base: self.base + offset,
            len: rest.min(len),
        })
    }

    access!(read8, write8, u8);
    access!(read16, write16, u16);
    access!(read32, write32, u32);
}
