//! What a seed stands for: the pages of one user, what they do, and the fate of every message.

/// The node that has the caller and the coordinator.
pub const HOME: usize = 0;
pub const FAR: usize = 1;
/// How long the registry waits for a user to come back, in milliseconds.
pub const GRACE: u64 = 10_000;

/// SplitMix64.
struct Rng(u64);

impl Rng {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    fn below(&mut self, end: u64) -> u64 {
        self.next() % end
    }

    fn one_in(&mut self, n: u64) -> bool {
        self.below(n) == 0
    }
}

/// How a page takes an offer.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Behaviour {
    /// Shows the window after so long and says so.
    Opens(u64),
    OpensAndSaysItTwice(u64),
    Silent,
    Refuses(u64),
    /// Reads so slowly that nothing can be queued for it.
    Stuffed,
    Vanishes,
    /// Leaves; so much later the page is back in a new session.
    Reloads(u64),
    /// Shows the window, loses its socket at once and is back after `away`, window and all; goes
    /// for good after `stays`.
    Reconnects {
        away: u64,
        stays: Option<u64>,
    },
    /// Refuses after so long, then shows the window all the same.
    ChangesItsMind(u64),
    /// Refuses and claims a window as soon as it connects, without an offer; then it is silent.
    Lies,
}

#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Departure {
    /// The registry remembers the user for the grace time.
    Drops,
    SignsOut,
}

/// A page that runs no script for a while: it reads nothing, says nothing, and turns dormant.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Standstill {
    pub begins: u64,
    pub lasts: u64,
    /// Its browser drops the connection with all that waits in it when the page runs again.
    pub reconnects: bool,
}

/// All times but `idle` in milliseconds after the compose arrives; `joins: 0` was there before.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Page {
    pub node: usize,
    pub joins: u64,
    pub behaviour: Behaviour,
    pub focused: bool,
    pub visible: bool,
    pub dormant: bool,
    pub idle: u64,
    /// The person turns to this page.
    pub touched: Option<u64>,
    pub leaves: Option<(u64, Departure)>,
    pub standstill: Option<Standstill>,
}

/// What happens to a message, or to an alarm; times are on top of the usual way.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Fate {
    Arrives(u64),
    Twice(u64, u64),
    /// Of an alarm: rings too early.
    Lost,
}

#[derive(Clone, Debug, PartialEq)]
pub struct Scenario {
    /// `Prefer: wait`.
    pub wait: Option<u64>,
    /// The user counts as coming back when the compose arrives.
    pub returning: Option<u64>,
    /// The user is disabled: every session ends, and no new one is let in.
    pub shut_out: Option<u64>,
    /// The node that has the caller stops.
    pub stops: Option<u64>,
    pub pages: Vec<Page>,
    /// Of the messages in the order in which they are sent; later ones have no troubles.
    pub fates: Vec<Fate>,
}

impl Scenario {
    pub fn from_seed(seed: u64) -> Self {
        let mut rng = Rng(seed);
        // From worlds without any trouble to those that lose every sixth message.
        let trouble = rng.below(4);
        let pages = (0..rng.below(5)).map(|_| Page::random(&mut rng)).collect();
        Self {
            wait: rng.one_in(3).then(|| rng.below(15_000)),
            returning: rng.one_in(4).then(|| rng.below(GRACE)),
            shut_out: rng.one_in(12).then(|| rng.below(9_000)),
            stops: rng.one_in(12).then(|| rng.below(9_000)),
            pages,
            fates: (0..60).map(|_| Fate::random(&mut rng, trouble)).collect(),
        }
    }

    /// Whether nobody could excuse an answer but opened: no message has any trouble, and a page
    /// that opens every offer quickly is there all the time.
    pub fn must_open(&self) -> bool {
        let willing = |page: &Page| {
            page.joins == 0
                && page.leaves.is_none()
                && page.standstill.is_none()
                && matches!(page.behaviour, Behaviour::Opens(after) if after < 200)
        };
        let undisturbed = self.shut_out.is_none() && self.stops.is_none();
        undisturbed
            && self.fates.iter().all(|fate| *fate == Fate::Arrives(0))
            && self.pages.iter().any(willing)
    }

    /// How much happens in it, beside the arrival of the compose.
    pub fn events(&self) -> usize {
        let of_page = |page: &Page| {
            let own = [
                page.joins > 0,
                page.touched.is_some(),
                page.leaves.is_some(),
                page.standstill.is_some(),
            ];
            1 + own.iter().filter(|there| **there).count()
        };
        let own = [self.wait, self.returning, self.shut_out, self.stops];
        let troubles = self.fates.iter().filter(|fate| **fate != Fate::Arrives(0));
        self.pages.iter().map(of_page).sum::<usize>()
            + own.iter().flatten().count()
            + troubles.count()
    }

