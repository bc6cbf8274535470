//! Bodies as they come in: bounded in bytes and in time.

use std::time::Duration;

use axum::body::Body;
use axum::http::{HeaderMap, header};
use http_body_util::BodyExt;
use tokio::time::timeout;

use super::held::{Full, Held};
use crate::problem::{Kind, Problem};

/// After how many seconds to come again where there is no room for a body.
pub(super) const COME_AGAIN_SECONDS: u64 = 1;

impl From<Full> for Problem {
    fn from(_: Full) -> Self {
        Self::new(Kind::TooMany).retry_after(COME_AGAIN_SECONDS)
    }
}

/// All bytes of a body, as sent.
///
/// # Errors
///
/// [`Kind::TooLarge`] beyond `limit`, also where the headers alone say so; [`Kind::TooMany`] where
/// there is no room; [`Kind::TooSlow`] where nothing came for `pause`; [`Kind::BadRequest`] where
/// the body breaks off.
pub(crate) async fn gather(
    headers: &HeaderMap,
    mut body: Body,
    limit: u64,
    pause: Duration,
    held: &mut Held,
) -> Result<Vec<u8>, Problem> {
    let announced = headers.get(header::CONTENT_LENGTH).and_then(|value| value.to_str().ok());
    let announced = announced.and_then(|text| text.parse::<u64>().ok()).unwrap_or(0);
    if announced > limit {
        return Err(too_large(limit));
    }
    held.grow_to(announced)?;
    let mut bytes = Vec::with_capacity(usize::try_from(announced).unwrap_or(0));
    loop {
        let frame = match timeout(pause, body.frame()).await {
            Ok(Some(Ok(frame))) => frame,
            Ok(None) => return Ok(bytes),
            Ok(Some(Err(_))) => {
                let problem = Problem::new(Kind::BadRequest);
                return Err(problem.detail("the body breaks off", "正文中断"));
            }
            Err(_) => return Err(Problem::new(Kind::TooSlow)),
        };
        // Trailers say nothing that is wanted here.
        let Ok(data) = frame.into_data() else { continue };
        let length = bytes.len() as u64 + data.len() as u64;
        if length > limit {
            return Err(too_large(limit));
        }
        held.grow_to(length)?;
        bytes.extend_from_slice(&data);
    }
}

fn too_large(limit: u64) -> Problem {
    Problem::new(Kind::TooLarge).detail(
        format!("the body has more than {limit} bytes as sent"),
        format!("正文（按传输时计）超过 {limit} 字节"),
    )
}
