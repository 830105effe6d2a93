// SPDX-License-Identifier: Apache-2.0 OR MIT
// want-none

//! A register map: methods, associated functions, locks behind indirection.

use kernel::bindings;
use kernel::prelude::*;
use kernel::sync::{new_mutex, new_spinlock, Arc, CondVar, Mutex, SpinLock};

pub trait Bus {
    const SLOW: bool;
    fn transfer(&self, reg: u8, value: u8) -> Result<u8>;
}

pub struct Mmio(*mut u8);
pub struct I2c(Mutex<u8>);

impl Bus for Mmio {
    const SLOW: bool = false;
    fn transfer(&self, reg: u8, value: u8) -> Result<u8> {
        Ok(reg ^ value ^ self.0 as usize as u8)
    }
}

impl Bus for I2c {
    const SLOW: bool = true;
    fn transfer(&self, reg: u8, value: u8) -> Result<u8> {
        let mut last = self.0.lock();
        *last = reg;
        Ok(value)
    }
}

pub struct Map<B: Bus> {
    bus: B,
    lock: SpinLock<[u8; 16]>,
    slow: Mutex<()>,
}

impl<B: Bus> Map<B> {
    pub fn write(&self, reg: u8, value: u8) -> Result {
        let cached = self.lock.lock()[reg as usize & 15];
        if cached == value {
            return Ok(());
        }
        let now = self.bus.transfer(reg, value)?;
        self.lock.lock()[reg as usize & 15] = now;
        Ok(())
    }

    /// Picks the lock by the kind of bus.
    pub fn read(&self, reg: u8) -> Result<u8> {
        if B::SLOW {
            let _slow = self.slow.lock();
            self.bus.transfer(reg, 0)
        } else {
            let cache = self.lock.lock();
            self.bus.transfer(reg, cache[0])
        }
    }
}

pub fn i2c(map: &Map<I2c>) -> Result<u8> {
    map.write(1, 2)?;
    map.read(3)
}

pub fn mmio(map: &Map<Mmio>) -> Result<u8> {
    map.write(1, 2)?;
    map.read(3)
}

pub fn waits(a: &SpinLock<bool>, b: &SpinLock<u32>, cv: &CondVar) -> u32 {
    let mut ready = a.lock();
    while !*ready {
        cv.wait(&mut ready);
    }
    let n = b.lock();
    *n
}

pub fn cloned(lock: &SpinLock<Option<Arc<Mutex<u32>>>>) -> u32 {
    let found = lock.lock().clone();
    match found {
        Some(m) => *m.lock(),
        None => 0,
    }
}

pub fn made(lock: &SpinLock<Option<Arc<Mutex<u32>>>>) -> Result {
    let new = Arc::pin_init(new_mutex!(3), GFP_KERNEL)?;
    let old = lock.lock().replace(new);
    drop(old);
    Ok(())
}

/// # Safety
///
/// `lock` must be valid.
pub unsafe fn raw(lock: *mut bindings::spinlock_t, table: &Mutex<u32>) -> u32 {
    // SAFETY: As above.
    unsafe { bindings::spin_lock(lock) };
    // SAFETY: As above.
    unsafe { bindings::spin_unlock(lock) };
    *table.lock()
}

/// # Safety
///
/// `lock` must be valid.
pub unsafe fn leaks(lock: *mut bindings::spinlock_t, n: u32) -> Result<u32> {
    // SAFETY: As above.
    unsafe { bindings::spin_lock(lock) };
    if n > 3 {
        // SAFETY: As above.
        unsafe { bindings::spin_unlock(lock) };
        return Err(EINVAL);
    }
    // SAFETY: As above.
    unsafe { bindings::spin_unlock(lock) };
    Ok(n)
}

pub fn spin() -> impl PinInit<SpinLock<u32>> {
    new_spinlock!(3)
}
