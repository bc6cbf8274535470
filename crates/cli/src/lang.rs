//! The user's language: by `--lang`, else by locale.

use clap::ValueEnum;

/// The language of everything that people read.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub(crate) enum Lang {
    /// English.
    #[default]
    En,
    /// Simplified Chinese.
    Zh,
}

impl Lang {
    /// The language of the locale in the environment; English where it says nothing.
    pub(crate) fn from_locale() -> Self {
        let set = |name: &str| std::env::var(name).ok().filter(|value| !value.is_empty());
        let locale = set("LC_ALL").or_else(|| set("LC_MESSAGES")).or_else(|| set("LANG"));
        match locale {
            Some(locale) if locale.to_ascii_lowercase().starts_with("zh") => Self::Zh,
            _ => Self::En,
        }
    }

    /// One of two texts.
    pub(crate) fn of<T>(self, en: T, zh: T) -> T {
        match self {
            Self::En => en,
            Self::Zh => zh,
        }
    }

    /// The text of a rulebook in this language.
    pub(crate) fn text(self, text: &rulebook::Text) -> &str {
        text.get(self.rulebook())
    }

    pub(crate) fn rulebook(self) -> rulebook::Lang {
        self.of(rulebook::Lang::En, rulebook::Lang::Zh)
    }

    pub(crate) fn intake(self) -> intake::Lang {
        self.of(intake::Lang::En, intake::Lang::Zh)
    }
}
