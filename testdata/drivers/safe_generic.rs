// SPDX-License-Identifier: Apache-2.0 OR MIT
// want-none

//! Type parameters and traits whose sleeping implementations stay outside the spinlock.

use core::marker::PhantomData;
use kernel::alloc::Flags;
use kernel::prelude::*;
use kernel::sync::{Mutex, SpinLock};

trait Source {
    const FLAGS: Flags;

    fn read(&self) -> u32;

    /// Reads twice unless an implementation knows better.
    fn sum(&self) -> u32 {
        self.read() + self.read()
    }
}

struct Register(u32);

impl Source for Register {
    const FLAGS: Flags = GFP_ATOMIC;

    fn read(&self) -> u32 {
        self.0
    }
}

struct Table<'a>(&'a Mutex<u32>);

impl Source for Table<'_> {
    const FLAGS: Flags = GFP_KERNEL;

    fn read(&self) -> u32 {
        *self.0.lock()
    }
}

/// Overrides the default method with one that does not sleep.
struct Cached<'a>(&'a Mutex<u32>, u32);

impl Source for Cached<'_> {
    const FLAGS: Flags = GFP_NOWAIT;

    fn read(&self) -> u32 {
        *self.0.lock()
    }

    fn sum(&self) -> u32 {
        self.1
    }
}

impl<S: Source> Source for &S {
    const FLAGS: Flags = S::FLAGS;

    fn read(&self) -> u32 {
        (**self).read()
    }
}

trait Twice {
    fn twice(&self) -> u32;
}

impl<S: Source> Twice for S {
    fn twice(&self) -> u32 {
        2 * self.read()
    }
}

fn fetch<S: Source>(source: &S) -> u32 {
    source.read()
}

struct Reader<S, const N: usize> {
    _source: PhantomData<S>,
}

impl<S: Source, const N: usize> Reader<S, N> {
    fn fill(source: &S) -> [u32; N] {
        let mut values = [0; N];
        for value in &mut values {
            *value = source.read();
        }
        values
    }
}

/// The instance that sleeps runs first.
pub fn function(lock: &SpinLock<u32>, table: &Mutex<u32>) -> u32 {
    let slow = fetch(&Table(table));
    let count = lock.lock();
    *count + slow + fetch(&Register(1))
}

/// The overriding method is the one that is called.
pub fn default_method(lock: &SpinLock<u32>, table: &Mutex<u32>) -> u32 {
    let count = lock.lock();
    *count + Register(2).sum() + Cached(table, 4).sum()
}

/// A blanket implementation over a reference.
pub fn blanket(lock: &SpinLock<u32>) -> u32 {
    let count = lock.lock();
    let source = &Register(4);
    *count + fetch(&source)
}

/// An extension trait over everything that is a source.
pub fn extension(lock: &SpinLock<u32>, table: &Mutex<u32>) -> u32 {
    let slow = Table(table).twice();
    let count = lock.lock();
    *count + slow + Register(5).twice()
}

/// An associated function of a generic type with a const parameter.
pub fn associated(lock: &SpinLock<u32>, table: &Mutex<u32>) -> u32 {
    let slow = Reader::<Table<'_>, 4>::fill(&Table(table))[0];
    let count = lock.lock();
    *count + slow + Reader::<Register, 2>::fill(&Register(6))[1]
}

fn allocate<S: Source>(value: u32) -> Result<KBox<u32>> {
    Ok(KBox::new(value, S::FLAGS)?)
}

/// The flags are an associated constant of the implementation.
pub fn constant(lock: &SpinLock<u32>) -> Result<KBox<u32>> {
    let _slow = allocate::<Table<'_>>(0)?;
    let count = lock.lock();
    let _other = allocate::<Cached<'_>>(*count)?;
    allocate::<Register>(*count)
}

fn exclusive<S: Source>(lock: &SpinLock<u32>, source: &S) -> u32 {
    let count = lock.lock();
    *count + source.read()
}

/// No instance of the generic function sleeps.
pub fn inside(lock: &SpinLock<u32>) -> u32 {
    exclusive(lock, &Register(3)) + exclusive(lock, &&Register(4))
}
