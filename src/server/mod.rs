//! (empty)

use std::path::PathBuf;

use crate::config::Config;

/// What the command line decides beside the configuration.
#[derive(Debug, Default)]
pub struct Options {
    /// Some: demo mode, with the directory that its mail is written to.
    pub demo_outbox: Option<PathBuf>,
}

/// Why the server did not start.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub struct StartError(String);

/// The server.
pub struct Application;

impl Application {
    /// # Errors
    /// Always, until it is written.
    pub async fn build(
        _config: Config,
        _options: Options,
        _runtime: tokio::runtime::Handle,
    ) -> Result<Self, StartError> {
        Err(StartError("the server is not available yet".to_owned()))
    }

    pub fn addresses(&self) -> &[String] {
        &[]
    }

    pub fn url(&self) -> String {
        String::new()
    }

    /// # Errors
    /// None.
    pub async fn run(self) -> std::io::Result<()> {
        Ok(())
    }
}
