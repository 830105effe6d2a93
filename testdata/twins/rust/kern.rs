// SPDX-License-Identifier: Apache-2.0 OR MIT
//! A kernel crate in small: what the twins are written against.

use core::cell::UnsafeCell;
use core::marker::PhantomData;
use core::mem::ManuallyDrop;
use core::ops::{BitOr, Deref, DerefMut};
use core::ptr::NonNull;

/// The C side, as bindgen declares it.
pub mod bindings {
    #[repr(C)]
    pub struct spinlock_t {
        pub val: i32,
    }
    #[repr(C)]
    pub struct mutex {
        pub owner: i32,
    }
    #[repr(C)]
    pub struct queue {
        _unused: [u8; 0],
    }
    #[repr(C)]
    pub struct fan_ops {
        pub start: Option<unsafe extern "C" fn(speed: i32) -> i32>,
        pub stop: Option<unsafe extern "C" fn(speed: i32) -> i32>,
    }
    #[repr(C)]
    pub struct pump_ops {
        pub run: Option<unsafe extern "C" fn(speed: i32) -> i32>,
    }
    #[repr(C)]
    pub struct valve_ops {
        pub run: Option<unsafe extern "C" fn(speed: i32) -> i32>,
    }
    extern "C" {
        pub fn pump_run(ops: *const pump_ops, speed: i32) -> i32;
        pub fn valve_run(ops: *const valve_ops, speed: i32) -> i32;
        pub fn spin_lock(lock: *mut spinlock_t);
        pub fn spin_unlock(lock: *mut spinlock_t);
        pub fn spin_trylock(lock: *mut spinlock_t) -> i32;
        pub fn mutex_lock(lock: *mut mutex);
        pub fn mutex_trylock(lock: *mut mutex) -> i32;
        pub fn mutex_unlock(lock: *mut mutex);
        pub fn rcu_read_lock();
        pub fn rcu_read_unlock();
        pub fn synchronize_rcu();
        pub fn sensor() -> i32;
        pub fn msleep(msecs: u32);
        pub fn kmalloc(size: usize, flags: u32) -> *mut u8;
        pub fn kfree(p: *const u8);
        pub fn vfree(p: *const u8);
        pub fn destroy_queue(q: *mut queue);
        pub fn fan_begin(ops: *const fan_ops, speed: i32) -> i32;
        pub fn fan_end(ops: *const fan_ops, speed: i32) -> i32;
    }
}

/// Gives the processor away.
pub fn sleep() {
    unsafe { bindings::msleep(1) }
}

/// How a lock is taken and released.
pub trait Backend {
    type Raw;
    type State;
    unsafe fn lock(raw: *mut Self::Raw) -> Self::State;
    unsafe fn try_lock(raw: *mut Self::Raw) -> Option<Self::State>;
    unsafe fn unlock(raw: *mut Self::Raw, state: &Self::State);
}

pub struct SpinBackend;
pub struct MutexBackend;

impl Backend for SpinBackend {
    type Raw = bindings::spinlock_t;
    type State = ();
    unsafe fn lock(raw: *mut Self::Raw) {
        unsafe { bindings::spin_lock(raw) }
    }
    unsafe fn try_lock(raw: *mut Self::Raw) -> Option<()> {
        if unsafe { bindings::spin_trylock(raw) } != 0 {
            Some(())
        } else {
            None
        }
    }
    unsafe fn unlock(raw: *mut Self::Raw, _state: &()) {
        unsafe { bindings::spin_unlock(raw) }
    }
}

impl Backend for MutexBackend {
    type Raw = bindings::mutex;
    type State = ();
    unsafe fn lock(raw: *mut Self::Raw) {
        unsafe { bindings::mutex_lock(raw) }
    }
    unsafe fn try_lock(raw: *mut Self::Raw) -> Option<()> {
        if unsafe { bindings::mutex_trylock(raw) } != 0 {
            Some(())
        } else {
            None
        }
    }
    unsafe fn unlock(raw: *mut Self::Raw, _state: &()) {
        unsafe { bindings::mutex_unlock(raw) }
    }
}

pub struct Lock<T, B: Backend> {
    raw: UnsafeCell<B::Raw>,
    data: UnsafeCell<T>,
}

