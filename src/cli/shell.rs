//! Words as a shell reads them, for lines to paste.

/// As one word.
pub fn quoted(text: &str) -> String {
    format!("'{}'", text.replace('\'', r"'\''"))
}
