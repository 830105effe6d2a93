// SPDX-License-Identifier: Apache-2.0 OR MIT
// want-none

//! A PHY whose registers stand behind a bus with a mutex, read with nothing held.

use kernel::c_str;
use kernel::net::phy::{self, reg::C22, DeviceId, Driver};
use kernel::prelude::*;
use kernel::sync::SpinLock;

/// Reads a register, and counts afterwards.
pub fn polled(lock: &SpinLock<u32>, dev: &mut phy::Device) -> Result<u16> {
    let status = dev.read(C22::BMSR)?;
    *lock.lock() += 1;
    Ok(status)
}

/// Writes one.
pub fn reset(lock: &SpinLock<u32>, dev: &mut phy::Device) -> Result {
    *lock.lock() += 1;
    dev.write(C22::BMCR, 0x8000)
}

/// What the device knows without asking the bus.
pub fn generic(lock: &SpinLock<u32>, dev: &mut phy::Device) -> u32 {
    let count = lock.lock();
    if dev.is_link_up() {
        dev.set_speed(*count);
    }
    dev.phy_id()
}

/// A driver whose callback uses the bus.
pub struct Phy;

#[vtable]
impl Driver for Phy {
    const NAME: &'static CStr = c_str!("safe");
    const PHY_DEVICE_ID: DeviceId = DeviceId::new_with_exact_mask(0x1234);

    fn soft_reset(dev: &mut phy::Device) -> Result {
        dev.genphy_soft_reset()
    }
}