unsafe impl<T: Send, B: Backend> Sync for Lock<T, B> {}

pub type SpinLock<T> = Lock<T, SpinBackend>;
pub type Mutex<T> = Lock<T, MutexBackend>;
pub type SpinGuard<'a, T> = Guard<'a, T, SpinBackend>;
pub type MutexGuard<'a, T> = Guard<'a, T, MutexBackend>;

pub struct Guard<'a, T, B: Backend> {
    lock: &'a Lock<T, B>,
    state: B::State,
    _not_send: PhantomData<*mut ()>,
}

impl<T> SpinLock<T> {
    pub const fn spin(data: T) -> Self {
        Lock { raw: UnsafeCell::new(bindings::spinlock_t { val: 0 }), data: UnsafeCell::new(data) }
    }
}

impl<T> Mutex<T> {
    pub const fn mutex(data: T) -> Self {
        Lock { raw: UnsafeCell::new(bindings::mutex { owner: 0 }), data: UnsafeCell::new(data) }
    }
}

impl<T, B: Backend> Lock<T, B> {
    pub fn lock(&self) -> Guard<'_, T, B> {
        let state = unsafe { B::lock(self.raw.get()) };
        Guard { lock: self, state, _not_send: PhantomData }
    }

    pub fn try_lock(&self) -> Option<Guard<'_, T, B>> {
        unsafe { B::try_lock(self.raw.get()).map(|state| Guard { lock: self, state, _not_send: PhantomData }) }
    }

    /// Runs a closure with the lock held.
    pub fn with<R>(&self, f: impl FnOnce(&mut T) -> R) -> R {
        let mut guard = self.lock();
        f(&mut guard)
    }
}

impl<T, B: Backend> Guard<'_, T, B> {
    /// Runs a closure with the lock released.
    pub fn unlocked<R>(&mut self, f: impl FnOnce() -> R) -> R {
        unsafe { B::unlock(self.lock.raw.get(), &self.state) };
        let r = f();
        self.state = unsafe { B::lock(self.lock.raw.get()) };
        r
    }
}

impl<T, B: Backend> Drop for Guard<'_, T, B> {
    fn drop(&mut self) {
        unsafe { B::unlock(self.lock.raw.get(), &self.state) }
    }
}

impl<T, B: Backend> Deref for Guard<'_, T, B> {
    type Target = T;
    fn deref(&self) -> &T {
        unsafe { &*self.lock.data.get() }
    }
}

impl<T, B: Backend> DerefMut for Guard<'_, T, B> {
    fn deref_mut(&mut self) -> &mut T {
        unsafe { &mut *self.lock.data.get() }
    }
}

/// A read side section.
pub struct Rcu(PhantomData<*mut ()>);

pub fn rcu() -> Rcu {
    unsafe { bindings::rcu_read_lock() };
    Rcu(PhantomData)
}

impl Drop for Rcu {
    fn drop(&mut self) {
        unsafe { bindings::rcu_read_unlock() }
    }
}

/// Flags of an allocation.
#[derive(Clone, Copy, PartialEq)]
pub struct Flags(pub u32);

pub const GFP_ATOMIC: Flags = Flags(0x820);
pub const GFP_KERNEL: Flags = Flags(0xcc0);
pub const GFP_NOWARN: Flags = Flags(0x2000);

impl BitOr for Flags {
    type Output = Flags;
    fn bitor(self, other: Flags) -> Flags {
        Flags(self.0 | other.0)
    }
}

#[derive(Clone, Copy)]
pub struct NoMemory;

/// Memory of its own for one value; freed after the value is dropped.
pub struct Box<T: ?Sized>(NonNull<T>);

impl<T> Box<T> {
    pub fn new(value: T, flags: Flags) -> Result<Self, NoMemory> {
        let p = unsafe { bindings::kmalloc(core::mem::size_of::<T>(), flags.0) }.cast::<T>();
        let p = NonNull::new(p).ok_or(NoMemory)?;
        unsafe { p.as_ptr().write(value) };
        Ok(Box(p))
    }

    pub fn into_raw(b: Self) -> *mut T {
        ManuallyDrop::new(b).0.as_ptr()
    }

    pub unsafe fn from_raw(p: *mut T) -> Self {
        Box(unsafe { NonNull::new_unchecked(p) })
    }
}

