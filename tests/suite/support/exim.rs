//! A real Exim that takes mail for everybody and hands it on to a [`Sink`], in a directory of its own.

use std::fs::{self, Permissions};
use std::net::{TcpListener, TcpStream};
use std::os::unix::fs::{PermissionsExt, chown};
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use tempfile::TempDir;

use super::parts;
use super::sink::Sink;

const PATIENCE: Duration = Duration::from_secs(20);
/// `nobody` of Debian; Exim refuses to work as root.
const NOBODY: u32 = 65_534;

pub struct Exim {
    pub port: u16,
    pub sink: Sink,
    child: Child,
    _directory: TempDir,
}

impl Exim {
    /// `reject@` is refused with 550, `greylist@` with 451, the sender `bad-sender@` with 550, and what is larger than
    /// 2 MB with 552. `None`: it is not installed.
    pub fn start() -> Option<Self> {
        let installed = parts::need("exim4")?;
        let directory = TempDir::new().unwrap();
        let sink = Sink::start();
        let port = free_port();
        let root = rustix::process::getuid().is_root();
        let home = directory.path();
        // A copy is not setuid any more.
        let program = home.join("exim4");
        fs::copy(installed, &program).unwrap();
        fs::set_permissions(&program, Permissions::from_mode(0o755)).unwrap();
        let configuration = home.join("exim.conf");
        fs::write(&configuration, configure(home, sink.port, root)).unwrap();
        for name in ["spool", "log"] {
            fs::create_dir(home.join(name)).unwrap();
        }
        let mut command = Command::new(&program);
        if root {
            fs::set_permissions(home, Permissions::from_mode(0o755)).unwrap();
            for name in ["spool", "log"] {
                chown(home.join(name), Some(NOBODY), Some(NOBODY)).unwrap();
            }
            command.uid(NOBODY).gid(NOBODY);
        }
        let child = command
            .args(["-C", configuration.to_str().unwrap()])
            .args(["-bdf", "-oX", &format!("127.0.0.1.{port}")])
            .current_dir(home)
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .spawn()
            .unwrap();
        let mut exim = Self {
            port,
            sink,
            child,
            _directory: directory,
        };
        exim.until_it_listens();
        Some(exim)
    }

    fn until_it_listens(&mut self) {
        let deadline = Instant::now() + PATIENCE;
        while TcpStream::connect(("127.0.0.1", self.port)).is_err() {
            assert!(
                self.child.try_wait().unwrap().is_none(),
                "Exim ended at once"
            );
            assert!(Instant::now() < deadline, "Exim does not listen");
            std::thread::sleep(Duration::from_millis(10));
        }
    }
}

impl Drop for Exim {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn free_port() -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    listener.local_addr().unwrap().port()
}

fn configure(home: &Path, sink: u16, root: bool) -> String {
    let home = home.display();
    let (user, group) = match root {
        true => (NOBODY, NOBODY),
        false => (
            rustix::process::getuid().as_raw(),
            rustix::process::getgid().as_raw(),
        ),
    };
    format!(
        r#"exim_path = {home}/exim4
exim_user = {user}
exim_group = {group}
never_users =
spool_directory = {home}/spool
log_file_path = {home}/log/%slog
pid_file_path = {home}/exim.pid
primary_hostname = mx.example.test
local_interfaces = 127.0.0.1
keep_environment =
deliver_drop_privilege = true
rfc1413_query_timeout = 0s
host_lookup =
message_size_limit = 2M
smtputf8_advertise_hosts = *
tls_advertise_hosts =
acl_smtp_mail = acl_mail
acl_smtp_rcpt = acl_rcpt
begin acl
acl_mail:
  deny senders = bad-sender@*
       message = 5.7.1 Sender address rejected
  accept
acl_rcpt:
  deny local_parts = reject
       message = 5.1.1 User unknown
  defer local_parts = greylist
        message = 4.2.0 Greylisted, try again later
  accept
begin routers
everywhere:
  driver = manualroute
  transport = to_sink
  route_list = * 127.0.0.1
  self = send
begin transports
to_sink:
  driver = smtp
  port = {sink}
  allow_localhost
  hosts_avoid_tls = *
begin retry
* * F,1h,1m
"#
    )
}
