// SPDX-License-Identifier: Apache-2.0 OR MIT

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

/// By the mode, the wrong one.
pub fn by_mode(raw: &Raw, table: &Mutex<u32>, mode: Mode) -> u32 {
    if mode == Mode::Locked {
        raw.lock();
    }
    let mut n = 0;
    if mode != Mode::Fast {
        n = *table.lock(); // want: "may sleep"
    }
    if mode == Mode::Locked {
        raw.unlock();
    }
    n
}

/// By match.
pub fn by_match(raw: &Raw, table: &Mutex<u32>, mode: Mode) -> u32 {
    match mode {
        Mode::Fast => {}
        Mode::Locked | Mode::Deep(_) => raw.lock(),
    }
    let n = match mode {
        Mode::Deep(0) => *table.lock(), // want: "may sleep"
        _ => 0,
    };
    if matches!(mode, Mode::Locked | Mode::Deep(_)) {
        raw.unlock();
    }
    n
}

/// A bool through a helper and a struct.
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
    let n = if l.held { *table.lock() } else { 0 }; // want: "may sleep"
    leave(raw, l);
    n
}

/// Result of a try as an error.
fn take(raw: &Raw) -> Result<(), Error> {
    if raw.try_lock() {
        Ok(())
    } else {
        Err(EBUSY)
    }
}

pub fn result(raw: &Raw, table: &Mutex<u32>) -> Result<u32> {
    take(raw)?;
    let n = *table.lock(); // want: "may sleep"
    raw.unlock();
    Ok(n)
}

pub fn is_ok(raw: &Raw, table: &Mutex<u32>) -> u32 {
    let r = take(raw);
    let n = if r.is_ok() { *table.lock() } else { 0 }; // want: "may sleep"
    if r.is_ok() {
        raw.unlock();
    }
    n
}

/// Retries, and then sleeps with it.
pub fn retry(raw: &Raw, table: &Mutex<u32>) -> u32 {
    let mut tries = 0;
    loop {
        if raw.try_lock() {
            break;
        }
        tries += 1;
        if tries > 10 {
            return 0;
        }
    }
    let n = *table.lock(); // want: "may sleep"
    raw.unlock();
    n
}

/// Two flags.
pub fn both(a: &Raw, b: &Raw, table: &Mutex<u32>) -> u32 {
    let x = a.try_lock();
    let y = x && b.try_lock();
    let n = if !y { *table.lock() } else { 0 }; // want: "may sleep"
    if y {
        b.unlock();
    }
    if x {
        a.unlock();
    }
    n
}
