// SPDX-License-Identifier: Apache-2.0 OR MIT
//! Guards and flags that go through values of all kinds.

use crate::kern::*;
use core::future::Future;
use core::mem;
use core::ops::ControlFlow;
use core::pin::Pin;
use core::task::{Context, Poll, RawWaker, RawWakerVTable, Waker};

/// An async block: its body is a function like another.
pub fn buggy_async<'a>(lock: &'a SpinLock<u32>) -> impl Future<Output = u32> + 'a {
    async move {
        let guard = lock.lock();
        sleep(); // want: "may sleep"
        *guard
    }
}

pub fn safe_async<'a>(lock: &'a SpinLock<u32>) -> impl Future<Output = u32> + 'a {
    async move {
        let n = *lock.lock();
        sleep();
        n
    }
}

/// An async function that waits with the lock held.
async fn pause() {
    sleep()
}

pub async fn buggy_await(lock: &SpinLock<u32>) -> u32 {
    let guard = lock.lock();
    pause().await; // want: "may sleep"
    *guard
}

pub async fn safe_await(lock: &SpinLock<u32>) -> u32 {
    let n = *lock.lock();
    pause().await;
    n
}

/// `ControlFlow` carries a guard out.
fn search<'a>(locks: &'a [SpinLock<u32>; 2]) -> ControlFlow<SpinGuard<'a, u32>> {
    if let Some(guard) = locks[0].try_lock() {
        return ControlFlow::Break(guard);
    }
    ControlFlow::Continue(())
}

pub fn buggy_control_flow(locks: &[SpinLock<u32>; 2]) {
    match search(locks) {
        ControlFlow::Break(_guard) => sleep(), // want: "may sleep"
        ControlFlow::Continue(()) => (),
    }
}

pub fn safe_control_flow(locks: &[SpinLock<u32>; 2]) {
    match search(locks) {
        ControlFlow::Break(_guard) => (),
        ControlFlow::Continue(()) => sleep(),
    }
}

/// Two places exchanged.
pub fn buggy_swapped(lock: &SpinLock<u32>) {
    let (mut a, mut b) = (Some(lock.lock()), None);
    mem::swap(&mut a, &mut b);
    drop(a);
    sleep(); // want: "may sleep"
}

pub fn safe_swapped(lock: &SpinLock<u32>) {
    let (mut a, mut b) = (Some(lock.lock()), None);
    mem::swap(&mut a, &mut b);
    drop(b);
    sleep();
}

/// `mem::take` leaves the default.
struct Kept<'a> {
    guard: Option<SpinGuard<'a, u32>>,
}

pub fn buggy_mem_take(lock: &SpinLock<u32>) {
    let mut kept = Kept { guard: Some(lock.lock()) };
    let taken = mem::take(&mut kept.guard);
    drop(kept);
    sleep(); // want: "may sleep"
}

pub fn safe_mem_take(lock: &SpinLock<u32>) {
    let mut kept = Kept { guard: Some(lock.lock()) };
    drop(mem::take(&mut kept.guard));
    sleep();
}

/// `Option::replace` gives back the old one.
pub fn buggy_option_replace(a: &SpinLock<u32>, b: &SpinLock<u32>) {
    let mut slot = Some(a.lock());
    let old = slot.replace(b.lock());
    drop(slot);
    sleep(); // want: "may sleep"
}

pub fn safe_option_replace(a: &SpinLock<u32>, b: &SpinLock<u32>) {
    let mut slot = Some(a.lock());
    drop(slot.replace(b.lock()));
    drop(slot);
    sleep();
}

/// A method that takes the guard out of a structure behind a reference.
impl<'a> Kept<'a> {
    fn finish(&mut self) {
        if let Some(guard) = self.guard.take() {
            drop(guard);
        }
    }
    fn held(&self) -> bool {
        self.guard.is_some()
    }
}

