//! Opening a compose window in the right session of a user, and what became of it.

pub mod coordinator;
#[cfg(test)]
mod simulator;
