//! What tests are made of: a gateway on a random port, pages that speak its protocol, people with credentials.

pub mod browser;
pub mod gateway;
pub mod page;
pub mod parts;
pub mod people;

pub use browser::Browser;
pub use gateway::Gateway;
pub use page::Page;
