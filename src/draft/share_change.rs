//! What is to be changed about a share, from the attributes of a request.

use jiff::civil::Date;
use serde_json::{Map, Value};

use super::attribute::Attributes;
use super::error::DraftError;
use super::{ShareExpiration, SharePassword};

const EXPIRATION: &str = "shareExpiration";
const PASSWORD: &str = "sharePassword";
const MAX_DOWNLOADS: &str = "shareMaxDownloads";

/// Each is as it was where it is absent, and none where it is there and empty.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ShareChange {
    /// How long the share stays open.
    pub expiration: Option<Option<ShareExpiration>>,
    /// Never the empty one.
    pub password: Option<Option<SharePassword>>,
    /// How often the share may be downloaded in all.
    pub max_downloads: Option<Option<u32>>,
    /// Attributes that a share does not have.
    pub unknown: Vec<String>,
}

impl ShareChange {
    /// Checks the attributes of a request. `today` is the user's date, which `shareExpiration` counts from.
    ///
    /// # Errors
    /// The first attribute that cannot be used.
    pub fn parse(members: &Map<String, Value>, today: Date) -> Result<Self, DraftError> {
        let given = Attributes(members);
        let has = |name: &str| members.contains_key(name);
        let expiration = super::share_expiration(given, today)?;
        let password = super::share_password(given)?.filter(|password| !password.0.is_empty());
        let max_downloads = super::share_max_downloads(given)?;
        let known = [EXPIRATION, PASSWORD, MAX_DOWNLOADS];
        Ok(Self {
            expiration: has(EXPIRATION).then_some(expiration),
            password: has(PASSWORD).then_some(password),
            max_downloads: has(MAX_DOWNLOADS).then_some(max_downloads),
            unknown: members
                .keys()
                .filter(|name| !known.contains(&name.as_str()))
                .cloned()
                .collect(),
        })
    }

    /// The warning about attributes that were ignored.
    #[must_use]
    pub fn warning(&self) -> Option<String> {
        super::ignored(&self.unknown)
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;
    use serde_json::json;

    use super::*;

    fn parse(body: Value) -> Result<ShareChange, String> {
        let members = body.as_object().expect("an object");
        ShareChange::parse(members, date(2026, 11, 22)).map_err(|error| error.to_string())
    }

    #[test]
    fn what_is_absent_stays_and_null_is_none() {
        assert_eq!(parse(json!({})), Ok(ShareChange::default()));
        let none = ShareChange {
            expiration: Some(None),
            password: Some(None),
            max_downloads: Some(None),
            unknown: Vec::new(),
        };
        let body =
            json!({"shareExpiration": null, "sharePassword": null, "shareMaxDownloads": null});
        assert_eq!(parse(body), Ok(none.clone()));
        let body = json!({"shareExpiration": "", "sharePassword": "", "shareMaxDownloads": null});
        assert_eq!(parse(body), Ok(none));
        let body = json!({"shareExpiration": "+1day", "sharePassword": "x", "shareMaxDownloads": 3, "to": 1});
        let change = parse(body).expect("valid");
        let until = change.expiration.clone().flatten().expect("a day");
        assert_eq!(until.day, date(2026, 11, 23));
        assert_eq!(change.password, Some(Some(SharePassword("x".to_owned()))));
        assert_eq!(change.max_downloads, Some(Some(3)));
        assert_eq!(
            change.warning().as_deref(),
            Some("Unknown attribute(s) ignored: to")
        );
    }

    #[test]
    fn what_cannot_be_used_is_refused() {
        for (body, message) in [
            (
                json!({"shareExpiration": "2026-11-21"}),
                "Invalid value '2026-11-21' for shareExpiration: it is in the past",
            ),
            (
                json!({"shareExpiration": 5}),
                "Attribute 'shareExpiration' must be a string, not a number",
            ),
            (
                json!({"sharePassword": ["x"]}),
                "Attribute 'sharePassword' must be a string, not an array",
            ),
            (
                json!({"shareMaxDownloads": 0}),
                "Invalid value '0' for shareMaxDownloads: it must be a number from 1 to 1000000",
            ),
        ] {
            assert_eq!(parse(body), Err(message.to_owned()));
        }
    }
}
