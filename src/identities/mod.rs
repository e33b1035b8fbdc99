//! Whom mail may be sent as.
pub mod rows;
