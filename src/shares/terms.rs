//! What a sender wants of the shares of a mail, and what makes two of them the same.

use std::collections::BTreeSet;

use data_encoding::HEXLOWER;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use sha2::{Digest, Sha256};

use super::make::{Item, Source};
use crate::draft::address::Mailbox;
use crate::draft::attachment_type::AttachmentType;

/// The last day of a share, all of it included.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LastDay {
    pub day: Date,
    /// The moment from which on the share is ended, in milliseconds since 1970.
    pub ends: i64,
}

impl LastDay {
    /// `day` as it is in `zone`. It ends where the next one begins, which is not always midnight.
    pub fn of(day: Date, zone: &TimeZone) -> Self {
        let next = day.tomorrow().and_then(|next| next.to_zoned(zone.clone()));
        let ends = next.map_or(i64::MAX, |start| start.timestamp().as_millisecond());
        Self { day, ends }
    }
}

/// The same for all shares of a mail.
#[derive(Clone, Debug)]
pub struct Terms {
    /// Everybody who gets the mail.
    pub recipients: Vec<Mailbox>,
    pub last_day: Option<LastDay>,
    /// Not the empty one.
    pub password: Option<String>,
    pub max_downloads: Option<u32>,
}

impl Terms {
    /// The recipients as rows keep them: JSON, an array of addresses.
    pub(super) fn recipients(&self) -> String {
        let addresses: BTreeSet<String> = self.recipients.iter().map(Mailbox::address).collect();
        serde_json::json!(addresses).to_string()
    }

    /// A digest that is the same for what may be one share. Whether there is a password is part of it, the password
    /// is not: whoever reads the database must not be able to try passwords cheaply.
    pub(super) fn digest(&self, item: &Item) -> String {
        let recipients: BTreeSet<String> = self.recipients.iter().map(same_address).collect();
        let last_day = self.last_day.map(|last| (last.day.to_string(), last.ends));
        let source = match (&item.source, item.kind) {
            (Source::Upload(content), _) => format!("upload {}", content.key.as_str()),
            (Source::File(id, content), AttachmentType::Link) => {
                format!("copy {id} {} {}", content.sha256, item.name)
            }
            (Source::File(id, _) | Source::Folder(id), _) => format!("live {id}"),
        };
        let all = (
            source,
            item.kind.name(),
            recipients,
            last_day,
            self.password.is_some(),
            self.max_downloads,
        );
        HEXLOWER.encode(&Sha256::digest(serde_json::json!(all).to_string()))
    }
}

/// The address in the one form in which it is compared: only the part before the `@` may mind its letters' case.
fn same_address(mailbox: &Mailbox) -> String {
    let address = mailbox.envelope();
    match address.rsplit_once('@') {
        Some((local, domain)) => format!("{local}@{}", domain.to_ascii_lowercase()),
        None => address,
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;
    use crate::files::Content;
    use crate::ids::FileId;
    use crate::store::blobs::Key;

    #[test]
    fn a_share_lives_through_the_whole_of_its_last_day_where_the_sender_is() {
        for (zone, day, ends) in [
            ("UTC", date(2026, 11, 22), "2026-11-23T00:00:00Z"),
            (
                "Pacific/Kiritimati",
                date(2026, 11, 22),
                "2026-11-22T10:00:00Z",
            ),
            (
                "Pacific/Pago_Pago",
                date(2026, 11, 22),
                "2026-11-23T11:00:00Z",
            ),
            // Clocks go forward on the day itself, and back.
            ("Europe/Berlin", date(2026, 3, 29), "2026-03-29T22:00:00Z"),
            ("Europe/Berlin", date(2026, 10, 25), "2026-10-25T23:00:00Z"),
            // The next day begins at one o'clock.
            ("America/Santiago", date(2026, 9, 5), "2026-09-06T04:00:00Z"),
            // The next day begins at midnight for the first time.
            ("America/Havana", date(2026, 10, 31), "2026-11-01T04:00:00Z"),
            // There was no next day.
            ("Pacific/Apia", date(2011, 12, 29), "2011-12-30T10:00:00Z"),
        ] {
            let zone = TimeZone::get(zone).expect("known");
            let ends: jiff::Timestamp = ends.parse().expect("a time");
            let last = LastDay::of(day, &zone);
            assert_eq!(last.ends, ends.as_millisecond(), "{day} in {zone:?}");
        }
        let never = LastDay::of(date(9999, 12, 31), &TimeZone::UTC);
        assert_eq!(never.ends, i64::MAX);
    }

    fn mailbox(address: &str) -> Mailbox {
        Mailbox::new("", address).expect("valid")
    }

    fn content(key: &str, sha256: &str) -> Content {
        Content {
            key: Key::parse(key).expect("a key"),
            size: 3,
            sha256: sha256.to_owned(),
            content_type: String::new(),
        }
    }

    fn item(kind: AttachmentType, source: Source) -> Item {
        Item {
            name: "a.txt".to_owned(),
            kind,
            source,
        }
    }

    #[test]
    fn the_digest_tells_apart_what_is_another_share_and_nothing_else() {
        use AttachmentType::{Link, ShareRo, ShareRw};
        let terms = Terms {
            recipients: vec![mailbox("a@x.org"), mailbox("b@x.org")],
            last_day: None,
            password: None,
            max_downloads: None,
        };
        let file = |sha256| Source::File(FileId(1), content("k", sha256));
        let link = item(Link, file("1"));
        let same = terms.digest(&link);
        let turned = Terms {
            recipients: vec![mailbox("b@X.org"), mailbox("a@x.ORG"), mailbox("b@x.org")],
            ..terms.clone()
        };
        assert_eq!(turned.digest(&link), same);
        let with = |change: fn(&mut Terms)| {
            let mut terms = terms.clone();
            change(&mut terms);
            terms.digest(&link)
        };
        let protected = with(|terms| terms.password = Some("x".into()));
        assert_eq!(with(|terms| terms.password = Some("y".into())), protected);
        let live = terms.digest(&item(ShareRo, file("1")));
        assert_eq!(terms.digest(&item(ShareRo, file("2"))), live);
        let all = [
            same,
            protected,
            live,
            with(|terms| terms.recipients = vec![mailbox("A@x.org"), mailbox("b@x.org")]),
            with(|terms| terms.max_downloads = Some(1)),
            with(|terms| terms.last_day = Some(LastDay::of(date(2026, 11, 22), &TimeZone::UTC))),
            terms.digest(&item(Link, file("2"))),
            terms.digest(&item(ShareRw, file("1"))),
            terms.digest(&item(Link, Source::Upload(content("k", "1")))),
            terms.digest(&item(Link, Source::Upload(content("l", "1")))),
            terms.digest(&item(ShareRo, Source::Folder(FileId(2)))),
        ];
        assert_eq!(BTreeSet::from(all.clone()).len(), all.len());
    }
}
