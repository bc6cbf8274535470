//! The loops that ask.

use std::fmt::Display;
use std::str::FromStr;
use std::sync::Arc;
use std::time::Duration;

use connect::jd::{Cursor, Performance};
use connect::{Action, Connector, Page, Problem, Run, Secret};
use desk::Grade;
use facts::{Day, Instant, Span, Zone};
use intake::Lang;
use store::{Scope, ShopKey};
use tokio::sync::watch;

use super::settings::{BuiltJd, BuiltWecom};
use super::{CURSORS, Shared};
use crate::keeper::Failed;

/// The most pages that are brought before others have their turn.
const PAGES: u32 = 100;
/// The first wait after a problem; each further one doubles it.
const FIRST_WAIT: Duration = Duration::from_secs(2);
/// The longest wait after a problem.
const LONGEST_WAIT: Duration = Duration::from_secs(600);
/// The most days of JD's performance that are brought after a pause.
const MOST_DAYS: i32 = 30;

/// Why a round brought nothing, or not all.
pub(super) enum Trouble {
    /// The other side.
    There(Problem),
    /// Here.
    Here(Failed),
}

impl From<Problem> for Trouble {
    fn from(problem: Problem) -> Self {
        Self::There(problem)
    }
}

impl From<Failed> for Trouble {
    fn from(failed: Failed) -> Self {
        Self::Here(failed)
    }
}

/// What failed here, in English and Chinese.
pub(super) fn words(failed: &Failed) -> [String; 2] {
    match failed {
        Failed::Read(error) => [Lang::En, Lang::Zh].map(|lang| error.message(lang)),
        Failed::Store(error) => [error.to_string(), error.zh()],
        Failed::Rejects(error) => [error.to_string(), error.to_string()],
        Failed::Stopped => ["the server stops".to_owned(), "服务器正在停止".to_owned()],
    }
}

/// How long to wait after so many problems in a row; `None`: until a person did something.
fn wait(trouble: &Trouble, n_problems: u32) -> Option<Duration> {
    let doubled = FIRST_WAIT.saturating_mul(1 << n_problems.min(16)).min(LONGEST_WAIT);
    match trouble {
        Trouble::There(Problem { action: Action::Again, .. }) | Trouble::Here(_) => Some(doubled),
        Trouble::There(Problem { action: Action::After(wait), .. }) => Some((*wait).max(doubled)),
        Trouble::There(Problem { action: Action::Person, .. }) => None,
    }
}

/// What comes next after a round.
enum Next {
    /// There is more to be had.
    AtOnce,
    /// Not before so long.
    After(Duration),
    /// Nothing, until a person did something.
    Never,
}

/// Notes what came of a round.
fn note(
    shared: &Shared,
    round: Result<bool, Trouble>,
    every: Duration,
    n_problems: &mut u32,
) -> Next {
    let trouble = match round {
        Ok(has_more) => {
            *n_problems = 0;
            shared.succeeded();
            return if has_more { Next::AtOnce } else { Next::After(every) };
        }
        Err(trouble) => trouble,
    };
    let words = match &trouble {
        Trouble::There(problem) => [Lang::En, Lang::Zh].map(|lang| problem.reason.message(lang)),
        Trouble::Here(failed) => words(failed),
    };
    let wait = wait(&trouble, *n_problems);
    *n_problems = n_problems.saturating_add(1);
    shared.failed(words, wait.is_none());
    wait.map_or(Next::Never, Next::After)
}

impl Shared {
    /// An operation that may block, away from the threads that answer.
    async fn stored<T: Send + 'static>(
        self: &Arc<Self>,
        work: impl FnOnce(&Self) -> store::Result<T> + Send + 'static,
    ) -> Result<T, Trouble> {
        let shared = Arc::clone(self);
        let done = tokio::task::spawn_blocking(move || work(&shared)).await;
        Ok(done.map_err(|_| Failed::Stopped)?.map_err(Failed::Store)?)
    }

    async fn cursor(self: &Arc<Self>, name: &str) -> Result<Option<String>, Trouble> {
        let name = name.to_owned();
        let read = move |shared: &Self| {
            let store = shared.keeper.store();
            let found = store.cursor(&Scope::everything(), CURSORS, &name)?;
            Ok(found.map(|(value, _)| value))
        };
        self.stored(read).await
    }

    async fn put_cursor(self: &Arc<Self>, name: &str, value: String) -> Result<(), Trouble> {
        let (name, now) = (name.to_owned(), (self.now)());
        let put = move |shared: &Self| {
            let cursor = [CURSORS, &name, &value];
            shared.keeper.store().put_cursor(&Scope::everything(), now, cursor)
        };
        self.stored(put).await
    }

    /// Brings page after page, the rows of each durable before its cursor; whether there is more.
    async fn round<C>(
        self: &Arc<Self>,
        connector: &C,
        place: &str,
        start: C::Cursor,
    ) -> Result<bool, Trouble>
    where
        C: Connector<Cursor: Display + FromStr + Send + 'static>,
    {
        let known = self.cursor(place).await?.and_then(|text| text.parse().ok());
        let mut cursor = known.unwrap_or(start);
        let mut run = Run::new(connector, PAGES);
        while let Some(page) = run.page(&cursor, (self.now)()).await? {
            cursor = self.keep(page).await?;
            self.put_cursor(place, cursor.to_string()).await?;
        }
        Ok(run.has_more())
    }

    /// The shop was asked about, whether or not anything came.
    async fn heard(self: &Arc<Self>, platform: &str, shop: &str) -> Result<(), Trouble> {
        let key = ShopKey::new(platform, shop);
        // The desk may be counting.
        let hear = move |shared: &Self| {
            shared.keeper.desk().heard((&shared.name, Grade::Live), &[(key, None)]);
            Ok(())
        };
        self.stored(hear).await
    }
}

