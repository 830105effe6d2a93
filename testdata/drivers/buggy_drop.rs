// SPDX-License-Identifier: Apache-2.0 OR MIT

//! Values whose `drop` sleeps, dropped while a spinlock is held.

use kernel::prelude::*;
use kernel::sync::{Mutex, SpinLock};

struct Lease<'a>(&'a Mutex<u32>);

impl Drop for Lease<'_> {
    fn drop(&mut self) {
        *self.0.lock() -= 1;
    }
}

struct Session<'a> {
    _lease: Lease<'a>,
    id: u32,
}

/// The lease is younger than the guard, so it is dropped first.
pub fn declared_after(lock: &SpinLock<u32>, table: &Mutex<u32>) -> u32 {
    let count = lock.lock();
    let _lease = Lease(table);
    *count
} // want: "may sleep"

/// Dropped by hand.
pub fn explicit(lock: &SpinLock<u32>, table: &Mutex<u32>) -> u32 {
    let lease = Lease(table);
    let count = lock.lock();
    drop(lease); // want: "may sleep"
    *count
}

/// A field brings its drop along.
pub fn in_field(lock: &SpinLock<u32>, table: &Mutex<u32>) -> u32 {
    let count = lock.lock();
    let session = Session {
        _lease: Lease(table),
        id: 7,
    };
    *count + session.id
} // want: "may sleep"

/// An assignment drops the value that was there.
pub fn overwritten<'a>(lock: &SpinLock<u32>, table: &'a Mutex<u32>) -> Lease2<'a> {
    let mut lease = Lease2(Lease(table));
    let count = lock.lock();
    lease.0 = Lease(table); // want: "may sleep"
    drop(count);
    lease
}

/// Public wrapper of a lease.
pub struct Lease2<'a>(Lease<'a>);

/// A wildcard pattern drops what a call returned at once.
pub fn discarded(lock: &SpinLock<u32>, table: &Mutex<u32>) -> u32 {
    let count = lock.lock();
    let _ = make(table); // want: "may sleep"
    *count
}

fn make(table: &Mutex<u32>) -> Lease<'_> {
    Lease(table)
}

/// A box drops its content.
pub fn boxed(lock: &SpinLock<u32>, table: &Mutex<u32>) -> Result<u32> {
    let lease = KBox::new(Lease(table), GFP_KERNEL)?;
    let count = lock.lock();
    drop(lease); // want: "may sleep"
    Ok(*count)
}

/// A vector drops its elements.
pub fn cleared<'a>(lock: &SpinLock<u32>, leases: &mut KVec<Lease2<'a>>) -> u32 {
    let count = lock.lock();
    *leases = KVec::new(); // want: "may sleep"
    *count
}

/// What lies in the lock is replaced while the lock is held.
pub fn replaced(lock: &SpinLock<Option<Lease2<'_>>>) {
    let mut slot = lock.lock();
    *slot = None; // want: "may sleep"
}

/// Taken out of the lock into a temporary, which is younger than the guard.
pub fn taken(lock: &SpinLock<Option<Lease2<'_>>>) -> bool {
    lock.lock().take().is_some()
} // want: "may sleep"

/// An array drops each of its elements.
pub fn array(lock: &SpinLock<u32>, table: &Mutex<u32>) -> u32 {
    let count = lock.lock();
    let _leases = [Lease(table), Lease(table)];
    *count
} // want: "may sleep"

/// A closure drops what it captured when it has run.
pub fn captured(lock: &SpinLock<u32>, table: &Mutex<u32>) -> u32 {
    let lease = Lease(table);
    let finish = move || {
        let _lease = lease;
    };
    let count = lock.lock();
    finish(); // want: "may sleep"
    *count
}
