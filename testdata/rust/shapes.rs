// Every way in which a Rust call can hide what it calls. The test names, for
// each function here, the functions that it must be lowered to.
#![no_std]
#![allow(dead_code)]

pub mod sys {
    extern "C" {
        pub fn spin_lock(l: *mut u32);
        pub fn spin_unlock(l: *mut u32);
        pub fn spin_trylock(l: *mut u32) -> i32;
        pub fn might_sleep();
        pub fn get(flags: u32) -> *mut u32;
    }
}

pub mod sync {
    use super::sys;

    pub trait Backend {
        type State;
        fn lock(ptr: *mut u32) -> Self::State;
        fn unlock(ptr: *mut u32, state: &Self::State);
    }

    pub struct Spin;

    impl Backend for Spin {
        type State = ();
        fn lock(ptr: *mut u32) {
            unsafe { sys::spin_lock(ptr) }
        }
        fn unlock(ptr: *mut u32, _state: &()) {
            unsafe { sys::spin_unlock(ptr) }
        }
    }

    pub struct Lock<T, B: Backend> {
        pub raw: *mut u32,
        pub data: T,
        backend: core::marker::PhantomData<B>,
    }

    pub struct Guard<'a, T, B: Backend> {
        lock: &'a Lock<T, B>,
        state: B::State,
    }

    impl<T, B: Backend> Lock<T, B> {
        pub fn lock(&self) -> Guard<'_, T, B> {
            let state = B::lock(self.raw);
            Guard { lock: self, state }
        }

        pub fn try_lock(&self) -> Option<Guard<'_, T, B>>
        where
            B: Backend<State = ()>,
        {
            if unsafe { sys::spin_trylock(self.raw) } != 0 {
                Some(Guard { lock: self, state: () })
            } else {
                None
            }
        }
    }

    impl<T, B: Backend> Drop for Guard<'_, T, B> {
        fn drop(&mut self) {
            B::unlock(self.lock.raw, &self.state)
        }
    }

    impl<T, B: Backend> core::ops::Deref for Guard<'_, T, B> {
        type Target = T;
        fn deref(&self) -> &T {
            &self.lock.data
        }
    }
}

use sync::{Guard, Lock, Spin};

pub trait Shape {
    fn area(&self) -> u32;
    fn twice(&self) -> u32 {
        self.area() + self.area()
    }
}

pub struct Square(u32);
pub struct Dot;

impl Shape for Square {
    fn area(&self) -> u32 {
        self.0
    }
}

impl Shape for Dot {
    fn area(&self) -> u32 {
        0
    }
    fn twice(&self) -> u32 {
        0
    }
}

pub trait Named {
    fn name(&self) -> u32;
}

impl<T: Shape> Named for T {
    fn name(&self) -> u32 {
        self.area()
    }
}

fn measure<S: Shape>(s: &S) -> u32 {
    s.area()
}

pub fn through_generic(s: &Square) -> u32 {
    measure(s)
}

pub fn default_method(s: &Square) -> u32 {
    s.twice()
}

pub fn overridden_method(d: &Dot) -> u32 {
    d.twice()
}

pub fn blanket(s: &Square) -> u32 {
    s.name()
}

fn apply<F: FnOnce() -> u32>(f: F) -> u32 {
    f()
}

pub fn closure(s: &Square) -> u32 {
    apply(|| unsafe {
        sys::might_sleep();
        s.0
    })
}

fn napper() -> u32 {
    unsafe { sys::might_sleep() };
    0
}

pub fn item_as_closure() -> u32 {
    apply(napper)
}

pub fn guarded(l: &Lock<u32, Spin>) {
    let _g = l.lock();
}

pub struct Holder<'a> {
    pad: u32,
    guard: Guard<'a, u32, Spin>,
}

pub fn in_struct(l: &Lock<u32, Spin>) {
    let _h = Holder { pad: 1, guard: l.lock() };
}

pub enum Either<'a> {
    Held(Guard<'a, u32, Spin>),
    Free,
}

pub fn in_enum(l: &Lock<u32, Spin>, b: bool) {
    let _e = if b { Either::Held(l.lock()) } else { Either::Free };
}

pub fn in_option(l: &Lock<u32, Spin>) -> bool {
    match l.try_lock() {
        Some(_g) => true,
        None => false,
    }
}

pub fn in_array(l: &Lock<u32, Spin>) {
    let _a = [l.lock(), l.lock()];
}

pub fn drop_flag(l: &Lock<u32, Spin>, b: bool) {
    let g = l.lock();
    if b {
        drop(g);
    }
}

pub fn forgotten(l: &Lock<u32, Spin>) {
    core::mem::forget(l.lock());
}

pub struct Error(i32);

impl From<i32> for Error {
    fn from(n: i32) -> Error {
        unsafe { sys::might_sleep() };
        Error(n)
    }
}

fn fallible(n: i32) -> Result<u32, i32> {
    if n < 0 {
        Err(n)
    } else {
        Ok(1)
    }
}

