//! The gateway itself: the program as it is installed, with many users, an account and a token.

use std::fmt::Write as _;
use std::fs::File;
use std::io::{Read as _, Seek as _, Write as _};
use std::net::SocketAddr;
use std::path::PathBuf;
use std::process::{Command, ExitStatus, Stdio};
use std::time::{Duration, Instant};

use data_encoding::BASE64;
use tempfile::TempDir;

use crate::Trouble;
use crate::machine::Cores;
use crate::process::{Process, free_address};
use crate::scale::Scale;

pub const PASSWORD: &str = "open sesame";
/// Who sits at the page in a browser, with that password.
pub const PAGE_LOGIN: &str = "page";
/// How long it may take to stop: its own limit for requests in flight, and some.
const STOP: Duration = Duration::from_secs(40);

/// A gateway in a temporary directory.
pub struct Gateway {
    directory: TempDir,
    /// In memory where that is possible: a log on a busy disk would hold up requests.
    log: File,
    pub process: Process,
    /// `mail.durable` of the process.
    durable: bool,
    /// Valid for every user, as a helpdesk's is.
    token: String,
}

impl Gateway {
    /// Moves everybody in and starts it. Mail goes to the server at `smtp`.
    pub fn furnish(scale: &Scale, cores: &Cores, smtp: u16) -> Result<Self, Trouble> {
        let directory = tempfile::Builder::new().prefix("push-bench").tempdir()?;
        let address = free_address()?;
        // What differs from the default: no limit on composes per minute, the mail server and the heartbeat.
        std::fs::write(
            directory.path().join("quillgate.toml"),
            format!(
                "[server]\nlisten = \"{address}\"\n\n[storage]\ndata_dir = \"data\"\n\n\
                 [presence]\ncomposes_per_minute = 0\nheartbeat = \"{}s\"\n",
                scale.heartbeat.as_secs()
            ),
        )?;
        let program = |arguments: &[&str]| run(&directory, arguments, &[]);
        program(&[
            "account",
            "add",
            "--name",
            "Sink",
            "--everyone",
            "--smtp",
            &format!("smtp://127.0.0.1:{smtp}"),
        ])?;
        cores.on_all(|| run(&directory, &["user", "import", "-"], &people(scale)))?;
        let token = program(&[
            "token",
            "create",
            "--all-users",
            "--scope",
            "groupdav",
            "--scope",
            "mail",
            "--scope",
            "files",
            "--remark",
            "benchmark",
        ])?;
        let log = tempfile::tempfile_in("/dev/shm").or_else(|_| tempfile::tempfile())?;
        let process = start(cores, &directory, &log, address, true)?;
        Ok(Self {
            directory,
            log,
            process,
            durable: true,
            token: token.trim().to_owned(),
        })
    }

    /// The `Authorization` header by which the token acts as a user.
    pub fn authorization(&self, number: usize) -> String {
        self.token_of(&login(number))
    }

    /// The same for a login.
    pub fn token_of(&self, login: &str) -> String {
        basic(login, &self.token)
    }

    /// Where its files lie.
    pub fn path(&self) -> PathBuf {
        self.directory.path().to_owned()
    }

    /// The file of its largest blob.
    pub fn largest_blob(&self) -> Result<PathBuf, Trouble> {
        let directory = self.directory.path().join("data/blobs/files");
        let mut largest = None;
        for entry in std::fs::read_dir(directory)? {
            let entry = entry?;
            largest = largest.max(Some((entry.metadata()?.len(), entry.path())));
        }
        largest
            .map(|(_, path)| path)
            .ok_or_else(|| "no blob".into())
    }

    /// Forgets what was logged: a request is a line, and there are millions.
    pub fn forget_log(&mut self) -> Result<(), Trouble> {
        self.log.set_len(0)?;
        // The server writes where this handle stands.
        Ok(self.log.rewind()?)
    }

