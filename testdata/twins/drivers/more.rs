// SPDX-License-Identifier: Apache-2.0 OR MIT
//! Still more: traits of traits, guards behind traits, nested generics, statics.

use crate::kern::*;
use core::marker::PhantomData;
use core::ops::{AddAssign, BitOrAssign, Deref, DerefMut, Not};

/// A trait over locks, with a guard as an associated type.
pub trait Lockable {
    type Guard<'a>: Deref<Target = u32>
    where
        Self: 'a;
    fn acquire(&self) -> Self::Guard<'_>;
}

impl Lockable for SpinLock<u32> {
    type Guard<'a> = SpinGuard<'a, u32>;
    fn acquire(&self) -> SpinGuard<'_, u32> {
        self.lock()
    }
}

impl Lockable for Mutex<u32> {
    type Guard<'a> = MutexGuard<'a, u32>;
    fn acquire(&self) -> MutexGuard<'_, u32> {
        self.lock()
    }
}

fn read<L: Lockable>(lock: &L) -> u32 {
    *lock.acquire()
}


pub fn buggy_gat(spin: &SpinLock<u32>, mutex: &Mutex<u32>) -> u32 {
    let guard = spin.acquire();
    *guard + read(mutex) // want: "may sleep"
}

pub fn safe_gat(spin: &SpinLock<u32>, mutex: &Mutex<u32>) -> u32 {
    let guard = mutex.acquire();
    *guard + read(spin)
}

pub mod buggy_hold {
    use super::*;

    fn hold<L: Lockable, R>(lock: &L, f: impl FnOnce(&u32) -> R) -> R {
        let guard = lock.acquire();
        f(&guard) // want: "may sleep"
    }

    pub fn entry(spin: &SpinLock<u32>, mutex: &Mutex<u32>) -> u32 {
        hold(spin, |n| n + *mutex.lock())
    }
}

pub mod safe_hold {
    use super::*;

    fn hold<L: Lockable, R>(lock: &L, f: impl FnOnce(&u32) -> R) -> R {
        let guard = lock.acquire();
        f(&guard)
    }

    pub fn entry(spin: &SpinLock<u32>, mutex: &Mutex<u32>) -> u32 {
        hold(mutex, |n| n + *spin.lock())
    }
}

/// Typestate: a type parameter says whether the lock is held.
pub struct Locked;
pub struct Unlocked;

pub struct Port<S> {
    lock: *mut bindings::spinlock_t,
    _state: PhantomData<S>,
}

impl Port<Unlocked> {
    fn lock(self) -> Port<Locked> {
        unsafe { bindings::spin_lock(self.lock) };
        Port { lock: self.lock, _state: PhantomData }
    }

    fn wait(&self) {
        sleep()
    }
}

impl Port<Locked> {
    fn unlock(self) -> Port<Unlocked> {
        unsafe { bindings::spin_unlock(self.lock) };
        Port { lock: self.lock, _state: PhantomData }
    }
}

pub fn buggy_typestate(port: Port<Unlocked>, other: &Port<Unlocked>) -> Port<Unlocked> {
    let port = port.lock();
    other.wait(); // want: "may sleep"
    port.unlock()
}

pub fn safe_typestate(port: Port<Unlocked>) -> Port<Unlocked> {
    let port = port.lock().unlock();
    port.wait();
    port
}

/// Operators that assign.
#[derive(Clone, Copy)]
pub struct Bits(u32);

impl BitOrAssign for Bits {
    fn bitor_assign(&mut self, other: Bits) {
        self.0 |= other.0;
    }
}

impl Not for Bits {
    type Output = Bits;
    fn not(self) -> Bits {
        Bits(!self.0)
    }
}

pub fn buggy_or_assign(lock: &SpinLock<u32>) -> Result<Box<u32>, NoMemory> {
    let guard = lock.lock();
    let mut bits = Bits(GFP_ATOMIC.0);
    bits |= Bits(0x400);
    Box::new(*guard, Flags(bits.0)) // want: "may sleep"
}

pub fn safe_or_assign(lock: &SpinLock<u32>) -> Result<Box<u32>, NoMemory> {
    let guard = lock.lock();
    let mut bits = Bits(GFP_ATOMIC.0);
    bits |= Bits(0x2000);
    Box::new(*guard, Flags(bits.0))
}

/// A counter whose `+=` takes a mutex.
pub struct Counter<'a>(&'a Mutex<u32>);

impl AddAssign<u32> for Counter<'_> {
    fn add_assign(&mut self, n: u32) {
        *self.0.lock() += n;
    }
}

pub fn buggy_add_assign(lock: &SpinLock<u32>, mut c: Counter<'_>) {
    let guard = lock.lock();
    c += *guard; // want: "may sleep"
}