pub fn buggy_finish(lock: &SpinLock<u32>) {
    let mut kept = Kept { guard: Some(lock.lock()) };
    if kept.held() {
        sleep(); // want: "may sleep"
    }
    kept.finish();
}

pub fn safe_finish(lock: &SpinLock<u32>) {
    let mut kept = Kept { guard: Some(lock.lock()) };
    kept.finish();
    if !kept.held() {
        sleep();
    }
}

/// Flags with a bit added, and with one taken away.
fn without(flags: Flags, bits: u32) -> Flags {
    Flags(flags.0 & !bits)
}

pub fn buggy_bit_added(lock: &SpinLock<u32>) {
    let guard = lock.lock();
    let _ = Box::new(1u32, Flags((GFP_ATOMIC | GFP_NOWARN).0 | 0x400)); // want: "may sleep"
}

pub fn safe_bit_added(lock: &SpinLock<u32>) {
    let guard = lock.lock();
    let _ = Box::new(1u32, GFP_ATOMIC | GFP_NOWARN);
}

pub fn buggy_bit_removed(lock: &SpinLock<u32>) {
    let guard = lock.lock();
    let _ = Box::new(1u32, without(GFP_KERNEL, 0x80)); // want: "may sleep"
}

pub fn safe_bit_removed(lock: &SpinLock<u32>) {
    let guard = lock.lock();
    let _ = Box::new(1u32, without(GFP_KERNEL, 0x400));
}

/// Flags chosen by whether a lock is held.
pub fn buggy_flags_by_guard(lock: &SpinLock<u32>) {
    let guard = lock.try_lock();
    let flags = if guard.is_none() { GFP_ATOMIC } else { GFP_KERNEL };
    let _ = Box::new(1u32, flags); // want: "may sleep"
}

pub fn safe_flags_by_guard(lock: &SpinLock<u32>) {
    let guard = lock.try_lock();
    let flags = if guard.is_some() { GFP_ATOMIC } else { GFP_KERNEL };
    let _ = Box::new(1u32, flags);
}

/// A tuple of a guard and what to do about it.
fn tagged<'a>(lock: &'a SpinLock<u32>, take: bool) -> (bool, Option<SpinGuard<'a, u32>>) {
    if take { (true, Some(lock.lock())) } else { (false, None) }
}

pub fn buggy_tagged(lock: &SpinLock<u32>, take: bool) {
    let (taken, _guard) = tagged(lock, take);
    if taken {
        sleep(); // want: "may sleep"
    }
}

pub fn safe_tagged(lock: &SpinLock<u32>, take: bool) {
    let (taken, _guard) = tagged(lock, take);
    if !taken {
        sleep();
    }
}

/// A counter of how many are held.
pub fn buggy_chained(a: &SpinLock<u32>, b: &SpinLock<u32>) {
    let x = a.lock();
    let y = b.lock();
    drop(x);
    let z = a.lock();
    drop(y);
    sleep(); // want: "may sleep"
}

pub fn safe_chained(a: &SpinLock<u32>, b: &SpinLock<u32>) {
    let x = a.lock();
    let y = b.lock();
    drop(x);
    let z = a.lock();
    drop(y);
    drop(z);
    sleep();
}

/// A guard moved into a loop, dropped in its first turn.
pub fn buggy_first_turn(lock: &SpinLock<u32>, n: u32) {
    let mut guard = Some(lock.lock());
    for i in 0..n {
        guard = None;
    }
    sleep(); // want: "may sleep"
}

pub fn safe_first_turn(lock: &SpinLock<u32>, n: u32) {
    let mut guard = Some(lock.lock());
    for i in 0..n {
        guard = None;
    }
    guard = None;
    sleep();
}

