//! A real Exim that takes mail for everybody and hands it on to a [`Sink`], in a directory of its own. It lets ralf and
//! anna sign in once the connection is encrypted.

use std::fs::{self, Permissions};
use std::net::{TcpListener, TcpStream};
use std::os::unix::fs::{PermissionsExt, chown};
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use tempfile::TempDir;

use super::sink::Sink;
use super::{certificates, parts};

const PATIENCE: Duration = Duration::from_secs(20);
/// `nobody` of Debian; Exim refuses to work as root.
const NOBODY: u32 = 65_534;

/// Addresses that it listens at. Its certificate is for the first one only.
const ADDRESSES: [&str; 2] = ["127.0.0.1", "127.0.0.2"];

pub struct Exim {
    /// Clear text, STARTTLS, and then PLAIN, LOGIN and CRAM-MD5.
    pub port: u16,
    pub ports: Ports,
    pub sink: Sink,
    child: Child,
    _directory: TempDir,
}

/// Where it is different.
#[derive(Clone, Copy)]
pub struct Ports {
    /// TLS from the first byte.
    pub tls: u16,
    /// LOGIN and CRAM-MD5 are offered.
    pub login: u16,
    /// Only CRAM-MD5 is.
    pub cram: u16,
    /// The certificate has expired.
    pub expired: u16,
}

impl Ports {
    fn free() -> Self {
        let [tls, login, cram, expired] = [(); 4].map(|()| free_port());
        Self {
            tls,
            login,
            cram,
            expired,
        }
    }
}

impl Exim {
    /// `members@` takes mail only of those who have signed in; ralf's password is `secret-ralf`, anna's has an umlaut:
    /// `sécret-anna`. Whoever has signed in finds the name in
    /// `X-Signed-In`, and everybody the own end of the connection in `X-From-Port`. `reject@` is refused with 550, `greylist@` with 451, the sender `bad-sender@` with 550, and what is larger than
    /// 2 MB with 552. `None`: it is not installed.
    pub fn start() -> Option<Self> {
        let installed = parts::need("exim4")?;
        let directory = TempDir::new().unwrap();
        let sink = Sink::start();
        let (port, ports) = (free_port(), Ports::free());
        let root = rustix::process::getuid().is_root();
        let home = directory.path();
        // A copy is not setuid any more. Another program makes it: a child that another test starts meanwhile would hold
        // a file open that this process writes, and what is open for writing cannot be run.
        let program = home.join("exim4");
        let copied = Command::new("cp").arg(installed).arg(&program).status();
        assert!(copied.unwrap().success());
        fs::set_permissions(&program, Permissions::from_mode(0o755)).unwrap();
        let configuration = home.join("exim.conf");
        fs::write(&configuration, configure(home, sink.port, ports, root)).unwrap();
        fs::write(home.join("users"), USERS).unwrap();
        certificates::install(home);
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
            .args(["-bdf", "-oX", &interfaces(port, ports)])
            .current_dir(home)
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .spawn()
            .unwrap();
        let mut exim = Self {
            port,
            ports,
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

fn interfaces(port: u16, ports: Ports) -> String {
    let all = [port, ports.tls, ports.login, ports.cram, ports.expired];
    let places = all.map(|port| ADDRESSES.map(|address| format!("{address}.{port}")));
    places.concat().join(" : ")
}

const USERS: &str = "ralf: secret-ralf\nanna: s\u{e9}cret-anna\n";

fn configure(home: &Path, sink: u16, ports: Ports, root: bool) -> String {
    let Ports {
        tls,
        login,
        cram,
        expired,
    } = ports;
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
tls_advertise_hosts = *
tls_certificate = ${{if eq{{$received_port}}{{{expired}}}{{{home}/expired.pem}}{{{home}/srv.pem}}}}
tls_privatekey = {home}/srv.key
tls_on_connect_ports = {tls}
auth_advertise_hosts = ${{if eq{{$tls_in_cipher}}{{}}{{}}{{*}}}}
acl_smtp_mail = acl_mail
acl_smtp_rcpt = acl_rcpt
begin acl
acl_mail:
  deny senders = bad-sender@*
       message = 5.7.1 Sender address rejected
  accept
acl_rcpt:
  warn add_header = :at_start:X-From-Port: $sender_host_port
  warn authenticated = *
       add_header = X-Signed-In: $authenticated_id
  deny local_parts = members
       !authenticated = *
       message = 5.7.1 Only for those who have signed in
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
begin authenticators
plain:
  driver = plaintext
  public_name = PLAIN
  server_prompts = :
  server_condition = ${{if eq{{$auth3}}{{${{lookup{{$auth2}}lsearch{{{home}/users}}{{$value}}{{*:fail:*}}}}}}}}
  server_set_id = $auth2
  server_advertise_condition = ${{if !eq{{$received_port}}{{{login}}}{{${{if !eq{{$received_port}}{{{cram}}}}}}}}}
login:
  driver = plaintext
  public_name = LOGIN
  server_prompts = Username:: : Password::
  server_condition = ${{if eq{{$auth2}}{{${{lookup{{$auth1}}lsearch{{{home}/users}}{{$value}}{{*:fail:*}}}}}}}}
  server_set_id = $auth1
  server_advertise_condition = ${{if !eq{{$received_port}}{{{cram}}}}}
cram:
  driver = cram_md5
  public_name = CRAM-MD5
  server_secret = ${{lookup{{$auth1}}lsearch{{{home}/users}}{{$value}}fail}}
  server_set_id = $auth1
"#
    )
}
