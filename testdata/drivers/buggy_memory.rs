// SPDX-License-Identifier: Apache-2.0 OR MIT

//! Pages, trees and user memory touched under a spinlock.

use core::ffi::c_void;
use kernel::page::Page;
use kernel::prelude::*;
use kernel::rbtree::{RBTree, RBTreeNode, RBTreeNodeReservation};
use kernel::sync::SpinLock;
use kernel::uaccess::{UserPtr, UserSlice};

/// A page that may wait for memory.
pub fn page(lock: &SpinLock<u32>) -> Result<Page> {
    let _count = lock.lock();
    Ok(Page::alloc_page(GFP_KERNEL | __GFP_ZERO)?) // want: "may sleep"
}

/// A node made where it is inserted.
pub fn node(tree: &SpinLock<RBTree<u32, u32>>, key: u32) -> Result {
    let mut tree = tree.lock();
    tree.try_create_and_insert(key, 1, GFP_KERNEL)?; // want: "may sleep"
    Ok(())
}

/// A node reserved too late.
pub fn reserved(tree: &SpinLock<RBTree<u32, u32>>, key: u32) -> Result {
    let mut tree = tree.lock();
    let reservation = RBTreeNodeReservation::new(GFP_KERNEL)?; // want: "may sleep"
    let node: RBTreeNode<u32, u32> = reservation.into_node(key, 2);
    tree.insert(node);
    Ok(())
}

/// User memory may have to be fetched from disk.
pub fn read_user(lock: &SpinLock<u32>, address: UserPtr) -> Result<u32> {
    let mut reader = UserSlice::new(address, 4).reader();
    let count = lock.lock();
    let value: u32 = reader.read()?; // want: "may sleep"
    Ok(*count + value)
}

/// Writing is no better.
pub fn write_user(lock: &SpinLock<u32>, address: UserPtr) -> Result {
    let mut writer = UserSlice::new(address, 4).writer();
    let count = lock.lock();
    writer.write(&*count)?; // want: "may sleep"
    Ok(())
}

/// The C function itself.
///
/// # Safety
///
/// `to` must be valid for writes of four bytes.
pub unsafe fn raw_user(lock: &SpinLock<u32>, to: *mut c_void, from: *const c_void) -> bool {
    let _count = lock.lock();
    // SAFETY: By the function's own requirement.
    unsafe { kernel::bindings::copy_from_user(to, from, 4) == 0 } // want: "may sleep"
}
