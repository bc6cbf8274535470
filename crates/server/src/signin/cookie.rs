//! The session's cookie.

use std::borrow::Cow;

use axum::http::HeaderValue;

use crate::secret::Secret;

/// How the session's cookie is called and marked.
///
/// Over TLS it is `__Host-yingda`: browsers take that name only from TLS, for the whole site and
/// no other host. On a plain loopback it is `yingda`, as browsers would refuse the other, with the
/// port where it is not the usual one: browsers tell hosts apart, not ports, and the demo may run
/// beside a server of one's own.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SessionCookie {
    is_secure: bool,
    port: Option<u16>,
}

impl SessionCookie {
    /// The cookie of a site that is reached by TLS, or is not. Without `port` its name has none.
    #[must_use]
    pub const fn new(is_secure: bool, port: Option<u16>) -> Self {
        Self { is_secure, port }
    }

    /// Its name.
    #[must_use]
    pub fn name(self) -> Cow<'static, str> {
        match (self.is_secure, self.port) {
            (true, _) => "__Host-yingda".into(),
            (false, Some(port)) => format!("yingda-{port}").into(),
            (false, None) => "yingda".into(),
        }
    }

    /// The value of `Set-Cookie` that hands a session to a browser; absent where the secret has
    /// characters that no cookie may have.
    ///
    /// # Example
    ///
    /// ```
    /// use server::secret::Secret;
    /// use server::signin::cookie::SessionCookie;
    /// let value = SessionCookie::new(true, None).set(&Secret::from("ab12"), 60).expect("letters");
    /// assert_eq!(
    ///     value,
    ///     "__Host-yingda=ab12; Path=/; HttpOnly; SameSite=Lax; Max-Age=60; Secure",
    /// );
    /// ```
    #[must_use]
    pub fn set(self, secret: &Secret, seconds: u64) -> Option<HeaderValue> {
        let plain = secret.reveal().bytes().all(|b| b.is_ascii_alphanumeric());
        plain.then(|| self.header(secret.reveal(), seconds)).flatten()
    }

    /// The value of `Set-Cookie` that takes the session away.
    #[must_use]
    pub fn clear(self) -> Option<HeaderValue> {
        self.header("", 0)
    }

    fn header(self, value: &str, seconds: u64) -> Option<HeaderValue> {
        let name = self.name();
        let secure = if self.is_secure { "; Secure" } else { "" };
        let text =
            format!("{name}={value}; Path=/; HttpOnly; SameSite=Lax; Max-Age={seconds}{secure}");
        let mut value = HeaderValue::try_from(text).ok()?;
        value.set_sensitive(true);
        Some(value)
    }

    /// The session's secret among the cookies of a request. Two cookies of the name are none: one
    /// of them was put there by somebody else.
    #[must_use]
    pub fn find<'a>(self, cookies: impl IntoIterator<Item = &'a HeaderValue>) -> Option<Secret> {
        let texts = cookies.into_iter().filter_map(|value| value.to_str().ok());
        let pairs = texts.flat_map(|text| text.split(';')).filter_map(|p| p.trim().split_once('='));
        let own = self.name();
        let mut found = pairs.filter(|(name, _)| *name == own).map(|(_, value)| value);
        let secret = found.next().filter(|value| !value.is_empty())?;
        found.next().is_none().then(|| Secret::from(secret))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_secret_comes_back_and_a_second_one_spoils_it() {
        let find = |cookie: SessionCookie, texts: &[&str]| {
            let values: Vec<HeaderValue> = texts.iter().map(|t| t.parse().unwrap()).collect();
            cookie.find(&values).map(|secret| secret.reveal().to_owned())
        };
        let (plain, secure) = (SessionCookie::new(false, None), SessionCookie::new(true, None));
        let other = SessionCookie::new(false, Some(9_000));
        assert_eq!(find(other, &["yingda=ab; yingda-9000=cd"]).as_deref(), Some("cd"));
        assert_eq!(find(other, &["yingda=ab"]), None);
        assert_eq!(find(plain, &["a=1; yingda=ab; b=2"]).as_deref(), Some("ab"));
        assert_eq!(find(secure, &["a=1", "__Host-yingda=ab"]).as_deref(), Some("ab"));
        assert_eq!(find(secure, &["yingda=ab"]), None);
        assert_eq!(find(plain, &["yingda=ab; yingda=cd"]), None);
        assert_eq!(find(plain, &["yingda=", "yingda"]), None);
        assert!(plain.set(&Secret::from("a; Domain=x"), 1).is_none());
        let cleared = plain.clear().unwrap();
        assert!(cleared.to_str().unwrap().starts_with("yingda=; ") && cleared.is_sensitive());
    }
}
