// SPDX-License-Identifier: Apache-2.0 OR MIT
//! Names and paths: aliases, re-exports, functions as values, types inside functions,
//! and the parts of core that call back.

use crate::kern::*;
use core::cell::{Cell, RefCell};
use core::ops::{Deref, DerefMut};

/// An alias of an alias, with impls on it.
type Table = Mutex<u32>;
type Shared = Table;

pub trait Load {
    fn load(&self) -> u32;
    fn load_twice(&self) -> u32
    where
        Self: Sized,
    {
        self.load() + Load::load(self)
    }
}

impl Load for Shared {
    fn load(&self) -> u32 {
        *self.lock()
    }
}

impl Load for SpinLock<u32> {
    fn load(&self) -> u32 {
        *self.lock()
    }
}

pub fn buggy_alias(lock: &SpinLock<u32>, table: &Shared) -> u32 {
    let guard = lock.lock();
    *guard + table.load_twice() // want: "may sleep"
}

pub fn safe_alias(lock: &SpinLock<u32>, table: &Shared) -> u32 {
    let guard = table.lock();
    *guard + lock.load_twice()
}

/// Two modules with the same names; one is imported under another.
mod quiet {
    pub struct Port(pub u32);
    impl Port {
        pub fn flush(&self) -> u32 {
            self.0
        }
    }
    pub fn flush(p: &Port) -> u32 {
        p.flush()
    }
}

mod noisy {
    pub struct Port(pub u32);
    impl Port {
        pub fn flush(&self) -> u32 {
            crate::kern::sleep();
            self.0
        }
    }
    pub fn flush(p: &Port) -> u32 {
        p.flush()
    }
}

pub mod ports {
    pub use super::noisy::flush as flush_noisy;
    pub use super::noisy::Port as Noisy;
    pub use super::quiet::*;
}

pub fn buggy_reexport(lock: &SpinLock<u32>, p: &ports::Noisy) -> u32 {
    let guard = lock.lock();
    *guard + ports::flush_noisy(p) // want: "may sleep"
}

pub fn safe_reexport(lock: &SpinLock<u32>, p: &ports::Port) -> u32 {
    let guard = lock.lock();
    *guard + ports::flush(p)
}

/// Methods and functions as values.
pub fn buggy_method_value(lock: &SpinLock<u32>, p: Option<&ports::Noisy>) -> Option<u32> {
    let guard = lock.lock();
    p.map(ports::Noisy::flush) // want: "may sleep"
}

pub fn safe_method_value(lock: &SpinLock<u32>, p: Option<&ports::Port>) -> Option<u32> {
    let guard = lock.lock();
    p.map(ports::Port::flush)
}

fn each<T: Load>(t: &T) -> u32 {
    t.load()
}

pub fn buggy_generic_value(lock: &SpinLock<u32>, table: Option<&Table>) -> Option<u32> {
    let guard = lock.lock();
    table.map(each::<Table>) // want: "may sleep"
}

pub fn safe_generic_value(lock: &Table, spin: Option<&SpinLock<u32>>) -> Option<u32> {
    let guard = lock.lock();
    spin.map(each)
}

/// Constructors as values.
pub struct Wrapped(Lease);

pub fn buggy_constructor(lock: &SpinLock<u32>, lease: Option<Lease>) {
    let guard = lock.lock();
    let wrapped = lease.map(Wrapped);
    drop(wrapped); // want: "may sleep"
}

pub fn safe_constructor(lock: &SpinLock<u32>, token: Option<Token>) {
    let guard = lock.lock();
    let wrapped = token.map(Some);
    drop(wrapped);
}

/// A type and its trait inside a function.
pub fn buggy_inside(lock: &SpinLock<u32>) -> u32 {
    trait Step {
        fn step(&self) -> u32;
    }
    struct Walk(u32);
    impl Step for Walk {
        fn step(&self) -> u32 {
            sleep();
            self.0
        }
    }
    let guard = lock.lock();
    Walk(*guard).step() // want: "may sleep"
}

pub fn safe_inside(lock: &SpinLock<u32>) -> u32 {
    trait Step {
        fn step(&self) -> u32;
    }
    struct Walk(u32);
    impl Step for Walk {
        fn step(&self) -> u32 {
            self.0
        }
    }
    let guard = lock.lock();
    Walk(*guard).step()
}

/// A guard type inside a function.
pub fn buggy_local_guard(lock: *mut bindings::spinlock_t) {
    struct Hold(*mut bindings::spinlock_t);
    impl Drop for Hold {
        fn drop(&mut self) {
            unsafe { bindings::spin_unlock(self.0) }
        }
    }
    unsafe { bindings::spin_lock(lock) };
    let hold = Hold(lock);
    sleep(); // want: "may sleep"
}

pub fn safe_local_guard(lock: *mut bindings::spinlock_t) {
    struct Hold(*mut bindings::spinlock_t);
    impl Drop for Hold {
        fn drop(&mut self) {
            unsafe { bindings::spin_unlock(self.0) }
        }
    }
    {
        unsafe { bindings::spin_lock(lock) };
        let hold = Hold(lock);
    }
    sleep();
}

/// Core calls back.
pub fn buggy_from_fn(lock: &SpinLock<u32>, table: &Table) -> [u32; 4] {
    let guard = lock.lock();
    core::array::from_fn(|i| *table.lock() + i as u32) // want: "may sleep"
}

