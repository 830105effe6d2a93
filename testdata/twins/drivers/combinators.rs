// SPDX-License-Identifier: Apache-2.0 OR MIT
//! Guards on their way through the methods of `Option`, `Result` and `bool`.

use crate::kern::*;
use core::mem::ManuallyDrop;

/// `map` takes the guard away.
pub fn buggy_mapped_away(lock: &SpinLock<u32>) -> Option<u32> {
    lock.try_lock().map(|guard| { // want: "may sleep"
        sleep();
        *guard
    })
}

pub fn safe_mapped_away(lock: &SpinLock<u32>) -> Option<u32> {
    let n = lock.try_lock().map(|guard| *guard);
    sleep();
    n
}

/// `is_some_and` takes it, too.
pub fn buggy_is_some_and(lock: &SpinLock<u32>) -> bool {
    lock.try_lock().is_some_and(|guard| { // want: "may sleep"
        sleep();
        *guard > 0
    })
}

pub fn safe_is_some_and(lock: &SpinLock<u32>) {
    if lock.try_lock().is_some_and(|guard| *guard > 0) {
        sleep();
    }
}

/// `ok_or` and `?`.
pub fn buggy_ok_or(lock: &SpinLock<u32>) -> Result<u32, NoMemory> {
    let guard = lock.try_lock().ok_or(NoMemory)?;
    sleep(); // want: "may sleep"
    Ok(*guard)
}

pub fn safe_ok_or(lock: &SpinLock<u32>) -> Result<u32, NoMemory> {
    let n = *lock.try_lock().ok_or(NoMemory)?;
    sleep();
    Ok(n)
}

/// `then` locks where the flag is set.
pub fn buggy_then(lock: &SpinLock<u32>, flag: bool) {
    let guard = flag.then(|| lock.lock());
    if flag {
        sleep(); // want: "may sleep"
    }
}

pub fn safe_then(lock: &SpinLock<u32>, flag: bool) {
    let guard = flag.then(|| lock.lock());
    if !flag {
        sleep();
    }
}

/// `then_some` of a guard that goes where it is not wanted.
pub fn buggy_then_some(lock: &SpinLock<u32>, flag: bool) {
    let guard = flag.then_some(lock.lock());
    if flag {
        sleep(); // want: "may sleep"
    }
}

pub fn safe_then_some(lock: &SpinLock<u32>, flag: bool) {
    let guard = flag.then_some(lock.lock());
    if !flag {
        sleep();
    }
}

/// `unwrap_or_else` has one in any case.
pub fn buggy_unwrap_or_else(lock: &SpinLock<u32>) {
    let guard = lock.try_lock().unwrap_or_else(|| lock.lock());
    sleep(); // want: "may sleep"
}

pub fn safe_unwrap_or_else(lock: &SpinLock<u32>) {
    let guard = lock.try_lock().unwrap_or_else(|| lock.lock());
    drop(guard);
    sleep();
}

/// `or_else` tries another lock.
pub fn buggy_or_else(a: &SpinLock<u32>, b: &SpinLock<u32>) {
    if let Some(_guard) = a.try_lock().or_else(|| b.try_lock()) {
        sleep(); // want: "may sleep"
    }
}

pub fn safe_or_else(a: &SpinLock<u32>, b: &SpinLock<u32>) {
    match a.try_lock().or_else(|| b.try_lock()) {
        Some(_guard) => (),
        None => sleep(),
    }
}

/// `filter` lets go of what does not pass.
pub fn buggy_filter(lock: &SpinLock<u32>) {
    match lock.try_lock().filter(|guard| **guard > 0) {
        Some(_guard) => sleep(), // want: "may sleep"
        None => (),
    }
}

pub fn safe_filter(lock: &SpinLock<u32>) {
    match lock.try_lock().filter(|guard| **guard > 0) {
        Some(_guard) => (),
        None => sleep(),
    }
}

/// `and_then` goes on to the next.
pub fn buggy_and_then(a: &SpinLock<u32>, b: &SpinLock<u32>) {
    let pair = a.try_lock().and_then(|x| b.try_lock().map(|y| (x, y)));
    if let Some((x, y)) = pair {
        drop(x);
        sleep(); // want: "may sleep"
    }
}

pub fn safe_and_then(a: &SpinLock<u32>, b: &SpinLock<u32>) {
    let pair = a.try_lock().and_then(|x| b.try_lock().map(|y| (x, y)));
    if let Some((x, y)) = pair {
        drop(x);
        drop(y);
        sleep();
    } else {
        sleep();
    }
}

