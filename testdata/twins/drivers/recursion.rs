// SPDX-License-Identifier: Apache-2.0 OR MIT
//! Functions that call themselves. No annotation is needed.

use crate::kern::*;

fn down(n: u32) {
    if n > 0 {
        down(n - 1)
    } else {
        sleep()
    }
}

fn up(n: u32) -> u32 {
    if n > 9 {
        n
    } else {
        up(n + 1)
    }
}

/// The sleep is at the bottom.
pub fn buggy_bottom(lock: &SpinLock<u32>) {
    let guard = lock.lock();
    down(*guard) // want: "may sleep"
}

pub fn safe_bottom(lock: &SpinLock<u32>) {
    let guard = lock.lock();
    up(*guard);
}

fn even(n: u32, lock: &SpinLock<u32>) -> bool {
    n == 0 || odd(n - 1, lock)
}

fn odd(n: u32, lock: &SpinLock<u32>) -> bool {
    let _guard = lock.lock();
    n != 0 && even(n - 1, lock) // the lock is held on the way down
}

/// Two functions in turns.
pub fn buggy_turns(lock: &SpinLock<u32>, mutex: &Mutex<u32>) {
    let guard = lock.lock();
    if ping(3, mutex) { // want: "may sleep"
        return;
    }
}

fn ping(n: u32, mutex: &Mutex<u32>) -> bool {
    n == 0 || pong(n - 1, mutex)
}

fn pong(n: u32, mutex: &Mutex<u32>) -> bool {
    *mutex.lock() != 0 && ping(n, mutex)
}

pub fn safe_turns(lock: &SpinLock<u32>, mutex: &Mutex<u32>) -> bool {
    ping(3, mutex) && even(4, lock)
}

/// A list that drops itself from the head.
pub struct Node {
    next: Option<Box<Node>>,
    lease: Lease,
}

pub struct Plain {
    next: Option<Box<Plain>>,
    token: Token,
}

pub fn buggy_list(lock: &SpinLock<u32>, head: Box<Node>) {
    let _guard = lock.lock();
    drop(head); // want: "may sleep"
}

pub fn safe_list(lock: &SpinLock<u32>, head: Box<Plain>) {
    let _guard = lock.lock();
    drop(head);
}

/// The recursion goes through a trait object.
pub trait Visit {
    fn visit(&self, n: u32);
}

pub struct Leaf;
pub struct Branch<'a>(&'a dyn Visit);
pub struct Quiet;

impl Visit for Leaf {
    fn visit(&self, n: u32) {
        sleep()
    }
}

impl Visit for Branch<'_> {
    fn visit(&self, n: u32) {
        if n > 0 {
            self.0.visit(n - 1)
        }
    }
}

pub fn buggy_objects(lock: &SpinLock<u32>) {
    let branch = Branch(&Leaf);
    let _guard = lock.lock();
    branch.visit(3); // want: "may sleep"
}

pub fn safe_objects(lock: &SpinLock<u32>) {
    let branch = Branch(&Leaf);
    let n = *lock.lock();
    branch.visit(n);
}
