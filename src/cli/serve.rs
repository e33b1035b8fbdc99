//! `quillgate serve`: the server.

use std::path::PathBuf;

use super::error::CliError;
use super::serving;
use crate::config::{Config, Sources};
use crate::server::Options;
use crate::telemetry;

/// Run the server until SIGTERM or SIGINT
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  quillgate serve --config /etc/quillgate.toml
  quillgate serve --listen 127.0.0.1:9000")]
pub struct Serve {
    /// Listen here instead of at server.listen: host:port, or unix:/path; port 0 takes any free port
    #[arg(long, value_name = "ADDRESS")]
    listen: Option<String>,
}

impl Serve {
    pub fn run(self, file: Option<PathBuf>) -> Result<(), CliError> {
        let mut sources = Sources::of_process(file)?;
        if let Some(listen) = self.listen {
            sources = sources.with_flag("--listen", "server.listen", listen);
        }
        let config = Config::load(&sources)?.config;
        telemetry::start(&config.log);
        serving::serve(
            config,
            Options { demo_outbox: None },
            async |_, _| Ok(()),
            |application, ()| {
                let addresses = application.addresses().join(" ");
                tracing::info!(addresses, url = application.url(), "listening");
                Ok(())
            },
        )
    }
}
