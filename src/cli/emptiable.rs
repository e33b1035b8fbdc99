//! Arguments of `set` that take a value away when they are empty.

/// None for an empty text.
pub fn unless_empty(text: String) -> Option<String> {
    (!text.is_empty()).then_some(text)
}
