// SPDX-License-Identifier: Apache-2.0 OR MIT
//! Function pointers, tables of them, and trait objects.

use crate::kern::*;

fn slow(n: u32) -> u32 {
    sleep();
    n
}

fn fast(n: u32) -> u32 {
    n + 1
}

fn faster(n: u32) -> u32 {
    n
}

/// A pointer that is known on the spot.
pub fn buggy_pointer(lock: &SpinLock<u32>) -> u32 {
    let f: fn(u32) -> u32 = slow;
    let guard = lock.lock();
    f(*guard) // want: "may sleep"
}

pub fn safe_pointer(lock: &SpinLock<u32>) -> u32 {
    let f: fn(u32) -> u32 = fast;
    let guard = lock.lock();
    f(*guard)
}

/// A constant table, read at a constant place.
const MIXED: [fn(u32) -> u32; 2] = [slow, fast];
const QUICK: [fn(u32) -> u32; 2] = [fast, faster];

pub fn buggy_table_entry(lock: &SpinLock<u32>) -> u32 {
    let guard = lock.lock();
    MIXED[0](*guard) // want: "may sleep"
}

pub fn safe_table_entry(lock: &SpinLock<u32>) -> u32 {
    let guard = lock.lock();
    MIXED[1](*guard)
}

/// A constant table, read anywhere.
pub fn buggy_table(lock: &SpinLock<u32>, i: usize) -> u32 {
    let guard = lock.lock();
    MIXED[i](*guard) // want: "may sleep"
}

pub fn safe_table(lock: &SpinLock<u32>, i: usize) -> u32 {
    let guard = lock.lock();
    QUICK[i](*guard)
}

/// A static table.
static MIXED_STATIC: [fn(u32) -> u32; 3] = [fast, slow, fast];
static QUICK_STATIC: [fn(u32) -> u32; 2] = [fast, faster];

pub fn buggy_static_table(lock: &SpinLock<u32>, i: usize) -> u32 {
    let guard = lock.lock();
    MIXED_STATIC[i](*guard) // want: "may sleep"
}

pub fn safe_static_table(lock: &SpinLock<u32>, i: usize) -> u32 {
    let guard = lock.lock();
    QUICK_STATIC[i](*guard)
}

/// A structure of operations, constant.
pub struct Operations {
    read: fn(u32) -> u32,
    write: Option<fn(u32) -> u32>,
}

static OPERATIONS: Operations = Operations { read: slow, write: Some(fast) };

pub fn buggy_operations(lock: &SpinLock<u32>) -> u32 {
    let guard = lock.lock();
    (OPERATIONS.read)(*guard) // want: "may sleep"
}

pub fn safe_operations(lock: &SpinLock<u32>) -> u32 {
    let guard = lock.lock();
    match OPERATIONS.write {
        Some(write) => write(*guard),
        None => 0,
    }
}

/// A table of structures, searched for the one that is meant.
pub struct Command {
    name: u32,
    run: fn(u32) -> u32,
}

static COMMANDS: [Command; 2] = [Command { name: 1, run: fast }, Command { name: 2, run: slow }];

pub struct Query {
    name: u32,
    run: fn(u32) -> u32,
}

static QUERIES: &[Query] = &[Query { name: 1, run: fast }, Query { name: 2, run: faster }];

pub fn buggy_searched(lock: &SpinLock<u32>, name: u32) -> u32 {
    let guard = lock.lock();
    for c in COMMANDS.iter() {
        if c.name == name {
            return (c.run)(*guard); // want: "may sleep"
        }
    }
    0
}

pub fn safe_searched(lock: &SpinLock<u32>, name: u32) -> u32 {
    let guard = lock.lock();
    for q in QUERIES {
        if q.name == name {
            return (q.run)(*guard);
        }
    }
    0
}

/// A pointer that a value carries from where it was made.
pub struct Timer {
    expired: fn(&Timer) -> u32,
    n: u32,
}

impl Timer {
    pub fn new(expired: fn(&Timer) -> u32) -> Timer {
        Timer { expired, n: 0 }
    }

    pub fn fire(&self) -> u32 {
        (self.expired)(self)
    }
}

fn nap(t: &Timer) -> u32 {
    sleep();
    t.n
}

pub fn buggy_carried(lock: &SpinLock<u32>) -> u32 {
    let timer = Timer::new(nap);
    let _guard = lock.lock();
    timer.fire() // want: "may sleep"
}

pub struct Clock {
    tick: fn(&Clock) -> u32,
    n: u32,
}

impl Clock {
    pub fn new(tick: fn(&Clock) -> u32) -> Clock {
        Clock { tick, n: 0 }
    }

    pub fn fire(&self) -> u32 {
        (self.tick)(self)
    }
}

fn count(c: &Clock) -> u32 {
    c.n
}

pub fn safe_carried(lock: &SpinLock<u32>) -> u32 {
    let clock = Clock::new(count);
    let _guard = lock.lock();
    clock.fire()
}

/// Nothing is known: klint's default is that it sleeps.
pub fn buggy_unknown(lock: &SpinLock<u32>, f: extern "C" fn(u32) -> u32) -> u32 {
    let guard = lock.lock();
    f(*guard) // want-assumed: "may sleep"
}

pub fn safe_unknown(lock: &SpinLock<u32>, f: extern "C" fn(u32) -> u32) -> u32 {
    let n = *lock.lock();
    f(n)
}

pub trait Sensor {
    fn read(&self) -> u32;
}

