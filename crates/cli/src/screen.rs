//! What the user's terminal is like, and the one door to standard error.

use std::io::{IsTerminal, Write};

use crate::args::{Cli, Color};
use crate::lang::Lang;

/// How to speak to the user.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Screen {
    pub(crate) lang: Lang,
    /// Whether standard output takes colours.
    pub(crate) color: bool,
    /// Whether standard error takes colours.
    pub(crate) error_color: bool,
    /// Whether standard error is a terminal on which progress may be drawn.
    pub(crate) progress: bool,
    quiet: bool,
}

impl Screen {
    pub(crate) fn new(cli: &Cli) -> Self {
        let plain = std::env::var_os("NO_COLOR").is_some_and(|value| !value.is_empty());
        let colored = |is_terminal: bool| match cli.color {
            Color::Always => true,
            Color::Never => false,
            Color::Auto => is_terminal && !plain,
        };
        let error_terminal = std::io::stderr().is_terminal();
        Self {
            lang: cli.lang.unwrap_or_else(Lang::from_locale),
            color: colored(std::io::stdout().is_terminal()),
            error_color: colored(error_terminal),
            progress: error_terminal && !cli.quiet,
            quiet: cli.quiet,
        }
    }

    /// Something worth knowing that stops nothing.
    pub(crate) fn notice(&self, text: &str) {
        if !self.quiet {
            let (mark, plain) =
                if self.error_color { ("\u{1b}[36m", "\u{1b}[0m") } else { ("", "") };
            let word = self.lang.of("note", "提示");
            line(&format!("{mark}{word}{plain}{}{text}", self.lang.of(": ", "：")));
        }
    }

    /// Things worth knowing, in the user's language.
    pub(crate) fn notices(&self, texts: &[rulebook::Text]) {
        texts.iter().for_each(|text| self.notice(self.lang.text(text)));
    }

    /// Something that is wrong; shown even when quiet.
    pub(crate) fn error(&self, text: &str) {
        let (mark, plain) = if self.error_color { ("\u{1b}[31;1m", "\u{1b}[0m") } else { ("", "") };
        let word = self.lang.of("error", "错误");
        line(&format!("{mark}{word}{plain}{}{text}", self.lang.of(": ", "：")));
    }
}

fn line(text: &str) {
    // Nobody is left to tell when standard error is gone.
    let _ = writeln!(std::io::stderr().lock(), "{text}");
}
