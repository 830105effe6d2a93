// SPDX-License-Identifier: Apache-2.0 OR MIT
//! Twins: each `buggy_NAME` sleeps in atomic context or is wrong in another way,
//! and the `safe_NAME` beside it does nearly the same and is right. README.md says
//! what the comments mean.
#![no_std]
#![feature(min_specialization)]
#![allow(dead_code, unused_variables, unused_mut, unused_assignments, stable_features, non_camel_case_types, static_mut_refs, missing_docs)]

#[path = "../rust/kern.rs"]
pub mod kern;

pub mod arrays;
pub mod attributes;
pub mod closures;
pub mod combinators;
pub mod conditions;
pub mod drops;
pub mod generics;
pub mod indirect;
pub mod mixed;
pub mod more;
pub mod names;
pub mod objects;
pub mod paper;
pub mod recursion;
pub mod shapes;
pub mod sizes;
pub mod temporaries;
pub mod values;
pub mod wrapped;
