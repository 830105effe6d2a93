// SPDX-License-Identifier: Apache-2.0 OR MIT
//! More of what drivers do: flags that decide, mapped guards, stored callbacks,
//! callbacks from C, state behind pins and cells.

use crate::kern::*;
use core::cell::Cell;
use core::ops::Deref;
use core::pin::Pin;

/// A bit decides, twice.
pub fn buggy_bit(lock: *mut bindings::spinlock_t, flags: u32) {
    if flags & 1 != 0 {
        unsafe { bindings::spin_lock(lock) };
    }
    if flags & 2 == 0 {
        sleep(); // want: "may sleep"
    }
    if flags & 1 != 0 {
        unsafe { bindings::spin_unlock(lock) };
    }
}

pub fn safe_bit(lock: *mut bindings::spinlock_t, flags: u32) {
    if flags & 1 != 0 {
        unsafe { bindings::spin_lock(lock) };
    }
    if flags & 1 == 0 {
        sleep();
    }
    if flags & 1 != 0 {
        unsafe { bindings::spin_unlock(lock) };
    }
}

/// `&&` and `||` keep what they know.
pub fn buggy_logic(lock: &SpinLock<u32>, a: bool, b: bool) {
    let guard = if a && b { Some(lock.lock()) } else { None };
    if a || b {
        sleep(); // want: "may sleep"
    }
}

pub fn safe_logic(lock: &SpinLock<u32>, a: bool, b: bool) {
    let guard = if a && b { Some(lock.lock()) } else { None };
    if !(a && b) {
        sleep();
    }
}

/// A tuple is matched.
pub fn buggy_tuple_match(lock: &SpinLock<u32>, a: bool, b: bool) {
    let guard = match (a, b) {
        (true, _) => Some(lock.lock()),
        (false, _) => None,
    };
    match (a, b) {
        (_, true) => sleep(), // want: "may sleep"
        _ => (),
    }
}

pub fn safe_tuple_match(lock: &SpinLock<u32>, a: bool, b: bool) {
    let guard = match (a, b) {
        (true, _) => Some(lock.lock()),
        (false, _) => None,
    };
    match (a, b) {
        (false, true) => sleep(),
        _ => (),
    }
}

/// `matches!` and chains of conditions.
pub fn buggy_matches(lock: &SpinLock<u32>) {
    let guard = lock.try_lock();
    if matches!(guard, Some(ref g) if **g > 1) {
        sleep(); // want: "may sleep"
    }
}

pub fn safe_matches(lock: &SpinLock<u32>) {
    let guard = lock.try_lock();
    if matches!(guard, None) {
        sleep();
    }
}

/// A guard that shows only a part.
pub struct Mapped<'a, U> {
    guard: SpinGuard<'a, (u32, u32)>,
    part: fn(&(u32, u32)) -> &U,
}

impl<'a, U> Mapped<'a, U> {
    fn of(guard: SpinGuard<'a, (u32, u32)>, part: fn(&(u32, u32)) -> &U) -> Self {
        Mapped { guard, part }
    }
}

impl<U> Deref for Mapped<'_, U> {
    type Target = U;
    fn deref(&self) -> &U {
        (self.part)(&self.guard)
    }
}

fn first(pair: &(u32, u32)) -> &u32 {
    &pair.0
}

pub fn buggy_mapped(lock: &SpinLock<(u32, u32)>) -> u32 {
    let part = Mapped::of(lock.lock(), first);
    sleep(); // want: "may sleep"
    *part
}

pub fn safe_mapped(lock: &SpinLock<(u32, u32)>) -> u32 {
    let part = Mapped::of(lock.lock(), first);
    let n = *part;
    drop(part);
    sleep();
    n
}

/// A callback that is kept, and used once.
pub struct Once<F: FnOnce()> {
    f: Option<F>,
}

impl<F: FnOnce()> Once<F> {
    fn fire(&mut self) {
        if let Some(f) = self.f.take() {
            f();
        }
    }
}

pub fn buggy_once(lock: &SpinLock<u32>) {
    let mut once = Once { f: Some(|| sleep()) };
    let _guard = lock.lock();
    once.fire(); // want: "may sleep"
}

