// SPDX-License-Identifier: Apache-2.0 OR MIT
// want-none

//! A block device made and taken down with nothing held.

use kernel::block::mq::{self, gen_disk, gen_disk::GenDisk, Operations, TagSet};
use kernel::prelude::*;
use kernel::sync::{Arc, SpinLock};
use kernel::types::ARef;

/// A device that ends each request at once.
pub struct Null;

#[vtable]
impl Operations for Null {
    fn queue_rq(rq: ARef<mq::Request<Self>>, _is_last: bool) -> Result {
        mq::Request::end_ok(rq).map_err(|_| EIO)
    }

    fn commit_rqs() {}
}

/// The lock is released first.
pub fn removed(lock: &SpinLock<u32>, disk: GenDisk<Null>) {
    *lock.lock() += 1;
    drop(disk);
}

/// The disk is taken out of the lock.
pub fn cleared(slot: &SpinLock<Option<GenDisk<Null>>>) {
    let disk = slot.lock().take();
    drop(disk);
}

/// Tags are made before.
pub fn tagged(lock: &SpinLock<u32>) -> Result<Arc<TagSet<Null>>> {
    let tags = Arc::pin_init(TagSet::new(1, 256, 1), GFP_KERNEL)?;
    *lock.lock() += 1;
    Ok(tags)
}

/// And so is the disk.
pub fn made(lock: &SpinLock<u32>, tags: Arc<TagSet<Null>>) -> Result<GenDisk<Null>> {
    let disk = gen_disk::GenDiskBuilder::new().build(format_args!("null0"), tags)?;
    *lock.lock() += 1;
    Ok(disk)
}
