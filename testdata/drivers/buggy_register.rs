// SPDX-License-Identifier: Apache-2.0 OR MIT

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
    /// Writes through.
    pub fn write(&self, reg: u8, value: u8) -> Result {
        let mut cache = self.lock.lock();
        if cache[reg as usize & 15] == value {
            return Ok(());
        }
        cache[reg as usize & 15] = self.bus.transfer(reg, value)?; // want: "may sleep"
        Ok(())
    }

    /// Picks the lock by the kind of bus, wrongly.
    pub fn read(&self, reg: u8) -> Result<u8> {
        if B::SLOW {
            let cache = self.lock.lock();
            self.bus.transfer(reg, cache[0]) // want: "may sleep"
        } else {
            let _slow = self.slow.lock();
            self.bus.transfer(reg, 0)
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

/// Waits under a second lock.
pub fn waits(a: &SpinLock<bool>, b: &SpinLock<u32>, cv: &CondVar) -> u32 {
    let n = b.lock();
    let mut ready = a.lock();
    while !*ready {
        cv.wait(&mut ready); // want: "may sleep"
    }
    *n
}

/// A clone whose drop frees is no matter, but the mutex is.
pub fn cloned(lock: &SpinLock<Option<Arc<Mutex<u32>>>>) -> u32 {
    let slot = lock.lock();
    match slot.as_ref() {
        Some(m) => *m.lock(), // want: "may sleep"
        None => 0,
    }
}

/// Made under the lock.
pub fn made(lock: &SpinLock<Option<Arc<Mutex<u32>>>>) -> Result {
    let mut slot = lock.lock();
    let new = Arc::pin_init(new_mutex!(3), GFP_KERNEL)?; // want: "may sleep"
    *slot = Some(new);
    Ok(())
}

/// A raw C lock with the helper.
///
/// # Safety
///
/// `lock` must be valid.
pub unsafe fn raw(lock: *mut bindings::spinlock_t, table: &Mutex<u32>) -> u32 {
    // SAFETY: As above.
    unsafe { bindings::spin_lock(lock) };
    let n = *table.lock(); // want: "may sleep"
    // SAFETY: As above.
    unsafe { bindings::spin_unlock(lock) };
    n
}

/// An early return that forgets to unlock.
///
/// # Safety
///
/// `lock` must be valid.
pub unsafe fn leaks(lock: *mut bindings::spinlock_t, n: u32) -> Result<u32> {
    // SAFETY: As above.
    unsafe { bindings::spin_lock(lock) }; // want-assumed: "still held when this function returns an error"
    if n > 3 {
        return Err(EINVAL);
    }
    // SAFETY: As above.
    unsafe { bindings::spin_unlock(lock) };
    Ok(n)
}

pub fn spin() -> impl PinInit<SpinLock<u32>> {
    new_spinlock!(3)
}
