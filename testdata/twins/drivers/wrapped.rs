// SPDX-License-Identifier: Apache-2.0 OR MIT
//! Guards and sleeps behind wrappers, traits and callbacks.

use crate::kern::*;
use core::future::Future;
use core::mem::{self, ManuallyDrop, MaybeUninit};
use core::ops::{Deref, DerefMut};

/// A wrapper whose drop does its own thing with what it holds.
struct Later<T>(ManuallyDrop<T>, bool);

impl<T> Later<T> {
    fn new(value: T) -> Self {
        Later(ManuallyDrop::new(value), true)
    }
    fn leak(mut self) {
        self.1 = false;
    }
}

impl<T> Drop for Later<T> {
    fn drop(&mut self) {
        if self.1 {
            unsafe { ManuallyDrop::drop(&mut self.0) }
        }
    }
}

pub fn buggy_later(lock: &SpinLock<u32>) {
    let later = Later::new(Lease(1));
    let guard = lock.lock();
    drop(later); // want: "may sleep"
}

pub fn safe_later(lock: &SpinLock<u32>) {
    let later = Later::new(Lease(1));
    let guard = lock.lock();
    later.leak();
}

/// A guard in such a wrapper.
pub fn buggy_guard_later(lock: &SpinLock<u32>) {
    let later = Later::new(lock.lock());
    sleep(); // want: "may sleep"
}

pub fn safe_guard_later(lock: &SpinLock<u32>) {
    let later = Later::new(lock.lock());
    drop(later);
    sleep();
}

/// A callback run when a value goes.
struct Finally<F: FnMut()>(F);

impl<F: FnMut()> Drop for Finally<F> {
    fn drop(&mut self) {
        (self.0)()
    }
}

pub fn buggy_finally(lock: &SpinLock<u32>) {
    let guard = lock.lock();
    let end = Finally(|| sleep());
} // want: "may sleep"

pub fn safe_finally(lock: &SpinLock<u32>) {
    let end = Finally(|| sleep());
    let guard = lock.lock();
}

/// A trait for all that can be locked.
trait Exclusive {
    type Held<'a>
    where
        Self: 'a;
    fn take(&self) -> Self::Held<'_>;
}

impl<T, B: Backend> Exclusive for Lock<T, B> {
    type Held<'a>
        = Guard<'a, T, B>
    where
        Self: 'a;
    fn take(&self) -> Guard<'_, T, B> {
        self.lock()
    }
}

pub fn buggy_exclusive(lock: &SpinLock<u32>) {
    let held = Exclusive::take(lock);
    sleep(); // want: "may sleep"
}

pub fn safe_exclusive(lock: &Mutex<u32>) {
    let held = Exclusive::take(lock);
    sleep();
}

/// Two locks taken by one function over pairs.
impl<A: Exclusive, B: Exclusive> Exclusive for (&A, &B) {
    type Held<'a>
        = (A::Held<'a>, B::Held<'a>)
    where
        Self: 'a;
    fn take(&self) -> Self::Held<'_> {
        (self.0.take(), self.1.take())
    }
}

pub fn buggy_pair_of_locks(a: &Mutex<u32>, b: &SpinLock<u32>) {
    let pair = (a, b);
    let held = pair.take();
    sleep(); // want: "may sleep"
}

pub fn safe_pair_of_locks(a: &Mutex<u32>, b: &Mutex<u32>) {
    let pair = (a, b);
    let held = pair.take();
    sleep();
}

/// A reference that leads through two derefs to a method that sleeps.
struct Outer(Inner);
struct Inner(u32);
impl Inner {
    fn rest(&self) {
        sleep()
    }
    fn count(&self) -> u32 {
        self.0
    }
}
impl Deref for Outer {
    type Target = Inner;
    fn deref(&self) -> &Inner {
        &self.0
    }
}

pub fn buggy_derefs(lock: &SpinLock<Outer>) {
    lock.lock().rest() // want: "may sleep"
}

pub fn safe_derefs(lock: &SpinLock<Outer>) -> u32 {
    lock.lock().count()
}

