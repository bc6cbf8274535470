//! Calls that block, away from the threads that answer requests.

use tokio::task::spawn_blocking;
use tracing::error;

use crate::problem::{Kind, Problem};

/// After how many seconds to come again when the store's queue is full.
const COME_AGAIN_SECONDS: u64 = 1;

/// Runs an operation of the store where it may block, and makes a [`Problem`] of its error.
///
/// What was begun is finished, also when the caller hangs up.
///
/// # Errors
///
/// The problem that the store's error is to callers: see [`Problem::from`]. A panic is
/// [`Kind::Internal`].
///
/// # Example
///
/// ```
/// use server::blocking;
/// use server::problem::Kind;
/// # tokio::runtime::Runtime::new().expect("a runtime").block_on(async {
/// assert_eq!(blocking::run(|| Ok(3)).await, Ok(3));
/// let denied = blocking::run(|| Err::<(), _>(store::Error::Denied)).await;
/// assert_eq!(denied.map_err(|problem| problem.kind()), Err(Kind::NotAllowed));
/// # });
/// ```
pub async fn run<T: Send + 'static>(
    work: impl FnOnce() -> store::Result<T> + Send + 'static,
) -> Result<T, Problem> {
    let done = spawn_blocking(work).await.map_err(|_| Problem::new(Kind::Internal))?;
    done.map_err(Problem::from)
}

/// What callers are told of an error of the store. What is not theirs to know goes to the log.
impl From<store::Error> for Problem {
    fn from(error: store::Error) -> Self {
        use store::Error;
        match error {
            Error::Denied => Self::new(Kind::NotAllowed).detail(
                "it goes beyond what you may do, or concerns a shop that you do not reach",
                "超出您的权限，或涉及不在您可访问范围内的店铺",
            ),
            Error::Absent { .. } => Self::new(Kind::NotFound).detail(error.to_string(), error.zh()),
            Error::Exists { .. } | Error::LastOwner => {
                Self::new(Kind::Conflict).detail(error.to_string(), error.zh())
            }
            Error::Unfit { .. } => Self::new(Kind::UnfitBody).detail(error.to_string(), error.zh()),
            Error::Busy => Self::new(Kind::TooMany).retry_after(COME_AGAIN_SECONDS),
            error => {
                error!(%error, "the store failed");
                Self::new(Kind::Internal)
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use store::Error;

    use super::*;
    use crate::language::Lang;

    #[test]
    fn callers_are_told_what_is_theirs_to_know_in_both_languages() {
        let told = |error: Error| {
            let problem = Problem::from(error);
            let [en, zh] = [Lang::En, Lang::Zh].map(|lang| problem.body(lang, "r").detail);
            (problem.kind(), en.unwrap_or_default(), zh.unwrap_or_default())
        };
        let (kind, en, zh) = told(Error::Absent { what: "user" });
        assert_eq!((kind, &*en, &*zh), (Kind::NotFound, "there is no such user", "没有这样的用户"));
        assert_eq!(told(Error::Exists { what: "login" }).0, Kind::Conflict);
        assert_eq!(told(Error::LastOwner).0, Kind::Conflict);
        let (kind, en, zh) = told(Error::Unfit { what: "person", expected: "an id" });
        assert_eq!(kind, Kind::UnfitBody);
        assert!(en.contains("an id") && zh.contains("人员") && !zh.contains("an id"), "{zh}");
        let failed = Error::Database { doing: "reading", detail: "/var/lib/x".into() };
        assert_eq!(told(failed), (Kind::Internal, String::new(), String::new()));
        assert_eq!(told(Error::Busy).0, Kind::TooMany);
    }
}