/// `zip` of two.
pub fn buggy_zip(a: &SpinLock<u32>, b: &SpinLock<u32>) {
    if a.try_lock().zip(b.try_lock()).is_some_and(|(x, y)| { // want: "may sleep"
        drop(y);
        sleep();
        *x > 0
    }) {}
}

pub fn safe_zip(a: &SpinLock<u32>, b: &SpinLock<u32>) {
    let n = a.try_lock().zip(b.try_lock()).map(|(x, y)| *x + *y);
    sleep();
}

/// `as_ref` and `as_deref` leave the guard where it is.
pub fn buggy_as_deref(lock: &SpinLock<u32>) {
    let guard = lock.try_lock();
    if let Some(_n) = guard.as_deref() {
        sleep(); // want: "may sleep"
    }
}

pub fn safe_as_deref(lock: &SpinLock<u32>) {
    let n = lock.try_lock().as_deref().copied();
    sleep();
}

/// `map_or` of a reference, and of the guard.
pub fn buggy_map_or(lock: &SpinLock<u32>) {
    let guard = lock.try_lock();
    let held = guard.as_ref().map_or(false, |_| true);
    if held {
        sleep(); // want: "may sleep"
    }
}

pub fn safe_map_or(lock: &SpinLock<u32>) {
    let n = lock.try_lock().map_or(0, |guard| *guard);
    sleep();
}

/// `map_err` leaves `Ok` alone.
pub fn buggy_map_err(lock: &SpinLock<u32>) -> Result<(), u32> {
    let guard = lock.try_lock().ok_or(NoMemory).map_err(|_| 12u32)?;
    sleep(); // want: "may sleep"
    Ok(())
}

pub fn safe_map_err(lock: &SpinLock<u32>) -> Result<(), u32> {
    let guard = lock.try_lock().ok_or(NoMemory).map_err(|_| {
        sleep();
        12u32
    })?;
    Ok(())
}

/// Both sides of a result hold a lock.
fn either_lock<'a>(a: &'a SpinLock<u32>, b: &'a SpinLock<u32>, first: bool) -> Result<SpinGuard<'a, u32>, SpinGuard<'a, u32>> {
    if first { Ok(a.lock()) } else { Err(b.lock()) }
}

pub fn buggy_either_lock(a: &SpinLock<u32>, b: &SpinLock<u32>, first: bool) {
    match either_lock(a, b, first) {
        Ok(_guard) | Err(_guard) => sleep(), // want: "may sleep"
    }
}

pub fn safe_either_lock(a: &SpinLock<u32>, b: &SpinLock<u32>, first: bool) {
    let n = match either_lock(a, b, first) {
        Ok(guard) | Err(guard) => *guard,
    };
    sleep();
}

/// A guard that is put where there was none.
pub fn buggy_get_or_insert(lock: &SpinLock<u32>) {
    let mut slot = None;
    slot.get_or_insert_with(|| lock.lock());
    sleep(); // want: "may sleep"
}

pub fn safe_get_or_insert(lock: &SpinLock<u32>) {
    let mut slot = None;
    slot.get_or_insert_with(|| lock.lock());
    slot.take();
    sleep();
}

/// `ManuallyDrop` is dropped by hand, or not at all.
pub fn buggy_by_hand(lock: &SpinLock<u32>) {
    let mut guard = ManuallyDrop::new(lock.lock());
    sleep(); // want: "may sleep"
    unsafe { ManuallyDrop::drop(&mut guard) };
}

pub fn safe_by_hand(lock: &SpinLock<u32>) {
    let mut guard = ManuallyDrop::new(lock.lock());
    unsafe { ManuallyDrop::drop(&mut guard) };
    sleep();
}

/// Taken back out of it.
pub fn buggy_taken_back(lock: &SpinLock<u32>) {
    let guard = ManuallyDrop::into_inner(ManuallyDrop::new(lock.lock()));
    sleep(); // want: "may sleep"
}

pub fn safe_taken_back(lock: &SpinLock<u32>) {
    drop(ManuallyDrop::into_inner(ManuallyDrop::new(lock.lock())));
    sleep();
}

/// An array of guards taken apart.
pub fn buggy_array_apart(a: &SpinLock<u32>, b: &SpinLock<u32>) {
    let [x, y] = [a.lock(), b.lock()];
    drop(x);
    sleep(); // want: "may sleep"
}

pub fn safe_array_apart(a: &SpinLock<u32>, b: &SpinLock<u32>) {
    let [x, y] = [a.lock(), b.lock()];
    drop(x);
    drop(y);
    sleep();
}

