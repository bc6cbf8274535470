//! Which of the two languages a caller is answered in.

use axum::http::HeaderMap;
use axum::http::header::ACCEPT_LANGUAGE;
pub use intake::Lang;

/// The text of a language.
pub(crate) fn of<T>(lang: Lang, en: T, zh: T) -> T {
    match lang {
        Lang::En => en,
        Lang::Zh => zh,
    }
}

/// The language's word in `?lang=`, in settings and in `Content-Language`.
///
/// # Example
///
/// ```
/// assert_eq!(server::language::word(intake::Lang::Zh), "zh");
/// ```
#[must_use]
pub const fn word(lang: Lang) -> &'static str {
    match lang {
        Lang::En => "en",
        Lang::Zh => "zh",
    }
}

/// The language of a word such as `zh`, `zh-CN` or `en-GB`; `None`: a language that is not ours.
///
/// # Example
///
/// ```
/// use intake::Lang;
/// use server::language::from_word;
/// assert_eq!(from_word("zh-Hant-TW"), Some(Lang::Zh));
/// assert_eq!(from_word("fr"), None);
/// ```
#[must_use]
pub fn from_word(word: &str) -> Option<Lang> {
    let primary = word.split(['-', '_']).next().unwrap_or_default();
    match primary {
        _ if primary.eq_ignore_ascii_case("zh") => Some(Lang::Zh),
        _ if primary.eq_ignore_ascii_case("en") => Some(Lang::En),
        _ => None,
    }
}

/// The language that a request asks for: `?lang=` first, then `Accept-Language`, then what is
/// usual here. What cannot be read counts as not said.
///
/// # Example
///
/// ```
/// use axum::http::{HeaderMap, header};
/// use intake::Lang;
/// use server::language::wanted;
/// let mut headers = HeaderMap::new();
/// headers.insert(header::ACCEPT_LANGUAGE, "fr, zh-CN;q=0.5, en;q=0.9".parse()?);
/// assert_eq!(wanted(None, &headers, Lang::Zh), Lang::En);
/// assert_eq!(wanted(Some("day=1&lang=zh"), &headers, Lang::En), Lang::Zh);
/// # Ok::<(), axum::http::header::InvalidHeaderValue>(())
/// ```
#[must_use]
pub fn wanted(query: Option<&str>, headers: &HeaderMap, usual: Lang) -> Lang {
    let said = query.unwrap_or_default().split('&').find_map(|pair| pair.strip_prefix("lang="));
    said.and_then(from_word).or_else(|| accepted(headers)).unwrap_or(usual)
}

/// The language with the greatest weight; of equal ones the first.
fn accepted(headers: &HeaderMap) -> Option<Lang> {
    let mut best: Option<(u32, Lang)> = None;
    let values = headers.get_all(ACCEPT_LANGUAGE).into_iter().filter_map(|v| v.to_str().ok());
    for range in values.flat_map(|value| value.split(',')) {
        let mut parts = range.split(';').map(str::trim);
        let Some(lang) = parts.next().and_then(from_word) else { continue };
        let weight = parts.find_map(|p| p.strip_prefix("q=")).map_or(Some(1000), thousandths);
        let Some(weight) = weight.filter(|weight| *weight > 0) else { continue };
        if best.is_none_or(|(other, _)| weight > other) {
            best = Some((weight, lang));
        }
    }
    best.map(|(_, lang)| lang)
}

/// A weight such as `0.7`, which has three digits at most.
fn thousandths(text: &str) -> Option<u32> {
    let (whole, part) = text.split_once('.').unwrap_or((text, ""));
    if part.len() > 3 || !part.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    let part: u32 = format!("{part:0<3}").parse().ok()?;
    match whole {
        "0" => Some(part),
        "1" if part == 0 => Some(1000),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of_header(value: &str) -> Option<Lang> {
        let mut headers = HeaderMap::new();
        headers.insert(ACCEPT_LANGUAGE, value.parse().unwrap());
        accepted(&headers)
    }

    #[test]
    fn weights_decide_and_nonsense_is_passed_over() {
        assert_eq!(of_header("zh-CN,zh;q=0.9,en;q=0.8"), Some(Lang::Zh));
        assert_eq!(of_header("zh;q=0.1,en;q=0.123"), Some(Lang::En));
        assert_eq!(of_header("zh;q=0,en;q=0.001"), Some(Lang::En));
        assert_eq!(of_header("zh;q=2,en;q=0.1"), Some(Lang::En));
        assert_eq!(of_header("zh;q=0.1234,fr,*"), None);
        assert_eq!(of_header(";;,q="), None);
    }
}
