// SPDX-License-Identifier: Apache-2.0 OR MIT
// want-none

//! Long call chains under a lock that never sleep, and sleeping ones outside of it.

use kernel::prelude::*;
use kernel::str::CString;
use kernel::sync::{Arc, SpinLock};

mod hardware {
    pub(crate) mod bus {
        use kernel::sync::SpinLock;

        pub(crate) struct Bus {
            pub(crate) table: kernel::sync::Arc<SpinLock<u32>>,
        }

        impl Bus {
            fn transfer(&self, value: u32) -> u32 {
                let mut table = self.table.lock();
                *table = value;
                *table
            }

            pub(crate) fn write(&self, value: u32) -> u32 {
                self.transfer(value | 0x80)
            }
        }
    }

    pub(crate) fn configure(bus: &bus::Bus, level: u32) -> u32 {
        let mut last = 0;
        for step in 0..level {
            last = bus.write(step);
        }
        last
    }
}

fn apply(bus: &hardware::bus::Bus, level: u32) -> u32 {
    match level {
        0 => 0,
        1..=9 => hardware::configure(bus, level),
        _ => hardware::configure(bus, 10),
    }
}

/// Five calls down to a spinlock.
pub fn driver(lock: &SpinLock<u32>, table: Arc<SpinLock<u32>>) -> u32 {
    let bus = hardware::bus::Bus { table };
    let count = lock.lock();
    apply(&bus, *count)
}

/// Formats a copy.
pub fn formatted(lock: &SpinLock<u32>) -> Result<CString> {
    let count = *lock.lock();
    CString::try_from_fmt(kernel::fmt!("count {}", count))
}

/// A method that only reads.
pub fn compared(lock: &SpinLock<u32>, name: &CStr) -> bool {
    let _count = lock.lock();
    name.as_bytes().is_empty()
}
