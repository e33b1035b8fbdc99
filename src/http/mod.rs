//! Words that every HTTP handler shares: answers, errors, strict JSON, request bodies, `Prefer`.

pub mod answer;
pub mod error;
pub mod json;
