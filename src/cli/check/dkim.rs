//! The keys that sign mail: whether they open, and whether the DNS publishes the same.

use futures_util::StreamExt;
use futures_util::stream;

use super::row::Row;
use crate::cli::error::CliError;
use crate::cli::workspace::Workspace;
use crate::discovery::Names;
use crate::identities::admin::dkim_keys;
use crate::identities::rows::dkim_keys::Model;
use crate::store::sealed::Keyring;

/// Questions to the DNS at a time.
const AT_ONCE: usize = 16;

/// All keys, by id; without `names` the DNS is not asked.
pub async fn all(on: &Workspace, names: Option<&Names>) -> Result<Vec<Row>, CliError> {
    let rows = on
        .read(|db| async move { Ok(dkim_keys::all(&db).await?) })
        .await?;
    let keys = on.keys().ok();
    let checked = stream::iter(rows).map(|key| one(key, keys.as_ref(), names));
    Ok(checked.buffered(AT_ONCE).collect().await)
}

async fn one(key: Model, keys: Option<&Keyring>, names: Option<&Names>) -> Row {
    let record = dkim_keys::record(&key);
    let place = format!("account {}", key.account_id);
    let mut row = Row::new(&place, format!("DKIM key {}: {}", key.id, record.name));
    // Without a key file there is a row that says so.
    if let Some(Err(cause)) = keys.map(|keys| dkim_keys::try_out(&key, keys)) {
        row.fail(format!(
            "{cause}: put back the key file, or make another: quillgate dkim add, quillgate dkim remove {}",
            key.id
        ));
    }
    let Some(Ok(published)) = (match names {
        Some(names) => Some(names.txt(&record.name).await),
        None => None,
    }) else {
        return row;
    };
    if published.is_empty() {
        row.warn(format!(
            "the DNS does not have it: publish {}",
            record.zone_line()
        ));
    } else if !published
        .iter()
        .any(|text| public_key(text) == public_key(&record.value))
    {
        row.warn(format!(
            "the DNS has another key there: publish {}",
            record.zone_line()
        ));
    }
    row
}

/// The tag `p=` of a record (RFC 6376, section 3.6.1), without the white space that it may hold.
fn public_key(record: &str) -> Option<String> {
    let mut tags = record.split(';').filter_map(|tag| tag.split_once('='));
    let (_, value) = tags.find(|(name, _)| name.trim() == "p")?;
    Some(value.split_whitespace().collect())
}
