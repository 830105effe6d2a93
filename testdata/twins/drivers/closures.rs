// SPDX-License-Identifier: Apache-2.0 OR MIT
//! Closures: called, passed, stored, returned, and dropped.

use crate::kern::*;

/// Passed to a helper that holds the lock.
pub fn buggy_with(lock: &SpinLock<u32>) {
    lock.with(|n| {
        *n += 1;
        sleep(); // want: "may sleep"
    });
}

pub fn safe_with(lock: &Mutex<u32>) {
    lock.with(|n| {
        *n += 1;
        sleep();
    });
}

/// Run with the lock released.
pub fn buggy_unlocked(a: &SpinLock<u32>, b: &SpinLock<u32>) {
    let outer = b.lock();
    let mut guard = a.lock();
    guard.unlocked(|| sleep()); // want: "may sleep"
}

pub fn safe_unlocked(a: &SpinLock<u32>) {
    let mut guard = a.lock();
    guard.unlocked(|| sleep());
}

fn maker(slow: u32) -> impl Fn() {
    move || {
        if slow > 0 {
            sleep()
        }
    }
}

fn quick(n: u32) -> impl Fn() -> u32 {
    move || n + 1
}

/// Returned by a function.
pub fn buggy_returned(lock: &SpinLock<u32>) {
    let f = maker(1);
    let _guard = lock.lock();
    f(); // want: "may sleep"
}

pub fn safe_returned(lock: &SpinLock<u32>) {
    let f = quick(1);
    let _guard = lock.lock();
    f();
}

struct Job<F: FnMut()> {
    run: F,
}

impl<F: FnMut()> Job<F> {
    fn go(&mut self) {
        (self.run)()
    }
}

/// Kept in a field.
pub fn buggy_kept(lock: &SpinLock<u32>) {
    let mut job = Job { run: || sleep() };
    let _guard = lock.lock();
    job.go(); // want: "may sleep"
}

pub fn safe_kept(lock: &SpinLock<u32>) {
    let mut n = 0;
    let mut job = Job { run: || n += 1 };
    let _guard = lock.lock();
    job.go();
}

fn number(lease: &Lease) -> u32 {
    lease.0
}

fn count(token: &Token) -> u32 {
    token.0
}

/// Dropped with what it captured.
pub fn buggy_captured(lock: &SpinLock<u32>) {
    let lease = Lease(1);
    let f = move || number(&lease);
    let _guard = lock.lock();
    drop(f); // want: "may sleep"
}

pub fn safe_captured(lock: &SpinLock<u32>) {
    let token = Token(1);
    let f = move || count(&token);
    let _guard = lock.lock();
    drop(f);
}

/// A closure that owns the guard.
pub fn buggy_owner(lock: &SpinLock<u32>) {
    let guard = lock.lock();
    let f = move || *guard;
    sleep(); // want: "may sleep"
    f();
}

pub fn safe_owner(lock: &SpinLock<u32>) {
    let guard = lock.lock();
    let f = move || {
        let g = guard;
        *g
    };
    f();
    sleep();
}

/// Through `&dyn FnMut`.
fn each(f: &mut dyn FnMut(u32)) {
    f(1);
    f(2);
}

pub fn buggy_dyn(lock: &SpinLock<u32>) {
    let _guard = lock.lock();
    each(&mut |_| sleep()); // want: "may sleep"
}

pub fn safe_dyn(lock: &SpinLock<u32>, mutex: &Mutex<u32>) {
    let n = *lock.lock();
    each(&mut |m| *mutex.lock() += m + n);
}

/// Iterator adaptors run theirs where they are consumed.
pub fn buggy_adaptor(lock: &SpinLock<u32>, ns: &[u32]) -> u32 {
    let sums = ns.iter().map(|n| {
        sleep();
        *n
    });
    let _guard = lock.lock();
    sums.sum() // want: "may sleep"
}

pub fn safe_adaptor(lock: &SpinLock<u32>, ns: &[u32]) -> u32 {
    let sums = ns.iter().map(|n| {
        sleep();
        *n
    });
    let sum: u32 = sums.sum();
    *lock.lock() + sum
}

/// A closure that is given away, and called by nobody in sight.
pub fn buggy_given_away<'a>(lock: &'a SpinLock<u32>) -> impl Fn() -> u32 + 'a {
    move || {
        let guard = lock.lock();
        sleep(); // want: "may sleep"
        *guard
    }
}

pub fn safe_given_away<'a>(lock: &'a SpinLock<u32>) -> impl Fn() -> u32 + 'a {
    move || {
        let n = *lock.lock();
        sleep();
        n
    }
}

/// An async closure.
pub fn buggy_async_closure(lock: &SpinLock<u32>) {
    let f = async |n: u32| {
        let guard = lock.lock();
        sleep(); // want: "may sleep"
        *guard + n
    };
    let _ = f(3);
}

pub fn safe_async_closure(lock: &SpinLock<u32>) {
    let f = async |n: u32| {
        let m = *lock.lock();
        sleep();
        m + n
    };
    let _ = f(3);
}
