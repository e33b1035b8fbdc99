//! Opening a compose window in the right session of a user, and what became of it.

pub mod coordinator;
pub mod records;
pub mod rows;
#[cfg(test)]
mod simulator;
