//! Open connections: how many there may be, in all and from one address, and how long one may wait with the header of a
//! request.
//!
//! A connection that turns into a WebSocket session is counted as such from there on. When there are too many others,
//! those that have no request under way are closed, the longest idle first: whoever opens thousands and says nothing
//! takes nobody else's place. When all are busy, the next one is told so. When the process runs out of open files before
//! the configured limit is reached, it is the same.

use std::cell::Cell;
use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::atomic::{AtomicBool, AtomicU32, AtomicU64, AtomicUsize, Ordering::SeqCst};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use actix_web::dev::Extensions;

use super::signals;
use crate::config::{Config, Network};
use crate::http::client::network;
use crate::http::connection::{Connection, Handle};
use crate::http::error::ApiError;
use crate::presence::clock;
use crate::telemetry::limits::{Limit, Limits};

/// Connections that are open only to be told that there are too many; more of them are closed without a word.
const TURNED_AWAY: usize = 1024;
/// When a connection may be free again: one that is busy seldom is for long.
const BUSY: u64 = 2;
/// When a session may have ended: people leave seldom.
const SESSIONS: u64 = 30;
/// How long the peer of a connection that is given up may read why.
const FAREWELL: Duration = Duration::from_secs(1);
/// In the state of a connection: no further request is taken.
const ENDED: u32 = 1 << 31;

/// What is configured.
pub struct Bounds {
    pub connections: usize,
    pub per_address: usize,
    pub sessions: usize,
    pub header_timeout: Duration,
    pub keep_alive: Duration,
    /// Their connections are those of many clients.
    pub trusted_proxies: Vec<Network>,
    /// Descriptors from this number on are for the rest of the gateway. The kernel gives the lowest number that is
    /// free.
    pub last_files: u64,
    /// From this number on nobody is even told so.
    pub no_files: u64,
}

impl Bounds {
    pub fn of(config: &Config) -> Self {
        let http = &config.server.http;
        let (last_files, no_files) = before_last(signals::open_files());
        Self {
            connections: http.connections_max,
            per_address: http.connections_per_address,
            sessions: config.presence.sessions_max,
            header_timeout: http.header_timeout,
            keep_alive: http.keep_alive,
            trusted_proxies: config.server.trusted_proxies.clone(),
            last_files,
            no_files,
        }
    }

    /// More than there can ever be open at a time.
    pub fn sockets(&self) -> usize {
        self.connections + self.sessions + 2 * TURNED_AWAY
    }
}

/// The database, uploads and mail servers need some. Half of those may be taken to say that there are no more.
fn before_last(files: Option<u64>) -> (u64, u64) {
    let Some(files) = files else {
        return (u64::MAX, u64::MAX);
    };
    let kept = (files / 8).clamp(64, 1024);
    (files.saturating_sub(kept), files.saturating_sub(kept / 2))
}

/// All connections of the process.
pub struct Connections {
    bounds: Bounds,
    limits: Arc<Limits>,
    table: Mutex<Table>,
    /// Those that count against the limit. Written under the table's lock.
    counted: AtomicUsize,
    /// WebSocket sessions, and handshakes that may become one.
    sessions: AtomicUsize,
}

#[derive(Default)]
struct Table {
    next: u64,
    open: HashMap<u64, Open>,
    per_address: HashMap<IpAddr, usize>,
    turned_away: usize,
    /// Those that are closed and whose files are still open.
    closed: usize,
    /// Those that were taken in place of closed ones.
    owed: usize,
}

/// A connection that is no session.
struct Open {
    turn: Arc<Turn>,
    /// None: a proxy's, which is nobody's own.
    address: Option<IpAddr>,
    handle: Handle,
    standing: Standing,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Standing {
    /// It counts against the limits.
    Counted,
    /// It is open to be told that there are too many.
    TurnedAway,
    /// It was told that it ends; what is left of it goes at this time on [`clock`].
    Ending(u64),
    /// It was closed, and is there until its worker has noticed.
    Closed,
}

/// Whose turn it is: the peer's, to ask, or the gateway's, to answer.
struct Turn {
    /// Requests under way, or [`ENDED`].
    state: AtomicU32,
    /// On [`clock`]: since when it is the peer's.
    since: AtomicU64,
    /// A request has come.
    used: AtomicBool,
}

/// A request that has no answer yet, or one that is still being sent.
pub struct UnderWay(Arc<Turn>);

/// A connection's place; lives as long as the connection.
pub struct Place {
    connections: Arc<Connections>,
    id: u64,
    turn: Arc<Turn>,
    refused: Option<Refused>,
    session: Cell<bool>,
}

/// The limit that leaves no room, and what it comes to.
#[derive(Clone, Copy)]
struct Refused {
    limit: Limit,
    most: usize,
}

impl Turn {
    fn new() -> Arc<Self> {
        Arc::new(Self {
            state: AtomicU32::new(0),
            since: AtomicU64::new(clock::now()),
            used: AtomicBool::new(false),
        })
    }