    /// Slightly simpler scenarios, the boldest cuts first: fewer events, then simpler ones, then sooner ones.
    pub fn simpler(&self) -> Vec<Self> {
        let mut all = Vec::new();
        let mut with = |change: &dyn Fn(&mut Self)| {
            let mut simpler = self.clone();
            change(&mut simpler);
            if simpler != *self {
                all.push(simpler);
            }
        };
        for page in 0..self.pages.len() {
            with(&|s| drop(s.pages.drain(page..=page)));
        }
        with(&|s| s.fates.truncate(s.fates.len() / 2));
        with(&|s| s.fates.truncate(s.fates.len().saturating_sub(1)));
        for fate in 0..self.fates.len() {
            with(&|s| s.fates[fate] = Fate::Arrives(0));
        }
        with(&|s| s.wait = None);
        with(&|s| s.returning = None);
        with(&|s| s.shut_out = None);
        with(&|s| s.stops = None);
        for page in 0..self.pages.len() {
            for change in Page::SIMPLER {
                with(&|s| change(&mut s.pages[page]));
            }
        }
        for page in 0..self.pages.len() {
            with(&|s| s.pages[page].hasten());
        }
        for fate in 0..self.fates.len() {
            with(&|s| s.fates[fate] = s.fates[fate].simpler());
        }
        with(&|s| {
            let times = [&mut s.wait, &mut s.returning, &mut s.shut_out, &mut s.stops];
            times.into_iter().for_each(halve);
        });
        all
    }
}

fn halve(time: &mut Option<u64>) {
    *time = time.map(|time| time / 2);
}

impl Page {
    const SIMPLER: [fn(&mut Self); 11] = [
        |page| page.standstill = None,
        |page| page.leaves = None,
        |page| page.touched = None,
        |page| page.joins = 0,
        |page| page.node = HOME,
        |page| page.idle = 0,
        |page| page.focused = false,
        |page| page.visible = false,
        |page| page.dormant = false,
        |page| page.behaviour = Behaviour::Silent,
        |page| {
            // Silence is simpler still: never back from there.
            if page.behaviour != Behaviour::Silent {
                page.behaviour = Behaviour::Opens(100);
            }
        },
    ];

    /// Everything in half the time.
    fn hasten(&mut self) {
        self.joins /= 2;
        self.idle /= 2;
        halve(&mut self.touched);
        if let Some((leaves, _)) = &mut self.leaves {
            *leaves = (*leaves / 2).max(self.joins + 1);
        }
        if let Some(standstill) = &mut self.standstill {
            standstill.begins /= 2;
            standstill.lasts /= 2;
        }
        match &mut self.behaviour {
            Behaviour::Opens(after)
            | Behaviour::OpensAndSaysItTwice(after)
            | Behaviour::Refuses(after)
            | Behaviour::Reloads(after)
            | Behaviour::ChangesItsMind(after)
            | Behaviour::Reconnects { away: after, .. } => *after /= 2,
            Behaviour::Silent | Behaviour::Stuffed | Behaviour::Vanishes | Behaviour::Lies => {}
        }
    }

    fn random(rng: &mut Rng) -> Self {
        let joins = if rng.one_in(3) { rng.below(12_000) } else { 0 };
        Self {
            node: rng.below(2) as usize,
            joins,
            behaviour: Behaviour::random(rng),
            focused: rng.one_in(2),
            visible: rng.one_in(2),
            dormant: rng.one_in(5),
            // Often close to the five minutes after which focus no longer counts.
            idle: match rng.below(8) {
                0..4 => rng.below(30_000),
                4 => 300_000,
                _ => 295_000 + rng.below(10_000),
            },
            touched: rng.one_in(4).then(|| rng.below(9_000)),
            leaves: rng.one_in(5).then(|| {
                let how = if rng.one_in(4) {
                    Departure::SignsOut
                } else {
                    Departure::Drops
                };
                (joins + 1 + rng.below(9_000), how)
            }),
            standstill: rng.one_in(5).then(|| Standstill {
                begins: rng.below(9_000),
                lasts: 1 + rng.below(15_000),
                reconnects: rng.one_in(2),
            }),
        }
    }
}

impl Behaviour {
    fn random(rng: &mut Rng) -> Self {
        match rng.below(14) {
            0..3 => Self::Opens(rng.below(200)),
            3 => Self::Opens(rng.below(4_000)),
            4 => Self::Opens(6_000 + rng.below(4_000)),
            5 => Self::OpensAndSaysItTwice(rng.below(2_000)),
            6 => Self::Silent,
            7 => Self::Refuses(rng.below(3_000)),
            8 => Self::Stuffed,
            9 => Self::Vanishes,
            10 => Self::Reloads(rng.below(3_000)),
            11 => Self::Reconnects {
                away: rng.below(3_000),
                stays: rng.one_in(2).then(|| 1 + rng.below(500)),
            },
            12 => Self::ChangesItsMind(rng.below(1_000)),
            _ => Self::Lies,
        }
    }
}

impl Fate {
    fn simpler(self) -> Self {
        match self {
            Self::Arrives(late) => Self::Arrives(late / 2),
            Self::Twice(first, second) => Self::Twice(first / 2, second / 2),
            Self::Lost => Self::Lost,
        }
    }

    fn random(rng: &mut Rng, trouble: u64) -> Self {
        if trouble == 0 || rng.below(6) >= trouble * 2 {
            return Self::Arrives(0);
        }
        match rng.below(6) {
            0 => Self::Lost,
            1 => Self::Twice(rng.below(500), rng.below(3_000)),
            2 => Self::Arrives(rng.below(5_000)),
            _ => Self::Arrives(rng.below(300)),
        }
    }
}
