//! Parameters behind the question mark that a route does not know are refused: passed over, they
//! would give an answer to another question.
//!
//! The names are those of the API's description, so that no route has to think of it.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use axum::extract::{MatchedPath, Request, State};
use axum::http::{Method, Uri};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use serde_json::Value;
use utoipa::openapi::OpenApi;

use crate::api::stored::not_kept;
use crate::extract::{nearest, parameters, plain};
use crate::problem::{Kind, Problem};

/// Where paths begin whose parameters are looked at.
pub(crate) const LOOKED_AT: &str = "/v1/";

/// Names that every route takes.
const EVERYWHERE: &[&str] = &["lang"];

/// Routes that platforms call: they put what they like into an address.
const OF_OTHERS: &[&str] = &["/v1/connectors/{name}/wecom", "/v1/connectors/{name}/chatwoot"];

/// The names that routes know, by path and method in small letters.
#[derive(Clone, Debug)]
pub(crate) struct Asked(Arc<BTreeMap<String, BTreeMap<String, BTreeSet<String>>>>);

impl Asked {
    /// As the description says.
    pub(crate) fn of(description: &OpenApi) -> Self {
        // A description always becomes JSON.
        let all = serde_json::to_value(description).unwrap_or_default();
        let names = |operation: &Value| -> BTreeSet<String> {
            let parameters = operation["parameters"].as_array().into_iter().flatten();
            let of_query = parameters.filter(|parameter| parameter["in"] == "query");
            let names = of_query.filter_map(|parameter| parameter["name"].as_str());
            names.chain(EVERYWHERE.iter().copied()).map(str::to_owned).collect()
        };
        let methods = |item: &Value| -> BTreeMap<String, BTreeSet<String>> {
            let operations = item.as_object().into_iter().flatten();
            operations.map(|(method, operation)| (method.clone(), names(operation))).collect()
        };
        let paths = all["paths"].as_object().into_iter().flatten();
        Self(Arc::new(paths.map(|(path, item)| (path.clone(), methods(item))).collect()))
    }

    /// # Errors
    ///
    /// [`Kind::BadParameter`] for the first name that the route does not know.
    fn check(&self, route: &str, method: &Method, uri: &Uri) -> Result<(), Problem> {
        if !route.starts_with(LOOKED_AT) || OF_OTHERS.contains(&route) || uri.query().is_none() {
            return Ok(());
        }
        let method = if *method == Method::HEAD { Method::GET } else { method.clone() };
        let only_everywhere = EVERYWHERE.iter().map(|name| (*name).to_owned()).collect();
        let known = match self.0.get(route) {
            Some(methods) => match methods.get(&method.as_str().to_ascii_lowercase()) {
                Some(known) => known,
                // That the method is wrong is said elsewhere.
                None => return Ok(()),
            },
            None => &only_everywhere,
        };
        match parameters(uri).into_iter().find(|(name, _)| !known.contains(name)) {
            Some((name, _)) => Err(unknown(&name, known)),
            None => Ok(()),
        }
    }
}

fn unknown(name: &str, known: &BTreeSet<String>) -> Problem {
    let near = nearest(name, known.iter().map(String::as_str));
    let (meant_en, meant_zh) = match near {
        Some(near) => (format!("; is `{near}` meant?"), format!("；是否为 `{near}`？")),
        None => (";".to_owned(), "；".to_owned()),
    };
    let quoted = |between: &str| {
        let names: Vec<String> = known.iter().map(|name| format!("`{name}`")).collect();
        names.join(between)
    };
    let name = plain(name);
    Problem::new(Kind::BadParameter).detail(
        format!("there is no parameter `{name}` here{meant_en} Known are {}", quoted(", ")),
        format!("此处没有参数 `{name}`{meant_zh}可用的参数：{}", quoted("、")),
    )
}

/// Refuses what a route would pass over.
pub(crate) async fn refuse_unknown(
    State(asked): State<Asked>,
    request: Request,
    next: Next,
) -> Response {
    let route = request.extensions().get::<MatchedPath>().map_or("", MatchedPath::as_str);
    match asked.check(route, request.method(), request.uri()) {
        Ok(()) => next.run(request).await,
        Err(problem) => not_kept(problem.into_response()).await,
    }
}
