// SPDX-License-Identifier: Apache-2.0 OR MIT
// want-none

//! Pages, trees and user memory, prepared before the spinlock or touched after it.

use kernel::page::Page;
use kernel::prelude::*;
use kernel::rbtree::{RBTree, RBTreeNode, RBTreeNodeReservation};
use kernel::sync::SpinLock;
use kernel::uaccess::{UserPtr, UserSlice};

/// A page without the wait.
pub fn page(lock: &SpinLock<u32>) -> Result<Page> {
    let _count = lock.lock();
    Ok(Page::alloc_page(GFP_ATOMIC | __GFP_ZERO)?)
}

/// Freeing a page does not wait.
pub fn page_freed(lock: &SpinLock<u32>, page: Page) -> u32 {
    let count = lock.lock();
    drop(page);
    *count
}

/// A node made without the wait.
pub fn node(tree: &SpinLock<RBTree<u32, u32>>, key: u32) -> Result {
    let mut tree = tree.lock();
    tree.try_create_and_insert(key, 1, GFP_ATOMIC)?;
    Ok(())
}

/// A node reserved in time.
pub fn reserved(tree: &SpinLock<RBTree<u32, u32>>, key: u32) -> Result {
    let reservation = RBTreeNodeReservation::new(GFP_KERNEL)?;
    let mut tree = tree.lock();
    let node: RBTreeNode<u32, u32> = reservation.into_node(key, 2);
    tree.insert(node);
    Ok(())
}

/// Found, and removed with its memory.
pub fn removed(tree: &SpinLock<RBTree<u32, u32>>, key: u32) -> Option<u32> {
    let mut tree = tree.lock();
    if let Some(value) = tree.get_mut(&key) {
        *value += 1;
    }
    tree.remove(&key)
}

/// User memory is read before the lock.
pub fn read_user(lock: &SpinLock<u32>, address: UserPtr) -> Result<u32> {
    let mut reader = UserSlice::new(address, 4).reader();
    let value: u32 = reader.read()?;
    let count = lock.lock();
    Ok(*count + value)
}

/// And written after it.
pub fn write_user(lock: &SpinLock<u32>, address: UserPtr) -> Result {
    let mut writer = UserSlice::new(address, 4).writer();
    let count = *lock.lock();
    writer.write(&count)?;
    Ok(())
}
