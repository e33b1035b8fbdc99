//! Which people fit what somebody has typed so far, and who is likely meant.

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

use super::Recipient;

/// Words of a query that are looked at.
const TERMS: usize = 8;
/// Letters of a query that are.
const LETTERS: usize = 200;
/// Milliseconds after which a mail counts for half.
const HALF: f64 = 30.0 * 24.0 * 3600.0 * 1000.0;

/// What somebody has typed, as beginnings of words.
pub(super) struct Terms {
    terms: Vec<String>,
    everybody: bool,
}

impl Terms {
    pub(super) fn of(query: &str) -> Self {
        let query: String = query.chars().take(LETTERS).collect();
        Self {
            terms: words(&query).into_iter().take(TERMS).collect(),
            everybody: query.trim().is_empty(),
        }
    }

    /// Whether each of them is how a word of the name or of the address begins.
    fn fit(&self, person: &Recipient) -> bool {
        if self.terms.is_empty() {
            return self.everybody;
        }
        let mut known = words(&person.name);
        known.extend(words(&person.address));
        let begins = |term: &String| known.iter().any(|word| word.starts_with(term));
        self.terms.iter().all(begins)
    }

    /// Those that they fit, the likeliest first.
    pub(super) fn best(&self, all: Vec<Recipient>, limit: usize, now: i64) -> Vec<Recipient> {
        let fitting = all.into_iter().filter(|person| self.fit(person));
        let mut ranked: Vec<_> = fitting.map(|person| (rank(&person, now), person)).collect();
        ranked.sort_by(|(one, a), (other, b)| {
            let by_rank = other.total_cmp(one);
            by_rank.then_with(|| a.address.cmp(&b.address))
        });
        let best = ranked.into_iter().take(limit);
        best.map(|(_, person)| person).collect()
    }
}

/// Many mails count, but the more there are the less; recent ones count more than old ones.
fn rank(person: &Recipient, now: i64) -> f64 {
    let age = now.saturating_sub(person.last_used).max(0) as f64;
    (1.0 + person.mails.max(0) as f64).ln() / (1.0 + age / HALF)
}

/// The words of a text as they are compared: without accents, in lower case.
fn words(text: &str) -> Vec<String> {
    let plain: String = text
        .nfkd()
        .filter(|c| !is_combining_mark(*c))
        .flat_map(char::to_lowercase)
        .collect();
    plain
        .split(|c: char| !c.is_alphanumeric())
        .filter(|word| !word.is_empty())
        .map(|word| word.replace('ß', "ss"))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const DAY: i64 = 24 * 3600 * 1000;

    fn person(name: &str, address: &str, mails: i64, days: i64) -> Recipient {
        Recipient {
            address: address.to_owned(),
            name: name.to_owned(),
            mails,
            last_used: (1000 - days) * DAY,
        }
    }

    fn found(query: &str) -> Vec<String> {
        let all = vec![
            person("Jürgen Groß", "j.gross@bücher.example", 1, 0),
            person("", "anna-maria@example.org", 9, 10),
            person("Anna Example", "ae@corp.example", 2, 200),
            person("Bert", "bert+anna@example.org", 1, 1),
        ];
        let best = Terms::of(query).best(all, 3, 1000 * DAY);
        best.into_iter().map(|person| person.address).collect()
    }

    #[test]
    fn beginnings_of_words_of_name_local_part_and_domain_fit() {
        assert_eq!(found("jurg"), ["j.gross@bücher.example"]);
        assert_eq!(found("GROSS"), ["j.gross@bücher.example"]);
        assert_eq!(found("bucher"), ["j.gross@bücher.example"]);
        assert_eq!(found("exa an"), found("anna"));
        assert_eq!(found("ae@corp"), ["ae@corp.example"]);
        assert_eq!(found("nna"), Vec::<String>::new());
        assert_eq!(found("anna zoe"), Vec::<String>::new());
        assert_eq!(found("@"), Vec::<String>::new());
    }

    #[test]
    fn often_and_lately_comes_first() {
        let expected = [
            "anna-maria@example.org",
            "bert+anna@example.org",
            "ae@corp.example",
        ];
        assert_eq!(found("anna"), expected);
        assert_eq!(found(" ").len(), 3, "an empty query fits everybody");
    }
}
