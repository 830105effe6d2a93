// SPDX-License-Identifier: Apache-2.0 OR MIT

//! A PHY whose registers stand behind a bus with a mutex, read under a spinlock.

use kernel::c_str;
use kernel::net::phy::{self, reg::C22, DeviceId, Driver};
use kernel::prelude::*;
use kernel::sync::SpinLock;

/// Reads a register.
pub fn polled(lock: &SpinLock<u32>, dev: &mut phy::Device) -> Result<u16> {
    let _count = lock.lock();
    dev.read(C22::BMSR) // want: "may sleep"
}

/// Writes one.
pub fn reset(lock: &SpinLock<u32>, dev: &mut phy::Device) -> Result {
    let _count = lock.lock();
    dev.write(C22::BMCR, 0x8000) // want: "may sleep"
}

/// What the kernel does for all PHYs.
pub fn generic(lock: &SpinLock<u32>, dev: &mut phy::Device) -> Result {
    let _count = lock.lock();
    dev.genphy_soft_reset() // want: "may sleep"
}

/// A driver that keeps a lock over its callback's bus access.
pub struct Phy;

#[vtable]
impl Driver for Phy {
    const NAME: &'static CStr = c_str!("buggy");
    const PHY_DEVICE_ID: DeviceId = DeviceId::new_with_exact_mask(0x1234);

    fn soft_reset(dev: &mut phy::Device) -> Result {
        // SAFETY: paired with the unlock below.
        unsafe { kernel::bindings::__rcu_read_lock() };
        let done = dev.genphy_soft_reset(); // want: "may sleep"
        // SAFETY: paired with the lock above.
        unsafe { kernel::bindings::__rcu_read_unlock() };
        done
    }
}
