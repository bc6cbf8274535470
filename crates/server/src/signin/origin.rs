//! Whether a request that changes something comes from our own pages.
//!
//! Choice: no token in forms. Browsers say themselves where a request comes from
//! (`Sec-Fetch-Site`, and `Origin` where that is missing), which a page of another site cannot
//! forge; a request that says neither is refused. Together with `SameSite=Lax` there are two
//! independent fences. Requests with a token in `Authorization` need none: no browser adds that
//! by itself.

use axum::http::uri::Authority;
use axum::http::{HeaderMap, Method, Uri, header};

use crate::settings::Settings;

/// The origin of our own pages.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OwnOrigin {
    /// As the settings say; absent: what a request was sent to.
    public: Option<String>,
    scheme: &'static str,
}

impl OwnOrigin {
    /// The origin of a server with such settings.
    #[must_use]
    pub fn of(settings: &Settings) -> Self {
        let public = settings.public_address.as_deref().map(|address| {
            // Scheme and host, without a path.
            let host_at = address.find("://").map_or(0, |at| at + 3);
            let end = address[host_at..].find('/').map_or(address.len(), |at| host_at + at);
            address[..end].to_ascii_lowercase()
        });
        Self { public, scheme: if settings.has_tls() { "https" } else { "http" } }
    }
}

/// Whether a method changes nothing.
#[must_use]
pub fn is_safe(method: &Method) -> bool {
    matches!(*method, Method::GET | Method::HEAD | Method::OPTIONS)
}

/// Whether a request says that it comes from our own pages.
///
/// # Example
///
/// ```
/// use axum::http::{HeaderMap, Uri};
/// use server::settings::Settings;
/// use server::signin::origin::{OwnOrigin, is_own};
/// let own = OwnOrigin::of(&Settings::default());
/// let (mut headers, uri) = (HeaderMap::new(), Uri::from_static("/"));
/// assert!(!is_own((&headers, &uri), &own));
/// headers.insert("sec-fetch-site", "same-origin".parse()?);
/// assert!(is_own((&headers, &uri), &own));
/// # Ok::<(), axum::http::header::InvalidHeaderValue>(())
/// ```
#[must_use]
pub fn is_own((headers, uri): (&HeaderMap, &Uri), own: &OwnOrigin) -> bool {
    if let Some(site) = headers.get("sec-fetch-site") {
        return site == "same-origin";
    }
    let Some(origin) = headers.get(header::ORIGIN).and_then(|value| value.to_str().ok()) else {
        return false;
    };
    match &own.public {
        Some(public) => origin.eq_ignore_ascii_case(public),
        None => {
            let host = headers.get(header::HOST).and_then(|value| value.to_str().ok());
            // HTTP/2 has the host in the address.
            let host = host.or_else(|| uri.authority().map(Authority::as_str));
            host.is_some_and(|host| {
                origin.eq_ignore_ascii_case(&format!("{}://{host}", own.scheme))
            })
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn own(public: Option<&str>) -> OwnOrigin {
        let public_address = public.map(str::to_owned);
        OwnOrigin::of(&Settings { public_address, ..Settings::default() })
    }

    fn judged(own: &OwnOrigin, said: &[(&'static str, &str)]) -> bool {
        let mut headers = HeaderMap::new();
        said.iter().for_each(|(name, value)| {
            headers.insert(*name, value.parse().unwrap());
        });
        is_own((&headers, &Uri::from_static("/v1/me")), own)
    }

    #[test]
    fn without_a_host_header_the_address_has_the_host() {
        let mut headers = HeaderMap::new();
        headers.insert("origin", "http://h:1".parse().unwrap());
        let is_own = |uri| is_own((&headers, &Uri::from_static(uri)), &own(None));
        assert!(is_own("http://h:1/v1/me"));
        assert!(!is_own("http://h:2/v1/me") && !is_own("/v1/me"));
    }

    #[test]
    fn other_sites_and_silent_ones_are_not_ours() {
        let plain = own(None);
        for site in ["cross-site", "same-site", "none", ""] {
            let said = [("sec-fetch-site", site), ("origin", "http://h"), ("host", "h")];
            assert!(!judged(&plain, &said), "{site}");
        }
        assert!(judged(&plain, &[("origin", "http://h:1"), ("host", "h:1")]));
        assert!(!judged(&plain, &[("origin", "https://h:1"), ("host", "h:1")]));
        assert!(!judged(&plain, &[("origin", "null"), ("host", "h:1")]));
        assert!(!judged(&plain, &[("host", "h:1")]));
        let public = own(Some("https://Y.example.com/console"));
        assert!(judged(&public, &[("origin", "https://y.example.com"), ("host", "inner")]));
        assert!(!judged(&public, &[("origin", "https://y.example.com.evil"), ("host", "inner")]));
    }
}
