//! Postfix's own test programs, where they are in the path: a sink, and a load generator that keeps its connections.

use std::net::{Ipv4Addr, SocketAddr};
use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use crate::Trouble;
use crate::machine::Cores;
use crate::process::{Process, find, free_address};

/// Mails of the first look at how fast it goes.
const TRIAL: usize = 50;

/// A running smtp-sink.
pub struct Postfix {
    pub port: u16,
    source: PathBuf,
    _sink: Process,
}

impl Postfix {
    /// `None`: the programs are not there.
    pub fn start(cores: &Cores) -> Result<Option<Self>, Trouble> {
        let (Some(sink), Some(source)) = (find("smtp-sink"), find("smtp-source")) else {
            return Ok(None);
        };
        let address = free_address()?;
        let user = if rustix::process::getuid().is_root() {
            &["-u", "root"][..]
        } else {
            &[]
        };
        let mut command = Command::new(sink);
        command
            .args(user)
            .args([&address.to_string(), "1000"])
            .stdin(Stdio::null());
        Ok(Some(Self {
            port: address.port(),
            source,
            _sink: Process::start_beside(cores, &mut command, address)?,
        }))
    }

    /// Mails a second of `bytes` over so many connections, for about `time`.
    pub async fn source(
        &self,
        cores: &Cores,
        connections: usize,
        bytes: usize,
        time: Duration,
    ) -> Result<f64, Trouble> {
        let trial = self.run(cores, connections, bytes, TRIAL).await?;
        let count = (TRIAL as f64 * time.as_secs_f64() / trial.as_secs_f64()) as usize;
        let count = count.max(TRIAL);
        let took = self.run(cores, connections, bytes, count).await?;
        Ok(count as f64 / took.as_secs_f64())
    }

    async fn run(
        &self,
        cores: &Cores,
        connections: usize,
        bytes: usize,
        mails: usize,
    ) -> Result<Duration, Trouble> {
        let address = SocketAddr::from((Ipv4Addr::LOCALHOST, self.port));
        let mut command = Command::new(&self.source);
        command
            .args(["-d", "-s", &connections.to_string()])
            .args(["-l", &bytes.to_string(), "-m", &mails.to_string()])
            .args(["-f", "a@example.org", "-t", "b@example.org"])
            .arg(address.to_string())
            .stdin(Stdio::null());
        let began = Instant::now();
        let mut child = cores.on_server(|| command.spawn())?;
        let status = tokio::task::spawn_blocking(move || child.wait()).await??;
        if !status.success() {
            return Err(format!("smtp-source: {status}").into());
        }
        Ok(began.elapsed())
    }
}
