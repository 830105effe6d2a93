// SPDX-License-Identifier: Apache-2.0 OR MIT
//! Arrays, slices and vectors: elements that sleep when dropped, and elements
//! whose drop changes the count.

use crate::kern::*;

/// An array drops each of its elements.
pub fn buggy_array(lock: &SpinLock<u32>) {
    let leases = [Lease(1), Lease(2)];
    let _guard = lock.lock();
    drop(leases); // want: "may sleep"
}

pub fn safe_array(lock: &SpinLock<u32>) {
    let tokens = [Token(1), Token(2)];
    let _guard = lock.lock();
    drop(tokens);
}

/// As many locks as elements.
pub fn buggy_guards(a: &SpinLock<u32>, b: &SpinLock<u32>) {
    let guards = [a.lock(), b.lock()];
    sleep(); // want: "may sleep"
}

pub fn safe_guards(a: &SpinLock<u32>, b: &SpinLock<u32>) {
    let guards = [a.lock(), b.lock()];
    drop(guards);
    sleep();
}

/// One element is there, the other is not.
pub fn buggy_options(a: &SpinLock<u32>) {
    let guards = [None, Some(a.lock())];
    sleep(); // want: "may sleep"
}

pub fn safe_options(a: &SpinLock<u32>) {
    let guards = [None, Some(a.lock())];
    drop(guards);
    sleep();
}

/// An array that is too long to be unrolled.
pub fn buggy_long(lock: &SpinLock<u32>) {
    let leases = [const { Lease(0) }; 40];
    let _guard = lock.lock();
    drop(leases); // want: "may sleep"
}

pub fn safe_long(lock: &SpinLock<u32>) {
    let tokens = [const { Token(0) }; 40];
    let _guard = lock.lock();
    drop(tokens);
}

/// A slice drops any number of elements.
pub unsafe fn buggy_slice(lock: &SpinLock<u32>, leases: &mut [Lease]) {
    let _guard = lock.lock();
    unsafe { core::ptr::drop_in_place(leases) }; // want: "may sleep"
}

pub unsafe fn safe_slice(lock: &SpinLock<u32>, tokens: &mut [Token]) {
    let _guard = lock.lock();
    unsafe { core::ptr::drop_in_place(tokens) };
}

/// A slice of guards releases nobody knows how many locks: an error by itself.
pub unsafe fn buggy_slice_of_guards(guards: &mut [SpinGuard<'_, u32>]) {
    unsafe { core::ptr::drop_in_place(guards) }; // want: "count"
}

pub unsafe fn safe_slice_of_guards(guards: &mut [MutexGuard<'_, u32>]) {
    unsafe { core::ptr::drop_in_place(guards) };
}

/// So does a vector of guards.
pub fn buggy_vector_of_guards(guards: Vec<SpinGuard<'_, u32>>) {
    drop(guards); // want: "count"
}

pub fn safe_vector_of_guards(guards: Vec<MutexGuard<'_, u32>>) {
    drop(guards);
}

/// What a vector hands out one by one.
pub fn buggy_popped(lock: &SpinLock<u32>, leases: &mut Vec<Lease>) {
    let _guard = lock.lock();
    while let Some(lease) = leases.pop() {
        drop(lease); // want: "may sleep"
    }
}

pub fn safe_popped(lock: &SpinLock<u32>, leases: &mut Vec<Lease>) {
    while let Some(lease) = leases.pop() {
        let n = *lock.lock();
        drop(lease);
    }
}

/// Iterating by reference drops nothing.
pub fn buggy_iterated(lock: &SpinLock<u32>, leases: [Lease; 3]) {
    let _guard = lock.lock();
    for lease in leases {
        let n = lease.0;
    } // want: "may sleep"
}

pub fn safe_iterated(lock: &SpinLock<u32>, leases: &[Lease; 3]) {
    let _guard = lock.lock();
    for lease in leases {
        let n = lease.0;
    }
}
