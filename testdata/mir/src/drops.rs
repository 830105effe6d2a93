//! Drops: flags, moves, partial moves, arrays, boxes, unwinding.
#![crate_type = "lib"]
#![allow(dead_code, unused)]

use std::mem::ManuallyDrop;

pub struct Guard<'a, T: ?Sized> {
    name: &'a str,
    value: Box<T>,
}

impl<'a, T: ?Sized> Drop for Guard<'a, T> {
    fn drop(&mut self) {
        note(self.name);
    }
}

pub enum Holder<'a> {
    Nothing,
    One(Guard<'a, u8>),
    Two { first: Guard<'a, u8>, second: Guard<'a, [u8]> },
}

#[inline(never)]
pub fn note(_: &str) {}

pub fn make(name: &str) -> Guard<'_, u8> {
    Guard { name, value: Box::new(1) }
}

pub fn conditional(flag: bool) -> usize {
    let g = make("maybe");
    if flag {
        drop(g);
    }
    note("after");
    let h;
    if flag {
        h = make("late");
        return h.name.len();
    }
    0
}

pub fn partial(pair: (Guard<'static, u8>, Guard<'static, u8>)) -> Guard<'static, u8> {
    let (a, _) = pair;
    a
}

pub fn holders<'a>(h: Holder<'a>) -> Option<Guard<'a, u8>> {
    match h {
        Holder::Nothing => None,
        Holder::One(g) => Some(g),
        Holder::Two { first, .. } => Some(first),
    }
}

pub fn arrays(n: usize) -> Vec<Guard<'static, u8>> {
    let four = [make("a"), make("b"), make("c"), make("d")];
    let [x, ..] = four;
    let mut v = vec![x];
    v.truncate(n);
    v
}

pub fn boxed(b: Box<Guard<'static, u8>>) -> &'static str {
    let g = *b;
    let kept = ManuallyDrop::new(g);
    kept.name
}

pub fn replace(slot: &mut Option<Guard<'static, u8>>) {
    let old = slot.take();
    *slot = Some(make("new"));
    std::mem::forget(old);
}

pub fn looped(xs: &[bool]) {
    let mut last = None;
    for &x in xs {
        let g = make("loop");
        if x {
            last = Some(g);
            continue;
        }
        note("dropped");
    }
}

pub extern "C" fn outside(g: Guard<'static, u8>) {
    note(g.name);
}

#[repr(C, packed)]
pub struct Packed {
    a: u8,
    g: Guard<'static, u8>,
}

pub fn packed(p: Packed) -> u8 {
    p.a
}

pub fn dynamic(d: Box<dyn FnOnce(Guard<'static, u8>) -> Box<dyn std::any::Any + Send>>) {
    let g = make("dyn");
    let r = d(g);
    note("end");
}