pub fn safe_add_assign(lock: &SpinLock<u32>, mut c: Counter<'_>) {
    let n = *lock.lock();
    c += n;
}

/// A guard that puts its value back: `DerefMut` and a drop with an argument.
pub struct Scoped<'a, T: Copy> {
    value: T,
    home: &'a SpinLock<T>,
}

impl<T: Copy> Deref for Scoped<'_, T> {
    type Target = T;
    fn deref(&self) -> &T {
        &self.value
    }
}

impl<T: Copy> DerefMut for Scoped<'_, T> {
    fn deref_mut(&mut self) -> &mut T {
        &mut self.value
    }
}

impl<T: Copy> Drop for Scoped<'_, T> {
    fn drop(&mut self) {
        *self.home.lock() = self.value;
    }
}

pub fn buggy_scoped(home: &SpinLock<u32>, table: &Mutex<u32>) {
    let mut value = Scoped { value: *home.lock(), home };
    let guard = home.lock();
    *value = *table.lock(); // want: "may sleep"
}

pub fn safe_scoped(home: &SpinLock<u32>, table: &Mutex<u32>) {
    let mut value = Scoped { value: *home.lock(), home };
    *value = *table.lock();
}

/// A lock in a static.
static TABLE: Mutex<u32> = Lock::mutex(1);
static STATE: SpinLock<u32> = Lock::spin(1);

pub fn buggy_statics() -> u32 {
    let state = STATE.lock();
    *state + *TABLE.lock() // want: "may sleep"
}

pub fn safe_statics() -> u32 {
    let table = TABLE.lock();
    *table + *STATE.lock()
}

/// A generic container of something that is dropped.
pub struct Slots<T, const N: usize> {
    slots: [Option<T>; N],
}

impl<T, const N: usize> Slots<T, N> {
    fn remove(&mut self, i: usize) -> Option<T> {
        self.slots[i].take()
    }
}

pub fn buggy_slots(lock: &SpinLock<Slots<Lease, 4>>, i: usize) {
    let mut slots = lock.lock();
    slots.remove(i); // want: "may sleep"
}

pub fn safe_slots(lock: &SpinLock<Slots<Lease, 4>>, i: usize) {
    let old = lock.lock().remove(i);
    drop(old);
}

/// A closure returned in a struct with a lifetime, called through a reference.
pub struct Action<'a> {
    f: &'a dyn Fn() -> u32,
}

pub fn buggy_action(lock: &SpinLock<u32>, table: &Mutex<u32>) -> u32 {
    let f = || *table.lock();
    let action = Action { f: &f };
    let guard = lock.lock();
    *guard + (action.f)() // want: "may sleep"
}

pub fn safe_action(lock: &SpinLock<u32>, table: &Mutex<u32>) -> u32 {
    let f = || *table.lock();
    let action = Action { f: &f };
    let n = *lock.lock();
    n + (action.f)()
}

/// Nested options and results.
pub fn buggy_transposed(lock: &SpinLock<u32>, want: Option<bool>) -> Result<Option<u32>, NoMemory> {
    let guard = want.map(|w| if w { Ok(lock.lock()) } else { Err(NoMemory) }).transpose()?;
    if let Some(guard) = &guard {
        sleep(); // want: "may sleep"
    }
    Ok(guard.map(|g| *g))
}

pub fn safe_transposed(lock: &SpinLock<u32>, want: Option<bool>) -> Result<Option<u32>, NoMemory> {
    let guard = want.map(|w| if w { Ok(lock.lock()) } else { Err(NoMemory) }).transpose()?;
    if guard.is_none() {
        sleep();
    }
    Ok(guard.map(|g| *g))
}

/// `and_then`, `filter` and `unwrap_or_else` in one chain.
pub fn buggy_chain(lock: &SpinLock<u32>, table: &Mutex<u32>) -> u32 {
    lock.try_lock().filter(|g| **g > 1).map(|g| *g + *table.lock()).unwrap_or(0) // want: "may sleep"
}

pub fn safe_chain(lock: &SpinLock<u32>, table: &Mutex<u32>) -> u32 {
    lock.try_lock().filter(|g| **g > 1).map(|g| *g).unwrap_or_else(|| *table.lock())
}

/// A block's value is computed with a lock that does not leave it.
pub fn buggy_block(lock: &SpinLock<u32>, table: &Mutex<u32>) -> u32 {
    let n = {
        let guard = lock.lock();
        *guard + *table.lock() // want: "may sleep"
    };
    n + *table.lock()
}

pub fn safe_block(lock: &SpinLock<u32>, table: &Mutex<u32>) -> u32 {
    let n = {
        let guard = lock.lock();
        *guard
    };
    n + *table.lock()
}
