//! A server as the kernel sees it: memory, processor time, open files.

use std::fs;
use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::path::PathBuf;
use std::process::{Child, Command, ExitStatus};
use std::time::{Duration, Instant};

use rustix::process::{Pid, Signal, kill_process};

use crate::Trouble;
use crate::machine::Cores;

/// How long a server may take to listen.
const START: Duration = Duration::from_secs(30);

/// A running server. It ends with this value.
pub struct Process {
    child: Child,
    pub address: SocketAddr,
}

/// Bytes of memory that belong to a process.
#[derive(Clone, Copy)]
pub struct Memory {
    /// What it has written to: heap and stacks, not the program's own file.
    pub anonymous: u64,
    /// Everything resident, what is shared counted in part.
    pub proportional: u64,
    /// The most that was ever resident.
    pub peak: u64,
}

impl Process {
    /// Starts `command` on the servers' core and waits until it accepts connections at `address`.
    pub fn start(
        cores: &Cores,
        command: &mut Command,
        address: SocketAddr,
    ) -> Result<Self, Trouble> {
        let child = cores.on_server(|| command.spawn())?;
        Self::listening(child, command, address)
    }

    /// The same beside the load, for what is not measured.
    pub fn start_beside(
        cores: &Cores,
        command: &mut Command,
        address: SocketAddr,
    ) -> Result<Self, Trouble> {
        cores.pin_generator();
        Self::listening(command.spawn()?, command, address)
    }

    fn listening(child: Child, command: &Command, address: SocketAddr) -> Result<Self, Trouble> {
        let mut process = Self { child, address };
        let began = Instant::now();
        while TcpStream::connect(address).is_err() {
            if let Some(status) = process.child.try_wait()? {
                return Err(format!("{command:?} ended at once: {status}").into());
            }
            if began.elapsed() > START {
                return Err(format!("{command:?} does not listen").into());
            }
            std::thread::sleep(Duration::from_millis(5));
        }
        Ok(process)
    }

    pub fn id(&self) -> u32 {
        self.child.id()
    }

    fn read(&self, name: &str) -> Result<String, Trouble> {
        Ok(fs::read_to_string(format!("/proc/{}/{name}", self.id()))?)
    }

    pub fn memory(&self) -> Result<Memory, Trouble> {
        let status = self.read("status")?;
        let rollup = self.read("smaps_rollup")?;
        Ok(Memory {
            anonymous: kilobytes(&status, "RssAnon:")?,
            proportional: kilobytes(&rollup, "Pss:")?,
            peak: kilobytes(&status, "VmHWM:")?,
        })
    }

    /// Forgets the peak, so that the next [`Memory::peak`] counts from now on. False where the kernel does not let us.
    pub fn forget_peak(&self) -> bool {
        fs::write(format!("/proc/{}/clear_refs", self.id()), "5").is_ok()
    }

    /// Processor time of all threads, those that have ended too.
    pub fn cpu(&self) -> Result<Duration, Trouble> {
        let stat = self.read("stat")?;
        // The name of the program may hold anything, also spaces.
        let after_name = stat.rsplit_once(')').ok_or("no stat")?.1;
        let ticks: u64 = after_name
            .split_whitespace()
            .skip(11)
            .take(2)
            .map(|field| field.parse().unwrap_or(0))
            .sum();
        let per_second = rustix::param::clock_ticks_per_second();
        Ok(Duration::from_millis(ticks * 1000 / per_second))
    }

    /// How often its threads gave up the processor or lost it.
    pub fn switches(&self) -> Result<u64, Trouble> {
        let mut sum = 0;
        for task in fs::read_dir(format!("/proc/{}/task", self.id()))? {
            // A thread may end between both.
            let status = fs::read_to_string(task?.path().join("status")).unwrap_or_default();
            sum += status
                .lines()
                .filter(|line| line.contains("voluntary_ctxt_switches:"))
                .filter_map(|line| line.split_whitespace().nth(1)?.parse::<u64>().ok())
                .sum::<u64>();
        }
        Ok(sum)
    }

    pub fn open_files(&self) -> Result<usize, Trouble> {
        Ok(fs::read_dir(format!("/proc/{}/fd", self.id()))?.count())
    }

    pub fn terminate(&self) -> Result<(), Trouble> {
        let id = i32::try_from(self.id()).ok().and_then(Pid::from_raw);
        Ok(kill_process(id.ok_or("no process id")?, Signal::TERM)?)
    }

    /// Its exit status once it has ended.
    pub fn ended(&mut self) -> Result<Option<ExitStatus>, Trouble> {
        Ok(self.child.try_wait()?)
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        // It may have ended before.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn kilobytes(text: &str, name: &str) -> Result<u64, Trouble> {
    let line = text.lines().find_map(|line| line.strip_prefix(name));
    let number = line.and_then(|rest| rest.split_whitespace().next());
    let kilobytes: u64 = number.ok_or_else(|| format!("no {name}"))?.parse()?;
    Ok(kilobytes * 1024)
}

/// An address of this machine that nobody listens on.
pub fn free_address() -> Result<SocketAddr, Trouble> {
    Ok(TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?.local_addr()?)
}

/// A program in the path.
pub fn find(program: &str) -> Option<PathBuf> {
    let path = std::env::var_os("PATH")?;
    std::env::split_paths(&path)
        .map(|directory| directory.join(program))
        .find(|file| file.is_file())
}
