//! Parts of requests, whose faults are problems like all others.

mod misfit;
mod pairs;
mod tree;

use axum::body::Bytes;
use axum::extract::path::ErrorKind;
use axum::extract::rejection::PathRejection;
use axum::extract::{FromRequest, FromRequestParts, Request};
use axum::http::request::Parts;
use axum::http::{HeaderMap, Uri, header};
use axum::response::IntoResponse;
use serde::de::DeserializeOwned;

pub(crate) use self::misfit::{Misfit, nearest, plain, said};
pub(crate) use self::tree::Tree;
use crate::problem::{BodyPlace, Kind, Problem};

/// A body of JSON.
#[derive(Clone, Copy, Debug, Default)]
pub struct Json<T>(pub T);

/// Parameters behind the question mark.
#[derive(Clone, Copy, Debug, Default)]
pub struct Query<T>(pub T);

/// Parameters within the path.
#[derive(Clone, Copy, Debug, Default)]
pub struct Path<T>(pub T);

impl<S, T> FromRequest<S> for Json<T>
where
    T: DeserializeOwned,
    S: Send + Sync,
{
    type Rejection = Problem;

    async fn from_request(request: Request, state: &S) -> Result<Self, Problem> {
        if !is_json(request.headers()) {
            return Err(Problem::new(Kind::UnsupportedType)
                .detail("expected `application/json`", "应为 `application/json`"));
        }
        // Too large, or cut off.
        let bytes = Bytes::from_request(request, state).await.map_err(|rejection| {
            Problem::new(Kind::of_status(rejection.into_response().status()))
        })?;
        read(&bytes).map(Self)
    }
}

fn is_json(headers: &HeaderMap) -> bool {
    let value = headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok());
    let essence = value.unwrap_or_default().split(';').next().unwrap_or_default();
    let essence = essence.trim().to_ascii_lowercase();
    let kind = essence.strip_prefix("application/").unwrap_or_default();
    kind == "json" || kind.ends_with("+json")
}

/// Reads a body of JSON.
///
/// # Errors
///
/// [`Kind::BrokenBody`] where it is no JSON, [`Kind::UnfitBody`] where it is another, both with
/// the place.
pub(crate) fn read<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, Problem> {
    // Not into `T` at once: a struct would be read from a list too, its keys by their order. The
    // tree takes objects alone, and knows the place of what does not fit.
    let tree: Tree = serde_json::from_slice(bytes).map_err(|error| not_json(&error))?;
    T::deserialize(&tree).map_err(|misfit| {
        let [en, zh] = misfit.sentences();
        let place = tree::place(bytes, &misfit.steps());
        Problem::new(Kind::UnfitBody).at(place).detail(en, zh)
    })
}

fn not_json(error: &serde_json::Error) -> Problem {
    let place = BodyPlace { line: error.line() as u64, byte: error.column() as u64 };
    let (en, zh) = match error.is_eof() {
        true => ("the body is no JSON: it breaks off", "正文不是 JSON：内容中断"),
        false => (
            "the body is no JSON: it cannot be read on from this place",
            "正文不是 JSON：自此处起无法解析",
        ),
    };
    Problem::new(Kind::BrokenBody).at(place).detail(en, zh)
}

/// The names and values behind the question mark.
pub(crate) fn parameters(uri: &Uri) -> Vec<(String, String)> {
    let pairs = axum::extract::Query::<Vec<(String, String)>>::try_from_uri(uri);
    // Any text is a list of pairs.
    pairs.map_or_else(|_| Vec::new(), |pairs| pairs.0)
}

impl<S, T> FromRequestParts<S> for Query<T>
where
    T: DeserializeOwned,
    S: Send + Sync,
{
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _state: &S) -> Result<Self, Problem> {
        let pairs = parameters(&parts.uri);
        T::deserialize(pairs::Pairs(&pairs)).map(Self).map_err(|misfit| {
            let [en, zh] = misfit.sentences();
            Problem::new(Kind::BadParameter).detail(en, zh)
        })
    }
}

impl<S, T> FromRequestParts<S> for Path<T>
where
    axum::extract::Path<T>: FromRequestParts<S, Rejection = PathRejection>,
    S: Send + Sync,
{
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        match axum::extract::Path::from_request_parts(parts, state).await {
            Ok(axum::extract::Path(value)) => Ok(Self(value)),
            Err(rejection) => Err(of_path(&rejection)),
        }
    }
}

fn of_path(rejection: &PathRejection) -> Problem {
    let problem = Problem::new(Kind::BadParameter);
    let PathRejection::FailedToDeserializePathParams(failed) = rejection else {
        return problem.detail("the path does not fit", "路径不符合要求");
    };
    let (name, value, expected) = match failed.kind() {
        ErrorKind::ParseErrorAtKey { key, value, expected_type } => {
            (Some(key.as_str()), value, *expected_type)
        }
        ErrorKind::ParseErrorAtIndex { value, expected_type, .. }
        | ErrorKind::ParseError { value, expected_type } => (None, value, *expected_type),
        ErrorKind::InvalidUtf8InPathParam { key } => {
            let name = plain(key);
            return problem.detail(
                format!("`{name}`: expected UTF-8, percent-encoded"),
                format!("`{name}`：应为百分号编码的 UTF-8"),
            );
        }
        _ => return problem.detail("the path does not fit", "路径不符合要求"),
    };
    let text = plain(value);
    let misfit = Misfit::found([&format!("`{text}`"), &format!(" `{text}`")], expected);
    let misfit = match name {
        Some(name) => misfit.within(misfit::Step::Key(name.to_owned())),
        None => misfit,
    };
    let [en, zh] = misfit.sentences();
    problem.detail(en, zh)
}
