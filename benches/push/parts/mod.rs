//! The measurements, one file each, over one running gateway.

mod files;
mod growth;
mod load;
mod mail;
mod memory;
mod page;
mod rates;
mod storm;
mod upload;

use std::sync::Arc;

use crate::Trouble;
use crate::caller::post;
use crate::machine::Cores;
use crate::pages::{Pages, Protocol};
use crate::report::Report;
use crate::scale::{Part, Scale};
use crate::servers::Gateway;
use crate::sink::Sink;

/// Open files that a process needs beside those of sessions.
const OTHER_FILES: usize = 400;
/// Sessions opened to see how many files each takes.
const PROBE: usize = 20;

/// A gateway with its pages and its mail server.
pub struct House<'a> {
    pub scale: &'a Scale,
    pub cores: &'a Cores,
    pub gateway: Gateway,
    pub pages: Pages,
    pub sink: Sink,
    /// Sessions that the limit of open files leaves room for.
    room: usize,
    authorizations: Arc<[String]>,
}

impl<'a> House<'a> {
    async fn build(scale: &'a Scale, cores: &'a Cores, files: usize) -> Result<Self, Trouble> {
        let sink = Sink::start().await?;
        let gateway = Gateway::furnish(scale, cores, sink.port)?;
        let authorizations: Vec<_> = (0..scale.users())
            .map(|number| gateway.authorization(number))
            .collect();
        let protocol = Protocol::Gateway(authorizations.clone());
        let mut house = Self {
            scale,
            cores,
            pages: Pages::new(gateway.process.address, protocol),
            gateway,
            sink,
            room: usize::MAX,
            authorizations: authorizations.into(),
        };
        house.measure_room(files).await?;
        Ok(house)
    }

    async fn measure_room(&mut self, files: usize) -> Result<(), Trouble> {
        let before = self.gateway.process.open_files()?;
        let probe = PROBE.min(self.scale.sessions);
        self.pages.be(probe).await?;
        let each = (self.gateway.process.open_files()? - before)
            .div_ceil(probe)
            .max(1);
        self.room = files.saturating_sub(OTHER_FILES) / each;
        Ok(())
    }

    /// Opens or closes pages until there are `wanted`, or as many as the limit of open files allows.
    pub async fn sessions(&mut self, wanted: usize) -> Result<usize, Trouble> {
        let sessions = self.within_limit(wanted);
        self.pages.be(sessions).await?;
        Ok(sessions)
    }

    pub fn within_limit(&self, wanted: usize) -> usize {
        wanted.min(self.room)
    }

    pub fn authorization(&self, number: usize) -> &str {
        &self.authorizations[number % self.authorizations.len()]
    }

    /// A compose for the `number`th of the open sessions, neighbours far apart.
    pub fn compose(&self, number: usize, body: &[u8]) -> Vec<u8> {
        let user = number.wrapping_mul(7919) % self.pages.open().max(1);
        post(
            "/mail/compose",
            self.authorization(user),
            "application/json",
            body,
        )
    }
}

/// What a caller sends in most measurements.
pub fn small_draft() -> Vec<u8> {
    br#"{"to":["Anna Example <anna@example.org>"],"subject":"Your order 4711","body":"Dear Anna,\n\nthank you for your order. It leaves our house tomorrow.\n\nKind regards"}"#
        .to_vec()
}

/// Runs what was asked for.
pub async fn run(
    scale: &Scale,
    cores: &Cores,
    report: &mut Report,
    files: usize,
) -> Result<(), Trouble> {
    report.progress(format!("{} users move in", scale.users()));
    let mut house = House::build(scale, cores, files).await?;
    let possible = house.within_limit(scale.users());
    if possible < scale.users() {
        report.note(format!(
            "The limit of open files ({files}) leaves room for {possible} sessions: larger numbers are cut to that."
        ));
    }
    if scale.includes(Part::Memory) {
        memory::measure(&mut house, report).await?;
    }
    if scale.includes(Part::Rate) {
        rates::measure(&mut house, report).await?;
    }
    if scale.includes(Part::Growth) {
        growth::measure(&mut house, report).await?;
    }
    if scale.includes(Part::Upload) {
        upload::measure(&mut house, report).await?;
    }
    if scale.includes(Part::Files) {
        files::measure(&mut house, report).await?;
    }
    if scale.includes(Part::Mail) {
        mail::measure(&mut house, report).await?;
    }
    if scale.includes(Part::Load) {
        load::measure(&mut house, report).await?;
    }
    if scale.includes(Part::Page) {
        page::measure(&mut house, report).await?;
    }
    if scale.includes(Part::Storm) {
        storm::measure(&mut house, report).await?;
    }
    house.pages.check()
}
