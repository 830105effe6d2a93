// SPDX-License-Identifier: Apache-2.0 OR MIT
//! Traits and type parameters: which code a call really reaches.

use crate::kern::*;
use core::marker::PhantomData;
use core::ops::{Add, Index};

pub trait Source {
    const FLAGS: Flags;
    type Item;
    fn get(&self) -> u32;
    fn twice(&self) -> u32 {
        self.get() + self.get()
    }
}

pub struct Slow;
pub struct Fast;

impl Source for Slow {
    const FLAGS: Flags = GFP_KERNEL;
    type Item = Lease;
    fn get(&self) -> u32 {
        sleep();
        1
    }
}

impl Source for Fast {
    const FLAGS: Flags = GFP_ATOMIC;
    type Item = Token;
    fn get(&self) -> u32 {
        1
    }
}

fn measure<S: Source>(s: &S) -> u32 {
    s.get()
}

/// A bound decides.
pub fn buggy_bound(lock: &SpinLock<u32>) {
    let _guard = lock.lock();
    measure(&Slow); // want: "may sleep"
}

pub fn safe_bound(lock: &SpinLock<u32>) {
    measure(&Slow);
    let _guard = lock.lock();
    measure(&Fast);
}

/// A default method calls what the impl provides.
pub fn buggy_default(lock: &SpinLock<u32>) {
    let _guard = lock.lock();
    Slow.twice(); // want: "may sleep"
}

pub fn safe_default(lock: &SpinLock<u32>) {
    let _guard = lock.lock();
    Fast.twice();
}

/// An associated constant carries the flags.
fn allocate<S: Source>() -> Result<Box<u32>, NoMemory> {
    Box::new(1, S::FLAGS)
}

pub fn buggy_assoc_const(lock: &SpinLock<u32>) {
    let _guard = lock.lock();
    let _ = allocate::<Slow>(); // want: "may sleep"
}

pub fn safe_assoc_const(lock: &SpinLock<u32>) {
    let _guard = lock.lock();
    let _ = allocate::<Fast>();
}

/// An associated type is dropped.
pub fn discard<S: Source>(item: S::Item) {}

pub fn buggy_assoc_type(lock: &SpinLock<u32>) {
    let _guard = lock.lock();
    discard::<Slow>(Lease(1)); // want: "may sleep"
}

pub fn safe_assoc_type(lock: &SpinLock<u32>) {
    let _guard = lock.lock();
    discard::<Fast>(Token(1));
}

/// A blanket impl over references and boxes.
impl<S: Source> Source for &S {
    const FLAGS: Flags = S::FLAGS;
    type Item = S::Item;
    fn get(&self) -> u32 {
        (**self).get()
    }
}

pub fn buggy_blanket(lock: &SpinLock<u32>) {
    let _guard = lock.lock();
    measure(&&&Slow); // want: "may sleep"
}

pub fn safe_blanket(lock: &SpinLock<u32>) {
    let _guard = lock.lock();
    measure(&&&Fast);
}

/// An extension trait over all of another.
pub trait Ext {
    fn thrice(&self) -> u32;
}

impl<T: Source> Ext for T {
    fn thrice(&self) -> u32 {
        self.twice() + self.get()
    }
}

pub fn buggy_extension(lock: &SpinLock<u32>) {
    let _guard = lock.lock();
    Slow.thrice(); // want: "may sleep"
}

pub fn safe_extension(lock: &SpinLock<u32>) {
    let _guard = lock.lock();
    Fast.thrice();
}

/// A supertrait's method through the subtrait.
pub trait Device: Source {
    fn poll(&self) -> u32 {
        self.get()
    }
}

impl Device for Slow {}
impl Device for Fast {}

fn poll_all<D: Device>(d: &D) -> u32 {
    d.poll() + Source::twice(d)
}

pub fn buggy_supertrait(lock: &SpinLock<u32>) {
    let _guard = lock.lock();
    poll_all(&Slow); // want: "may sleep"
}

pub fn safe_supertrait(lock: &SpinLock<u32>) {
    let _guard = lock.lock();
    poll_all(&Fast);
}

/// A const parameter decides between two branches.
fn read<const SLEEP: bool>() -> u32 {
    if SLEEP {
        sleep();
    }
    1
}

pub fn buggy_const_generic(lock: &SpinLock<u32>) {
    let _guard = lock.lock();
    read::<true>(); // want: "may sleep"
}

pub fn safe_const_generic(lock: &SpinLock<u32>) {
    read::<true>();
    let _guard = lock.lock();
    read::<false>();
}

