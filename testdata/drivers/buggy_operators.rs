// SPDX-License-Identifier: Apache-2.0 OR MIT

//! Calls that the source does not show as calls: operators, conversions, iteration.

use core::ops::{Add, AddAssign, Deref, Index};
use kernel::sync::{Mutex, SpinLock};

/// A handle whose every operator takes a mutex.
pub struct Handle<'a>(pub &'a Mutex<u32>);

impl Add<u32> for Handle<'_> {
    type Output = u32;

    fn add(self, other: u32) -> u32 {
        *self.0.lock() + other
    }
}

impl AddAssign<u32> for Handle<'_> {
    fn add_assign(&mut self, other: u32) {
        *self.0.lock() += other;
    }
}

impl Deref for Handle<'_> {
    type Target = Mutex<u32>;

    fn deref(&self) -> &Self::Target {
        drop(self.0.lock());
        self.0
    }
}

impl Index<usize> for Handle<'_> {
    type Output = u32;

    fn index(&self, _index: usize) -> &u32 {
        drop(self.0.lock());
        &7
    }
}

impl PartialEq<u32> for Handle<'_> {
    fn eq(&self, other: &u32) -> bool {
        *self.0.lock() == *other
    }
}

impl From<Handle<'_>> for u32 {
    fn from(handle: Handle<'_>) -> u32 {
        *handle.0.lock()
    }
}

impl Iterator for Handle<'_> {
    type Item = u32;

    fn next(&mut self) -> Option<u32> {
        self.0.lock().checked_sub(1)
    }
}

impl Clone for Handle<'_> {
    fn clone(&self) -> Self {
        *self.0.lock() += 1;
        Self(self.0)
    }
}

/// Binary operators.
pub fn binary(lock: &SpinLock<u32>, table: &Mutex<u32>) -> u32 {
    let count = lock.lock();
    Handle(table) + *count // want: "may sleep"
}

/// Assigning operators.
pub fn assigning(lock: &SpinLock<u32>, handle: &mut Handle<'_>) -> u32 {
    let count = lock.lock();
    *handle += *count; // want: "may sleep"
    *count
}

/// An index.
pub fn indexed(lock: &SpinLock<u32>, handle: &Handle<'_>) -> u32 {
    let count = lock.lock();
    *count + handle[1] // want: "may sleep"
}

/// A dereference that a method call implies.
pub fn dereferenced<'a>(lock: &SpinLock<u32>, handle: &'a Handle<'a>) -> &'a Mutex<u32> {
    let _count = lock.lock();
    let table: &Mutex<u32> = handle; // want: "may sleep"
    table
}

/// A comparison.
pub fn compared(lock: &SpinLock<u32>, handle: &Handle<'_>) -> bool {
    let count = lock.lock();
    *handle == *count // want: "may sleep"
}

/// A conversion.
pub fn converted(lock: &SpinLock<u32>, handle: Handle<'_>) -> u32 {
    let count = lock.lock();
    let value: u32 = handle.into(); // want: "may sleep"
    *count + value
}

/// A loop over an iterator.
pub fn iterated(lock: &SpinLock<u32>, handle: Handle<'_>) -> u32 {
    let count = lock.lock();
    let mut sum = *count;
    for value in handle { // want: "may sleep"
        sum += value;
    }
    sum
}

/// A clone.
pub fn cloned<'a>(lock: &SpinLock<u32>, handle: &Handle<'a>) -> Handle<'a> {
    let _count = lock.lock();
    handle.clone() // want: "may sleep"
}

/// A clone inside a clone.
pub fn cloned_inside<'a>(
    lock: &SpinLock<u32>,
    handle: &Option<Handle<'a>>,
) -> Option<Handle<'a>> {
    let _count = lock.lock();
    handle.clone() // want: "may sleep"
}
