//! `/v1/overrides`: rules that are a shop's or a group's own.

use std::collections::BTreeMap;

use axum::extract::State;
use rulebook::{Catalogue, Diagnostic, Loaded};
use serde::{Deserialize, Serialize};
use store::{Override, Target};
use tokio::task::spawn_blocking;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::page::{Page, Paging};
use super::stamp::Stamp;
use super::stored::StoreState;
use crate::caller::{Authenticated, Caller};
use crate::extract::{Json, Query};
use crate::problem::{self, BodyPlace, Fault, Kind, Problem};
use crate::role::Permission;

/// The platform of metrics that any shop may have.
const ANY_PLATFORM: &str = "generic";

pub(crate) fn routes() -> OpenApiRouter<StoreState> {
    OpenApiRouter::new().routes(routes!(list_overrides, put_override))
}

/// A version of a rule that is a shop's or a group's own.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Override)]
pub(crate) struct OverrideBody {
    /// Its number; later versions have greater ones.
    number: i64,
    /// The platform of the shop whose rule it is; null: it is a group's.
    platform: Option<String>,
    /// The shop whose rule it is; null: it is a group's.
    shop: Option<String>,
    /// The group whose rule it is; null: it is a shop's.
    group: Option<String>,
    /// The metric whose rule it is.
    metric: String,
    /// The rule as TOML; null: withdrawn with this version.
    text: Option<String>,
    /// Since when.
    at: Stamp,
    /// By whom: `user 3`, `token 5`, `engine`.
    who: String,
    /// Whether it is the newest version of its shop or group and metric, which stands.
    stands: bool,
}

impl OverrideBody {
    fn of(version: Override, stands: bool) -> Self {
        let (platform, shop, group) = match version.target {
            Target::Shop { platform, shop } => (Some(platform), Some(shop), None),
            Target::Group(group) => (None, None, Some(group)),
        };
        Self {
            number: version.number,
            platform,
            shop,
            group,
            metric: version.metric,
            text: version.text,
            at: Stamp(version.at),
            who: version.who,
            stands,
        }
    }
}

problem::described! {
    /// What may go wrong with the list of overrides.
    ListOverridesProblems: [BadParameter, SignInNeeded, NotAllowed]
}

/// All versions of all rules that are a shop's or a group's own, oldest first.
///
/// Those of groups are for callers who reach every shop.
#[utoipa::path(
    get,
    path = "/v1/overrides",
    tag = "overrides",
    operation_id = "list_overrides",
    params(Paging),
    responses(
        (status = 200, description = "Versions.", body = Page<OverrideBody>),
        ListOverridesProblems,
    ),
    security(("token" = []), ("session" = [])),
)]
pub(crate) async fn list_overrides(
    State(state): State<StoreState>,
    Authenticated(caller): Authenticated,
    Query(paging): Query<Paging>,
) -> Result<axum::Json<Page<OverrideBody>>, Problem> {
    caller.needs(Permission::ReadFigures)?;
    let versions = state.run(&caller, |store, scope, _| store.overrides(scope)).await?;
    let key = |version: &Override| (version.target.clone(), version.metric.clone());
    let newest: BTreeMap<_, i64> = versions.iter().map(|v| (key(v), v.number)).collect();
    let page = paging.cut(versions, |version| version.number)?;
    Ok(axum::Json(page.map(|version| {
        let stands = newest.get(&key(&version)) == Some(&version.number);
        OverrideBody::of(version, stands)
    })))
}

/// A rule that shall be a shop's or a group's own.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct OverridePut {
    /// The platform of the shop whose rule it is.
    platform: Option<String>,
    /// The shop whose rule it is.
    shop: Option<String>,
    /// The group whose rule it is, in the place of a shop.
    group: Option<String>,
    /// The metric whose rule it is, such as `taobao/human-reply-3m`.
    metric: String,
    /// The whole rule as TOML, as in a file `rule.toml` of a rulebook; null: it is withdrawn.
    #[serde(deserialize_with = "Option::deserialize")]
    #[schema(required = true)]
    text: Option<String>,
}

/// Which version stands.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct OverrideStands {
    /// Its number; null: there is none, nor was there.
    number: Option<i64>,
}

problem::described! {
    /// What may go wrong with an override.
    PutOverrideProblems: [
        BrokenBody, SignInNeeded, NotAllowed, OtherOrigin, TooSlow, TooLarge, UnsupportedType,
        UnfitBody, TooMany
    ]
}

/// Make a rule a shop's or a group's own, or withdraw it.
///
/// The text is checked as rulebooks are: all that is wrong with it is in `faults`, each with its
/// place. What stands already is no new version. Earlier versions stay.
#[utoipa::path(
    put,
    path = "/v1/overrides",
    tag = "overrides",
    operation_id = "put_override",
    request_body = OverridePut,
    responses(
        (status = 200, description = "The version that stands.", body = OverrideStands),
        PutOverrideProblems,
    ),
    security(("token" = []), ("session" = [])),
)]
pub(crate) async fn put_override(
    State(state): State<StoreState>,
    Authenticated(caller): Authenticated,
    Json(body): Json<OverridePut>,
) -> Result<axum::Json<OverrideStands>, Problem> {
    let OverridePut { platform, shop, group, metric, text } = body;
    let target = target(&caller, platform, shop, group)?;
    if let Target::Shop { platform, .. } = &target {
        fits(&metric, platform)?;
    }
    if let Some(text) = &text {
        let (metric, text) = (metric.clone(), text.clone());
        let checked = spawn_blocking(move || check(&metric, &text)).await;
        checked.map_err(|_| Problem::new(Kind::Internal))??;
    }
    let kept = state.run(&caller, move |store, scope, now| {
        store.put_override(scope, now, (target, &metric), text)
    });
    let number = kept.await?;
    state.desk.count_anew();
    Ok(axum::Json(OverrideStands { number }))
}

