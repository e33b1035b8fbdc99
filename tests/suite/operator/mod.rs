//! The command line as an operator and his scripts meet it: the real binary in a directory of its own.

mod accounts;
mod administration;
mod check;
mod configuration;
mod demo;
mod directory;
mod discover;
mod import;
mod init;
mod live;
mod logs;
mod secrets;
mod stop;
mod usage;