pub fn safe_once(lock: &SpinLock<u32>) {
    let mut n = 0;
    let mut once = Once { f: Some(|| n += 1) };
    let _guard = lock.lock();
    once.fire();
}

/// A type whose drop gives its content away.
pub struct Deferred<'a> {
    lease: Option<Lease>,
    to: &'a Cell<Option<Lease>>,
}

impl Drop for Deferred<'_> {
    fn drop(&mut self) {
        if let Some(lease) = self.lease.take() {
            core::mem::forget(self.to.replace(Some(lease)));
        }
    }
}

pub struct Impatient {
    lease: Option<Lease>,
}

impl Drop for Impatient {
    fn drop(&mut self) {
        drop(self.lease.take());
    }
}

pub fn buggy_deferred(lock: &SpinLock<u32>, i: Impatient) {
    let _guard = lock.lock();
    let i = i;
} // want: "may sleep"

pub fn safe_deferred(lock: &SpinLock<u32>, token: Token) {
    let _guard = lock.lock();
    let token = token;
}

/// Behind a pin.
pub struct Pinned {
    lock: SpinLock<u32>,
    table: Mutex<u32>,
}

impl Pinned {
    fn locked(self: Pin<&Self>) -> SpinGuard<'_, u32> {
        Pin::get_ref(self).lock.lock()
    }
}

pub fn buggy_pinned(p: Pin<&Pinned>) -> u32 {
    let guard = p.locked();
    let n = *p.table.lock(); // want: "may sleep"
    n + *guard
}

pub fn safe_pinned(p: Pin<&Pinned>) -> u32 {
    let n = *p.table.lock();
    n + *p.locked()
}

/// Data that C carries: a pointer to a box.
unsafe extern "C" fn started(speed: i32) -> i32 {
    speed
}

unsafe extern "C" fn stopped(speed: i32) -> i32 {
    sleep();
    speed
}

pub fn buggy_ops_in_place(lock: &SpinLock<u32>) -> i32 {
    let ops = bindings::pump_ops { run: Some(stopped) };
    let _guard = lock.lock();
    unsafe { bindings::pump_run(&ops, 2) } // want: "may sleep"
}

pub fn safe_ops_in_place(lock: &SpinLock<u32>) -> i32 {
    let ops = bindings::valve_ops { run: Some(started) };
    let _guard = lock.lock();
    unsafe { bindings::valve_run(&ops, 2) }
}

/// A slice pattern takes the guards apart.
pub fn buggy_slice_pattern(a: &SpinLock<u32>, b: &SpinLock<u32>) {
    let [first, second] = [a.lock(), b.lock()];
    drop(first);
    sleep(); // want: "may sleep"
}

pub fn safe_slice_pattern(a: &SpinLock<u32>, b: &SpinLock<u32>) {
    let [first, second] = [a.lock(), b.lock()];
    drop(first);
    drop(second);
    sleep();
}

/// An associated constant that is a truth value.
pub trait Policy {
    const MAY_SLEEP: bool;
    const NAME: u32;
}

pub struct Atomic;
pub struct Process;

impl Policy for Atomic {
    const MAY_SLEEP: bool = false;
    const NAME: u32 = 1;
}

impl Policy for Process {
    const MAY_SLEEP: bool = true;
    const NAME: u32 = 2;
}

fn wait<P: Policy>() -> u32 {
    if P::MAY_SLEEP {
        sleep();
    }
    P::NAME
}

pub fn buggy_policy(lock: &SpinLock<u32>) -> u32 {
    let guard = lock.lock();
    wait::<Process>() + *guard // want: "may sleep"
}

pub fn safe_policy(lock: &SpinLock<u32>) -> u32 {
    let guard = lock.lock();
    wait::<Atomic>() + *guard
}

/// An argument that says whether to wait.
fn fetch(table: &Mutex<u32>, wait: bool) -> Option<u32> {
    if wait {
        Some(*table.lock())
    } else {
        table.try_lock().map(|t| *t)
    }
}

