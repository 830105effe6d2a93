//! Types with drop glue; the glue itself is dumped, too.
// dump: drop_in_place|drop_glue
#![crate_type = "lib"]
#![allow(dead_code)]

pub struct Guard(u32);

impl Drop for Guard {
    #[inline(never)]
    fn drop(&mut self) {
        self.0 = 0;
    }
}

pub enum Slot {
    Free,
    Held(Guard, Option<Box<Guard>>),
}

pub struct Table {
    slots: [Slot; 2],
    extra: Vec<Guard>,
    hook: Box<dyn Fn(&Guard)>,
}

pub fn finish(t: Table, s: &'static mut [Slot], f: impl FnOnce(Guard)) {
    f(Guard(1));
    drop(t);
    unsafe { core::ptr::drop_in_place(s) }
}

pub fn start(t: Table) {
    let kept = Guard(2);
    finish(t, &mut [], move |g| drop((g, kept)))
}