    /// Waits until a gateway that was told to stop has ended.
    pub async fn ended(&mut self) -> Result<(ExitStatus, Duration), Trouble> {
        let began = Instant::now();
        loop {
            if let Some(status) = self.process.ended()? {
                return Ok((status, began.elapsed()));
            }
            if began.elapsed() > STOP {
                return Err("the gateway does not stop".into());
            }
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    }

    /// Sends to another server from the next mail on.
    pub fn sends_to(&self, smtp: u16) -> Result<(), Trouble> {
        let url = format!("smtp://127.0.0.1:{smtp}");
        run(
            &self.directory,
            &["account", "set", "1", "--smtp", &url],
            &[],
        )
        .map(drop)
    }

    /// Starts it again with another `mail.durable`. There must be no pages.
    pub async fn be_durable(&mut self, durable: bool, cores: &Cores) -> Result<(), Trouble> {
        self.durable = durable;
        self.restart(cores).await
    }

    /// Stops it as an administrator does, and starts it again.
    pub async fn restart(&mut self, cores: &Cores) -> Result<(), Trouble> {
        self.process.terminate()?;
        let (status, _) = self.ended().await?;
        if !status.success() {
            return Err(format!("the gateway ended with {status}").into());
        }
        self.start_again(cores)
    }

    /// Starts it again on the same port, after it has ended.
    pub fn start_again(&mut self, cores: &Cores) -> Result<(), Trouble> {
        let address = self.process.address;
        self.process = start(cores, &self.directory, &self.log, address, self.durable)?;
        Ok(())
    }
}

/// The login of a user with a token, counted from 0.
pub fn login(number: usize) -> String {
    format!("user{number:05}")
}

/// The login of a user with a password that nobody has used yet.
pub fn fresh_login(number: usize) -> String {
    format!("fresh{number:03}")
}

pub fn basic(login: &str, password: &str) -> String {
    format!(
        "Basic {}",
        BASE64.encode(format!("{login}:{password}").as_bytes())
    )
}

fn people(scale: &Scale) -> Vec<u8> {
    let mut lines = String::new();
    for number in 0..scale.users() {
        let login = login(number);
        let _ = writeln!(
            lines,
            r#"{{"login":"{login}","name":"User {number}","email":"{login}@example.org","accounts":[1]}}"#
        );
    }
    for number in 0..scale.fresh_logins() {
        let login = fresh_login(number);
        let _ = writeln!(
            lines,
            r#"{{"login":"{login}","name":"Fresh {number}","email":"{login}@example.org","accounts":[1],"password":"{PASSWORD}"}}"#
        );
    }
    let _ = writeln!(
        lines,
        r#"{{"login":"{PAGE_LOGIN}","name":"Page","email":"{PAGE_LOGIN}@example.org","accounts":[1],"password":"{PASSWORD}"}}"#
    );
    lines.into_bytes()
}

/// Runs a command of the program and returns what it prints.
fn run(directory: &TempDir, arguments: &[&str], input: &[u8]) -> Result<String, Trouble> {
    let mut stdin = tempfile::tempfile()?;
    stdin.write_all(input)?;
    stdin.rewind()?;
    let output = Command::new(env!("CARGO_BIN_EXE_quillgate"))
        .args(arguments)
        .current_dir(directory.path())
        .stdin(stdin)
        .output()?;
    if !output.status.success() {
        let said = String::from_utf8_lossy(&output.stderr);
        return Err(format!("quillgate {}: {said}", arguments.join(" ")).into());
    }
    Ok(String::from_utf8(output.stdout)?)
}

fn start(
    cores: &Cores,
    directory: &TempDir,
    log: &File,
    address: SocketAddr,
    durable: bool,
) -> Result<Process, Trouble> {
    let mut command = Command::new(env!("CARGO_BIN_EXE_quillgate"));
    command
        .arg("serve")
        .env("QUILLGATE_MAIL_DURABLE", durable.to_string())
        .current_dir(directory.path())
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(log.try_clone()?);
    Process::start(cores, &mut command, address).map_err(|trouble| {
        let mut log = log;
        let mut said = String::new();
        // Without it the trouble is told alone.
        let _ = log.rewind().and_then(|()| log.read_to_string(&mut said));
        format!("{trouble}\n{said}").into()
    })
}
