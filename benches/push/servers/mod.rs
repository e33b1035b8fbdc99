//! The servers that are measured: the gateway, and two that do less.

pub mod bare;
pub mod gateway;
pub mod raw;

use std::net::SocketAddr;
use std::process::{Command, Stdio};

use crate::Trouble;
use crate::machine::Cores;
use crate::process::{Process, free_address};

pub use gateway::Gateway;

/// What this program is when it does not measure.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Role {
    Bare,
    Raw,
}

const ROLES: [(Role, &str); 2] = [(Role::Bare, "bare"), (Role::Raw, "raw")];
/// Told to the copy of this program that is to be a server.
const FLAG: &str = "--reference";

impl Role {
    /// The role that the arguments of such a copy name, and its port.
    pub fn of(arguments: &[String]) -> Option<(Self, u16)> {
        let [flag, name, port] = arguments else {
            return None;
        };
        let (role, _) = ROLES.iter().find(|(_, known)| known == name)?;
        (flag == FLAG).then_some((*role, port.parse().ok()?))
    }

    pub fn name(self) -> &'static str {
        ROLES[self as usize].1
    }
}

/// Starts a reference: this program once more, in another role.
pub fn reference(role: Role, cores: &Cores) -> Result<Process, Trouble> {
    let address: SocketAddr = free_address()?;
    let mut command = Command::new(std::env::current_exe()?);
    command
        .args([FLAG, role.name(), &address.port().to_string()])
        .stdin(Stdio::null())
        .stdout(Stdio::null());
    Process::start(cores, &mut command, address)
}
