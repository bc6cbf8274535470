//! The console: pages and scripts that were built into the program.
//!
//! Choice: a table made by `build.rs` out of `console/dist`, each file packed with gzip; no crate.
//! Names of what lies under `/assets/` change with their contents, so browsers keep them for good;
//! everything else is asked for anew. Paths of the console's own pages answer with the one page
//! there is. Any other path is a problem as everywhere, but not for a person who follows a link:
//! where the caller asks for a page and the path is not the API's, the console itself says that
//! there is none.

use std::io::Read;

use axum::Router;
use axum::extract::Request;
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use flate2::read::GzDecoder;
use tracing::error;

use crate::problem::{Kind, Problem};

/// A path from `/` on, and the file packed with gzip.
type File = (&'static str, &'static [u8]);

/// The files, sorted by path; empty: the console was not built.
static FILES: &[File] = include!(concat!(env!("OUT_DIR"), "/console.rs"));

/// Where the console's pages are. Its own list is in `console/src/frame.tsx`; the browser's tests
/// open each of them.
const PAGES: [&str; 20] = [
    "/",
    "/sign-in",
    "/sign-up",
    "/reset",
    "/waiting",
    "/alerts",
    "/alerts/settings",
    "/figures",
    "/figures/{platform}/{shop}/{metric}",
    "/rules",
    "/overrides",
    "/import",
    "/panel",
    "/calibration",
    "/shops",
    "/persons",
    "/users",
    "/tokens",
    "/audit",
    "/account",
];

/// For names that change with what they stand for.
const FOR_GOOD: HeaderValue = HeaderValue::from_static("public, max-age=31536000, immutable");
/// For names that stay.
const ASK_ANEW: HeaderValue = HeaderValue::from_static("no-cache");

/// The routes of the console's pages and files.
pub(crate) fn routes<S: Clone + Send + Sync + 'static>() -> Router<S> {
    let pages = PAGES.into_iter().fold(Router::new(), |all, path| all.route(path, get(page)));
    FILES
        .iter()
        .filter(|(path, _)| *path != INDEX)
        .fold(pages, |all, (path, _)| all.route(path, get(file)))
}

const INDEX: &str = "/index.html";

async fn page(headers: HeaderMap) -> Response {
    match found(FILES, INDEX) {
        Some(packed) => answer(INDEX, packed, &headers),
        None => ([(header::CACHE_CONTROL, ASK_ANEW), (header::CONTENT_TYPE, HTML)], NOT_BUILT)
            .into_response(),
    }
}

/// Marks an answer that is a page although its status is an error: it is sent as it is.
#[derive(Clone, Copy, Debug)]
pub(crate) struct ErrorPage;

/// What is said of a path that is no route.
pub(crate) async fn unknown(request: Request) -> Response {
    let path = request.uri().path();
    let is_read = matches!(*request.method(), Method::GET | Method::HEAD);
    let is_api = path == "/v1" || path.starts_with("/v1/");
    if !is_read || is_api || path.starts_with("/assets/") || !takes_html(request.headers()) {
        return Problem::new(Kind::NotFound).into_response();
    }
    let mut response = page(request.headers().clone()).await;
    *response.status_mut() = StatusCode::NOT_FOUND;
    response.extensions_mut().insert(ErrorPage);
    response
}

/// Whether a client names pages among what it takes, as browsers do that follow a link. That it
/// takes anything is not enough: programs say so.
fn takes_html(headers: &HeaderMap) -> bool {
    let lines = headers.get_all(header::ACCEPT).iter();
    let said = lines.filter_map(|line| line.to_str().ok()).flat_map(|line| line.split(','));
    said.filter_map(|one| one.split(';').next())
        .any(|one| one.trim().eq_ignore_ascii_case("text/html"))
}

async fn file(request: Request) -> Response {
    let path = request.uri().path();
    match found(FILES, path) {
        Some(packed) => answer(path, packed, request.headers()),
        None => Problem::new(Kind::NotFound).into_response(),
    }
}

fn found(files: &[File], path: &str) -> Option<&'static [u8]> {
    let place = files.binary_search_by_key(&path, |(path, _)| path).ok()?;
    Some(files[place].1)
}

fn answer(path: &str, packed: &'static [u8], headers: &HeaderMap) -> Response {
    let kept = if path.starts_with("/assets/") { FOR_GOOD } else { ASK_ANEW };
    let always = [
        (header::CONTENT_TYPE, media_type(path)),
        (header::CACHE_CONTROL, kept),
        (header::VARY, HeaderValue::from_static("accept-encoding")),
    ];
    if takes_gzip(headers) {
        let coding = HeaderValue::from_static("gzip");
        return (always, [(header::CONTENT_ENCODING, coding)], packed).into_response();
    }
    let mut plain = Vec::new();
    match GzDecoder::new(packed).read_to_end(&mut plain) {
        Ok(_) => (always, plain).into_response(),
        Err(error) => {
            error!(%error, path, "a file of the console cannot be unpacked");
            Problem::new(Kind::Internal).into_response()
        }
    }
}

/// Whether a client says that it unpacks gzip. One that says nothing may not.
fn takes_gzip(headers: &HeaderMap) -> bool {
    let lines = headers.get_all(header::ACCEPT_ENCODING).iter();
    let said = lines.filter_map(|line| line.to_str().ok()).flat_map(|line| line.split(','));
    let mut judged = said.filter_map(|one| {
        let mut parts = one.split(';').map(str::trim);
        let is_gzip = parts.next()?.eq_ignore_ascii_case("gzip");
        let is_refused = parts
            .filter_map(|part| part.strip_prefix("q="))
            .any(|weight| weight.trim_end_matches(['0', '.']).is_empty());
        is_gzip.then_some(!is_refused)
    });
    judged.next().unwrap_or(false)
}