    fn begin(self: &Arc<Self>) -> Option<UnderWay> {
        if self.state.fetch_add(1, SeqCst) & ENDED != 0 {
            return None;
        }
        self.used.store(true, SeqCst);
        Some(UnderWay(self.clone()))
    }

    fn is_idle(&self) -> bool {
        self.state.load(SeqCst) == 0
    }

    /// Takes no further request; false when one is under way, or it has ended before.
    fn end(&self) -> bool {
        self.state
            .compare_exchange(0, ENDED, SeqCst, SeqCst)
            .is_ok()
    }

    /// Whether its peer has had time enough to ask.
    fn is_overdue(&self, now: u64, bounds: &Bounds) -> bool {
        let mut time = bounds.header_timeout;
        if self.used.load(SeqCst) {
            time += bounds.keep_alive;
        }
        self.is_idle() && now.saturating_sub(self.since.load(SeqCst)) >= clock::millis(time)
    }
}

impl Drop for UnderWay {
    fn drop(&mut self) {
        self.0.since.store(clock::now(), SeqCst);
        self.0.state.fetch_sub(1, SeqCst);
    }
}

impl Connections {
    pub fn new(bounds: Bounds, limits: Arc<Limits>) -> Arc<Self> {
        Arc::new(Self {
            bounds,
            limits,
            table: Mutex::default(),
            counted: AtomicUsize::new(0),
            sessions: AtomicUsize::new(0),
        })
    }

    /// Gives each new connection its place.
    pub fn accept(self: &Arc<Self>, connection: &Connection, data: &mut Extensions) {
        let address = self.counts_as(connection.peer());
        let place = self.admit(address, connection.descriptor(), connection.handle());
        if place.is_closed() {
            connection.handle().abort();
        }
        data.insert(place);
    }

    /// A proxy's connections are those of many clients: they are nobody's own.
    fn counts_as(&self, peer: Option<IpAddr>) -> Option<IpAddr> {
        let ip = peer?;
        let trusted = &self.bounds.trusted_proxies;
        (!trusted.iter().any(|network| network.contains(ip))).then(|| network(ip))
    }

    fn admit(self: &Arc<Self>, address: Option<IpAddr>, descriptor: u64, handle: Handle) -> Place {
        let mut table = lock(&self.table);
        let refused = self.refusal(&mut table, address, descriptor);
        let turn = Turn::new();
        let standing = match refused {
            None => {
                self.counted.fetch_add(1, SeqCst);
                if let Some(address) = address {
                    *table.per_address.entry(address).or_default() += 1;
                }
                Standing::Counted
            }
            Some(_) if table.turned_away < TURNED_AWAY && descriptor < self.bounds.no_files => {
                table.turned_away += 1;
                Standing::TurnedAway
            }
            Some(_) => {
                turn.end();
                table.closed += 1;
                Standing::Closed
            }
        };
        table.next += 1;
        let id = table.next;
        table.open.insert(
            id,
            Open {
                turn: turn.clone(),
                address,
                handle,
                standing,
            },
        );
        drop(table);
        Place {
            connections: self.clone(),
            id,
            turn,
            refused,
            session: Cell::new(false),
        }
    }

