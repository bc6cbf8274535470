//! The columns of a log, and how a header is matched with them.

use crate::error::Error;
use crate::lang::closest;
use crate::report::Warning;

/// A column of the canonical log.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Column {
    /// When it happened.
    At,
    /// Whose rules.
    Platform,
    /// The shop's id.
    Shop,
    /// The buyer's id.
    Buyer,
    /// The platform's conversation id.
    Conversation,
    /// What happened.
    Fact,
    /// Who wrote a message.
    Author,
    /// Form of a message.
    Kind,
    /// The account concerned.
    Account,
    /// The passing account of a transfer.
    FromAccount,
    /// The message's id.
    Id,
    /// The source's own order.
    Seq,
    /// When it was learned.
    SeenAt,
    /// The message's text.
    Text,
    /// A rating.
    Stars,
    /// The message, order or buyer concerned.
    Ref,
    /// Money.
    Amount,
    /// An observed figure's metric and value.
    Value,
}

impl Column {
    /// Every column, in the order in which the format names them.
    pub const ALL: [Self; 18] = [
        Self::At,
        Self::Platform,
        Self::Shop,
        Self::Buyer,
        Self::Conversation,
        Self::Fact,
        Self::Author,
        Self::Kind,
        Self::Account,
        Self::FromAccount,
        Self::Id,
        Self::Seq,
        Self::SeenAt,
        Self::Text,
        Self::Stars,
        Self::Ref,
        Self::Amount,
        Self::Value,
    ];

    /// The name in headers.
    ///
    /// # Example
    ///
    /// ```
    /// use intake::Column;
    /// assert_eq!(Column::FromAccount.name(), "from_account");
    /// ```
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::At => "at",
            Self::Platform => "platform",
            Self::Shop => "shop",
            Self::Buyer => "buyer",
            Self::Conversation => "conversation",
            Self::Fact => "fact",
            Self::Author => "author",
            Self::Kind => "kind",
            Self::Account => "account",
            Self::FromAccount => "from_account",
            Self::Id => "id",
            Self::Seq => "seq",
            Self::SeenAt => "seen_at",
            Self::Text => "text",
            Self::Stars => "stars",
            Self::Ref => "ref",
            Self::Amount => "amount",
            Self::Value => "value",
        }
    }

    /// The column of a name, `None` for a name that is not one.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|column| column.name() == name)
    }

    /// The column whose name is most like a misspelt one.
    pub(crate) fn suggestion(name: &str) -> Option<Self> {
        closest(name, Self::ALL.into_iter().map(Self::name)).and_then(Self::from_name)
    }
}

/// Where each column of the log stands in a file, by [`Column`] as index.
#[derive(Clone, Debug, Default)]
pub(crate) struct Layout {
    at: [Option<usize>; Column::ALL.len()],
}

impl Layout {
    /// Matches the names of a header, in file order, with the columns.
    pub(crate) fn of_header<'a>(
        names: impl Iterator<Item = &'a str>,
        source: &str,
        warn: &mut dyn FnMut(Warning),
    ) -> Result<Self, Error> {
        let mut layout = Self::default();
        let mut unknown: Vec<(usize, &str)> = Vec::new();
        for (i, name) in names.enumerate() {
            match Column::from_name(name.trim()) {
                Some(column) if layout.place(column).is_some() => {
                    return Err(Error::RepeatedColumn { source: source.into(), column });
                }
                Some(column) => layout.at[column as usize] = Some(i),
                None => unknown.push((i, name)),
            }
        }
        layout.check_required(&unknown, source)?;
        for (i, name) in unknown {
            warn(Warning::UnknownColumn {
                source: source.into(),
                position: i + 1,
                name: name.into(),
                suggestion: Column::suggestion(name).filter(|c| layout.place(*c).is_none()),
            });
        }
        Ok(layout)
    }

    /// The columns of a file of an archive, which need not be a whole log.
    pub(crate) fn of_part<'a>(names: impl Iterator<Item = &'a str>) -> Self {
        let mut layout = Self::default();
        for (i, name) in names.enumerate() {
            if let Some(column) = Column::from_name(name) {
                layout.at[column as usize].get_or_insert(i);
            }
        }
        layout
    }

    /// The position of a column in the file, `None` where the file has no such column.
    pub(crate) fn place(&self, column: Column) -> Option<usize> {
        self.at[column as usize]
    }

    /// Columns that the file has, with their positions.
    pub(crate) fn present(&self) -> impl Iterator<Item = (Column, usize)> {
        Column::ALL.into_iter().filter_map(|column| Some((column, self.place(column)?)))
    }

    fn check_required(&self, unknown: &[(usize, &str)], source: &str) -> Result<(), Error> {
        if self.present().next().is_none() {
            // The first line may be a row: nothing of it is repeated.
            let one = match unknown {
                [(_, only)] => [';', '\t', '|'].into_iter().find(|c| only.contains(*c)),
                _ => None,
            };
            return Err(Error::NoHeader { source: source.into(), separator: one });
        }
        // Without a `fact` column every row is a message, which needs a buyer and an author.
        let needed: &[Column] = match self.place(Column::Fact) {
            Some(_) => &[Column::At, Column::Platform, Column::Shop],
            None => &[Column::At, Column::Platform, Column::Shop, Column::Buyer, Column::Author],
        };
        let missing: Vec<(Column, Option<String>)> = needed
            .iter()
            .filter(|column| self.place(**column).is_none())
            .map(|column| {
                let like = unknown.iter().find(|(_, n)| Column::suggestion(n) == Some(*column));
                (*column, like.map(|(_, name)| (*name).into()))
            })
            .collect();
        if missing.is_empty() {
            return Ok(());
        }
        Err(Error::MissingColumns { source: source.into(), columns: missing })
    }
}
