//! Parts of requests, whose faults are problems like all others.

use axum::extract::rejection::{JsonRejection, PathRejection, QueryRejection};
use axum::extract::{FromRequest, FromRequestParts, Request};
use axum::http::request::Parts;

use crate::problem::{Kind, Problem};

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
    axum::Json<T>: FromRequest<S, Rejection = JsonRejection>,
    S: Send + Sync,
{
    type Rejection = Problem;

    async fn from_request(request: Request, state: &S) -> Result<Self, Problem> {
        match axum::Json::from_request(request, state).await {
            Ok(axum::Json(value)) => Ok(Self(value)),
            Err(rejection) => Err(of_json(&rejection)),
        }
    }
}

impl<S, T> FromRequestParts<S> for Query<T>
where
    axum::extract::Query<T>: FromRequestParts<S, Rejection = QueryRejection>,
    S: Send + Sync,
{
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        match axum::extract::Query::from_request_parts(parts, state).await {
            Ok(axum::extract::Query(value)) => Ok(Self(value)),
            Err(rejection) => Err(bad_parameter(&rejection.body_text())),
        }
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
            Err(rejection) => Err(bad_parameter(&rejection.body_text())),
        }
    }
}

fn bad_parameter(text: &str) -> Problem {
    Problem::new(Kind::BadParameter).detail(text, format!("无法读取参数：{text}"))
}

fn of_json(rejection: &JsonRejection) -> Problem {
    let text = rejection.body_text();
    match rejection {
        JsonRejection::JsonDataError(_) => {
            Problem::new(Kind::UnfitBody).detail(&text, format!("正文不符合要求：{text}"))
        }
        JsonRejection::JsonSyntaxError(_) => {
            Problem::new(Kind::BrokenBody).detail(&text, format!("正文不是 JSON：{text}"))
        }
        JsonRejection::MissingJsonContentType(_) => Problem::new(Kind::UnsupportedType)
            .detail("expected `application/json`", "应为 `application/json`"),
        // Too large, or cut off.
        rejection => Problem::new(Kind::of_status(rejection.status())),
    }
}