pub fn buggy_wait_argument(lock: &SpinLock<u32>, table: &Mutex<u32>) -> Option<u32> {
    let guard = lock.lock();
    fetch(table, true) // want: "may sleep"
}

pub fn safe_wait_argument(lock: &SpinLock<u32>, table: &Mutex<u32>) -> Option<u32> {
    let guard = lock.lock();
    fetch(table, false)
}

/// An enum argument that says so.
#[derive(Clone, Copy, PartialEq)]
pub enum Mode {
    Atomic = 4,
    Process = 9,
}

fn fetch_by(table: &Mutex<u32>, mode: Mode) -> Option<u32> {
    match mode {
        Mode::Process => Some(*table.lock()),
        Mode::Atomic => None,
    }
}

fn fetch_if(table: &Mutex<u32>, mode: Mode) -> Option<u32> {
    if mode == Mode::Atomic {
        return None;
    }
    Some(*table.lock())
}

pub fn buggy_mode(lock: &SpinLock<u32>, table: &Mutex<u32>) -> Option<u32> {
    let guard = lock.lock();
    fetch_by(table, Mode::Process) // want: "may sleep"
}

pub fn safe_mode(lock: &SpinLock<u32>, table: &Mutex<u32>) -> Option<u32> {
    let guard = lock.lock();
    fetch_by(table, Mode::Atomic)
}

pub fn buggy_mode_compared(lock: &SpinLock<u32>, table: &Mutex<u32>) -> Option<u32> {
    let guard = lock.lock();
    fetch_if(table, Mode::Process) // want: "may sleep"
}

pub fn safe_mode_compared(lock: &SpinLock<u32>, table: &Mutex<u32>) -> Option<u32> {
    let guard = lock.lock();
    fetch_if(table, Mode::Atomic)
}

/// A result that says whether the callee still holds the lock.
fn begin(lock: *mut bindings::spinlock_t) -> bool {
    if unsafe { bindings::sensor() } == 0 {
        return false;
    }
    unsafe { bindings::spin_lock(lock) };
    true
}

pub fn buggy_begin(lock: *mut bindings::spinlock_t) {
    if begin(lock) {
        sleep(); // want: "may sleep"
        unsafe { bindings::spin_unlock(lock) };
    }
}

pub fn safe_begin(lock: *mut bindings::spinlock_t) {
    if begin(lock) {
        unsafe { bindings::spin_unlock(lock) };
    }
    sleep();
}

/// What is built field by field, and fails halfway.
pub struct Both<'a> {
    a: SpinGuard<'a, u32>,
    b: Box<u32>,
}

fn both<'a>(lock: &'a SpinLock<u32>) -> Result<Both<'a>, NoMemory> {
    Ok(Both { a: lock.lock(), b: Box::new(1, GFP_ATOMIC)? })
}

pub fn buggy_both(lock: &SpinLock<u32>) {
    if let Ok(both) = both(lock) {
        sleep(); // want: "may sleep"
    }
}

pub fn safe_both(lock: &SpinLock<u32>) {
    if both(lock).is_err() {
        sleep();
    }
    sleep();
}

/// `Option<Arc>` and its clones.
pub fn buggy_cloned(lock: &SpinLock<Option<Arc<Lease>>>) -> bool {
    let slot = lock.lock();
    let copy = slot.clone();
    copy.is_some()
} // want: "may sleep"

pub fn safe_cloned(lock: &SpinLock<Option<Arc<Lease>>>) -> bool {
    let copy = lock.lock().clone();
    copy.is_some()
}

/// An enum with a variant that holds something: a comparison with one that does not.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Depth {
    Flat,
    Locked,
    Deep(u8),
}

pub fn buggy_depth(lock: *mut bindings::spinlock_t, depth: Depth) {
    if depth == Depth::Locked {
        unsafe { bindings::spin_lock(lock) };
    }
    if depth != Depth::Flat {
        sleep(); // want: "may sleep"
    }
    if depth == Depth::Locked {
        unsafe { bindings::spin_unlock(lock) };
    }
}

