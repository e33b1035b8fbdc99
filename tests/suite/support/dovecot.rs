//! A real Dovecot for IMAP, in a directory of its own, with users whose mailboxes tests look into on the disk.

use std::fs::{self, Permissions};
use std::io::{BufRead, BufReader, Write};
use std::net::{TcpListener, TcpStream};
use std::os::unix::fs::{PermissionsExt, chown};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use rustix::process::{Pid, Signal, getgid, getuid, kill_process_group};
use tempfile::TempDir;

use super::{certificates, parts};

const PATIENCE: Duration = Duration::from_secs(20);
/// `nobody` of Debian.
const NOBODY: u32 = 65_534;
/// Each with the password `secret-<name>`; `full` has room for 20 KiB.
const USERS: [&str; 3] = ["ralf", "anna", "full"];

/// It listens on 127.0.0.1, which it takes for secure, and on 127.0.0.2, where it wants encryption and the certificate
/// is wrong.
pub struct Dovecot {
    pub imap: u16,
    pub imaps: u16,
    home: TempDir,
    child: Child,
}

impl Dovecot {
    /// `None`: it is not installed.
    pub fn start() -> Option<Self> {
        let program = parts::need("dovecot")?;
        if !Path::new("/usr/lib/dovecot/imap").exists() {
            parts::missing("dovecot-imapd");
            return None;
        }
        let home = TempDir::new().unwrap();
        fs::set_permissions(home.path(), Permissions::from_mode(0o755)).unwrap();
        certificates::install(home.path());
        fs::create_dir(home.path().join("mail")).unwrap();
        let (imap, imaps, child) = launch(&program, home.path());
        let dovecot = Self {
            imap,
            imaps,
            home,
            child,
        };
        dovecot.until_it_listens();
        Some(dovecot)
    }

    /// The URL of the mailbox of `user` by clear text, with the password of [`Self::password`].
    pub fn url(&self, user: &str) -> String {
        format!("imap://127.0.0.1:{}?user={user}@example.test", self.imap)
    }

    /// The messages in a folder, named as the disk has it: `.Sent`.
    pub fn messages(&self, user: &str, folder: &str) -> Vec<Message> {
        let folder = self.maildir(user).join(folder);
        let mut found = Vec::new();
        for part in ["new", "cur"] {
            let entries = fs::read_dir(folder.join(part)).into_iter().flatten();
            found.extend(entries.flatten().map(|entry| Message::read(&entry.path())));
        }
        found
    }

    fn maildir(&self, user: &str) -> PathBuf {
        let user = format!("mail/{user}@example.test/Maildir");
        self.home.path().join(user)
    }

    /// Says commands as a user of its own; each has to be taken.
    pub fn say(&self, user: &str, commands: &[&str]) {
        let mut stream = TcpStream::connect(("127.0.0.1", self.imap)).unwrap();
        let mut lines = BufReader::new(stream.try_clone().unwrap());
        let login = format!("LOGIN {user}@example.test secret-{user}");
        for command in [login.as_str()].iter().chain(commands) {
            stream
                .write_all(format!("t {command}\r\n").as_bytes())
                .unwrap();
            let mut line = String::new();
            while !line.starts_with("t ") {
                line.clear();
                assert!(lines.read_line(&mut line).unwrap() > 0, "{command}");
            }
            assert!(line.starts_with("t OK"), "{command}: {line}");
        }
    }

    /// What it has logged so far.
    pub fn log(&self) -> String {
        fs::read_to_string(self.home.path().join("dovecot.log")).unwrap_or_default()
    }

    /// Ends it and all that it has started, in the middle of whatever they do.
    pub fn kill(&mut self) {
        let group = Pid::from_raw(i32::try_from(self.child.id()).unwrap()).unwrap();
        let _ = kill_process_group(group, Signal::KILL);
        let _ = self.child.wait();
    }

    /// Starts it again with the same mailboxes, on other ports.
    pub fn restart(&mut self) {
        self.kill();
        let _ = fs::remove_dir_all(self.home.path().join("run"));
        let program = parts::need("dovecot").unwrap();
        (self.imap, self.imaps, self.child) = launch(&program, self.home.path());
        self.until_it_listens();
    }

    fn until_it_listens(&self) {
        let deadline = Instant::now() + PATIENCE;
        for port in [self.imap, self.imaps] {
            while TcpStream::connect(("127.0.0.1", port)).is_err() {
                assert!(
                    Instant::now() < deadline,
                    "it does not listen: {}",
                    self.log()
                );
                std::thread::sleep(Duration::from_millis(10));
            }
        }
    }
}

impl Drop for Dovecot {
    fn drop(&mut self) {
        self.kill();
    }
}

