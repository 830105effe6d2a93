// SPDX-License-Identifier: Apache-2.0 OR MIT
//! A fan controller: two functions sleep where they must not, each beside one that
//! does the same thing right.

#![no_std]

#[allow(dead_code, non_camel_case_types, missing_docs)]
mod bindings {
    include!("../../rust/bindings/bindings_generated.rs");
    include!("../../rust/bindings/bindings_helpers_generated.rs");
}
#[path = "../../rust/kernel/alloc.rs"]
pub mod alloc;
#[path = "../../rust/kernel/sync.rs"]
pub mod sync;

use alloc::{Buffer, GFP_ATOMIC, GFP_KERNEL};
use core::ptr::addr_of_mut;
use sync::{Mutex, SpinLock};

/// What the sensors say; read and written from the timer.
pub struct Live {
    temp: u32,
    rpm: u32,
}

/// The speed to run at, by temperature; set by the user.
pub struct Curve {
    cold: u32,
    hot: u32,
}

impl Curve {
    fn rpm(&self, temp: u32) -> u32 {
        if temp < 60 {
            self.cold
        } else {
            self.hot
        }
    }
}

/// One fan.
pub struct Fan {
    live: SpinLock<Live>,
    curve: Mutex<Curve>,
}

impl Fan {
    /// A fan at rest.
    pub const fn new() -> Self {
        Fan {
            live: SpinLock::new(Live { temp: 0, rpm: 0 }),
            curve: Mutex::new(Curve { cold: 800, hot: 3000 }),
        }
    }

    /// Buggy: waits for the mutex while the spinlock is held.
    pub fn follow_curve(&self) {
        let mut live = self.live.lock();
        let curve = self.curve.lock();
        live.rpm = curve.rpm(live.temp);
    }

    /// The same, with the mutex on the outside.
    pub fn follow_curve_fixed(&self) {
        let curve = self.curve.lock();
        let mut live = self.live.lock();
        live.rpm = curve.rpm(live.temp);
    }

    /// Only a mutex that is free is taken: that never sleeps.
    pub fn follow_curve_if_idle(&self) {
        let mut live = self.live.lock();
        if let Some(curve) = self.curve.try_lock() {
            live.rpm = curve.rpm(live.temp);
        }
    }

    /// Buggy: `GFP_KERNEL` may wait for memory, and the spinlock is held.
    pub fn snapshot(&self) -> Option<Buffer> {
        let live = self.live.lock();
        let mut buffer = Buffer::new(64, GFP_KERNEL)?;
        buffer.set_first(live.temp as u8);
        Some(buffer)
    }

    /// The same, with an allocation that does not wait.
    pub fn snapshot_fixed(&self) -> Option<Buffer> {
        let live = self.live.lock();
        let mut buffer = Buffer::new(64, GFP_ATOMIC)?;
        buffer.set_first(live.temp as u8);
        Some(buffer)
    }

    /// Hands the speed to the device, with the lock released before the bus is
    /// waited for.
    pub fn apply(&self) -> bool {
        let live = self.live.lock();
        let rpm = live.rpm;
        drop(live);
        // SAFETY: `fan_smbus` lives for ever.
        unsafe { bindings::fan_bus_write(addr_of_mut!(bindings::fan_smbus), 2, bindings::fan_duty(rpm, 3000)) == 0 }
    }
}
