// SPDX-License-Identifier: Apache-2.0 OR MIT
// want-none

//! Values whose `drop` sleeps, dropped after the spinlock is released, moved away or forgotten.

use core::mem::ManuallyDrop;
use kernel::prelude::*;
use kernel::sync::{Mutex, SpinLock};

/// Gives a unit of a table back when dropped.
pub struct Lease<'a>(&'a Mutex<u32>);

impl Drop for Lease<'_> {
    fn drop(&mut self) {
        *self.0.lock() -= 1;
    }
}

/// Holds a lease in a field.
pub struct Session<'a> {
    _lease: Lease<'a>,
    id: u32,
}

/// The lease is older than the guard, so it is dropped last.
pub fn declared_before(lock: &SpinLock<u32>, table: &Mutex<u32>) -> u32 {
    let _lease = Lease(table);
    let count = lock.lock();
    *count
}

/// Dropped by hand, after the guard.
pub fn explicit(lock: &SpinLock<u32>, table: &Mutex<u32>) -> u32 {
    let lease = Lease(table);
    let count = lock.lock();
    let copy = *count;
    drop(count);
    drop(lease);
    copy
}

/// Moved out to the caller.
pub fn in_field<'a>(lock: &SpinLock<u32>, table: &'a Mutex<u32>) -> Session<'a> {
    let count = lock.lock();
    Session {
        _lease: Lease(table),
        id: *count,
    }
}

/// Moved out of a field, then dropped by the caller.
pub fn moved_field(lock: &SpinLock<u32>, table: &Mutex<u32>) -> u32 {
    let session = in_field(lock, table);
    let count = lock.lock();
    *count + session.id
}

/// Forgotten for good.
pub fn forgotten(lock: &SpinLock<u32>, table: &Mutex<u32>) -> u32 {
    let count = lock.lock();
    core::mem::forget(Lease(table));
    let _kept = ManuallyDrop::new(Lease(table));
    *count
}

/// `let _ = place` drops nothing.
pub fn discarded(lock: &SpinLock<u32>, table: &Mutex<u32>) -> u32 {
    let lease = Lease(table);
    let count = lock.lock();
    let _ = lease;
    *count
}

/// The new value comes in under the lock, the old one goes after it.
pub fn replaced<'a>(lock: &SpinLock<Option<Lease<'a>>>, table: &'a Mutex<u32>) {
    let old = lock.lock().replace(Lease(table));
    drop(old);
}

/// Taken out of the lock, dropped after it.
pub fn taken(lock: &SpinLock<Option<Lease<'_>>>) -> bool {
    let lease = lock.lock().take();
    lease.is_some()
}

/// The array is older than the guard.
pub fn array(lock: &SpinLock<u32>, table: &Mutex<u32>) -> u32 {
    let _leases = [Lease(table), Lease(table)];
    let count = lock.lock();
    *count
}

/// Parameters are dropped after every local.
pub fn parameter(_lease: Lease<'_>, lock: &SpinLock<u32>) -> u32 {
    let count = lock.lock();
    *count
}

/// Only plain values are dropped under the lock.
pub fn plain(lock: &SpinLock<u32>) -> Result<u32> {
    let count = lock.lock();
    let pair = (KBox::new(1, GFP_ATOMIC)?, [0u32; 4]);
    Ok(*count + *pair.0 + pair.1[0])
}

/// An array of boxes frees each of them, and waits for none.
pub fn boxes(lock: &SpinLock<u32>) -> Result<u32> {
    let count = lock.lock();
    let _boxes = [KBox::new(1, GFP_ATOMIC)?, KBox::new(2, GFP_ATOMIC)?];
    Ok(*count)
}

/// So does a vector.
pub fn cleared(lock: &SpinLock<u32>, boxes: &mut KVec<KBox<u32>>) -> u32 {
    let count = lock.lock();
    *boxes = KVec::new();
    *count
}