    /// Which limit leaves no room for one more, after idle ones have made room where there are some.
    fn refusal(
        &self,
        table: &mut Table,
        address: Option<IpAddr>,
        descriptor: u64,
    ) -> Option<Refused> {
        if let Some(address) = address {
            let own = table.per_address.get(&address).copied().unwrap_or(0);
            if own >= self.bounds.per_address {
                self.limits.reached(Limit::ConnectionsPerAddress);
                if !self.make_room(table, |open| open.address == Some(address)) {
                    return Some(Refused {
                        limit: Limit::ConnectionsPerAddress,
                        most: own,
                    });
                }
            }
        }
        let counted = self.counted.load(SeqCst);
        let no_files = descriptor >= self.bounds.last_files;
        if counted >= self.bounds.connections || no_files {
            self.limits.reached(Limit::Connections);
            // Files are free only when workers have noticed what was closed.
            let room = counted < self.bounds.connections && table.closed > table.owed;
            // A proxy knows best which of its connections it needs.
            let room = room || self.make_room(table, |open| open.address.is_some());
            // There will be room, but nothing is left of what is needed until then.
            if !room || descriptor >= self.bounds.no_files {
                return Some(Refused {
                    limit: Limit::Connections,
                    most: counted,
                });
            }
            table.owed += usize::from(no_files);
        }
        None
    }

    /// Closes the longest idle connections, some at a time: each time costs a look at all of them.
    fn make_room(&self, table: &mut Table, which: impl Fn(&Open) -> bool) -> bool {
        let mut idle: Vec<_> = table
            .open
            .iter()
            .filter(|(_, open)| open.standing == Standing::Counted && which(open))
            .filter(|(_, open)| open.turn.is_idle())
            .map(|(id, open)| (open.turn.since.load(SeqCst), *id))
            .collect();
        idle.sort_unstable();
        let wanted = (idle.len() / 16).max(1);
        let mut closed = 0;
        for (_, id) in idle {
            if closed == wanted {
                break;
            }
            let Some(open) = table.open.get(&id) else {
                continue;
            };
            // A request may have come in the meantime.
            if open.turn.end() {
                open.handle.abort();
                self.stand(table, id, Standing::Closed);
                closed += 1;
            }
        }
        closed > 0
    }

    /// Changes what a connection counts as.
    fn stand(&self, table: &mut Table, id: u64, standing: Standing) {
        if let Some(open) = table.open.get_mut(&id) {
            let (before, address) = (open.standing, open.address);
            open.standing = standing;
            table.closed += usize::from(standing == Standing::Closed);
            self.uncount(table, before, address);
        }
    }

    fn remove(&self, id: u64) {
        let mut table = lock(&self.table);
        if let Some(open) = table.open.remove(&id) {
            self.uncount(&mut table, open.standing, open.address);
        }
    }

    fn uncount(&self, table: &mut Table, standing: Standing, address: Option<IpAddr>) {
        match standing {
            Standing::Counted => {
                self.counted.fetch_sub(1, SeqCst);
                if let Some(address) = address
                    && let Some(own) = table.per_address.get_mut(&address)
                {
                    *own -= 1;
                    if *own == 0 {
                        table.per_address.remove(&address);
                    }
                }
            }
            Standing::TurnedAway => table.turned_away -= 1,
            Standing::Ending(_) => {}
            Standing::Closed => {
                table.closed -= 1;
                table.owed = table.owed.min(table.closed);
            }
        }
    }

    /// Ends connections whose peers take too long to ask, until the task is dropped.
    pub async fn watch(self: Arc<Self>) {
        let often = (self.bounds.header_timeout / 4)
            .clamp(Duration::from_millis(20), Duration::from_millis(500));
        loop {
            tokio::time::sleep(often).await;
            self.sweep(clock::now());
        }
    }

    fn sweep(&self, now: u64) {
        let mut table = lock(&self.table);
        let mut changed = Vec::new();
        for (id, open) in &table.open {
            match open.standing {
                Standing::Ending(at) if at <= now => {
                    open.handle.abort();
                    changed.push((*id, Standing::Closed));
                }
                Standing::Counted | Standing::TurnedAway
                    if open.turn.is_overdue(now, &self.bounds) && open.turn.end() =>
                {
                    self.limits.reached(Limit::HeaderTime);
                    // Others are closed without a word, as is usual for idle ones.
                    if !open.turn.used.load(SeqCst) {
                        open.handle.end_with(too_slow(self.bounds.header_timeout));
                    }
                    changed.push((*id, Standing::Ending(now + clock::millis(FAREWELL))));
                }
                _ => {}
            }
        }
        for (id, standing) in changed {
            self.stand(&mut table, id, standing);
        }
    }

    /// So many are open that an idle one had better not be kept.
    pub fn is_crowded(&self) -> bool {
        self.counted.load(SeqCst) >= self.bounds.connections - self.bounds.connections / 10
    }

