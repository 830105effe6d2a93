// SPDX-License-Identifier: Apache-2.0 OR MIT
// want-none

//! Lists whose entries sleep when they go: taken out under the spinlock, dropped
//! without it.

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

/// One entry at a time.
pub fn emptied(list: &SpinLock<List<Task>>) {
    loop {
        let task = list.lock().pop_front();
        let Some(task) = task else { break };
        drop(task);
    }
}

/// The whole list, in exchange for an empty one.
pub fn replaced(list: &SpinLock<List<Task>>) {
    let old = core::mem::replace(&mut *list.lock(), List::new());
    drop(old);
}

/// The entry is made before the lock is taken.
pub fn added(list: &SpinLock<List<Task>>, table: Arc<Mutex<u32>>) -> Result {
    let task = ListArc::pin_init(try_pin_init!(Task { table, links <- ListLinks::new() }), GFP_KERNEL)?;
    list.lock().push_back(task);
    Ok(())
}
