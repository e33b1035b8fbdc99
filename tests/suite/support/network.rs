//! Two hosts and a cable between them, as the kernel plays them: network namespaces, which end with the process.

use std::io::{BufRead, BufReader};
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};

use rustix::thread::{LinkNameSpaceType, move_into_link_name_space};
use tokio::sync::oneshot;

use super::parts;

/// A host of its own.
pub struct Host {
    /// Lives in the namespace and reads what nobody writes: it ends with this process, and the namespace with it.
    keeper: Child,
}

/// Two hosts and the cable between them.
pub struct Network {
    pub server: Host,
    pub client: Host,
}

pub const SERVER: &str = "10.0.0.1";
const CLIENT: &str = "10.0.0.2";

impl Network {
    /// `None` after a line that says why: there are no namespaces here, or no programs to set them up.
    pub fn new() -> Option<Self> {
        for program in ["unshare", "nsenter", "ip", "iptables"] {
            parts::need(program)?;
        }
        let network = Self {
            server: Host::new()?,
            client: Host::new()?,
        };
        let peer = network.client.keeper.id().to_string();
        let cable = [
            "ip", "link", "add", "cable", "type", "veth", "peer", "name", "cable", "netns",
        ];
        network.server.run(&[&cable[..], &[&peer]].concat());
        for (host, address) in [(&network.server, SERVER), (&network.client, CLIENT)] {
            let address = format!("{address}/24");
            host.run(&["ip", "address", "add", &address, "dev", "cable"]);
            host.run(&["ip", "link", "set", "cable", "up"]);
        }
        Some(network)
    }

    /// Nothing goes through in either direction, and neither end is told.
    pub fn cut(&self) {
        for host in [&self.server, &self.client] {
            host.run(&["iptables", "-I", "INPUT", "-i", "cable", "-j", "DROP"]);
        }
    }

    /// It goes through again.
    pub fn mend(&self) {
        for host in [&self.server, &self.client] {
            host.run(&["iptables", "-F", "INPUT"]);
        }
    }

    /// Every n-th packet is lost, in both directions.
    pub fn lose_every(&self, number: u32) {
        let number = number.to_string();
        for host in [&self.server, &self.client] {
            let rule = ["iptables", "-I", "INPUT", "-i", "cable", "-m", "statistic"];
            let every = [
                "--mode", "nth", "--every", &number, "--packet", "0", "-j", "DROP",
            ];
            host.run(&[&rule[..], &every].concat());
        }
    }

    /// How many packets have been lost on the way to the server.
    pub fn lost(&self) -> u64 {
        let counters = self.server.run(&["iptables", "-nvxL", "INPUT"]);
        let rule = counters.lines().find(|line| line.contains("DROP"));
        let count = rule.unwrap().split_whitespace().next().unwrap();
        count.parse().unwrap()
    }
}

impl Host {
    fn new() -> Option<Self> {
        let mut keeper = Command::new("unshare")
            .args(["--net", "sh", "-c"])
            .arg("ip link set lo up && echo ready && exec cat")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let mut word = String::new();
        let mut lines = BufReader::new(keeper.stdout.take().unwrap());
        lines.read_line(&mut word).unwrap();
        if word != "ready\n" {
            let output = keeper.wait_with_output().unwrap();
            let why = String::from_utf8_lossy(&output.stderr).into_owned();
            parts::missing(&format!("network namespaces (as root): {}", why.trim()));
            return None;
        }
        Some(Self { keeper })
    }

    fn namespace(&self) -> PathBuf {
        PathBuf::from(format!("/proc/{}/ns/net", self.keeper.id()))
    }

    /// Runs a command on this host that must succeed, and returns what it printed.
    pub fn run(&self, command: &[&str]) -> String {
        let output = Command::new("nsenter")
            .arg(format!("--net={}", self.namespace().display()))
            .args(command)
            .output()
            .unwrap();
        let said = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "{command:?}: {said}");
        String::from_utf8(output.stdout).unwrap()
    }

    /// Does something on this host, on a thread of its own; whatever it starts is on this host too.
    pub async fn inside<T, F>(&self, work: impl FnOnce() -> F + Send + 'static) -> T
    where
        T: Send + 'static,
        F: Future<Output = T>,
    {
        let namespace = std::fs::File::open(self.namespace()).unwrap();
        let (done, result) = oneshot::channel();
        let thread = std::thread::spawn(move || {
            let net = Some(LinkNameSpaceType::Network);
            move_into_link_name_space(std::os::fd::AsFd::as_fd(&namespace), net).unwrap();
            let runtime = tokio::runtime::Builder::new_current_thread()
                .enable_all()
                .build()
                .unwrap();
            let _ = done.send(runtime.block_on(work()));
        });
        match result.await {
            Ok(result) => result,
            // It panicked: so does the test.
            Err(_) => std::panic::resume_unwind(thread.join().unwrap_err()),
        }
    }

    /// Bytes that wait in the kernel to be sent or acknowledged, of the established connection of a server's port with
    /// a client's; none: there is no such connection.
    pub fn unacknowledged(&self, port: u16, peer: u16) -> Option<u64> {
        let table = self.run(&["cat", "/proc/net/tcp"]);
        let connection = table.lines().skip(1).find_map(|line| {
            let fields: Vec<_> = line.split_whitespace().collect();
            let of = |field: &str| u16::from_str_radix(field.rsplit(':').next().unwrap(), 16);
            let same = of(fields[1]) == Ok(port) && of(fields[2]) == Ok(peer);
            // State 01: established.
            (same && fields[3] == "01").then(|| fields[4].split(':').next().unwrap().to_owned())
        });
        connection.map(|waiting| u64::from_str_radix(&waiting, 16).unwrap())
    }
}

impl Drop for Host {
    fn drop(&mut self) {
        let _ = self.keeper.kill();
        let _ = self.keeper.wait();
    }
}
