// SPDX-License-Identifier: Apache-2.0 OR MIT
//! Control flow and data as drivers have them, a few things at a time.

use crate::kern::*;

fn fast(n: u32) -> u32 {
    n + 1
}

fn slow(n: u32) -> u32 {
    sleep();
    n
}

/// A helper that calls under the lock what it is given.
pub mod buggy_helper_pointer {
    use super::*;

    fn locked_call(lock: &SpinLock<u32>, f: fn(u32) -> u32) -> u32 {
        let guard = lock.lock();
        f(*guard) // want: "may sleep"
    }

    pub fn entry(lock: &SpinLock<u32>) -> u32 {
        locked_call(lock, slow)
    }
}

fn locked_call(lock: &SpinLock<u32>, f: fn(u32) -> u32) -> u32 {
    let guard = lock.lock();
    f(*guard)
}

pub fn safe_helper_pointer(lock: &SpinLock<u32>) -> u32 {
    locked_call(lock, fast)
}

/// A guard that is swapped for another in a loop.
pub fn buggy_hand_over_hand(locks: &[SpinLock<u32>; 3]) {
    let mut guard = locks[0].lock();
    for lock in &locks[1..] {
        let next = lock.lock();
        guard = next;
    }
    sleep(); // want: "may sleep"
}

pub fn safe_hand_over_hand(locks: &[SpinLock<u32>; 3]) {
    let mut guard = locks[0].lock();
    for lock in &locks[1..] {
        let next = lock.lock();
        guard = next;
    }
    drop(guard);
    sleep();
}

/// `break` with a label leaves two scopes.
pub fn buggy_label(lock: &SpinLock<u32>, ns: &[u32]) {
    'all: for n in ns {
        let guard = lock.lock();
        for m in ns {
            if n == m {
                continue 'all;
            }
            sleep(); // want: "may sleep"
        }
    }
}

pub fn safe_label(lock: &SpinLock<u32>, ns: &[u32]) {
    'all: for n in ns {
        let guard = lock.lock();
        for m in ns {
            if n == m {
                drop(guard);
                sleep();
                continue 'all;
            }
        }
    }
    sleep();
}

/// A match guard looks through the lock.
pub fn buggy_match_guard(lock: &SpinLock<u32>) -> u32 {
    match lock.try_lock() {
        Some(g) if *g > 3 => *g,
        Some(g) => slow(*g), // want: "may sleep"
        None => slow(1),
    }
}

pub fn safe_match_guard(lock: &SpinLock<u32>) -> u32 {
    match lock.try_lock() {
        Some(g) if *g > 3 => *g,
        Some(g) => fast(*g),
        None => slow(1),
    }
}

/// Both arms of a result hold the lock.
fn either(lock: &SpinLock<u32>) -> Result<SpinGuard<'_, u32>, SpinGuard<'_, u32>> {
    let guard = lock.lock();
    if *guard > 1 {
        Ok(guard)
    } else {
        Err(guard)
    }
}

pub fn buggy_either(lock: &SpinLock<u32>) {
    let held = either(lock);
    if held.is_err() {
        sleep(); // want: "may sleep"
    }
}

pub fn safe_either(lock: &SpinLock<u32>) {
    match either(lock) {
        Ok(g) | Err(g) => drop(g),
    }
    sleep();
}

/// An iterator of the driver's own.
struct Steps(u32);

impl Iterator for Steps {
    type Item = u32;
    fn next(&mut self) -> Option<u32> {
        sleep();
        self.0 = self.0.checked_sub(1)?;
        Some(self.0)
    }
}

pub fn buggy_iterator(lock: &SpinLock<u32>) {
    let mut guard = lock.lock();
    for n in Steps(3) { // want: "may sleep"
        *guard += n;
    }
}

pub fn safe_iterator(lock: &SpinLock<u32>) {
    for n in Steps(3) {
        *lock.lock() += n;
    }
}

pub fn buggy_adaptors(lock: &SpinLock<u32>) -> u32 {
    let guard = lock.lock();
    Steps(3).filter(|n| n % 2 == 0).map(|n| n + *guard).take(2).fold(0, |a, b| a + b) // want: "may sleep"
}

pub fn safe_adaptors(lock: &SpinLock<u32>) -> u32 {
    let n: u32 = Steps(3).filter(|n| n % 2 == 0).sum();
    let guard = lock.lock();
    (0..n).filter(|n| n % 2 == 0).map(|n| n + *guard).take(2).fold(0, |a, b| a + b)
}

/// An object in a field, and a pointer that may be missing.
pub trait Hooks {
    fn enter(&self) -> u32;
}

pub struct Plain;

impl Hooks for Plain {
    fn enter(&self) -> u32 {
        2
    }
}

pub struct Device {
    hooks: &'static dyn Hooks,
    notify: Option<fn(u32) -> u32>,
    flush: Option<fn(u32) -> u32>,
    state: SpinLock<u32>,
}

pub static DEVICE: Device = Device { hooks: &Plain, notify: Some(fast), flush: Some(slow), state: Lock::spin(0) };

unsafe impl Sync for Device {}

pub fn buggy_fields(device: &Device) -> u32 {
    let guard = device.state.lock();
    if let Some(flush) = device.flush {
        return flush(*guard); // want: "may sleep"
    }
    device.hooks.enter()
}

pub fn safe_fields(device: &Device) -> u32 {
    let guard = device.state.lock();
    if let Some(notify) = device.notify {
        return notify(*guard);
    }
    device.hooks.enter()
}

