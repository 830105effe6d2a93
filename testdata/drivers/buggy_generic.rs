// SPDX-License-Identifier: Apache-2.0 OR MIT

//! Sleeping callees behind type parameters and traits.

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

/// A generic function with a type that sleeps.
pub fn function(lock: &SpinLock<u32>, table: &Mutex<u32>) -> u32 {
    let count = lock.lock();
    let clean = fetch(&Register(1));
    *count + clean + fetch(&Table(table)) // want: "may sleep"
}

/// A trait method, called by name.
pub fn method(lock: &SpinLock<u32>, table: &Mutex<u32>) -> u32 {
    let count = lock.lock();
    let source = Table(table);
    *count + source.read() // want: "may sleep"
}

/// A default method calls what the implementation provides.
pub fn default_method(lock: &SpinLock<u32>, table: &Mutex<u32>) -> u32 {
    let count = lock.lock();
    let clean = Register(2).sum();
    *count + clean + Table(table).sum() // want: "may sleep"
}

/// A blanket implementation over a reference.
pub fn blanket(lock: &SpinLock<u32>, table: &Mutex<u32>) -> u32 {
    let count = lock.lock();
    let source = &Table(table);
    *count + fetch(&source) // want: "may sleep"
}

/// An extension trait over everything that is a source.
pub fn extension(lock: &SpinLock<u32>, table: &Mutex<u32>) -> u32 {
    let count = lock.lock();
    *count + Table(table).twice() // want: "may sleep"
}

/// An associated function of a generic type with a const parameter.
pub fn associated(lock: &SpinLock<u32>, table: &Mutex<u32>) -> u32 {
    let count = lock.lock();
    *count + Reader::<Table<'_>, 4>::fill(&Table(table))[0] // want: "may sleep"
}

fn allocate<S: Source>(value: u32) -> Result<KBox<u32>> {
    Ok(KBox::new(value, S::FLAGS)?)
}

/// The flags are an associated constant of the implementation.
pub fn constant(lock: &SpinLock<u32>) -> Result<KBox<u32>> {
    let count = lock.lock();
    let _clean = allocate::<Register>(*count)?;
    allocate::<Table<'_>>(*count) // want: "may sleep"
}

fn exclusive<S: Source>(lock: &SpinLock<u32>, source: &S) -> u32 {
    let count = lock.lock();
    *count + source.read() // want: "may sleep"
}

/// The lock is taken inside the generic function, and one instance of it sleeps.
pub fn inside(lock: &SpinLock<u32>, table: &Mutex<u32>) -> u32 {
    exclusive(lock, &Register(3)) + exclusive(lock, &Table(table))
}
