//! The real binary, as an operator runs it.

use std::io::{BufRead, BufReader, Read, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use reqwest::{Client, Method, RequestBuilder};
use rustix::process::{Pid, Signal, kill_process};
use tempfile::TempDir;

use super::gateway::client;

/// Longer than anything that is to happen.
const PATIENCE: Duration = Duration::from_secs(40);

/// A directory with a configuration file, in which commands run.
pub struct House {
    directory: TempDir,
}

impl House {
    /// Configured to listen on a free port; `more` is added to the file.
    pub fn new(more: &str) -> Self {
        let directory = TempDir::new().unwrap();
        let house = Self { directory };
        house.write(
            "quillgate.toml",
            &format!("server.listen = \"127.0.0.1:0\"\n{more}\n"),
        );
        house
    }

    /// With an account of files, and ralf (5) and anna (7) on it, identities 1 and 2.
    pub fn inhabited(more: &str) -> Self {
        Self::with_account("file:outbox", more)
    }

    /// The same with another server for outgoing mail.
    pub fn with_account(smtp: &str, more: &str) -> Self {
        let house = Self::new(more);
        house.ok(&[
            "account",
            "add",
            "--name",
            "Test",
            "--everyone",
            "--smtp",
            smtp,
        ]);
        house.write(
            "people",
            &[("ralf", 5, "secret-ralf"), ("anna", 7, "secret-anna")]
                .map(|(login, id, password)| {
                    format!(
                        "{{\"login\":\"{login}\",\"name\":\"{login} Example\",\"email\":\"{login}@example.org\",\
                         \"id\":{id},\"password\":\"{password}\",\"accounts\":[1]}}\n"
                    )
                })
                .concat(),
        );
        house.ok(&["user", "import", "people"]);
        house
    }

    pub fn path(&self, name: &str) -> PathBuf {
        self.directory.path().join(name)
    }

    pub fn write(&self, name: &str, text: &str) {
        std::fs::write(self.path(name), text).unwrap();
    }

    /// A command that has not been run yet, with nothing of this test's own environment.
    pub fn command(&self, arguments: &[&str]) -> Command {
        let mut command = self.program(env!("CARGO_BIN_EXE_quillgate"));
        command.args(arguments);
        command
    }

    fn program(&self, program: &str) -> Command {
        let mut command = Command::new(program);
        for (name, _) in std::env::vars_os() {
            if name.to_string_lossy().starts_with("QUILLGATE_") {
                command.env_remove(name);
            }
        }
        command
            .current_dir(self.directory.path())
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        command
    }

    /// Runs a command to its end.
    pub fn run(&self, arguments: &[&str]) -> Ran {
        Ran::of(self.command(arguments).output().unwrap())
    }

    /// Runs a command that reads `input`.
    pub fn run_with(&self, arguments: &[&str], input: &str) -> Ran {
        let mut child = self
            .command(arguments)
            .stdin(Stdio::piped())
            .spawn()
            .unwrap();
        // Who does not read it says so by his answer.
        let _ = child.stdin.take().unwrap().write_all(input.as_bytes());
        Ran::of(child.wait_with_output().unwrap())
    }

    /// Runs a command that must succeed, and returns what it printed.
    pub fn ok(&self, arguments: &[&str]) -> String {
        let ran = self.run(arguments);
        assert_eq!(ran.code, Some(0), "{arguments:?}: {}", ran.stderr);
        ran.stdout
    }

    /// Runs a command that must succeed and prints JSON.
    pub fn json(&self, arguments: &[&str]) -> serde_json::Value {
        serde_json::from_str(&self.ok(arguments)).unwrap()
    }

    /// Starts the server with so few open files allowed.
    pub fn serve_with_files(&self, files: u32) -> Process {
        let script = format!("ulimit -n {files} && exec \"$0\" serve");
        let mut command = self.program("sh");
        command.args(["-c", &script, env!("CARGO_BIN_EXE_quillgate")]);
        let process = Process::start(command);
        process.log_with("listening");
        process
    }

    /// Starts the server.
    pub fn serve(&self) -> Process {
        self.serve_with(&["serve"])
    }

    /// Starts the server and waits until it listens.
    pub fn serve_with(&self, arguments: &[&str]) -> Process {
        let process = Process::start(self.command(arguments));
        process.log_with("listening");
        process
    }
}

/// What a command did.
#[derive(Debug)]
pub struct Ran {
    /// None: a signal ended it.
    pub code: Option<i32>,
    pub stdout: String,
    pub stderr: String,
}

impl Ran {
    fn of(output: Output) -> Self {
        Self {
            code: output.status.code(),
            stdout: String::from_utf8(output.stdout).unwrap(),
            stderr: String::from_utf8(output.stderr).unwrap(),
        }
    }

    /// The one line on stderr of a command that was refused with this exit code.
    pub fn refusal(&self, code: i32) -> &str {
        assert_eq!(self.code, Some(code), "{self:?}");
        assert_eq!(self.stdout, "", "{self:?}");
        let line = self.stderr.strip_suffix('\n').unwrap();
        assert!(!line.contains('\n'), "{line}");
        line.strip_prefix("quillgate: ").unwrap()
    }
}

/// A process that runs until it is told to stop; killed when dropped.
pub struct Process {
    child: Child,
    stdout: Arc<Mutex<String>>,
    stderr: Arc<Mutex<String>>,
    pub http: Client,
}

impl Process {
    pub fn start(mut command: Command) -> Self {
        let mut child = command.spawn().unwrap();
        let stdout = collect(child.stdout.take().unwrap());
        let stderr = collect(child.stderr.take().unwrap());
        Self {
            child,
            stdout,
            stderr,
            http: client(),
        }
    }

    pub fn pid(&self) -> u32 {
        self.child.id()
    }

    /// Everything on stdout so far.
    pub fn printed(&self) -> String {
        self.stdout.lock().unwrap().clone()
    }

    /// Everything on stderr so far.
    pub fn log(&self) -> String {
        self.stderr.lock().unwrap().clone()
    }

    /// The first line of the log that holds `text`, as soon as there is one.
    pub fn log_with(&self, text: &str) -> String {
        self.line_of(&self.stderr, text)
    }

    /// The first line on stdout that holds `text`, as soon as there is one.
    pub fn printed_with(&self, text: &str) -> String {
        self.line_of(&self.stdout, text)
    }

    fn line_of(&self, lines: &Mutex<String>, text: &str) -> String {
        let deadline = Instant::now() + PATIENCE;
        loop {
            let so_far = lines.lock().unwrap().clone();
            let whole = so_far
                .split_inclusive('\n')
                .filter(|line| line.ends_with('\n'));
            if let Some(line) = whole.into_iter().find(|line| line.contains(text)) {
                return line.trim_end().to_owned();
            }
            assert!(
                Instant::now() < deadline,
                "no '{text}' in {so_far:?}, log: {}",
                self.log()
            );
            std::thread::sleep(Duration::from_millis(5));
        }
    }

    /// Where it listens, by its own word.
    pub fn address(&self) -> String {
        let line = self.log_with("addresses");
        let (_, rest) = line.split_once("addresses").unwrap();
        // addresses="…" in text, "addresses":"…" in JSON.
        let (_, rest) = rest.split_once(['=', ':']).unwrap();
        rest.split('"').nth(1).unwrap().to_owned()
    }

    /// A request as a user of [`House::inhabited`].
    pub fn request(&self, method: Method, login: &str, path: &str) -> RequestBuilder {
        let url = format!("http://{}{path}", self.address());
        let password = format!("secret-{login}");
        self.http
            .request(method, url)
            .basic_auth(login, Some(password))
    }

    pub fn signal(&self, signal: Signal) {
        let pid = Pid::from_raw(i32::try_from(self.pid()).unwrap()).unwrap();
        kill_process(pid, signal).unwrap();
    }

    /// Waits for its end and returns the exit code; none: a signal ended it.
    pub fn ended(&mut self) -> Option<i32> {
        let deadline = Instant::now() + PATIENCE;
        loop {
            if let Some(status) = self.child.try_wait().unwrap() {
                return status.code();
            }
            assert!(Instant::now() < deadline, "still running: {}", self.log());
            std::thread::sleep(Duration::from_millis(5));
        }
    }

    /// Ends it as an operator does.
    pub fn stop(&mut self) -> Option<i32> {
        self.signal(Signal::TERM);
        self.ended()
    }

    /// Ends it without a chance to do anything.
    pub fn kill(&mut self) {
        self.signal(Signal::KILL);
        assert_eq!(self.ended(), None);
    }

    /// KiB of memory at its highest so far.
    pub fn memory_peak(&self) -> u64 {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.pid())).unwrap();
        let line = status.lines().find(|line| line.starts_with("VmHWM:"));
        let number = line.unwrap().split_whitespace().nth(1).unwrap();
        number.parse().unwrap()
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn collect(from: impl Read + Send + 'static) -> Arc<Mutex<String>> {
    let lines = Arc::new(Mutex::new(String::new()));
    let so_far = lines.clone();
    std::thread::spawn(move || {
        let mut from = BufReader::new(from);
        let mut line = Vec::new();
        while from
            .read_until(b'\n', &mut line)
            .is_ok_and(|length| length > 0)
        {
            so_far
                .lock()
                .unwrap()
                .push_str(&String::from_utf8_lossy(&line));
            line.clear();
        }
    });
    lines
}

/// Permission bits of a file or directory.
pub fn mode(path: &Path) -> u32 {
    use std::os::unix::fs::PermissionsExt;
    path.metadata().unwrap().permissions().mode() & 0o777
}