/// A message in a mailbox.
#[derive(Clone, Debug)]
pub struct Message {
    pub text: String,
    /// Whether it counts as read.
    pub is_seen: bool,
    /// The date of arrival, in seconds since 1970.
    pub arrived: i64,
}

impl Message {
    fn read(path: &Path) -> Self {
        use std::os::unix::fs::MetadataExt;
        let name = path.file_name().unwrap().to_string_lossy();
        Self {
            text: String::from_utf8_lossy(&fs::read(path).unwrap()).into_owned(),
            is_seen: name
                .rsplit_once(":2,")
                .is_some_and(|(_, flags)| flags.contains('S')),
            arrived: fs::metadata(path).unwrap().mtime(),
        }
    }
}

pub fn password(user: &str) -> String {
    format!("secret-{user}")
}

fn launch(program: &Path, home: &Path) -> (u16, u16, Child) {
    let (imap, imaps) = (free_port(), free_port());
    let root = getuid().is_root();
    let (user, group) = match root {
        true => (NOBODY, NOBODY),
        false => (getuid().as_raw(), getgid().as_raw()),
    };
    let configuration = home.join("dovecot.conf");
    fs::write(&configuration, configure(home, user, group, imap, imaps)).unwrap();
    let users: String = USERS
        .iter()
        .map(|name| {
            let room = if *name == "full" { "20K" } else { "1G" };
            let password = password(name);
            format!(
                "{name}@example.test:{{PLAIN}}{password}::::::userdb_quota_rule=*:storage={room}\n"
            )
        })
        // As whom people sign in at the gateway.
        .chain([format!(
            "ralf@example.org:{{PLAIN}}{}::::::\n",
            super::people::PASSWORD
        )])
        .collect();
    fs::write(home.join("users"), users).unwrap();
    let script = "ulimit -n 4096; exec \"$0\" -F -c \"$1\"";
    let mut command = Command::new("sh");
    command
        .args(["-c", script])
        .args([program, &configuration])
        .current_dir(home)
        .process_group(0)
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null());
    if root {
        for entry in fs::read_dir(home).unwrap().flatten() {
            chown(entry.path(), Some(NOBODY), Some(NOBODY)).unwrap();
        }
        chown(home, Some(NOBODY), Some(NOBODY)).unwrap();
        command.uid(NOBODY).gid(NOBODY);
    }
    (imap, imaps, command.spawn().unwrap())
}

fn free_port() -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    listener.local_addr().unwrap().port()
}

fn configure(home: &Path, user: u32, group: u32, imap: u16, imaps: u16) -> String {
    let name = |what: &str, id: u32| {
        let known = fs::read_to_string(format!("/etc/{what}")).unwrap();
        let own = known
            .lines()
            .map(|line| line.split(':').collect::<Vec<_>>())
            .find(|fields| fields[2] == id.to_string());
        own.unwrap()[0].to_owned()
    };
    let (user, group) = (name("passwd", user), name("group", group));
    let home = home.display();
    format!(
        r#"base_dir = {home}/run
state_dir = {home}/state
log_path = {home}/dovecot.log
default_internal_user = {user}
default_internal_group = {group}
default_login_user = {user}
protocols = imap
listen = 127.0.0.1, 127.0.0.2
mail_location = maildir:~/Maildir
mail_save_crlf = yes
mail_plugins = quota
auth_mechanisms = plain login
auth_failure_delay = 0
disable_plaintext_auth = yes
ssl = yes
ssl_cert = <{home}/srv.pem
ssl_key = <{home}/srv.key
passdb {{
  driver = passwd-file
  args = scheme=PLAIN username_format=%Lu {home}/users
}}
userdb {{
  driver = passwd-file
  args = username_format=%Lu {home}/users
  default_fields = uid={user} gid={group} home={home}/mail/%Lu
}}
namespace inbox {{
  inbox = yes
  separator = /
  mailbox Sent {{
    auto = subscribe
    special_use = \Sent
  }}
  mailbox Drafts {{
    auto = subscribe
    special_use = \Drafts
  }}
}}
plugin {{
  quota = count:User quota
  quota_vsizes = yes
  quota_rule = *:storage=1G
  quota_grace = 0%%
}}
service anvil {{
  chroot =
  unix_listener anvil-auth-penalty {{
    mode = 0
  }}
}}
service imap-login {{
  chroot =
  inet_listener imap {{
    port = {imap}
  }}
  inet_listener imaps {{
    port = {imaps}
    ssl = yes
  }}
}}
service stats {{
  chroot =
}}
service imap-urlauth-login {{
  chroot =
}}
protocol imap {{
  mail_plugins = $mail_plugins imap_quota
}}
"#
    )
}
