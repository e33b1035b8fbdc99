//! The machine: its cores, its limits, its name.

use std::fs;
use std::path::Path;

use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
use rustix::thread::{CpuSet, sched_getaffinity, sched_setaffinity};

/// Who runs where: servers on one core, the load on another.
pub struct Cores {
    pub server: usize,
    pub generator: usize,
    all: CpuSet,
}

impl Cores {
    /// The first two cores that this process may use; both the same on a machine with one.
    pub fn split() -> Self {
        let all = sched_getaffinity(None).unwrap_or_else(|_| CpuSet::new());
        let mut usable = (0..CpuSet::MAX_CPU).filter(|core| all.is_set(*core));
        let server = usable.next().unwrap_or(0);
        Self {
            server,
            generator: usable.next().unwrap_or(server),
            all,
        }
    }

    /// Keeps this thread, and what it starts, on the generator's core.
    pub fn pin_generator(&self) {
        pin(&only(self.generator));
    }

    /// Starts something on the servers' core: a child runs where the thread ran that made it.
    pub fn on_server<T>(&self, start: impl FnOnce() -> T) -> T {
        pin(&only(self.server));
        let started = start();
        self.pin_generator();
        started
    }

    /// Runs something that is not measured on all cores.
    pub fn on_all<T>(&self, work: impl FnOnce() -> T) -> T {
        pin(&self.all);
        let done = work();
        self.pin_generator();
        done
    }
}

fn only(core: usize) -> CpuSet {
    let mut set = CpuSet::new();
    set.set(core);
    set
}

fn pin(set: &CpuSet) {
    if let Err(cause) = sched_setaffinity(None, set) {
        eprintln!("not pinned: {cause}");
    }
}

/// Raises the limit of open files as far as this user may; servers inherit it.
pub fn allow_many_files() -> usize {
    const WANTED: u64 = 65_536;
    let limit = getrlimit(Resource::Nofile);
    let enough = limit.maximum.is_none_or(|maximum| maximum >= WANTED);
    let raise = |maximum| {
        let raised = Rlimit {
            current: maximum,
            maximum,
        };
        setrlimit(Resource::Nofile, raised).is_ok()
    };
    // Only root gets more than the hard limit.
    if enough || !raise(Some(WANTED)) {
        raise(limit.maximum);
    }
    let current = getrlimit(Resource::Nofile).current;
    current.map_or(usize::MAX, |limit| {
        usize::try_from(limit).unwrap_or(usize::MAX)
    })
}

/// Kernel and processor, for the head of the report.
pub fn describe() -> String {
    let read = |path: &str| fs::read_to_string(path).unwrap_or_default();
    let kernel = read("/proc/sys/kernel/osrelease");
    let cpuinfo = read("/proc/cpuinfo");
    let model = cpuinfo
        .lines()
        .find_map(|line| line.strip_prefix("model name"))
        .map_or("unknown processor", |rest| {
            rest.trim_start_matches(['\t', ' ', ':'])
        });
    let cores = std::fs::read_dir("/sys/devices/system/cpu")
        .into_iter()
        .flatten()
        .flatten()
        .filter(|entry| {
            let name = entry.file_name();
            let name = name.to_string_lossy();
            name.strip_prefix("cpu")
                .is_some_and(|rest| rest.parse::<u16>().is_ok())
        })
        .count();
    format!("{cores} cores ({model}), Linux {}", kernel.trim())
}

/// The type of the file system that holds `path`: what a flush to the disk costs hangs on it.
pub fn file_system(path: &Path) -> String {
    let mounts = fs::read_to_string("/proc/mounts").unwrap_or_default();
    mounts
        .lines()
        .filter_map(|line| {
            let mut fields = line.split(' ').skip(1);
            Some((fields.next()?, fields.next()?))
        })
        .filter(|(place, _)| path.starts_with(place))
        .max_by_key(|(place, _)| place.len())
        .map_or_else(|| "unknown".to_owned(), |(_, kind)| kind.to_owned())
}
