// SPDX-License-Identifier: Apache-2.0 OR MIT

//! Lists whose entries sleep when they go, emptied under the spinlock that guards them.

use kernel::list::{impl_has_list_links, impl_list_arc_safe, impl_list_item, List, ListArc, ListLinks};
use kernel::prelude::*;
use kernel::sync::{Arc, Mutex, SpinLock};

/// An entry that says goodbye.
#[pin_data(PinnedDrop)]
pub struct Task {
    table: Arc<Mutex<u32>>,
    #[pin]
    links: ListLinks,
}

#[pinned_drop]
impl PinnedDrop for Task {
    fn drop(self: Pin<&mut Self>) {
        *self.table.lock() -= 1;
    }
}

impl_has_list_links! {
    impl HasListLinks<0> for Task { self.links }
}

impl_list_arc_safe! {
    impl ListArcSafe<0> for Task { untracked; }
}

impl_list_item! {
    impl ListItem<0> for Task { using ListLinks; }
}

/// Each entry goes with the lock held.
pub fn emptied(list: &SpinLock<List<Task>>) {
    let mut list = list.lock();
    while let Some(task) = list.pop_front() {
        drop(task); // want: "may sleep"
    }
}

/// The whole list goes with the lock held.
pub fn replaced(list: &SpinLock<List<Task>>) {
    let mut list = list.lock();
    *list = List::new(); // want: "may sleep"
}

/// The entry is made with the lock held.
pub fn added(list: &SpinLock<List<Task>>, table: Arc<Mutex<u32>>) -> Result {
    let mut list = list.lock();
    let task = ListArc::pin_init(try_pin_init!(Task { table, links <- ListLinks::new() }), GFP_KERNEL)?; // want: "may sleep"
    list.push_back(task);
    Ok(())
} // allow: "may sleep"