pub fn question_mark(n: i32) -> Result<u32, Error> {
    let x = fallible(n)?;
    Ok(x)
}

fn call_pointer(f: fn() -> u32) -> u32 {
    f()
}

pub fn fn_pointer() -> u32 {
    call_pointer(napper)
}

fn virtual_area(s: &dyn Shape) -> u32 {
    s.area()
}

pub fn dynamic(s: &Square) -> u32 {
    virtual_area(s)
}

pub struct Flags(u32);
pub const QUIET: Flags = Flags(0x20);
pub const LOUD: Flags = Flags(0x400 | 0x20);

impl Flags {
    pub const fn or(self, other: Flags) -> Flags {
        Flags(self.0 | other.0)
    }
}

pub const BOTH: Flags = QUIET.or(Flags(0x800));

fn alloc(flags: Flags) -> *mut u32 {
    unsafe { sys::get(flags.0) }
}

pub fn quiet() {
    alloc(QUIET);
}

pub fn loud() {
    alloc(LOUD);
}

pub fn both() {
    alloc(BOTH);
}

#[no_mangle]
pub extern "C" fn exported_entry() {
    unsafe { sys::might_sleep() }
}

pub struct Table {
    pub call: ReadFn,
}

pub struct ReadFn(unsafe extern "C" fn());

impl ReadFn {
    const NAP: Self = Self(sys::might_sleep);
    unsafe fn run(&self) {
        self.0()
    }
}

pub fn table_of_functions() {
    unsafe { ReadFn::NAP.run() }
}

pub fn taken(l: &Lock<u32, Spin>) {
    let mut o = Some(l.lock());
    let g = o.take();
    drop(g);
}

pub fn replaced(l: &Lock<u32, Spin>) {
    let mut o = None;
    if o.replace(l.lock()).is_some() {
        unsafe { sys::might_sleep() };
    }
    if let Some(g) = o {
        core::mem::forget(g);
    }
}

pub fn local_type(l: &Lock<u32, Spin>) {
    struct Local<'a> {
        pad: u32,
        guard: Guard<'a, u32, Spin>,
    }
    let _x = Local { pad: 1, guard: l.lock() };
}

impl core::ops::BitOr for Flags {
    type Output = Flags;
    fn bitor(self, other: Flags) -> Flags {
        Flags(self.0 | other.0)
    }
}

pub fn quiet_by_operator() {
    alloc(QUIET | Flags(0x800));
}

pub fn loud_by_operator() {
    alloc(QUIET | LOUD);
}

pub fn taken_or_not(l: &Lock<u32, Spin>) {
    let mut o = Some(l.lock());
    if let Some(g) = o.take() {
        drop(g);
    }
    unsafe { sys::might_sleep() };
}

const _: () = {
    pub struct Hidden<T>(T);
    impl<T: Shape> Hidden<T> {
        fn look(&self) -> u32 {
            self.0.area()
        }
    }
    impl<T: Shape> Named for Wrapper<T> {
        fn name(&self) -> u32 {
            Hidden(Square(self.0.area())).look() + self.0.area()
        }
    }
};

pub struct Wrapper<T>(T);

pub fn hidden_type(w: &Wrapper<Dot>) -> u32 {
    w.name()
}

macro_rules! later {
    ($e:expr) => {
        move || $e
    };
}

fn naps() -> impl FnOnce() -> u32 {
    later!(napper())
}

pub fn closures_of_one_position() -> u32 {
    let mine = later!(1);
    apply(mine) + apply(naps())
}

pub fn twin_closures(s: &Square) -> u32 {
    let n = s.0;
    let a = later!(n + 1);
    let b = later!(n + napper());
    apply(a) + apply(b)
}

pub struct Owner(u32);

pub trait Looser {
    fn deref(&self) -> &u32;
}

impl Owner {
    /// A type and its impls inside a method; two traits have a method of one name.
    pub fn current(&self) -> impl core::ops::Deref<Target = u32> + Looser + '_ {
        struct Ref<'a>(&'a Owner);
        impl core::ops::Deref for Ref<'_> {
            type Target = u32;
            fn deref(&self) -> &u32 {
                &(self.0).0
            }
        }
        impl Looser for Ref<'_> {
            fn deref(&self) -> &u32 {
                unsafe { sys::might_sleep() };
                &(self.0).0
            }
        }
        Ref(self)
    }
}

pub fn inside_method(o: &Owner) -> u32 {
    let r = o.current();
    let n: &u32 = &r;
    *n
}

pub fn inside_method_other(o: &Owner) -> u32 {
    *Looser::deref(&o.current())
}

/// Nobody calls it here; its result tells whether the lock is held.
pub fn held_if_ok(l: &Lock<u32, Spin>) -> Result<u32, u8> {
    match l.try_lock() {
        Some(guard) => {
            core::mem::forget(guard);
            Ok(1)
        }
        None => Err(2),
    }
}
