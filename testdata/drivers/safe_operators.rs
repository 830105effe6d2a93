// SPDX-License-Identifier: Apache-2.0 OR MIT
// want-none

//! Calls that the source does not show as calls: operators, conversions, iteration.

use core::ops::{Add, AddAssign, Deref, Index};
use kernel::sync::SpinLock;

type Table<T> = SpinLock<T>;

/// A handle whose operators never sleep.
pub struct Handle<'a>(pub &'a Table<u32>);

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
    type Target = Table<u32>;

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
pub fn binary(lock: &SpinLock<u32>, table: &Table<u32>) -> u32 {
    let count = lock.lock();
    Handle(table) + *count
}

/// Assigning operators.
pub fn assigning(lock: &SpinLock<u32>, handle: &mut Handle<'_>) -> u32 {
    let count = lock.lock();
    *handle += *count;
    *count
}

/// An index.
pub fn indexed(lock: &SpinLock<u32>, handle: &Handle<'_>) -> u32 {
    let count = lock.lock();
    *count + handle[1]
}

/// A dereference that a method call implies.
pub fn dereferenced<'a>(lock: &SpinLock<u32>, handle: &'a Handle<'a>) -> &'a Table<u32> {
    let _count = lock.lock();
    let table: &Table<u32> = handle;
    table
}

/// A comparison.
pub fn compared(lock: &SpinLock<u32>, handle: &Handle<'_>) -> bool {
    let count = lock.lock();
    *handle == *count
}

/// A conversion.
pub fn converted(lock: &SpinLock<u32>, handle: Handle<'_>) -> u32 {
    let count = lock.lock();
    let value: u32 = handle.into();
    *count + value
}

/// A loop over an iterator.
pub fn iterated(lock: &SpinLock<u32>, handle: Handle<'_>) -> u32 {
    let count = lock.lock();
    let mut sum = *count;
    for value in handle {
        sum += value;
    }
    sum
}

/// A clone.
pub fn cloned<'a>(lock: &SpinLock<u32>, handle: &Handle<'a>) -> Handle<'a> {
    let _count = lock.lock();
    handle.clone()
}

/// A clone inside a clone.
pub fn cloned_inside<'a>(lock: &SpinLock<u32>, handle: &Option<Handle<'a>>) -> Option<Handle<'a>> {
    let _count = lock.lock();
    handle.clone()
}