/// Flags that a constant expression makes.
const QUIET: Flags = Flags(GFP_KERNEL.0 & !0x400);
const LOUD: Flags = Flags(GFP_ATOMIC.0 | 0x400);

pub fn buggy_const_flags(lock: &SpinLock<u32>) -> Result<Box<u32>, NoMemory> {
    let guard = lock.lock();
    Box::new(*guard, LOUD) // want: "may sleep"
}

pub fn safe_const_flags(lock: &SpinLock<u32>) -> Result<Box<u32>, NoMemory> {
    let guard = lock.lock();
    Box::new(*guard, QUIET)
}

/// Flags in a structure of settings.
pub struct Settings {
    flags: Flags,
    depth: u32,
}

fn allocate(s: &Settings) -> Result<Box<u32>, NoMemory> {
    let mut flags = s.flags;
    if s.depth > 3 {
        flags = flags | GFP_NOWARN;
    }
    Box::new(s.depth, flags)
}

pub fn buggy_settings(lock: &SpinLock<u32>) -> Result<Box<u32>, NoMemory> {
    let guard = lock.lock();
    allocate(&Settings { flags: GFP_KERNEL, depth: *guard }) // want: "may sleep"
}

pub fn safe_settings(lock: &SpinLock<u32>) -> Result<Box<u32>, NoMemory> {
    let guard = lock.lock();
    allocate(&Settings { flags: GFP_ATOMIC, depth: *guard })
}

/// A state machine that owns its guard in one state.
pub enum State<'a> {
    Idle,
    Busy { guard: SpinGuard<'a, u32>, rounds: u32 },
    Done(u32),
}

impl<'a> State<'a> {
    fn start(self, lock: &'a SpinLock<u32>) -> State<'a> {
        match self {
            State::Idle => State::Busy { guard: lock.lock(), rounds: 1 },
            other => other,
        }
    }

    fn finish(self) -> State<'a> {
        match self {
            State::Busy { rounds, .. } => State::Done(rounds),
            other => other,
        }
    }
}

pub fn buggy_machine(lock: &SpinLock<u32>) {
    let state = State::Idle.start(lock);
    sleep(); // want: "may sleep"
    drop(state.finish());
}

pub fn safe_machine(lock: &SpinLock<u32>) {
    let state = State::Idle.start(lock).finish();
    sleep();
    drop(state);
}

/// `mem::swap` exchanges who owns what.
pub fn buggy_swap(lock: &SpinLock<u32>) {
    let mut a = Some(lock.lock());
    let mut b = None;
    core::mem::swap(&mut a, &mut b);
    drop(a);
    sleep(); // want: "may sleep"
}

pub fn safe_swap(lock: &SpinLock<u32>) {
    let mut a = Some(lock.lock());
    let mut b = None;
    core::mem::swap(&mut a, &mut b);
    drop(b);
    sleep();
}

/// The guard travels through `?` in a nested function.
fn checked(lock: &SpinLock<u32>, n: u32) -> Result<SpinGuard<'_, u32>, NoMemory> {
    let boxed = Box::new(n, GFP_ATOMIC)?;
    let guard = lock.lock();
    if *guard > *boxed {
        return Err(NoMemory);
    }
    Ok(guard)
}

pub fn buggy_checked(lock: &SpinLock<u32>) -> Result<(), NoMemory> {
    let guard = checked(lock, 3)?;
    sleep(); // want: "may sleep"
    Ok(())
}

pub fn safe_checked(lock: &SpinLock<u32>) -> Result<(), NoMemory> {
    match checked(lock, 3) {
        Ok(guard) => drop(guard),
        Err(e) => {
            sleep();
            return Err(e);
        }
    }
    sleep();
    Ok(())
}

/// A lock inside a lock, released from the inside.
pub fn buggy_nested(outer: &SpinLock<u32>, inner: &SpinLock<u32>) {
    let a = outer.lock();
    {
        let b = inner.lock();
    }
    sleep(); // want: "may sleep"
}

pub fn safe_nested(outer: &Mutex<u32>, inner: &SpinLock<u32>) {
    let a = outer.lock();
    {
        let b = inner.lock();
    }
    sleep();
}

/// Every path takes and releases, through different ways out.
pub fn buggy_ways(lock: &SpinLock<u32>, n: u32) -> u32 {
    let guard = lock.lock();
    let m = match n {
        0 => return 1,
        1..=9 => *guard,
        _ => {
            drop(guard);
            return slow(n);
        }
    };
    slow(m) // want: "may sleep"
}

pub fn safe_ways(lock: &SpinLock<u32>, n: u32) -> u32 {
    let guard = lock.lock();
    let m = match n {
        0 => return 1,
        1..=9 => *guard,
        _ => {
            drop(guard);
            return slow(n);
        }
    };
    drop(guard);
    slow(m)
}

/// A vector's elements are functions.
pub fn buggy_callbacks(lock: &SpinLock<u32>, list: &[fn(u32) -> u32]) -> u32 {
    let guard = lock.lock();
    let mut sum = 0;
    for f in list {
        sum += f(*guard); // want: "may sleep"
    }
    sum
}

type Quiet = fn(u64) -> u64;

fn half(n: u64) -> u64 {
    n / 2
}

static QUIET_LIST: [Quiet; 2] = [half, half];

pub fn safe_callbacks(lock: &SpinLock<u64>, list: &[Quiet]) -> u64 {
    let guard = lock.lock();
    list.iter().chain(QUIET_LIST.iter()).map(|f| f(*guard)).sum()
}
