// SPDX-License-Identifier: Apache-2.0 OR MIT

//! The sleep stands far from the lock: several calls, modules and crates down.

use kernel::prelude::*;
use kernel::str::CString;
use kernel::sync::{Arc, Mutex, SpinLock};

mod hardware {
    pub(crate) mod bus {
        use kernel::sync::Mutex;

        pub(crate) struct Bus {
            pub(crate) table: kernel::sync::Arc<Mutex<u32>>,
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

/// Five calls down.
pub fn driver(lock: &SpinLock<u32>, table: Arc<Mutex<u32>>) -> u32 {
    let bus = hardware::bus::Bus { table };
    let count = lock.lock();
    apply(&bus, *count) // want: "may sleep"
}

/// The allocation hides in the kernel crate, with flags of its own choice.
pub fn formatted(lock: &SpinLock<u32>) -> Result<CString> {
    let count = lock.lock();
    CString::try_from_fmt(kernel::fmt!("count {}", *count)) // want: "may sleep"
}

/// A method that allocates without saying so.
pub fn lowered(lock: &SpinLock<u32>, name: &CStr) -> Result<CString> {
    let _count = lock.lock();
    Ok(name.to_ascii_lowercase()?) // want: "may sleep"
}