const HTML: HeaderValue = HeaderValue::from_static("text/html; charset=utf-8");

fn media_type(path: &str) -> HeaderValue {
    match path.rsplit('.').next() {
        Some("html") => HTML,
        Some("js") => HeaderValue::from_static("text/javascript; charset=utf-8"),
        Some("css") => HeaderValue::from_static("text/css; charset=utf-8"),
        Some("svg") => HeaderValue::from_static("image/svg+xml"),
        Some("md") => HeaderValue::from_static("text/plain; charset=utf-8"),
        Some("json") => HeaderValue::from_static("application/json"),
        _ => HeaderValue::from_static("application/octet-stream"),
    }
}

/// What a program says that was built without its console.
const NOT_BUILT: &str = "<!doctype html>
<html lang=\"zh-CN\">
<meta charset=\"utf-8\">
<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">
<title>应答</title>
<style>body { font-family: sans-serif; max-width: 40em; margin: 3em auto; padding: 0 1em }</style>
<h1>此版本不含控制台</h1>
<p>接口可以使用：<a href=\"/v1/openapi.json\">/v1/openapi.json</a>。要使用控制台，请先运行 \
<code>cargo xtask console</code>（需要 Node 20），再重新构建。</p>
<div lang=\"en\">
<h1>This build has no console</h1>
<p>The API is here: <a href=\"/v1/openapi.json\">/v1/openapi.json</a>. For the console run \
<code>cargo xtask console</code> (it needs Node 20) and build again.</p>
</div>
";

#[cfg(test)]
mod tests {
    use std::io::Write;

    use axum::body::to_bytes;
    use flate2::Compression;
    use flate2::write::GzEncoder;

    use super::*;

    fn asking(coding: &str) -> HeaderMap {
        HeaderMap::from_iter([(header::ACCEPT_ENCODING, coding.parse().unwrap())])
    }

    fn packed(text: &str) -> &'static [u8] {
        let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
        encoder.write_all(text.as_bytes()).unwrap();
        encoder.finish().unwrap().leak()
    }

    #[test]
    fn only_who_unpacks_gets_it_packed() {
        for coding in ["gzip", "br, gzip;q=0.5", "GZIP", "deflate,gzip ; q=1.0"] {
            assert!(takes_gzip(&asking(coding)), "{coding}");
        }
        for coding in ["", "br", "gzip;q=0", "gzip; q=0.000", "xgzip", "identity"] {
            assert!(!takes_gzip(&asking(coding)), "{coding}");
        }
        assert!(!takes_gzip(&HeaderMap::new()));
    }

    #[tokio::test]
    async fn both_ways_give_the_same_file() {
        let file = packed("console.log('好')");
        let name = "/assets/a-1b2c.js";
        let with = answer(name, file, &asking("gzip"));
        assert_eq!(with.headers()[header::CONTENT_ENCODING], "gzip");
        assert_eq!(with.headers()[header::CACHE_CONTROL], FOR_GOOD);
        assert_eq!(to_bytes(with.into_body(), 1_000).await.unwrap(), file);
        let without = answer(name, file, &HeaderMap::new());
        assert!(without.headers().get(header::CONTENT_ENCODING).is_none());
        assert_eq!(without.headers()[header::CONTENT_TYPE], "text/javascript; charset=utf-8");
        assert_eq!(to_bytes(without.into_body(), 1_000).await.unwrap(), "console.log('好')");
        let index = answer(INDEX, file, &HeaderMap::new());
        assert_eq!(index.headers()[header::CACHE_CONTROL], ASK_ANEW);
    }

    fn get(path: &str, accept: &str) -> Request {
        let request = Request::builder().uri(path).header(header::ACCEPT, accept);
        request.body(axum::body::Body::empty()).unwrap()
    }

    #[tokio::test]
    async fn who_follows_a_link_to_nothing_gets_the_console() {
        let browser = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8";
        for path in ["/nonsense", "/figures/taobao", "/v1x"] {
            let answer = unknown(get(path, browser)).await;
            assert_eq!(answer.status(), StatusCode::NOT_FOUND, "{path}");
            assert_eq!(answer.headers()[header::CONTENT_TYPE], HTML, "{path}");
            assert!(answer.extensions().get::<ErrorPage>().is_some(), "{path}");
        }
        for (path, accept) in [
            ("/nonsense", "application/json"),
            ("/nonsense", "*/*"),
            ("/v1", browser),
            ("/v1/nonsense", browser),
            ("/assets/old-1b2c.js", browser),
        ] {
            let answer = unknown(get(path, accept)).await;
            assert_eq!(answer.status(), StatusCode::NOT_FOUND, "{path} {accept}");
            assert!(answer.extensions().get::<ErrorPage>().is_none(), "{path} {accept}");
        }
        let mut sent = get("/nonsense", browser);
        *sent.method_mut() = Method::POST;
        assert!(unknown(sent).await.extensions().get::<ErrorPage>().is_none());
    }

    #[test]
    fn files_are_found_by_their_whole_path() {
        let files: &[File] = &[("/assets/a.js", b"a"), ("/icon.svg", b"i"), (INDEX, b"x")];
        assert_eq!(found(files, "/icon.svg"), Some(b"i".as_slice()));
        assert_eq!(found(files, "/assets/"), None);
        assert_eq!(found(files, "/assets/a.js/"), None);
        assert!(FILES.is_sorted_by_key(|(path, _)| path));
    }

    #[test]
    fn no_route_takes_the_place_of_another() {
        let _: Router = routes();
        assert!(PAGES.iter().all(|path| !path.starts_with("/v1")));
    }
}