/// Indexing, comparing and formatting are calls.
struct Slow(u32);
impl core::ops::Index<usize> for Slow {
    type Output = u32;
    fn index(&self, _: usize) -> &u32 {
        sleep();
        &self.0
    }
}
impl PartialEq for Slow {
    fn eq(&self, other: &Slow) -> bool {
        sleep();
        self.0 == other.0
    }
}
impl Clone for Slow {
    fn clone(&self) -> Slow {
        sleep();
        Slow(self.0)
    }
}
impl Default for Slow {
    fn default() -> Slow {
        sleep();
        Slow(0)
    }
}

pub fn buggy_index(lock: &SpinLock<Slow>) -> u32 {
    let data = lock.lock();
    data[0] // want: "may sleep"
}

pub fn safe_index(lock: &SpinLock<Slow>) -> u32 {
    let data = lock.lock();
    data.0
}

#[derive(Clone, PartialEq, Default)]
struct HoldsSlow {
    first: u32,
    second: Slow,
}

pub fn buggy_derived_eq(lock: &SpinLock<u32>, a: &HoldsSlow, b: &HoldsSlow) -> bool {
    let guard = lock.lock();
    a == b // want: "may sleep"
}

pub fn safe_derived_eq(lock: &SpinLock<u32>, a: &HoldsSlow, b: &HoldsSlow) -> bool {
    let guard = lock.lock();
    a.first == b.first
}

pub fn buggy_derived_clone(lock: &SpinLock<u32>, a: &HoldsSlow) -> HoldsSlow {
    let guard = lock.lock();
    a.clone() // want: "may sleep"
}

pub fn safe_derived_clone(lock: &SpinLock<u32>, a: &HoldsSlow) -> HoldsSlow {
    let n = *lock.lock();
    a.clone()
}

pub fn buggy_or_default(lock: &SpinLock<u32>, a: Option<HoldsSlow>) -> HoldsSlow {
    let guard = lock.lock();
    a.unwrap_or_default() // want: "may sleep"
}

pub fn safe_or_default(lock: &SpinLock<u32>, a: Option<u32>) -> u32 {
    let guard = lock.lock();
    a.unwrap_or_default()
}

/// A recursive structure whose drop sleeps at its end.
enum Chain {
    End(Lease),
    Link(u32, Box<Chain>),
}

enum ShortChain {
    End(Token),
    Link(u32, Box<ShortChain>),
}

pub fn buggy_chain_drop(lock: &SpinLock<u32>, chain: Chain) {
    let guard = lock.lock();
    drop(chain); // want: "may sleep"
}

pub fn safe_chain_drop(lock: &SpinLock<u32>, chain: ShortChain) {
    let guard = lock.lock();
    drop(chain);
}

/// A value that was moved out of a place on one path only.
pub fn buggy_moved_sometimes(lock: &SpinLock<u32>, lease: Lease, keep: bool) -> Option<Lease> {
    let guard = lock.lock();
    let inner = lease;
    if keep {
        return Some(inner);
    }
    None
} // want: "may sleep"

pub fn safe_moved_sometimes(lock: &SpinLock<u32>, lease: Lease, keep: bool) -> Option<Lease> {
    let guard = lock.lock();
    let inner = lease;
    if keep {
        return Some(inner);
    }
    drop(guard);
    None
}

/// An array built element by element.
pub fn buggy_uninit(lock: &SpinLock<u32>) {
    let mut slot = MaybeUninit::uninit();
    slot.write(lock.lock());
    let guard = unsafe { slot.assume_init() };
    sleep(); // want: "may sleep"
}

pub fn safe_uninit(lock: &SpinLock<u32>) {
    let mut slot = MaybeUninit::uninit();
    slot.write(lock.lock());
    drop(unsafe { slot.assume_init() });
    sleep();
}

/// A lock handed over to whoever is next.
fn pass_on<'a>(guard: SpinGuard<'a, u32>, next: &'a SpinLock<u32>) -> SpinGuard<'a, u32> {
    let new = next.lock();
    drop(guard);
    new
}