/// An enum with guards in several variants.
enum State<'a> {
    Idle,
    Reading(SpinGuard<'a, u32>),
    Writing { guard: SpinGuard<'a, u32>, value: u32 },
}

fn next<'a>(state: State<'a>, lock: &'a SpinLock<u32>) -> State<'a> {
    match state {
        State::Idle => State::Reading(lock.lock()),
        State::Reading(guard) => State::Writing { guard, value: 1 },
        State::Writing { mut guard, value } => {
            *guard = value;
            State::Idle
        }
    }
}

pub fn buggy_states(lock: &SpinLock<u32>) {
    let state = next(next(State::Idle, lock), lock);
    sleep(); // want: "may sleep"
}

pub fn safe_states(lock: &SpinLock<u32>) {
    let state = next(next(next(State::Idle, lock), lock), lock);
    sleep();
}

/// A trait with an associated constant that decides.
trait Mode {
    const SLEEPS: bool;
    fn run() {
        if Self::SLEEPS {
            sleep()
        }
    }
}
struct Fast;
struct Slow;
impl Mode for Fast {
    const SLEEPS: bool = false;
}
impl Mode for Slow {
    const SLEEPS: bool = !Fast::SLEEPS;
}

pub fn buggy_mode_const(lock: &SpinLock<u32>) {
    let guard = lock.lock();
    Slow::run(); // want: "may sleep"
}

pub fn safe_mode_const(lock: &SpinLock<u32>) {
    let guard = lock.lock();
    Fast::run();
}

/// An iterator with a guard inside.
struct Walk<'a> {
    guard: SpinGuard<'a, u32>,
    left: u32,
}

impl Iterator for Walk<'_> {
    type Item = u32;
    fn next(&mut self) -> Option<u32> {
        if self.left == 0 {
            return None;
        }
        self.left -= 1;
        Some(*self.guard)
    }
}

pub fn buggy_walk(lock: &SpinLock<u32>) {
    for n in (Walk { guard: lock.lock(), left: 3 }) {
        sleep(); // want: "may sleep"
    }
}

pub fn safe_walk(lock: &SpinLock<u32>) {
    let mut sum = 0;
    for n in (Walk { guard: lock.lock(), left: 3 }) {
        sum += n;
    }
    sleep();
}

/// Adaptors of the standard kind.
pub fn buggy_adaptors(lock: &SpinLock<u32>) -> u32 {
    let walk = Walk { guard: lock.lock(), left: 3 };
    walk.filter(|n| *n > 0).map(|n| n + 1).inspect(|_| sleep()).fold(0, |a, b| a + b) // want: "may sleep"
}

pub fn safe_adaptors(lock: &SpinLock<u32>) -> u32 {
    let walk = Walk { guard: lock.lock(), left: 3 };
    let n = walk.filter(|n| *n > 0).map(|n| n + 1).take(2).fold(0, |a, b| a + b);
    sleep();
    n
}

/// Closures in a table, of which one is called.
pub fn buggy_table_of_closures(lock: &SpinLock<u32>, i: usize) {
    let table: [&dyn Fn(); 2] = [&|| (), &|| sleep()];
    let guard = lock.lock();
    table[i & 1](); // want: "may sleep"
}

pub fn safe_table_of_closures(lock: &SpinLock<u32>, i: usize) {
    let table: [fn(); 2] = [|| (), || drop(Token(1))];
    let guard = lock.lock();
    table[i & 1]();
}

/// Returned early with a `Result` that holds the guard.
fn checked<'a>(lock: &'a SpinLock<u32>, n: u32) -> Result<SpinGuard<'a, u32>, NoMemory> {
    let guard = lock.lock();
    if *guard < n {
        return Err(NoMemory);
    }
    Ok(guard)
}

pub fn buggy_checked(lock: &SpinLock<u32>) {
    if let Ok(_guard) = checked(lock, 3) {
        sleep(); // want: "may sleep"
    }
}

pub fn safe_checked(lock: &SpinLock<u32>) {
    if checked(lock, 3).is_err() {
        sleep();
    }
}