    /// Connections that count against the limit, and sessions.
    pub fn open(&self) -> (usize, usize) {
        (self.counted.load(SeqCst), self.sessions.load(SeqCst))
    }
}

impl Refused {
    /// It was counted when the connection came.
    fn error(self) -> ApiError {
        let Self { limit, most } = self;
        let name = limit.name();
        let error = if limit == Limit::ConnectionsPerAddress {
            ApiError::too_many(
                format!(
                    "More than {most} connections from your address ({name}), try again in {BUSY} seconds"
                ),
                BUSY,
            )
        } else {
            ApiError::unavailable(
                format!("More than {most} connections ({name}), try again in {BUSY} seconds"),
                BUSY,
            )
        };
        error.detail("limit", most)
    }
}

impl Place {
    /// A request begins; the connection is busy until the result is dropped.
    ///
    /// # Errors
    /// 429 and 503 on a connection too many, 408 on one that was given up a moment ago.
    pub fn begin(&self) -> Result<UnderWay, ApiError> {
        let Some(under_way) = self.turn.begin() else {
            return Err(slow_header(self.connections.bounds.header_timeout));
        };
        match self.refused {
            Some(refused) => Err(refused.error()),
            None => Ok(under_way),
        }
    }

    /// Makes sure that there is room for one more session.
    ///
    /// # Errors
    /// 503.
    pub fn reserve_session(&self) -> Result<(), ApiError> {
        let most = self.connections.bounds.sessions;
        let sessions = &self.connections.sessions;
        if sessions.fetch_add(1, SeqCst) >= most {
            sessions.fetch_sub(1, SeqCst);
            let name = Limit::Sessions.name();
            let error = ApiError::unavailable(
                format!("More than {most} sessions ({name}), try again in {SESSIONS} seconds"),
                SESSIONS,
            );
            return Err(error.detail("limit", most).limit(Limit::Sessions));
        }
        self.session.set(true);
        Ok(())
    }

    /// The connection is a session from now on.
    pub fn upgraded(&self) {
        self.connections.remove(self.id);
    }

