// SPDX-License-Identifier: Apache-2.0 OR MIT
//! Locks that own what they guard.

use crate::bindings;
use core::cell::UnsafeCell;
use core::ops::{Deref, DerefMut};
use core::ptr::addr_of;

/// A `spinlock_t` and its data.
pub struct SpinLock<T> {
    raw: UnsafeCell<bindings::spinlock_t>,
    data: UnsafeCell<T>,
}

// SAFETY: the lock lets one thread at a time reach the data.
unsafe impl<T: Send> Sync for SpinLock<T> {}

/// Proof that a [`SpinLock`] is held; dropping it releases the lock.
pub struct SpinGuard<'a, T> {
    lock: &'a SpinLock<T>,
}

impl<T> SpinLock<T> {
    /// A lock that is not held.
    pub const fn new(data: T) -> Self {
        let raw = bindings::spinlock_t { val: bindings::atomic_t { counter: 0 } };
        SpinLock { raw: UnsafeCell::new(raw), data: UnsafeCell::new(data) }
    }

    /// Takes the lock, spinning.
    pub fn lock(&self) -> SpinGuard<'_, T> {
        // SAFETY: the lock is initialised and lives as long as `self`.
        unsafe { bindings::spin_lock(addr_of!(self.raw) as *mut bindings::spinlock_t) };
        SpinGuard { lock: self }
    }
}

impl<T> Drop for SpinGuard<'_, T> {
    fn drop(&mut self) {
        // SAFETY: the guard's existence means that the lock is held.
        unsafe { bindings::spin_unlock(addr_of!(self.lock.raw) as *mut bindings::spinlock_t) };
    }
}

impl<T> Deref for SpinGuard<'_, T> {
    type Target = T;

    fn deref(&self) -> &T {
        // SAFETY: the lock is held.
        unsafe { &*(addr_of!(self.lock.data) as *const T) }
    }
}

impl<T> DerefMut for SpinGuard<'_, T> {
    fn deref_mut(&mut self) -> &mut T {
        // SAFETY: the lock is held, and by nobody else.
        unsafe { &mut *(addr_of!(self.lock.data) as *mut T) }
    }
}

/// A `struct mutex` and its data.
pub struct Mutex<T> {
    raw: UnsafeCell<bindings::mutex>,
    data: UnsafeCell<T>,
}

// SAFETY: the lock lets one thread at a time reach the data.
unsafe impl<T: Send> Sync for Mutex<T> {}

/// Proof that a [`Mutex`] is held; dropping it releases the lock.
pub struct MutexGuard<'a, T> {
    lock: &'a Mutex<T>,
}

impl<T> Mutex<T> {
    /// A mutex that is not held.
    pub const fn new(data: T) -> Self {
        let raw = bindings::mutex { owner: bindings::atomic_t { counter: 0 } };
        Mutex { raw: UnsafeCell::new(raw), data: UnsafeCell::new(data) }
    }

    /// Takes the mutex, waiting for it.
    pub fn lock(&self) -> MutexGuard<'_, T> {
        // SAFETY: the mutex is initialised and lives as long as `self`.
        unsafe { bindings::mutex_lock(addr_of!(self.raw) as *mut bindings::mutex) };
        MutexGuard { lock: self }
    }

    /// Takes the mutex if nobody holds it.
    pub fn try_lock(&self) -> Option<MutexGuard<'_, T>> {
        // SAFETY: as in `lock`.
        if unsafe { bindings::mutex_trylock(addr_of!(self.raw) as *mut bindings::mutex) } != 0 {
            Some(MutexGuard { lock: self })
        } else {
            None
        }
    }
}

impl<T> Drop for MutexGuard<'_, T> {
    fn drop(&mut self) {
        // SAFETY: the guard's existence means that the mutex is held.
        unsafe { bindings::mutex_unlock(addr_of!(self.lock.raw) as *mut bindings::mutex) };
    }
}

impl<T> Deref for MutexGuard<'_, T> {
    type Target = T;

    fn deref(&self) -> &T {
        // SAFETY: the mutex is held.
        unsafe { &*(addr_of!(self.lock.data) as *const T) }
    }
}

impl<T> DerefMut for MutexGuard<'_, T> {
    fn deref_mut(&mut self) -> &mut T {
        // SAFETY: the mutex is held, and by nobody else.
        unsafe { &mut *(addr_of!(self.lock.data) as *mut T) }
    }
}