/// Whose rule it shall be, which the caller may change.
fn target(
    caller: &Caller,
    platform: Option<String>,
    shop: Option<String>,
    group: Option<String>,
) -> Result<Target, Problem> {
    caller.needs(Permission::ChangeRules)?;
    let is_named = |name: &String| !name.is_empty();
    match (platform.filter(is_named), shop.filter(is_named), group.filter(is_named)) {
        (Some(platform), Some(shop), None) => {
            caller.needs_shop(Permission::ChangeRules, &platform, &shop)?;
            Ok(Target::Shop { platform, shop })
        }
        (None, None, Some(group)) => Ok(Target::Group(group)),
        _ => Err(Problem::new(Kind::UnfitBody).detail(
            "expected either `platform` and `shop`, or `group`",
            "应给出 `platform` 和 `shop`，或给出 `group`",
        )),
    }
}

/// # Errors
///
/// [`Kind::UnfitBody`] when a shop of a platform cannot have a metric.
pub(super) fn fits(metric: &str, platform: &str) -> Result<(), Problem> {
    let of = metric.split('/').next().unwrap_or_default();
    if of == platform || of == ANY_PLATFORM {
        return Ok(());
    }
    Err(Problem::new(Kind::UnfitBody)
        .detail("`metric` is of another platform than the shop", "`metric` 与店铺不属于同一平台"))
}

/// Holds a text against the rulebook's checker.
///
/// # Errors
///
/// [`Kind::UnfitBody`] with all that is wrong.
pub(super) fn check(metric: &str, text: &str) -> Result<(), Problem> {
    let loaded = loaded(metric, text)?;
    let faults: Vec<Fault> = loaded.diagnostics.list.iter().map(|d| fault(d, text)).collect();
    if faults.is_empty() {
        return Ok(());
    }
    let n = faults.len();
    let detail = Problem::new(Kind::UnfitBody).detail(
        format!("`text` is no rule: `faults` has {n} places"),
        format!("`text` 不是有效规则：`faults` 列出 {n} 处问题"),
    );
    Err(detail.faults(faults))
}

/// The shipped rules with a text in the place of one, or beside them.
///
/// # Errors
///
/// [`Kind::UnfitBody`] when the metric is none.
pub(super) fn loaded(metric: &str, text: &str) -> Result<Loaded, Problem> {
    if metric.split('/').count() != 2 {
        return Err(Problem::new(Kind::UnfitBody).detail(
            "`metric` is no metric's id; expected one such as `taobao/human-reply-3m`",
            "`metric` 不是指标编号，应形如 `taobao/human-reply-3m`",
        ));
    }
    Ok(Catalogue::shipped().extended([(format!("{metric}/rule.toml"), text)]))
}

pub(super) fn fault(diagnostic: &Diagnostic, text: &str) -> Fault {
    let start = text.floor_char_boundary(diagnostic.span.start.min(text.len()));
    let before = &text[..start];
    let line_at = before.rfind('\n').map_or(0, |end| end + 1);
    let place = BodyPlace {
        line: before.matches('\n').count() as u64 + 1,
        byte: (start - line_at) as u64 + 1,
    };
    let (title, label) = (&diagnostic.title, &diagnostic.label);
    let mut en = format!("{}: {}", title.en, label.en);
    let mut zh = format!("{}：{}", title.zh, label.zh);
    if let Some(help) = &diagnostic.help {
        en = format!("{en}; {}", help.en);
        zh = format!("{zh}；{}", help.zh);
    }
    Fault { place, code: diagnostic.code.id(), en, zh }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::language::Lang;

    const RULE: &str = include_str!("../../../../rulebooks/taobao/human-reply-3m/rule.toml");

    #[test]
    fn a_shipped_rule_is_one_and_faults_are_located() {
        assert_eq!(check("taobao/human-reply-3m", RULE), Ok(()));
        let broken = RULE.replacen("sample = \"round\"", "\nsampel = \"round\"", 1);
        let problem = check("taobao/human-reply-3m", &broken).unwrap_err();
        let body = problem.body(Lang::Zh, "r");
        let at = broken.find("sampel").unwrap();
        let line = broken[..at].matches('\n').count() as u64 + 1;
        let found = body.faults.iter().find(|f| f.code == "Y003").unwrap();
        assert_eq!((found.line, found.byte), (line, 1));
        assert!(found.message.contains("sampel"), "{found:?}");
        assert!(body.detail.unwrap().contains(&body.faults.len().to_string()));
    }

    #[test]
    fn a_metric_has_a_platform_and_a_name() {
        for metric in ["", "x", "a/b/c", "../x", "nowhere/x", "/"] {
            assert!(check(metric, RULE).is_err(), "{metric}");
        }
        assert!(fits("taobao/x", "taobao").is_ok() && fits("generic/x", "jd").is_ok());
        assert!(fits("taobao/x", "jd").is_err());
    }

    #[test]
    fn any_text_is_judged() {
        let mut seed = 7_u64;
        let mut text = RULE.as_bytes().to_vec();
        for _ in 0..60 {
            seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963);
            let at = (seed >> 33) as usize % text.len();
            text[at] = (seed >> 20) as u8;
            let text = String::from_utf8_lossy(&text);
            if let Err(problem) = check("taobao/human-reply-3m", &text) {
                let body = problem.body(Lang::En, "r");
                let lines = text.matches('\n').count() as u64 + 1;
                assert!(body.faults.iter().all(|f| f.line <= lines && f.byte > 0), "{body:?}");
            }
        }
    }
}