/// The fields of a structure, moved one by one, and by `..`.
struct Held<'a> {
    a: Option<SpinGuard<'a, u32>>,
    b: Option<SpinGuard<'a, u32>>,
    n: u32,
}

pub fn buggy_rest_of(a: &SpinLock<u32>, b: &SpinLock<u32>) {
    let first = Held { a: Some(a.lock()), b: None, n: 0 };
    let second = Held { n: 1, b: Some(b.lock()), ..first };
    drop(second.b);
    sleep(); // want: "may sleep"
}

pub fn safe_rest_of(a: &SpinLock<u32>, b: &SpinLock<u32>) {
    let first = Held { a: Some(a.lock()), b: None, n: 0 };
    let second = Held { n: 1, b: Some(b.lock()), ..first };
    let Held { a, b, .. } = second;
    drop((a, b));
    sleep();
}

/// A closure that was given the guard.
pub fn buggy_given(lock: &SpinLock<u32>) {
    let guard = lock.lock();
    let release = move || drop(guard);
    sleep(); // want: "may sleep"
    release();
}

pub fn safe_given(lock: &SpinLock<u32>) {
    let guard = lock.lock();
    let release = move || drop(guard);
    release();
    sleep();
}

/// A closure kept in a structure.
struct Job<F: FnOnce() -> u32> {
    run: F,
    id: u32,
}

impl<F: FnOnce() -> u32> Job<F> {
    fn finish(self) -> u32 {
        (self.run)() + self.id
    }
}

pub fn buggy_kept_closure(lock: &SpinLock<u32>) -> u32 {
    let job = Job { run: || { sleep(); 1 }, id: 2 };
    let guard = lock.lock();
    job.finish() // want: "may sleep"
}

pub fn safe_kept_closure(lock: &SpinLock<u32>) -> u32 {
    let job = Job { run: || 1, id: 2 };
    let guard = lock.lock();
    job.finish()
}

/// What a function returns without a name for its type.
fn anonymous<'a>(lock: &'a SpinLock<u32>) -> impl core::ops::Deref<Target = u32> + 'a {
    lock.lock()
}

pub fn buggy_anonymous(lock: &SpinLock<u32>) {
    let guard = anonymous(lock);
    sleep(); // want: "may sleep"
}

pub fn safe_anonymous(lock: &SpinLock<u32>) {
    let n = *anonymous(lock);
    sleep();
}

/// An error that is converted by `?` while the lock is held.
struct Failed(Lease);

impl From<NoMemory> for Failed {
    fn from(_: NoMemory) -> Failed {
        sleep();
        Failed(Lease(1))
    }
}

pub fn buggy_converted(lock: &SpinLock<u32>, r: Result<u32, NoMemory>) -> Result<u32, Failed> {
    let guard = lock.lock();
    Ok(*guard + r?) // want: "may sleep"
}

pub fn safe_converted(lock: &SpinLock<u32>, r: Result<u32, NoMemory>) -> Result<u32, Failed> {
    let n = *lock.lock();
    Ok(n + r?)
}

/// A constant parameter decides.
fn maybe<const SLEEP: bool>() {
    if SLEEP {
        sleep()
    }
}

pub fn buggy_const_bool(lock: &SpinLock<u32>) {
    let guard = lock.lock();
    maybe::<true>(); // want: "may sleep"
}

pub fn safe_const_bool(lock: &SpinLock<u32>) {
    let guard = lock.lock();
    maybe::<false>();
}

/// Locks taken and released in a loop over them.
pub fn buggy_over_locks(locks: &[SpinLock<u32>; 3]) -> u32 {
    let mut sum = 0;
    for lock in locks.iter() {
        let guard = lock.lock();
        sum += *guard;
        sleep(); // want: "may sleep"
    }
    sum
}

pub fn safe_over_locks(locks: &[SpinLock<u32>; 3]) -> u32 {
    let sum = locks.iter().map(|lock| *lock.lock()).sum();
    sleep();
    sum
}

/// A guard behind a mutable reference is let go of.
fn release<T>(slot: &mut Option<T>) {
    *slot = None;
}

pub fn buggy_by_reference(lock: &SpinLock<u32>) {
    let mut slot = Some(lock.lock());
    sleep(); // want: "may sleep"
    release(&mut slot);
}

pub fn safe_by_reference(lock: &SpinLock<u32>) {
    let mut slot = Some(lock.lock());
    release(&mut slot);
    sleep();
}
