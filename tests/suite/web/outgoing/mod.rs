//! What becomes of a message after Send: undone, under way over a reload, refused.

mod problems;
mod undo;