/// Impls that a macro writes.
macro_rules! source {
    ($name:ident, $flags:expr, $item:ty, $get:expr) => {
        pub struct $name;
        impl Source for $name {
            const FLAGS: Flags = $flags;
            type Item = $item;
            fn get(&self) -> u32 {
                $get
            }
        }
    };
}

source!(Disk, GFP_KERNEL, Lease, {
    sleep();
    2
});
source!(Cache, GFP_ATOMIC, Token, 2);

pub fn buggy_macro(lock: &SpinLock<u32>) {
    let _guard = lock.lock();
    measure(&Disk); // want: "may sleep"
}

pub fn safe_macro(lock: &SpinLock<u32>) {
    let _guard = lock.lock();
    measure(&Cache);
}

/// Operators are calls.
pub struct Handle<'a>(&'a Mutex<u32>);

impl Add<u32> for Handle<'_> {
    type Output = u32;
    fn add(self, n: u32) -> u32 {
        *self.0.lock() + n
    }
}

impl Index<usize> for Handle<'_> {
    type Output = u32;
    fn index(&self, i: usize) -> &u32 {
        sleep();
        &7
    }
}

pub fn buggy_operator(lock: &SpinLock<u32>, m: &Mutex<u32>) -> u32 {
    let guard = lock.lock();
    Handle(m) + *guard // want: "may sleep"
}

pub fn safe_operator(lock: &SpinLock<u32>, m: &Mutex<u32>) -> u32 {
    let n = *lock.lock();
    Handle(m) + n
}

/// Two impls of one generic trait, told apart by its argument.
pub trait Convert<T> {
    fn convert(&self) -> T;
}

pub struct Number;

impl Convert<u32> for Number {
    fn convert(&self) -> u32 {
        1
    }
}

impl Convert<u64> for Number {
    fn convert(&self) -> u64 {
        sleep();
        1
    }
}

pub fn buggy_trait_argument(lock: &SpinLock<u32>) -> u64 {
    let _guard = lock.lock();
    Number.convert() // want: "may sleep"
}

pub fn safe_trait_argument(lock: &SpinLock<u32>) -> u32 {
    let _guard = lock.lock();
    Number.convert()
}

/// A type that only a marker names.
pub struct Client<S: Source>(PhantomData<S>);

impl<S: Source + Default> Client<S> {
    fn fetch(&self) -> u32 {
        S::default().get()
    }
}

impl Default for Slow {
    fn default() -> Self {
        Slow
    }
}

impl Default for Fast {
    fn default() -> Self {
        Fast
    }
}

pub fn buggy_phantom(lock: &SpinLock<u32>) {
    let client = Client::<Slow>(PhantomData);
    let _guard = lock.lock();
    client.fetch(); // want: "may sleep"
}

pub fn safe_phantom(lock: &SpinLock<u32>) {
    let client = Client::<Fast>(PhantomData);
    let _guard = lock.lock();
    client.fetch();
}

/// The backend is a parameter of the lock.
pub mod buggy_backend {
    use super::*;

    fn hold_and_wait<B: Backend>(lock: &Lock<u32, B>) {
        let _guard = lock.lock();
        sleep(); // want: "may sleep"
    }

    pub fn entry(lock: &SpinLock<u32>) {
        hold_and_wait(lock);
    }
}

pub mod safe_backend {
    use super::*;

    fn hold_and_wait<B: Backend>(lock: &Lock<u32, B>) {
        let _guard = lock.lock();
        sleep();
    }

    pub fn entry(lock: &Mutex<u32>) {
        hold_and_wait(lock);
    }
}

/// A generic function that nothing calls: what its parameter decides on is a doubt,
/// what it does by itself is not.
pub mod buggy_alone {
    use super::*;

    pub fn measured<S: Source>(lock: &SpinLock<u32>, s: &S) -> u32 {
        let guard = lock.lock();
        *guard + s.get() // want-assumed: "if its type parameter does"
    }

    pub fn dropped<T>(lock: &SpinLock<u32>, t: T) {
        let _guard = lock.lock();
        drop(t); // want-assumed: "if its type parameter does"
    }

    pub fn certain<T>(lock: &SpinLock<T>) {
        let _guard = lock.lock();
        sleep(); // want: "may sleep"
    }
}

pub mod safe_alone {
    use super::*;

    pub fn measured<S: Source>(lock: &SpinLock<u32>, s: &S) -> u32 {
        let n = *lock.lock();
        n + s.get()
    }

    pub fn dropped<T>(lock: &SpinLock<u32>, t: T) {
        drop(lock.lock());
        drop(t);
    }

    pub fn certain<T: Copy>(lock: &SpinLock<T>) -> T {
        let t = *lock.lock();
        sleep();
        t
    }
}
