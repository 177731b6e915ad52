//! Port input and output.

use core::arch::asm;

macro_rules! port {
    ($read:ident, $write:ident, $type:ty, $register:tt, $doc:literal) => {
        #[doc = concat!("Reads ", $doc, " from a port.")]
        ///
        /// # Safety
        /// Reading the port has no effect that breaks memory safety.
        #[inline]
        pub unsafe fn $read(port: u16) -> $type {
            let value: $type;
            // SAFETY: the caller answers for the port.
            unsafe {
                asm!(concat!("in ", $register, ", dx"), out($register) value, in("dx") port,
                     options(nomem, nostack, preserves_flags))
            };
            value
        }

        #[doc = concat!("Writes ", $doc, " to a port.")]
        ///
        /// # Safety
        /// Writing the port has no effect that breaks memory safety.
        #[inline]
        pub unsafe fn $write(port: u16, value: $type) {
            // SAFETY: the caller answers for the port.
            unsafe {
                asm!(concat!("out dx, ", $register), in("dx") port, in($register) value,
                     options(nomem, nostack, preserves_flags))
            };
        }
    };
}

port!(inb, outb, u8, "al", "a byte");
port!(inw, outw, u16, "ax", "16 bits");
port!(inl, outl, u32, "eax", "32 bits");
