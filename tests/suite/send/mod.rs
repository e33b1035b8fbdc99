//! `POST /mail`: what is answered, and what a recipient gets. The mails become files.

mod answer;
mod dkim;
mod images;
mod memory;
mod message;
mod once;
mod python;
mod recipients;
mod undo;