impl<T: ?Sized> Drop for Box<T> {
    fn drop(&mut self) {
        unsafe {
            core::ptr::drop_in_place(self.0.as_ptr());
            bindings::kfree(self.0.as_ptr().cast());
        }
    }
}

impl<T: ?Sized> Deref for Box<T> {
    type Target = T;
    fn deref(&self) -> &T {
        unsafe { self.0.as_ref() }
    }
}

/// A growing array.
pub struct Vec<T> {
    at: NonNull<T>,
    len: usize,
}

impl<T> Vec<T> {
    pub const fn new() -> Self {
        Vec { at: NonNull::dangling(), len: 0 }
    }

    pub fn push(&mut self, value: T, flags: Flags) -> Result<(), NoMemory> {
        let size = (self.len + 1) * core::mem::size_of::<T>();
        let to = NonNull::new(unsafe { bindings::kmalloc(size, flags.0) }.cast::<T>()).ok_or(NoMemory)?;
        unsafe {
            core::ptr::copy_nonoverlapping(self.at.as_ptr(), to.as_ptr(), self.len);
            to.as_ptr().add(self.len).write(value);
        }
        if self.len > 0 {
            unsafe { bindings::kfree(self.at.as_ptr().cast()) };
        }
        self.at = to;
        self.len += 1;
        Ok(())
    }

    pub fn pop(&mut self) -> Option<T> {
        if self.len == 0 {
            return None;
        }
        self.len -= 1;
        Some(unsafe { self.at.as_ptr().add(self.len).read() })
    }
}

impl<T> Deref for Vec<T> {
    type Target = [T];
    fn deref(&self) -> &[T] {
        unsafe { core::slice::from_raw_parts(self.at.as_ptr(), self.len) }
    }
}

impl<T> Drop for Vec<T> {
    fn drop(&mut self) {
        unsafe {
            core::ptr::drop_in_place(core::ptr::slice_from_raw_parts_mut(self.at.as_ptr(), self.len));
            if self.len > 0 {
                bindings::kfree(self.at.as_ptr().cast());
            }
        }
    }
}

/// A reference count around a value; the last one to go drops it.
pub struct Arc<T: ?Sized>(NonNull<Counted<T>>);

struct Counted<T: ?Sized> {
    count: core::sync::atomic::AtomicUsize,
    value: T,
}

impl<T> Arc<T> {
    pub fn new(value: T, flags: Flags) -> Result<Self, NoMemory> {
        let b = Box::new(Counted { count: core::sync::atomic::AtomicUsize::new(1), value }, flags)?;
        Ok(Arc(unsafe { NonNull::new_unchecked(Box::into_raw(b)) }))
    }
}

impl<T: ?Sized> Arc<T> {
    fn counted(&self) -> &Counted<T> {
        unsafe { self.0.as_ref() }
    }
}

impl<T: ?Sized> Clone for Arc<T> {
    fn clone(&self) -> Self {
        self.counted().count.fetch_add(1, core::sync::atomic::Ordering::Relaxed);
        Arc(self.0)
    }
}

impl<T: ?Sized> Deref for Arc<T> {
    type Target = T;
    fn deref(&self) -> &T {
        &self.counted().value
    }
}

impl<T: ?Sized> Drop for Arc<T> {
    fn drop(&mut self) {
        if self.counted().count.fetch_sub(1, core::sync::atomic::Ordering::Release) == 1 {
            unsafe {
                core::ptr::drop_in_place(self.0.as_ptr());
                bindings::kfree(self.0.as_ptr().cast());
            }
        }
    }
}

/// A queue of work, destroyed with its last user.
pub struct Queue(*mut bindings::queue);

impl Queue {
    pub fn named(p: *mut bindings::queue) -> Self {
        Queue(p)
    }
}

impl Drop for Queue {
    fn drop(&mut self) {
        unsafe { bindings::destroy_queue(self.0) }
    }
}

/// A value whose drop sleeps.
pub struct Lease(pub u32);

impl Drop for Lease {
    fn drop(&mut self) {
        sleep()
    }
}

/// A value whose drop does something, but does not sleep.
pub struct Token(pub u32);

impl Drop for Token {
    fn drop(&mut self) {
        unsafe { bindings::kfree(core::ptr::null()) }
    }
}