pub struct Bus(u32);
pub struct Register(u32);

impl Sensor for Bus {
    fn read(&self) -> u32 {
        sleep();
        self.0
    }
}

impl Sensor for Register {
    fn read(&self) -> u32 {
        self.0
    }
}

fn sample(s: &dyn Sensor) -> u32 {
    s.read()
}

/// An object, one of whose types sleeps.
pub fn buggy_object(lock: &SpinLock<u32>) -> u32 {
    let guard = lock.lock();
    *guard + sample(&Bus(1)) // want: "may sleep"
}

pub fn safe_object(lock: &SpinLock<u32>) -> u32 {
    let n = *lock.lock();
    n + sample(&Register(1))
}

/// An object whose only types do not sleep.
pub trait Meter {
    fn level(&self) -> u32;
}

pub struct Idle(u32);
pub struct Busy(u32);

impl Meter for Idle {
    fn level(&self) -> u32 {
        self.0
    }
}

impl Meter for Busy {
    fn level(&self) -> u32 {
        self.0 * 2
    }
}

fn level(m: &dyn Meter) -> u32 {
    m.level()
}

pub fn buggy_quiet_object(lock: &SpinLock<u32>) -> u32 {
    let guard = lock.lock();
    level(&Idle(1)) + level(&Busy(2)) + slow(1) // want: "may sleep"
}

pub fn safe_quiet_object(lock: &SpinLock<u32>) -> u32 {
    let guard = lock.lock();
    level(&Idle(1)) + level(&Busy(2))
}

/// Upcasting leads to the supertrait's methods.
pub trait Parent {
    fn wait(&self) -> u32;
}

pub trait Child: Parent {
    fn step(&self) -> u32;
}

pub struct Machine(u32);

impl Parent for Machine {
    fn wait(&self) -> u32 {
        sleep();
        self.0
    }
}

impl Child for Machine {
    fn step(&self) -> u32 {
        self.0
    }
}

fn through_parent(p: &dyn Parent) -> u32 {
    p.wait()
}

pub fn buggy_upcast(lock: &SpinLock<u32>) -> u32 {
    let machine = Machine(1);
    let child: &dyn Child = &machine;
    let _guard = lock.lock();
    through_parent(child) // want: "may sleep"
}

pub fn safe_upcast(lock: &SpinLock<u32>) -> u32 {
    let machine = Machine(1);
    let child: &dyn Child = &machine;
    let _guard = lock.lock();
    child.step()
}

/// A boxed object drops what is in it.
pub trait Resource {
    fn id(&self) -> u32;
}

impl Resource for Lease {
    fn id(&self) -> u32 {
        self.0
    }
}

pub fn buggy_boxed_object(lock: &SpinLock<u32>, object: &mut core::mem::ManuallyDrop<Lease>) {
    let object: &mut dyn Resource = &mut **object;
    let _guard = lock.lock();
    unsafe { core::ptr::drop_in_place(object) }; // want: "may sleep"
}

pub trait Mark {
    fn id(&self) -> u32;
}

impl Mark for Token {
    fn id(&self) -> u32 {
        self.0
    }
}

pub fn safe_boxed_object(lock: &SpinLock<u32>, object: &mut core::mem::ManuallyDrop<Token>) {
    let object: &mut dyn Mark = &mut **object;
    let _guard = lock.lock();
    unsafe { core::ptr::drop_in_place(object) };
}

/// C calls the functions of a table that Rust fills.
unsafe extern "C" fn start_slowly(speed: i32) -> i32 {
    sleep();
    speed
}

unsafe extern "C" fn stop_at_once(speed: i32) -> i32 {
    speed
}

static FAN: bindings::fan_ops = bindings::fan_ops { start: Some(start_slowly), stop: Some(stop_at_once) };

pub fn buggy_through_c(lock: &SpinLock<u32>) -> i32 {
    let guard = lock.lock();
    unsafe { bindings::fan_begin(&FAN, 1) } // want: "may sleep"
}

pub fn safe_through_c(lock: &SpinLock<u32>) -> i32 {
    let guard = lock.lock();
    unsafe { bindings::fan_end(&FAN, 1) }
}

/// A function that leaves the lock taken is made a pointer: who calls it cannot
/// know.
fn take_it(lock: *mut bindings::spinlock_t) {
    unsafe { bindings::spin_lock(lock) }
}

fn touch_it(lock: *mut bindings::spinlock_t) {
    unsafe {
        bindings::spin_lock(lock);
        bindings::spin_unlock(lock);
    }
}

pub fn buggy_pointer_that_locks() -> fn(*mut bindings::spinlock_t) {
    take_it // want: "function pointer"
}

pub fn safe_pointer_that_locks() -> fn(*mut bindings::spinlock_t) {
    touch_it
}

/// So it is with a method that is put in a vtable.
pub trait Enter {
    fn enter(&self);
}

pub struct Gate(*mut bindings::spinlock_t);
pub struct Door(*mut bindings::spinlock_t);

impl Enter for Gate {
    fn enter(&self) {
        unsafe { bindings::spin_lock(self.0) }
    }
}

impl Enter for Door {
    fn enter(&self) {
        touch_it(self.0)
    }
}

pub fn buggy_vtable_that_locks(gate: &Gate) -> &dyn Enter {
    gate // want: "vtable"
}

pub fn safe_vtable_that_locks(door: &Door) -> &dyn Enter {
    door
}