pub fn safe_from_fn(lock: &Table, table: &SpinLock<u32>) -> [u32; 4] {
    let guard = lock.lock();
    core::array::from_fn(|i| *table.lock() + i as u32)
}

pub fn buggy_sorted(lock: &SpinLock<u32>, ns: &mut [u32], table: &Table) {
    let guard = lock.lock();
    ns.sort_unstable_by_key(|n| *n + *table.lock()); // want: "may sleep"
}

pub fn safe_sorted(lock: &SpinLock<u32>, ns: &mut [u32]) {
    let guard = lock.lock();
    ns.sort_unstable_by_key(|n| *n + *guard);
}

pub fn buggy_for_each(lock: &SpinLock<u32>, ns: &[u32], table: &Table) {
    let mut guard = lock.lock();
    ns.iter().rev().enumerate().for_each(|(i, n)| *guard += *n + *table.lock()); // want: "may sleep"
}

pub fn safe_for_each(lock: &SpinLock<u32>, ns: &[u32]) {
    let mut guard = lock.lock();
    ns.iter().rev().enumerate().for_each(|(i, n)| *guard += *n);
}

pub fn buggy_lazily(lock: &SpinLock<u32>, cache: &mut Option<u32>, table: &Table) -> u32 {
    let guard = lock.lock();
    *cache.get_or_insert_with(|| *table.lock()) // want: "may sleep"
}

pub fn safe_lazily(lock: &SpinLock<u32>, cache: &mut Option<u32>) -> u32 {
    let guard = lock.lock();
    *cache.get_or_insert_with(|| *guard)
}

/// A cell gives back what it held.
pub fn buggy_cell(lock: &SpinLock<u32>, cell: &Cell<Option<Lease>>) {
    let guard = lock.lock();
    cell.set(None); // want: "may sleep"
}

pub fn safe_cell(lock: &SpinLock<u32>, cell: &Cell<Option<Lease>>) {
    let old = {
        let guard = lock.lock();
        cell.replace(None)
    };
    drop(old);
}

/// `RefCell`'s guards are not the kernel's.
pub fn buggy_refcell(lock: &SpinLock<u32>, cell: &RefCell<u32>) {
    let borrowed = cell.borrow_mut();
    let guard = lock.lock();
    sleep(); // want: "may sleep"
}

pub fn safe_refcell(lock: &SpinLock<u32>, cell: &RefCell<u32>) {
    let borrowed = cell.borrow_mut();
    drop(lock.lock());
    sleep();
}

/// Derived impls go field by field.
#[derive(Clone)]
pub struct Config<'a> {
    name: u32,
    link: Link<'a>,
}

pub struct Link<'a>(&'a Table);

impl Clone for Link<'_> {
    fn clone(&self) -> Self {
        *self.0.lock() += 1;
        Link(self.0)
    }
}

#[derive(Clone)]
pub struct Simple {
    name: u32,
    level: Option<u32>,
}

pub fn buggy_derived<'a>(lock: &SpinLock<u32>, config: &Config<'a>) -> Config<'a> {
    let guard = lock.lock();
    config.clone() // want: "may sleep"
}

pub fn safe_derived(lock: &SpinLock<u32>, simple: &Simple) -> Simple {
    let guard = lock.lock();
    simple.clone()
}

/// Deref leads through two layers to the method.
pub struct Outer(Middle);
pub struct Middle(Inner);
pub struct Inner(u32);

impl Deref for Outer {
    type Target = Middle;
    fn deref(&self) -> &Middle {
        &self.0
    }
}

impl Deref for Middle {
    type Target = Inner;
    fn deref(&self) -> &Inner {
        sleep();
        &self.0
    }
}

impl DerefMut for Outer {
    fn deref_mut(&mut self) -> &mut Middle {
        &mut self.0
    }
}

impl Inner {
    fn level(&self) -> u32 {
        self.0
    }
}

impl Middle {
    fn own(&mut self) -> u32 {
        1
    }
}

pub fn buggy_layers(lock: &SpinLock<u32>, outer: &Outer) -> u32 {
    let guard = lock.lock();
    outer.level() // want: "may sleep"
}

pub fn safe_layers(lock: &SpinLock<u32>, outer: &mut Outer) -> u32 {
    let guard = lock.lock();
    outer.own()
}

/// A trait with a parameter and a default for it.
pub trait Sends<M = u32> {
    fn send(&self, m: M) -> u32;
}

pub struct Line;

impl Sends for Line {
    fn send(&self, m: u32) -> u32 {
        m
    }
}

impl Sends<u64> for Line {
    fn send(&self, m: u64) -> u32 {
        sleep();
        m as u32
    }
}

fn send_all<S: Sends>(s: &S) -> u32 {
    s.send(1)
}

fn send_long<S: Sends<u64>>(s: &S) -> u32 {
    s.send(1)
}

pub fn buggy_default_parameter(lock: &SpinLock<u32>) -> u32 {
    let guard = lock.lock();
    send_long(&Line) // want: "may sleep"
}

pub fn safe_default_parameter(lock: &SpinLock<u32>) -> u32 {
    let guard = lock.lock();
    send_all(&Line)
}
