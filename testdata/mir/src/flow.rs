//! Control flow: loops, matches, checked arithmetic, assertions, slices.
#![crate_type = "lib"]
#![allow(dead_code, unused)]
#![cfg_attr(not(since_1_82), feature(raw_ref_op, inline_const))]

#[derive(Clone, Copy, PartialEq, Debug)]
pub enum Shape {
    Empty,
    Dot(u8),
    Line { from: i32, to: i32 },
}

#[repr(i8)]
#[derive(Clone, Copy)]
pub enum Signed {
    Minus = -1,
    Zero,
    Plus,
}

pub union Bits {
    int: u32,
    float: f32,
}

pub const LIMIT: usize = 4;
pub const NAMES: [&str; 2] = ["one", "two\n\"quoted\" // not a comment"];
pub const PAIR: (u8, Option<i64>) = (3, Some(-9));
pub static TABLE: [u16; LIMIT] = [1, 2, 3, 0xffff];
pub static mut COUNTER: u64 = 0;
pub static GREETING: &[u8] = b"hi\x00\xff";

pub fn length(s: Shape) -> i32 {
    match s {
        Shape::Empty => 0,
        Shape::Dot(n) if n > 200 => -1,
        Shape::Dot(n) => n as i32,
        Shape::Line { from, to } => to - from,
    }
}

pub fn build(k: u8) -> (Shape, Signed, Bits) {
    let s = match k {
        0 => Shape::Empty,
        1..=9 => Shape::Dot(k),
        b'a' | b'z' => Shape::Line { from: -1, to: i32::MAX },
        _ => return (Shape::Empty, Signed::Minus, Bits { float: 1.5 }),
    };
    (s, Signed::Plus, Bits { int: 7 })
}

pub fn sign(s: Signed) -> &'static str {
    match s {
        Signed::Minus => "minus",
        Signed::Zero => "zero",
        Signed::Plus => "plus",
    }
}

pub fn sum(xs: &[u32]) -> u32 {
    let mut total = 0u32;
    let mut i = 0;
    while i < xs.len() {
        total += xs[i];
        i += 1;
    }
    for x in xs.iter() {
        total = total.wrapping_mul(*x) / (i as u32) % 7 << 3;
    }
    loop {
        if total > 10 {
            break;
        }
        total |= 1 & !total;
    }
    total
}

pub fn slices(xs: &[u8], ys: [u8; 5]) -> u8 {
    let [a, .., b] = ys;
    let [_, mid @ .., _] = &ys;
    match xs {
        [] => 0,
        [one] => *one,
        [first, rest @ .., last] if rest.len() > 2 => *first + *last + rest[0],
        [x, y, rest @ ..] => *x + *y + a + b + mid[1],
    }
}

pub fn ends(xs: &mut [u64]) -> Option<&mut u64> {
    if let [.., before, _] = xs { Some(before) } else { None }
}

pub fn whole(v: u128, c: char, f: f64) -> bool {
    match (v, c) {
        (0xffff_ffff_ffff_ffff_ffff, 'x') => true,
        (_, '\'' | '"' | '\\' | '\u{1F980}') => false,
        _ if c == '\u{e9}' => true,
        _ => f > 1e100 || f.is_nan() || -f == f64::INFINITY,
    }
}

pub fn text(n: usize) -> &'static str {
    NAMES[n % NAMES.len()]
}

pub unsafe fn raw(p: *mut u32, n: isize) -> *const u32 {
    let b = Bits { int: 3 };
    COUNTER += 1;
    let q = &raw mut *p;
    let _ = &raw const TABLE;
    let r = q.offset(n) as usize as *const u32;
    core::ptr::copy_nonoverlapping(r, q, 4);
    let _f: f32 = core::mem::transmute::<u32, f32>(b.int);
    let _g = f32::from_bits(3) as u8 as char;
    r
}

pub const fn fact(n: u64) -> u64 {
    if n == 0 { 1 } else { n * fact(n - 1) }
}

pub const FACTS: [u64; 3] = [fact(1), fact(2), fact(3)];

pub fn zeroed<const N: usize>() -> [[u8; N]; 3] {
    let local = const { N + 1 };
    assert!(local > N, "grew to {}", local);
    [[0; N]; 3]
}

pub fn never(x: Option<u8>) -> u8 {
    let Some(y) = x else { panic!("nothing") };
    let z: u8 = match y {
        0 => unreachable!(),
        _ => std::process::exit(1),
    };
    z
}
