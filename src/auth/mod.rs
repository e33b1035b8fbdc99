//! Who may call.
pub mod rows;