pub fn buggy_pass_on(a: &SpinLock<u32>, b: &SpinLock<u32>) {
    let guard = pass_on(a.lock(), b);
    sleep(); // want: "may sleep"
}

pub fn safe_pass_on(a: &SpinLock<u32>, b: &SpinLock<u32>) {
    drop(pass_on(a.lock(), b));
    sleep();
}

/// A function pointer in a static that is a structure.
struct Driver {
    start: fn(u32) -> u32,
    stop: Option<fn()>,
}

fn start(n: u32) -> u32 {
    n + 1
}

fn start_slowly(n: u32) -> u32 {
    sleep();
    n
}

static QUICK: Driver = Driver { start, stop: None };
static TARDY: Driver = Driver { start: start_slowly, stop: Some(sleep) };

pub fn buggy_static_driver(lock: &SpinLock<u32>) -> u32 {
    let n = lock.lock();
    (TARDY.start)(*n) // want: "may sleep"
}

pub fn safe_static_driver(lock: &SpinLock<u32>) -> u32 {
    let n = lock.lock();
    (QUICK.start)(*n)
}

/// An option of a callback.
pub fn buggy_optional_callback(lock: &SpinLock<u32>) {
    let n = lock.lock();
    if let Some(stop) = TARDY.stop {
        stop(); // want: "may sleep"
    }
}

pub fn safe_optional_callback(lock: &SpinLock<u32>) {
    let n = lock.lock();
    if let Some(stop) = QUICK.stop {
        stop();
    }
}

/// A generic function with a bound on what it returns.
fn build<T, E: From<NoMemory>>(make: impl Fn(Flags) -> Result<T, NoMemory>, flags: Flags) -> Result<T, E> {
    Ok(make(flags)?)
}

pub fn buggy_build(lock: &SpinLock<u32>) -> Result<Box<u32>, NoMemory> {
    let n = lock.lock();
    build(|flags| Box::new(*n, flags), GFP_KERNEL) // want: "may sleep"
}

pub fn safe_build(lock: &SpinLock<u32>) -> Result<Box<u32>, NoMemory> {
    let n = lock.lock();
    build(|flags| Box::new(*n, flags), GFP_ATOMIC)
}

/// The same with the flags in a structure.
struct Request {
    flags: Flags,
    size: usize,
}

impl Request {
    fn atomic(mut self) -> Self {
        self.flags = GFP_ATOMIC;
        self
    }
    fn run(&self) -> Result<Box<u32>, NoMemory> {
        Box::new(self.size as u32, self.flags)
    }
}

pub fn buggy_builder(lock: &SpinLock<u32>) {
    let n = lock.lock();
    let _ = Request { flags: GFP_KERNEL, size: 3 }.run(); // want: "may sleep"
}

pub fn safe_builder(lock: &SpinLock<u32>) {
    let n = lock.lock();
    let _ = Request { flags: GFP_KERNEL, size: 3 }.atomic().run();
}

/// Locks in a loop that ends by `?`.
pub fn buggy_loop_question(locks: &[SpinLock<u32>]) -> Option<u32> {
    let mut sum = 0;
    for lock in locks {
        let guard = lock.try_lock()?;
        sum += *guard;
        mem::forget(guard);
    }
    sleep(); // want: "may sleep"
    Some(sum)
} // want: "preempt count"

pub fn safe_loop_question(locks: &[SpinLock<u32>]) -> Option<u32> {
    let mut sum = 0;
    for lock in locks {
        let guard = lock.try_lock()?;
        sum += *guard;
    }
    sleep();
    Some(sum)
}

/// A lock held over an `.await`.
pub async fn buggy_held_over(lock: &SpinLock<u32>, f: impl Future<Output = u32>) -> u32 {
    let guard = lock.lock();
    f.await + *guard // want-assumed: "may sleep"
}

pub async fn safe_held_over(lock: &SpinLock<u32>, f: impl Future<Output = u32>) -> u32 {
    let n = *lock.lock();
    f.await + n
}