/// `matches!` on an option that holds a guard.
pub fn buggy_matches_held(lock: &SpinLock<u32>) {
    let guard = lock.try_lock();
    if matches!(guard, Some(ref g) if **g > 0) {
        sleep(); // want: "may sleep"
    }
}

pub fn safe_matches_held(lock: &SpinLock<u32>) {
    let guard = lock.try_lock();
    if matches!(guard, None) {
        sleep();
    }
}

/// `?` on an `Option` in a closure.
pub fn buggy_closure_question(lock: &SpinLock<u32>) {
    let n = (|| {
        let guard = lock.try_lock()?;
        sleep(); // want: "may sleep"
        Some(*guard)
    })();
}

pub fn safe_closure_question(lock: &SpinLock<u32>) {
    let n = (|| {
        let guard = lock.try_lock()?;
        Some(*guard)
    })();
    sleep();
}

/// The guard of one lock in the data of another.
pub fn buggy_nested_data(outer: &Mutex<Option<u32>>, inner: &SpinLock<u32>) {
    let mut data = outer.lock();
    *data = Some(*inner.lock());
    let held = inner.lock();
    drop(data);
    sleep(); // want: "may sleep"
}

pub fn safe_nested_data(outer: &Mutex<Option<u32>>, inner: &SpinLock<u32>) {
    let mut data = outer.lock();
    *data = Some(*inner.lock());
    sleep();
}

/// A waker that does nothing.
fn no_raw() -> RawWaker {
    fn clone(_: *const ()) -> RawWaker {
        no_raw()
    }
    fn nothing(_: *const ()) {}
    static TABLE: RawWakerVTable = RawWakerVTable::new(clone, nothing, nothing, nothing);
    RawWaker::new(core::ptr::null(), &TABLE)
}

/// An async block that is polled here.
pub fn buggy_polled(lock: &SpinLock<u32>) {
    let waker = unsafe { Waker::from_raw(no_raw()) };
    let mut cx = Context::from_waker(&waker);
    let mut f = core::pin::pin!(async {
        let guard = lock.lock();
        sleep(); // want: "may sleep"
        *guard
    });
    let _ = f.as_mut().poll(&mut cx);
}

pub fn safe_polled(lock: &SpinLock<u32>) {
    let waker = unsafe { Waker::from_raw(no_raw()) };
    let mut cx = Context::from_waker(&waker);
    let mut f = core::pin::pin!(async {
        let n = *lock.lock();
        pause().await;
        n
    });
    let _ = f.as_mut().poll(&mut cx);
}

/// A future behind a trait object, polled with a lock held.
fn poll_once(f: Pin<&mut dyn Future<Output = ()>>, cx: &mut Context<'_>) -> bool {
    f.poll(cx).is_ready()
}

pub fn buggy_dyn_future(lock: &SpinLock<u32>, cx: &mut Context<'_>) {
    let guard = lock.lock();
    poll_once(core::pin::pin!(async { sleep() }), cx); // want: "may sleep"
}

pub fn safe_dyn_future(lock: &SpinLock<u32>, cx: &mut Context<'_>) {
    let n = *lock.lock();
    poll_once(core::pin::pin!(async { sleep() }), cx);
}

/// A method that moves a guard from one field to another, over the one that was there.
struct Hand<'a> {
    current: Option<SpinGuard<'a, u32>>,
    next: Option<SpinGuard<'a, u32>>,
}

impl<'a> Hand<'a> {
    fn advance(&mut self) {
        self.current = self.next.take();
    }
}

pub fn buggy_advance(a: &SpinLock<u32>, b: &SpinLock<u32>) {
    let mut hand = Hand { current: Some(a.lock()), next: Some(b.lock()) };
    hand.advance();
    sleep(); // want: "may sleep"
}

pub fn safe_advance(a: &SpinLock<u32>, b: &SpinLock<u32>) {
    let mut hand = Hand { current: Some(a.lock()), next: Some(b.lock()) };
    hand.advance();
    hand.advance();
    sleep();
}
