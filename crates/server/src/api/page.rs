//! Lists: so many items at a time, and where to go on.

use std::fmt::{self, Display};
use std::str::FromStr;

use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use crate::problem::{Kind, Problem};

/// Items of a page where nothing is said.
const USUAL: usize = 100;
/// The most items of a page.
const MOST: usize = 1_000;

/// Which page of a list.
#[derive(Clone, Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct Paging {
    /// How many items at most: 1 to 1000, usually 100.
    #[param(minimum = 1, maximum = 1000)]
    limit: Option<usize>,
    /// The `next` of the page before; absent: from the start.
    after: Option<String>,
}

/// A page of a list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub(crate) struct Page<T> {
    /// The items.
    pub(crate) items: Vec<T>,
    /// What to give as `after` for the next page; null: this is the last.
    pub(crate) next: Option<String>,
}

impl Paging {
    /// # Errors
    ///
    /// [`Kind::BadParameter`].
    pub(crate) fn limit(&self) -> Result<usize, Problem> {
        match self.limit {
            None => Ok(USUAL),
            Some(limit @ 1..=MOST) => Ok(limit),
            Some(limit) => Err(Problem::new(Kind::BadParameter).detail(
                format!("`limit` is {limit}; expected 1 to {MOST}"),
                format!("`limit` 为 {limit}，应为 1 至 {MOST}"),
            )),
        }
    }

    /// Behind which item the page begins.
    ///
    /// # Errors
    ///
    /// [`Kind::BadParameter`] when it is not of a page of this list.
    pub(crate) fn after<K: FromStr>(&self) -> Result<Option<K>, Problem> {
        let Some(after) = &self.after else { return Ok(None) };
        after.parse().map(Some).map_err(|_| {
            Problem::new(Kind::BadParameter).detail(
                "`after` is not the `next` of a page of this list",
                "`after` 不是本列表某一页的 `next`",
            )
        })
    }

    /// The page of a list that is there as a whole, in the order of its keys.
    ///
    /// # Errors
    ///
    /// [`Kind::BadParameter`].
    pub(crate) fn cut<T, K: Ord + Display + FromStr>(
        &self,
        mut rows: Vec<T>,
        key: impl Fn(&T) -> K,
    ) -> Result<Page<T>, Problem> {
        let (limit, after) = (self.limit()?, self.after::<K>()?);
        rows.retain(|row| after.as_ref().is_none_or(|after| key(row) > *after));
        rows.sort_by_cached_key(&key);
        let is_last = rows.len() <= limit;
        rows.truncate(limit);
        let next = rows.last().filter(|_| !is_last).map(|row| key(row).to_string());
        Ok(Page { items: rows, next })
    }
}

/// A cursor of several parts, in the order of its list. No part has a tab.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Parts<T>(pub(crate) T);

impl<A: Display, B: Display, C: Display> Display for Parts<(A, B, C)> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (a, b, c) = &self.0;
        write!(f, "{a}\t{b}\t{c}")
    }
}

impl<A: FromStr, B: FromStr, C: FromStr> FromStr for Parts<(A, B, C)> {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        let mut parts = text.splitn(3, '\t');
        let mut next = || parts.next().ok_or(());
        let (a, b, c) = (next()?, next()?, next()?);
        let (a, b, c) = (
            a.parse::<A>().map_err(drop),
            b.parse::<B>().map_err(drop),
            c.parse::<C>().map_err(drop),
        );
        Ok(Self((a?, b?, c?)))
    }
}

impl<T> Page<T> {
    pub(crate) fn map<U>(self, item: impl FnMut(T) -> U) -> Page<U> {
        Page { items: self.items.into_iter().map(item).collect(), next: self.next }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pages_put_together_are_the_list() {
        let rows: Vec<i64> = vec![5, 3, 9, 1, 7];
        let mut seen = Vec::new();
        let mut paging = Paging { limit: Some(2), after: None };
        loop {
            let page = paging.cut(rows.clone(), |row| *row).unwrap();
            assert!(page.items.len() <= 2);
            seen.extend(page.items);
            paging.after = page.next;
            if paging.after.is_none() {
                break;
            }
        }
        assert_eq!(seen, [1, 3, 5, 7, 9]);
    }

    #[test]
    fn what_is_no_page_is_refused() {
        for (limit, after) in [(Some(0), None), (Some(1_001), None), (None, Some("x"))] {
            let paging = Paging { limit, after: after.map(str::to_owned) };
            let refused = paging.cut(vec![1_i64], |row| *row).unwrap_err();
            assert_eq!(refused.kind(), Kind::BadParameter);
        }
    }
}