/// Asks JD for sessions, and once a day for what it says of the waiters.
pub(super) async fn jd(shared: Arc<Shared>, jd: BuiltJd, every: Duration) {
    let mut n_problems = 0;
    loop {
        let round = jd_round(&shared, &jd).await;
        match note(&shared, round, every, &mut n_problems) {
            Next::AtOnce => {}
            Next::After(wait) => tokio::time::sleep(wait).await,
            Next::Never => return,
        }
    }
}

async fn jd_round(shared: &Arc<Shared>, jd: &BuiltJd) -> Result<bool, Trouble> {
    let now = (shared.now)();
    let start = Cursor::since(now - Span::seconds(86_400 * i64::from(jd.days_back)));
    let place = format!("jd sessions {}", jd.vender);
    let has_more = shared.round(&jd.sessions, &place, start).await?;
    shared.heard("jd", &jd.shop).await?;
    if let Some(performance) = &jd.performance {
        let place = format!("jd performance {}", jd.vender);
        let days = (jd.days_back, now);
        shared.days(performance, &place, days).await?;
    }
    Ok(has_more)
}

impl Shared {
    /// Brings the days up to yesterday that were not brought yet.
    async fn days(
        self: &Arc<Self>,
        performance: &Performance,
        place: &str,
        (days_back, now): (u32, Instant),
    ) -> Result<(), Trouble> {
        let yesterday = Zone::fixed(super::CHINA_MS).day(now).plus(-1);
        let known = self.cursor(place).await?.and_then(|text| text.parse::<Day>().ok());
        let back = i32::try_from(days_back).unwrap_or(MOST_DAYS).clamp(1, MOST_DAYS);
        let first = known.map_or(yesterday.plus(1 - back), |day| day.plus(1));
        let mut day = first.max(yesterday.plus(1 - MOST_DAYS));
        while day <= yesterday {
            let page: Page<()> = performance.day(day, (self.now)()).await?;
            self.keep(page).await?;
            self.put_cursor(place, day.to_string()).await?;
            day = day.plus(1);
        }
        Ok(())
    }
}

/// Asks WeCom for news: when a callback says that there is some, and now and then.
pub(super) async fn wecom(
    shared: Arc<Shared>,
    wecom: BuiltWecom,
    every: Duration,
    mut news: watch::Receiver<Option<Secret>>,
) {
    let (mut n_problems, place) = (0, format!("wecom {}", wecom.place));
    // It is good for ten minutes: for the pages that this callback was about.
    let mut token: Option<Secret> = None;
    loop {
        if news.has_changed().unwrap_or(false) {
            token.clone_from(&news.borrow_and_update());
        }
        let service = match &token {
            Some(token) => wecom.service.clone().after(token.clone()),
            None => wecom.service.clone(),
        };
        let mut round = shared.round(&service, &place, String::new()).await;
        if let Ok(has_more) = round {
            round = shared.heard("wecom", &wecom.shop).await.map(|()| has_more);
        }
        let next = note(&shared, round, every, &mut n_problems);
        token = token.filter(|_| matches!(next, Next::AtOnce));
        match next {
            Next::AtOnce => {}
            // After a problem news has to wait too: asking more often would not mend it.
            Next::After(wait) if n_problems > 0 => tokio::time::sleep(wait).await,
            Next::After(wait) => {
                tokio::select! {
                    () = tokio::time::sleep(wait) => {}
                    changed = news.changed() => {
                        if changed.is_err() {
                            return;
                        }
                        token.clone_from(&news.borrow_and_update());
                    }
                }
            }
            Next::Never => return,
        }
    }
}

#[cfg(test)]
mod tests {
    use connect::Reason;

    use super::*;

    #[test]
    fn waits_grow_and_end_and_a_person_is_waited_for() {
        let there = |action| Trouble::There(Problem { reason: Reason::Timeout, action });
        let again = there(Action::Again);
        let seconds = |n| wait(&again, n).unwrap().as_secs();
        assert_eq!([0, 1, 2, 7, 8, 40].map(seconds), [2, 4, 8, 256, 512, 600]);
        let minute = there(Action::After(Duration::from_secs(60)));
        assert_eq!(wait(&minute, 0), Some(Duration::from_secs(60)));
        assert_eq!(wait(&minute, 20), Some(LONGEST_WAIT));
        assert_eq!(wait(&there(Action::Person), 0), None);
    }
}
