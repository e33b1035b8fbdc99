//! The tables of this folder, one file each.

pub mod compose_requests;
pub mod composes;
