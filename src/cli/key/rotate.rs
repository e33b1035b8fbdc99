//! `quillgate key rotate`

use crate::cli::error::CliError;
use crate::cli::workspace::Workspace;
use crate::identities::admin::secrets;
use crate::push::vapid;
use crate::store::sealed::SealError;

/// Make a new master key, encrypt everything anew with it, and drop the old one
#[derive(Debug, clap::Args)]
#[command(after_help = "\
The server may be running. What is cut off half-way is finished by the next call: until everything is encrypted anew
the key file holds both keys. Afterwards an older backup of the database needs the key file of its own time.")]
pub struct Rotate {}

impl Rotate {
    pub async fn run(self, on: &Workspace) -> Result<(), CliError> {
        let failed = |cause: SealError| CliError::failed(cause.to_string());
        let keys = on.keys()?;
        if !keys.has_old_keys() {
            keys.add_key().map_err(failed)?;
        }
        let with = keys.clone();
        let count = on
            .write(move |db| async move {
                let (count, changes) = secrets::seal_anew(&db, &with).await?;
                Ok((count + vapid::seal_anew(&db, &with).await?, changes))
            })
            .await?;
        // Only now: when the write has returned, a running server has let go of what the old key had sealed.
        keys.drop_old_keys().map_err(failed)?;
        eprintln!("{count} secrets are encrypted with a new key; back up the key file");
        Ok(())
    }
}
