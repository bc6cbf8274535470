//! The feed of a running server: the store keeps facts, the desk counts them.

use std::collections::HashMap;
use std::sync::Arc;

use desk::Desk;
use facts::Instant;
use intake::Column;
use store::{Batch, Refused, ShopKey, Store};

use super::{Feed, FeedError, Origin, Outcome, Refusal};
use crate::caller::{Caller, Later};

/// After how many seconds to come again when the store's queue is full.
const COME_AGAIN_SECONDS: u64 = 1;

/// So many rows are handed over where they are.
const FEW: usize = 256;

/// Facts go to a store; a desk learns that they came.
#[derive(Clone, Debug)]
pub struct Stored {
    store: Store,
    desk: Arc<Desk>,
}

impl Stored {
    /// A feed into a store that a desk reads.
    #[must_use]
    pub fn new(store: Store, desk: Arc<Desk>) -> Self {
        Self { store, desk }
    }
}

impl Feed for Stored {
    fn append<'a>(
        &'a self,
        caller: &'a Caller,
        origin: Origin,
        rows: Batch,
    ) -> Later<'a, Result<Vec<Outcome>, FeedError>> {
        Box::pin(async move {
            let failed = |error| match error {
                store::Error::Busy => FeedError::Busy { retry_after: COME_AGAIN_SECONDS },
                error => {
                    tracing::error!(%error, "facts could not be stored");
                    FeedError::Failed
                }
            };
            let (store, scope) = (self.store.clone(), caller.scope().clone());
            let shops = shops(&rows);
            // Handing over looks at every row; the ticket waits for the disk without a thread.
            let ticket = match rows.len() {
                ..=FEW => store.append(&scope, rows),
                _ => {
                    let append = move || store.append(&scope, rows);
                    let appended = tokio::task::spawn_blocking(append).await;
                    appended.map_err(|_| FeedError::Failed)?
                }
            };
            let outcomes = ticket.map_err(failed)?.await.map_err(failed)?;
            self.desk.heard((&origin.name, origin.grade), &shops);
            Ok(outcomes.into_iter().map(answer).collect())
        })
    }
}

/// The shops of some rows, each with the instant of its newest.
fn shops(rows: &Batch) -> Vec<(ShopKey, Option<Instant>)> {
    let mut newest: HashMap<(&str, &str), Instant> = HashMap::new();
    for row in rows.iter() {
        let at = newest.entry((row.platform, row.shop)).or_insert(row.at);
        *at = row.at.max(*at);
    }
    let shops = newest.into_iter();
    shops.map(|((platform, shop), at)| (ShopKey::new(platform, shop), Some(at))).collect()
}

fn answer(outcome: store::Outcome) -> Outcome {
    match outcome {
        store::Outcome::Accepted(_) => Outcome::Accepted,
        store::Outcome::Duplicate => Outcome::Duplicate,
        store::Outcome::Rejected(refused) => Outcome::Refused(refusal(refused)),
    }
}

fn refusal(refused: Refused) -> Refusal {
    let told = |column, code, en: &str, zh: &str| Refusal {
        column,
        code,
        en: en.to_owned(),
        zh: zh.to_owned(),
    };
    match refused {
        Refused::OtherContents { .. } => told(
            Some(Column::Id),
            "id-conflict",
            "found an id that stands for other contents; the first fact stands; give each message \
             an id of its own",
            "该编号已用于内容不同的事实；以先到的为准；请为每条消息使用各自的编号",
        ),
        Refused::OtherShop => told(
            Some(Column::Shop),
            "shop-not-allowed",
            "found a shop that you may not send facts for; ask an owner for it",
            "无权为该店铺发送事实；请向所有者申请",
        ),
        Refused::NameMissing => told(
            None,
            "name-missing",
            "found an empty platform, shop or buyer; expected a name in each",
            "平台、店铺或买家为空；每项都应有名称",
        ),
        Refused::InstantOutOfRange => told(
            Some(Column::At),
            "instant-out-of-range",
            "found an instant before 1970 or after 9999",
            "时刻早于 1970 年或晚于 9999 年",
        ),
        Refused::TooLong => told(
            None,
            "too-long",
            "found a name of more than 1,024 bytes, or a text of more than 262,144",
            "名称超过 1,024 字节，或文本超过 262,144 字节",
        ),
        Refused::ControlCharacter => told(
            None,
            "control-character",
            "found a control character in a name, or a null byte in a text",
            "名称中有控制字符，或文本中有空字节",
        ),
        Refused::BeforeHorizon { horizon } => Refusal {
            column: Some(Column::At),
            code: "before-horizon",
            en: format!(
                "found an instant before {}, until which repeats are recognised; count older \
                 facts with `yingda measure`",
                horizon.0
            ),
            zh: format!(
                "时刻早于 {}，更早的重复已无法识别；更早的事实请用 `yingda measure` 统计",
                horizon.0
            ),
        },
    }
}
