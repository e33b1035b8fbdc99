//! Words that must not be cut where a line ends, such as URLs: while text is laid out, one character stands for each.

use std::ops::RangeInclusive;

/// Characters for private use, which no font and no script has a meaning for.
const PLACES: RangeInclusive<u32> = 0xf_0000..=0xf_fffd;

/// The words that characters stand for.
#[derive(Debug, Default)]
pub(super) struct LongWords(Vec<String>);

impl LongWords {
    /// Whether a character could be taken for one that stands for a word.
    pub(super) fn is_place(c: char) -> bool {
        PLACES.contains(&u32::from(c))
    }

    /// The character that stands for the word from now on.
    pub(super) fn keep(&mut self, word: String) -> char {
        let next = u32::try_from(self.0.len()).map(|count| PLACES.start() + count);
        let place = next.ok().filter(|place| PLACES.contains(place));
        match place.and_then(char::from_u32) {
            Some(place) => {
                self.0.push(word);
                place
            }
            // There are not as many in one piece of a document.
            None => char::REPLACEMENT_CHARACTER,
        }
    }

    /// Puts the words back.
    pub(super) fn restore(&self, text: &str) -> String {
        let mut whole = String::with_capacity(text.len());
        for c in text.chars() {
            let index = u32::from(c).checked_sub(*PLACES.start());
            match index.and_then(|index| self.0.get(usize::try_from(index).ok()?)) {
                Some(word) => whole.push_str(word),
                None => whole.push(c),
            }
        }
        whole
    }
}
