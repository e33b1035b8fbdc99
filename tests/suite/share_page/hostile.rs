//! What strangers share never runs.
