//! The band of each line over the readings that sources leave open. There are dozens of
//! combinations of answers, too many to count live: a shop's log is recounted beside the loop,
//! once a day and when a day of the past changed, and never in a request.

use std::sync::Arc;

use facts::{Day, Instant, Registry, ShopEntry, ShopId};
use figures::standing::{Assessment, Evidence, Query};
use figures::{InvalidReplies, RuleChoice, counting, shown};
use metric::{Job, Threads};
use rulebook::Catalogue;
use store::{Scope, Select, ShopKey, Store};

use crate::standing::Band;
use crate::state::State;

/// A shop whose bands are to be counted.
#[derive(Debug)]
pub(crate) struct Due {
    key: ShopKey,
    entry: Option<ShopEntry>,
    catalogue: Arc<Catalogue>,
}

impl Due {
    /// Counts the bands as of an instant, by standard. Empty: the rules cannot be counted.
    pub(crate) fn count(
        &self,
        (store, scope): (&Store, &Scope),
        now: Instant,
    ) -> store::Result<Vec<(String, Band)>> {
        let ShopKey { platform, shop } = &self.key;
        let log = store.log(scope, &Select::shop(platform, shop))?;
        let registry =
            Registry { shops: self.entry.iter().cloned().collect(), ..Registry::default() };
        let as_of = Some(shown::rfc3339_utc(now));
        let rules = RuleChoice { as_of, ..RuleChoice::default() };
        let query = Query { rules: &rules, metrics: &[], as_told: false, band: true };
        let assessment = Assessment::prepare(&self.catalogue, &log, &query);
        let invalid = InvalidReplies::of(&self.catalogue);
        let (Ok(assessment), Ok(invalid)) = (assessment, invalid) else { return Ok(Vec::new()) };
        // On this thread alone: the loop and requests have the other cores.
        let count = |counted: &[counting::Counted]| {
            let jobs: Vec<Job> = counted.iter().map(|one| one.job.clone()).collect();
            let threads = Threads::new(&log, &registry);
            metric::count(&threads, 0..threads.len(), &jobs, counting::Grouping::default())
        };
        let panel = Default::default();
        let evidence = Evidence { log: &log, registry: &registry, panel: &panel };
        let shops = vec![true; log.shops.len()];
        let rows = assessment.rows(evidence, &invalid, &shops, &count).unwrap_or_default();
        let band = |row: &figures::standing::Row<'_>| {
            let window = (row.window.from, row.window.to);
            let band = Band { window, band: row.window.band(), crosses: row.crosses };
            (row.standard.id.clone(), band)
        };
        Ok(rows.iter().map(band).collect())
    }
}

impl State {
    /// The next shop whose bands are to be counted; from now on it is not due.
    pub(crate) fn take_band_due(&mut self, now: Instant) -> Option<Due> {
        let (shop, today) = self.shops.all().find_map(|(shop, key)| {
            let today = self.rules.platform(&key.platform).1.day(now);
            (self.is_band_due(shop, key, today)).then_some((shop, today))
        })?;
        self.bands_on.insert(shop, today);
        let key = self.shops.key(shop);
        Some(Due {
            key: key.clone(),
            entry: self.shops.entry(key).cloned(),
            catalogue: self.rules.shared_catalogue(key),
        })
    }

    fn is_band_due(&self, shop: ShopId, key: &ShopKey, today: Day) -> bool {
        let has_lines = || self.rules.catalogue(key).standards(&key.platform).next().is_some();
        self.bands_on.get(&shop) != Some(&today)
            && self.rules.number(key) != 0
            && self.happenings.of(shop).is_some_and(|known| known.has_messages)
            && has_lines()
    }

    /// A figure changed: that of a day of the past changes bands that were counted.
    pub(crate) fn note_band(&mut self, shop: ShopId, day: Day) {
        if self.bands_on.get(&shop).is_some_and(|on| day < *on) {
            self.bands_on.remove(&shop);
        }
    }

    /// Takes bands that were counted.
    pub(crate) fn put_bands(&mut self, due: &Due, bands: Vec<(String, Band)>) {
        let Some(shop) = self.shops.find(&due.key) else { return };
        let mut has_changed = false;
        for (standard, band) in bands {
            let known = self.bands.insert((shop, standard), band.clone());
            has_changed |= known != Some(band);
        }
        if has_changed {
            self.standings.forget(shop);
            self.note_shop(shop);
        }
    }

    /// What could not be counted is due again.
    pub(crate) fn put_band_back(&mut self, due: &Due) {
        if let Some(shop) = self.shops.find(&due.key) {
            self.bands_on.remove(&shop);
        }
    }
}
