// SPDX-License-Identifier: Apache-2.0 OR MIT
//! Memory from `kmalloc()`.

use crate::bindings;

/// How an allocation may behave.
#[derive(Clone, Copy)]
pub struct Flags(bindings::gfp_t);

/// May wait for memory to come free.
pub const GFP_KERNEL: Flags = Flags(bindings::GFP_KERNEL);
/// Fails rather than wait.
pub const GFP_ATOMIC: Flags = Flags(bindings::GFP_ATOMIC);

/// A piece of memory that is freed when dropped.
pub struct Buffer {
    start: *mut u8,
}

impl Buffer {
    /// Allocates `len` bytes.
    pub fn new(len: usize, flags: Flags) -> Option<Buffer> {
        // SAFETY: any size and flags will do.
        let start = unsafe { bindings::kmalloc(len, flags.0) };
        if start as usize == 0 {
            return None;
        }
        Some(Buffer { start })
    }

    /// Sets the first byte.
    pub fn set_first(&mut self, value: u8) {
        // SAFETY: the memory is ours, and not empty.
        unsafe { *self.start = value };
    }
}

impl Drop for Buffer {
    fn drop(&mut self) {
        // SAFETY: `start` came from `kmalloc` and is freed nowhere else.
        unsafe { bindings::kfree(self.start) };
    }
}