    /// The handshake was refused.
    pub fn release_session(&self) {
        if self.session.replace(false) {
            self.connections.sessions.fetch_sub(1, SeqCst);
        }
    }
}

impl Place {
    /// It is not even told why.
    fn is_closed(&self) -> bool {
        self.refused.is_some() && self.turn.state.load(SeqCst) & ENDED != 0
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        self.release_session();
        self.connections.remove(self.id);
    }
}

fn slow_header(limit: Duration) -> ApiError {
    let name = Limit::HeaderTime.name();
    let seconds = limit.as_secs_f64();
    ApiError::timed_out(format!("No whole header within {seconds} seconds ({name})"))
}

/// The answer to a header that does not come: there is no request yet that could have one.
fn too_slow(limit: Duration) -> String {
    let body = format!("{:#}\n", slow_header(limit).body());
    let length = body.len();
    format!(
        "HTTP/1.1 408 Request Timeout\r\nX-WebDAV-Status: 408 Request Timeout\r\nX-Content-Type-Options: nosniff\r\n\
         Content-Type: application/json\r\nContent-Length: {length}\r\nConnection: close\r\n\r\n{body}"
    )
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use actix_web::rt::net::{TcpListener, TcpStream};

    use super::*;

    /// What a server has of some connections, and their other ends.
    struct World {
        connections: Arc<Connections>,
        limits: Arc<Limits>,
        listener: TcpListener,
        open: Vec<(Extensions, Connection, TcpStream)>,
    }

    impl World {
        async fn with(connections: usize, last_files: u64) -> Self {
            let bounds = Bounds {
                connections,
                per_address: 1000,
                sessions: 1,
                header_timeout: Duration::from_secs(10),
                keep_alive: Duration::from_secs(75),
                trusted_proxies: Vec::new(),
                last_files,
                no_files: 2 * last_files,
            };
            let limits = Arc::new(Limits::default());
            Self {
                connections: Connections::new(bounds, limits.clone()),
                limits,
                listener: TcpListener::bind("127.0.0.1:0").await.unwrap(),
                open: Vec::new(),
            }
        }

        /// One more, as if this were its descriptor; false: it is to be told that there are too many.
        async fn connect(&mut self, descriptor: u64) -> bool {
            let address = self.listener.local_addr().unwrap();
            let peer = TcpStream::connect(address).await.unwrap();
            let (own, from) = self.listener.accept().await.unwrap();
            let mut data = Extensions::new();
            let own = Connection::from(own);
            let place = self
                .connections
                .admit(Some(from.ip()), descriptor, own.handle());
            let admitted = place.refused.is_none();
            data.insert(place);
            self.open.push((data, own, peer));
            admitted
        }

        fn place(&self, number: usize) -> &Place {
            self.open[number].0.get().unwrap()
        }

        fn reached(&self) -> u64 {
            self.limits.count(Limit::Connections)
        }
    }

    #[actix_web::test]
    async fn only_what_waits_makes_room_and_what_was_closed_takes_no_request() {
        let mut world = World::with(2, 100).await;
        assert!(world.connect(10).await && world.connect(11).await);
        let busy = world.place(0).begin().ok().unwrap();
        assert!(world.connect(12).await);
        assert_eq!(world.place(1).begin().err().unwrap().status(), 408);
        let other = world.place(2).begin().ok().unwrap();
        assert!(!world.connect(13).await);
        assert_eq!(world.place(3).begin().err().unwrap().status(), 503);
        assert_eq!((world.reached(), world.connections.open()), (2, (2, 0)));
        drop((busy, other));
        world.open.clear();
        assert_eq!(world.connections.open(), (0, 0));
        let table = lock(&world.connections.table);
        let left = (table.open.len(), table.per_address.len());
        assert_eq!((left, table.turned_away, table.closed), ((0, 0), 0, 0));
    }

    #[actix_web::test]
    async fn the_last_files_are_not_for_connections() {
        let mut world = World::with(1000, 100).await;
        assert!(world.connect(98).await && world.connect(99).await);
        assert_eq!(world.reached(), 0);
        assert!(world.connect(100).await);
        assert_eq!((world.reached(), world.connections.open().0), (1, 2));
        // One makes room for one, whether or not its worker has noticed.
        assert!(world.connect(101).await);
        assert_eq!((world.reached(), world.connections.open().0), (2, 2));
        let _busy: Vec<_> = (2..4).map(|n| world.place(n).begin().ok()).collect();
        assert!(!world.connect(102).await);
        assert_eq!(world.place(4).begin().err().unwrap().status(), 503);
        assert!(!world.connect(200).await);
        assert!(world.place(5).is_closed() && !world.place(4).is_closed());
        drop(world.open.drain(..2));
        assert!(world.connect(99).await);
        world.open.clear();
        let table = lock(&world.connections.table);
        assert_eq!((table.closed, table.owed), (0, 0));
    }

    #[test]
    fn some_files_are_kept_for_the_rest() {
        assert_eq!(before_last(None), (u64::MAX, u64::MAX));
        assert_eq!(before_last(Some(256)), (192, 224));
        assert_eq!(before_last(Some(4096)), (3584, 3840));
        let many = 1 << 20;
        assert_eq!(before_last(Some(many)), (many - 1024, many - 512));
    }

    #[actix_web::test]
    async fn a_session_counts_as_one_until_its_connection_ends() {
        let mut world = World::with(1, 100).await;
        assert!(world.connect(10).await);
        world.place(0).reserve_session().unwrap();
        let refused = world.place(0).reserve_session().err().unwrap();
        assert_eq!(refused.status(), 503);
        world.place(0).upgraded();
        assert_eq!(world.connections.open(), (0, 1));
        assert!(world.connect(11).await);
        assert_eq!(world.reached(), 0);
        world.open.clear();
        assert_eq!(world.connections.open(), (0, 0));
    }

    #[actix_web::test]
    async fn time_runs_while_it_is_the_peers_turn() {
        let mut world = World::with(10, 100).await;
        for number in 0..3 {
            assert!(world.connect(number).await);
        }
        let busy = world.place(1).begin().ok().unwrap();
        drop(world.place(2).begin().ok().unwrap());
        let after = |seconds: u64| clock::now() + seconds * 1000;
        let sweep = |now| {
            world.connections.sweep(now);
            (
                world.limits.count(Limit::HeaderTime),
                world.connections.open().0,
            )
        };
        assert_eq!(sweep(after(9)), (0, 3));
        assert_eq!(sweep(after(11)), (1, 2));
        assert_eq!(sweep(after(84)), (1, 2));
        assert_eq!(sweep(after(86)), (2, 1));
        assert_eq!(sweep(after(1000)), (2, 1));
        drop(busy);
        assert_eq!(world.place(0).begin().err().unwrap().status(), 408);
    }
}
