//! Traits, generics, closures, function pointers, trait objects.
#![crate_type = "lib"]
#![allow(dead_code, unused)]
#![cfg_attr(not(since_1_86), feature(trait_upcasting), allow(incomplete_features))]

use std::fmt::{self, Debug, Display};
use std::ops::{Add, Deref};

pub trait Backend {
    type State: Default;
    const DEPTH: usize;
    fn lock(state: &Self::State) -> Token<'_, Self>
    where
        Self: Sized;
    fn unlock(&self) {
        helper(Self::DEPTH);
    }
}

pub struct Token<'a, B: Backend>(&'a B::State);

pub struct Spin;
pub struct Deep<T, const N: usize>([T; N]);

impl Backend for Spin {
    type State = u32;
    const DEPTH: usize = 1;
    fn lock(state: &u32) -> Token<'_, Self> {
        Token(state)
    }
}

impl<T: Default + Copy, const N: usize> Backend for Deep<T, N> {
    type State = Option<T>;
    const DEPTH: usize = N * <Spin as Backend>::DEPTH;
    fn lock(state: &Option<T>) -> Token<'_, Self> {
        Token(state)
    }
}

fn helper(_: usize) {}

impl<T, const N: usize> Deref for Deep<T, N> {
    type Target = [T];
    fn deref(&self) -> &[T] {
        &self.0
    }
}

pub fn locked<B: Backend>(state: B::State) -> usize {
    let t = B::lock(&state);
    drop(t);
    <Deep<u8, 3> as Backend>::DEPTH + B::DEPTH
}

pub fn closures<'a>(n: &'a mut u32, name: String) -> impl FnMut(u32) -> usize + 'a {
    let double = |x: u32| x * 2;
    let as_ptr: fn(u32) -> u32 = double;
    *n = apply(as_ptr, *n) + double(1);
    move |y| {
        *n += y;
        name.len()
    }
}

pub fn apply<A, R>(f: impl Fn(A) -> R, a: A) -> R {
    f(a)
}

pub type Callback = unsafe extern "C" fn(*mut core::ffi::c_void, i32) -> i32;
pub struct Ops {
    pub run: Option<Callback>,
    pub each: for<'a> fn(&'a str) -> &'a str,
    pub safe: fn(&mut [u8]),
}

unsafe extern "C" fn run(_p: *mut core::ffi::c_void, n: i32) -> i32 {
    n
}

fn same(s: &str) -> &str {
    s
}

pub static OPS: Ops = Ops { run: Some(run), each: same, safe: |b| b.fill(0) };

pub fn through(ops: &Ops) -> i32 {
    let Some(f) = ops.run else { return -22 };
    (ops.each)("text");
    unsafe { f(core::ptr::null_mut(), 1) }
}

pub trait Animal: Debug {
    fn noise(&self) -> String;
    fn boxed(self: Box<Self>) -> usize;
}

#[derive(Debug, Clone, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Dog {
    age: u8,
}

impl Animal for Dog {
    fn noise(&self) -> String {
        format!("woof {:>4} {:?}", self.age, self)
    }
    fn boxed(self: Box<Self>) -> usize {
        self.age.into()
    }
}

pub fn zoo(all: Vec<Box<dyn Animal + Send + Sync>>) -> usize {
    let upcast: &dyn Debug = &*all[0] as &dyn Debug;
    let _ = format!("{upcast:?}");
    all.into_iter().map(|a| a.boxed()).sum()
}

pub fn coerce(d: Dog) -> (Box<dyn Animal>, &'static [u8], Box<[u8]>) {
    (Box::new(d), &[1, 2, 3], Box::new([4; 6]))
}

pub struct Wrapper<T>(T);

impl<T> Display for Wrapper<T>
where
    for<'a> &'a T: Add<&'a T, Output = T>,
    T: Display,
{
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", &self.0 + &self.0)
    }
}

pub fn try_it(s: &str) -> Result<i32, Box<dyn std::error::Error + '_>> {
    Ok(s.parse::<i32>()?)
}

pub fn iterate(it: &mut dyn Iterator<Item = (usize, char)>) -> Option<char> {
    it.filter(|(i, _)| i % 2 == 0).map(|(_, c)| c).next()
}

pub fn nested() -> fn() -> (fn(i8), &'static str) {
    fn inner() -> (fn(i8), &'static str) {
        struct Local;
        impl Local {
            fn method(x: i8) {}
        }
        (Local::method, std::any::type_name::<fn(&Local) -> [Local; 2]>())
    }
    inner
}

impl Wrapper<[u8; 4]> {
    pub const ALL: &'static [Wrapper<[u8; 4]>] = &[Wrapper([0; 4])];
    pub fn bytes(&self) -> u32 {
        u32::from_le_bytes(self.0)
    }
}

pub fn empty_variant() -> Result<(), core::convert::Infallible> {
    let x: Option<core::num::NonZeroU8> = core::num::NonZeroU8::new(4);
    let y = Some(Dog::default()).unwrap_or_default();
    Ok::<(), _>(())
}
