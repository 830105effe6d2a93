// SPDX-License-Identifier: Apache-2.0 OR MIT
//! Trait objects in more shapes: generic traits, boxes, arcs, hidden types, callbacks.

use crate::kern::*;

/// A trait with a parameter, as an object.
pub trait Handler<E> {
    fn handle(&mut self, event: E) -> u32;
}

pub struct Logger;
pub struct Writer<'a>(&'a Mutex<u32>);

impl Handler<u8> for Logger {
    fn handle(&mut self, event: u8) -> u32 {
        event as u32
    }
}

impl Handler<u16> for Writer<'_> {
    fn handle(&mut self, event: u16) -> u32 {
        *self.0.lock() + event as u32
    }
}

fn dispatch<E>(h: &mut dyn Handler<E>, event: E) -> u32 {
    h.handle(event)
}

pub fn buggy_generic_object(lock: &SpinLock<u32>, table: &Mutex<u32>) -> u32 {
    let guard = lock.lock();
    dispatch(&mut Writer(table), 3u16) // want: "may sleep"
}

pub fn safe_generic_object(lock: &SpinLock<u32>) -> u32 {
    let guard = lock.lock();
    dispatch(&mut Logger, 3u8)
}

/// Closures of one signature become objects in an array.
pub fn buggy_object_array(lock: &SpinLock<u32>, table: &Mutex<u32>) -> u32 {
    let steps: [&dyn Fn(u32) -> u32; 2] = [&|n| n + 1, &|n| n + *table.lock()];
    let guard = lock.lock();
    let mut n = *guard;
    for step in steps {
        n = step(n); // want: "may sleep"
    }
    n
}

pub fn safe_object_array(lock: &SpinLock<u32>) -> u64 {
    let steps: [&dyn Fn(u64) -> u64; 2] = [&|n| n + 1, &|n| n * 2];
    let guard = lock.lock();
    let mut n = *guard as u64;
    for step in steps {
        n = step(n);
    }
    n
}

/// A default method of an object's trait calls a required one.
pub trait Node {
    fn weight(&self) -> u32;
    fn double(&self) -> u32 {
        self.weight() * 2
    }
}

pub struct Heavy<'a>(&'a Mutex<u32>);

impl Node for Heavy<'_> {
    fn weight(&self) -> u32 {
        *self.0.lock()
    }
}

pub fn buggy_object_default(lock: &SpinLock<u32>, table: &Mutex<u32>) -> u32 {
    let heavy = Heavy(table);
    let node: &dyn Node = &heavy;
    let guard = lock.lock();
    node.double() // want: "may sleep"
}

pub trait Leaf {
    fn weight(&self) -> u32;
    fn double(&self) -> u32 {
        self.weight() * 2
    }
}

pub struct Light(u32);

impl Leaf for Light {
    fn weight(&self) -> u32 {
        self.0
    }
}

pub fn safe_object_default(lock: &SpinLock<u32>) -> u32 {
    let light = Light(1);
    let node: &dyn Leaf = &light;
    let guard = lock.lock();
    node.double()
}

/// A blanket impl is what the object calls.
pub trait Poll {
    fn poll(&self) -> u32;
}

impl<T: Node> Poll for T {
    fn poll(&self) -> u32 {
        self.double()
    }
}

pub fn buggy_object_blanket(lock: &SpinLock<u32>, table: &Mutex<u32>) -> u32 {
    let heavy = Heavy(table);
    let poll: &dyn Poll = &heavy;
    let guard = lock.lock();
    poll.poll() // want: "may sleep"
}

pub fn safe_object_blanket(lock: &SpinLock<u32>, table: &Mutex<u32>) -> u32 {
    let heavy = Heavy(table);
    let poll: &dyn Poll = &heavy;
    let n = *lock.lock();
    n + poll.poll()
}

/// An object method that takes a closure as an object, and runs it under a lock.
pub trait Visitor {
    fn each(&self, f: &mut dyn FnMut(&u32));
}

impl Visitor for SpinLock<u32> {
    fn each(&self, f: &mut dyn FnMut(&u32)) {
        f(&self.lock()) // the lock is held while it runs
    }
}

pub mod buggy_visitor {
    use super::*;

    pub trait Walk {
        fn each(&self, f: &mut dyn FnMut(&i64));
    }

    impl Walk for SpinLock<i64> {
        fn each(&self, f: &mut dyn FnMut(&i64)) {
            let guard = self.lock();
            f(&guard) // want: "may sleep"
        }
    }

    pub fn entry(lock: &SpinLock<i64>, table: &Mutex<i64>) {
        lock.each(&mut |n| *table.lock() += n);
    }
}

pub mod safe_visitor {
    use super::*;

    pub fn entry(lock: &SpinLock<u32>) -> u32 {
        let mut sum = 0;
        lock.each(&mut |n| sum += n);
        sum
    }
}

/// A type that nobody can name, returned as `impl Trait`.
fn hidden(table: &Mutex<u32>) -> impl Node + '_ {
    Heavy(table)
}

fn plain() -> impl Leaf {
    Light(4)
}

pub fn buggy_hidden(lock: &SpinLock<u32>, table: &Mutex<u32>) -> u32 {
    let node = hidden(table);
    let guard = lock.lock();
    node.double() // want: "may sleep"
}

pub fn safe_hidden(lock: &SpinLock<u32>) -> u32 {
    let node = plain();
    let guard = lock.lock();
    node.double()
}

/// An iterator that nobody can name.
fn readings<'a>(table: &'a Mutex<u32>, n: u32) -> impl Iterator<Item = u32> + 'a {
    (0..n).map(move |i| *table.lock() + i)
}

pub fn buggy_hidden_iterator(lock: &SpinLock<u32>, table: &Mutex<u32>) -> u32 {
    let mut sum = 0;
    let guard = lock.lock();
    for r in readings(table, *guard) { // want: "may sleep"
        sum += r;
    }
    sum
}

pub fn safe_hidden_iterator(lock: &SpinLock<u32>, table: &Mutex<u32>) -> u32 {
    let mut sum = 0;
    let n = *lock.lock();
    for r in readings(table, n) {
        sum += r;
    }
    sum
}
