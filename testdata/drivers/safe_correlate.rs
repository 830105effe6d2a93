// SPDX-License-Identifier: Apache-2.0 OR MIT
// want-none

//! Values that tell whether the lock is held.

use kernel::bindings;
use kernel::prelude::*;
use kernel::sync::Mutex;

#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Mode {
    Fast,
    Locked,
    Deep(u8),
}

pub struct Raw(core::cell::UnsafeCell<bindings::raw_spinlock_t>);

impl Raw {
    fn lock(&self) {
        // SAFETY: Initialised.
        unsafe { bindings::_raw_spin_lock(self.0.get()) }
    }
    fn unlock(&self) {
        // SAFETY: Held.
        unsafe { bindings::_raw_spin_unlock(self.0.get()) }
    }
    fn try_lock(&self) -> bool {
        // SAFETY: Initialised.
        unsafe { bindings::_raw_spin_trylock(self.0.get()) != 0 }
    }
}

pub fn by_mode(raw: &Raw, table: &Mutex<u32>, mode: Mode) -> u32 {
    if mode == Mode::Locked {
        raw.lock();
    }
    let mut n = 0;
    if mode == Mode::Fast {
        n = *table.lock();
    }
    if mode == Mode::Locked {
        raw.unlock();
    }
    n
}

pub fn by_match(raw: &Raw, table: &Mutex<u32>, mode: Mode) -> u32 {
    match mode {
        Mode::Fast => {}
        Mode::Locked | Mode::Deep(_) => raw.lock(),
    }
    let n = match mode {
        Mode::Fast => *table.lock(),
        _ => 0,
    };
    if matches!(mode, Mode::Locked | Mode::Deep(_)) {
        raw.unlock();
    }
    n
}

struct Locked {
    held: bool,
}

fn enter(raw: &Raw, try_it: bool) -> Locked {
    let held = if try_it { raw.try_lock() } else { raw.lock(); true };
    Locked { held }
}

fn leave(raw: &Raw, l: Locked) {
    if l.held {
        raw.unlock();
    }
}

pub fn struct_bool(raw: &Raw, table: &Mutex<u32>, t: bool) -> u32 {
    let l = enter(raw, t);
    let n = if l.held { 0 } else { *table.lock() };
    leave(raw, l);
    n + *table.lock()
}

fn take(raw: &Raw) -> Result<(), Error> {
    if raw.try_lock() {
        Ok(())
    } else {
        Err(EBUSY)
    }
}

pub fn result(raw: &Raw, table: &Mutex<u32>) -> Result<u32> {
    take(raw)?;
    raw.unlock();
    Ok(*table.lock())
}

pub fn is_ok(raw: &Raw, table: &Mutex<u32>) -> u32 {
    let r = take(raw);
    let n = if r.is_err() { *table.lock() } else { 0 };
    if r.is_ok() {
        raw.unlock();
    }
    n
}

pub fn retry(raw: &Raw, table: &Mutex<u32>) -> u32 {
    let mut tries = 0;
    loop {
        if raw.try_lock() {
            break;
        }
        tries += 1;
        if tries > 10 {
            return *table.lock();
        }
    }
    raw.unlock();
    *table.lock()
}

pub fn both(a: &Raw, b: &Raw, table: &Mutex<u32>) -> u32 {
    let x = a.try_lock();
    let y = x && b.try_lock();
    let n = if !x { *table.lock() } else { 0 };
    if y {
        b.unlock();
    }
    if x {
        a.unlock();
    }
    n + *table.lock()
}