pub fn safe_depth(lock: *mut bindings::spinlock_t, depth: Depth) {
    if depth == Depth::Locked {
        unsafe { bindings::spin_lock(lock) };
    }
    if depth != Depth::Locked {
        sleep();
    }
    if depth == Depth::Locked {
        unsafe { bindings::spin_unlock(lock) };
    }
}

/// What it holds takes part: a field decides, not the variant alone.
pub fn buggy_fields(lock: *mut bindings::spinlock_t, depth: Depth) {
    let held = depth != Depth::Deep(1);
    if held {
        unsafe { bindings::spin_lock(lock) };
    }
    if matches!(depth, Depth::Deep(_)) {
        sleep(); // want: "may sleep"
    }
    if held {
        unsafe { bindings::spin_unlock(lock) };
    }
}

pub fn safe_fields(lock: *mut bindings::spinlock_t, depth: Depth) {
    let deep = depth == Depth::Deep(1);
    if !deep {
        unsafe { bindings::spin_lock(lock) };
    }
    if deep {
        sleep();
    } else {
        unsafe { bindings::spin_unlock(lock) };
    }
}

/// A comparison of one's own that has nothing to do with it.
#[derive(Clone, Copy)]
pub enum Odd {
    A,
    B,
}

impl PartialEq for Odd {
    fn eq(&self, other: &Odd) -> bool {
        !matches!((self, other), (Odd::A, Odd::A))
    }
}

pub fn buggy_odd(lock: *mut bindings::spinlock_t, odd: Odd) {
    unsafe { bindings::spin_lock(lock) };
    if odd == Odd::A {
        if matches!(odd, Odd::B) {
            sleep(); // want: "may sleep"
        }
    }
    unsafe { bindings::spin_unlock(lock) };
}

pub fn safe_odd(lock: *mut bindings::spinlock_t, odd: Odd) {
    unsafe { bindings::spin_lock(lock) };
    if odd == Odd::A {
        if matches!(odd, Odd::A) {
            sleep();
        }
    }
    unsafe { bindings::spin_unlock(lock) };
}

/// An error path that forgets the lock.
pub fn buggy_forgotten(lock: *mut bindings::spinlock_t, n: u32) -> Result<u32, NoMemory> {
    unsafe { bindings::spin_lock(lock) }; // want: "still held when this function returns an error"
    if n > 3 {
        return Err(NoMemory);
    }
    unsafe { bindings::spin_unlock(lock) };
    Ok(n)
}

pub fn safe_forgotten(lock: *mut bindings::spinlock_t, n: u32) -> Result<u32, NoMemory> {
    unsafe { bindings::spin_lock(lock) };
    let result = if n > 3 { Err(NoMemory) } else { Ok(n) };
    unsafe { bindings::spin_unlock(lock) };
    result
}

/// The error hands the guard back.
fn offered<'a>(lock: &'a SpinLock<u32>, n: u32) -> Result<u32, SpinGuard<'a, u32>> {
    let guard = lock.lock();
    if n > 3 {
        return Err(guard);
    }
    Ok(n)
}

pub fn buggy_offered(lock: &SpinLock<u32>, n: u32) {
    let result = offered(lock, n);
    sleep(); // want: "may sleep"
    drop(result);
}

pub fn safe_offered(lock: &SpinLock<u32>, n: u32) {
    if let Err(guard) = offered(lock, n) {
        drop(guard);
    }
    sleep();
}

/// A try that takes the lock when it succeeds.
fn tried(lock: *mut bindings::spinlock_t) -> Result<(), NoMemory> {
    if begin(lock) {
        return Ok(());
    }
    Err(NoMemory)
}

pub fn buggy_tried(lock: *mut bindings::spinlock_t) -> Result<(), NoMemory> {
    tried(lock)?;
    sleep(); // want: "may sleep"
    unsafe { bindings::spin_unlock(lock) };
    Ok(())
}

pub fn safe_tried(lock: *mut bindings::spinlock_t) -> Result<(), NoMemory> {
    tried(lock)?;
    unsafe { bindings::spin_unlock(lock) };
    sleep();
    Ok(())
}
