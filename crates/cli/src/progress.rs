//! Progress of long work, on a terminal only.

use indicatif::{ProgressBar, ProgressStyle};

use crate::screen::Screen;

/// A bar on standard error; nothing where that is no terminal.
pub(crate) struct Progress {
    bar: ProgressBar,
}

impl Progress {
    /// Threads of conversation being counted.
    pub(crate) fn counting(n: u64, screen: &Screen) -> Self {
        let label = screen.lang.of("counting", "统计");
        Self::new(n, label, "{label} {wide_bar} {pos}/{len} {eta}", screen)
    }

    /// Bytes being read.
    pub(crate) fn reading(n: u64, screen: &Screen) -> Self {
        let label = screen.lang.of("reading", "读取");
        let template = "{label} {wide_bar} {bytes}/{total_bytes} {bytes_per_sec} {eta}";
        Self::new(n, label, template, screen)
    }

    /// Rows being read and counted.
    pub(crate) fn rows(n: u64, screen: &Screen) -> Self {
        let label = screen.lang.of("counting", "统计");
        Self::new(n, label, "{label} {wide_bar} {human_pos}/{human_len} {per_sec} {eta}", screen)
    }

    /// Rows being written.
    pub(crate) fn writing(n: u64, screen: &Screen) -> Self {
        let label = screen.lang.of("writing", "写出");
        Self::new(n, label, "{label} {wide_bar} {human_pos}/{human_len} {per_sec} {eta}", screen)
    }

    /// Facts of an archive being sorted and written.
    pub(crate) fn packing(n: u64, screen: &Screen) -> Self {
        let label = screen.lang.of("packing", "打包");
        Self::new(n, label, "{label} {wide_bar} {human_pos}/{human_len} {per_sec} {eta}", screen)
    }

    /// Bytes of logs being read and sent.
    pub(crate) fn sending(n: u64, screen: &Screen) -> Self {
        let label = screen.lang.of("sending", "发送");
        let template = "{label} {wide_bar} {bytes}/{total_bytes} {bytes_per_sec} {eta}";
        Self::new(n, label, template, screen)
    }

    /// Facts being replayed, with what [`Progress::say`] says.
    pub(crate) fn replaying(n: u64, screen: &Screen) -> Self {
        let label = screen.lang.of("replaying", "回放");
        Self::new(n, label, "{label} {wide_bar} {human_pos}/{human_len} {msg}", screen)
    }

    /// Time being let pass.
    pub(crate) fn catching_up(screen: &Screen) -> Self {
        let label = screen.lang.of("catching up", "追赶到现在");
        Self::new(0, label, "{label} {wide_bar} {percent} %", screen)
    }

    /// Bytes being fetched.
    pub(crate) fn fetching(n: u64, screen: &Screen) -> Self {
        let label = screen.lang.of("fetching", "下载");
        Self::new(n, label, "{label} {wide_bar} {bytes}/{total_bytes} {bytes_per_sec}", screen)
    }

    fn new(n: u64, label: &str, template: &str, screen: &Screen) -> Self {
        if !screen.progress {
            return Self { bar: ProgressBar::hidden() };
        }
        let bar = ProgressBar::new(n);
        if let Ok(style) = ProgressStyle::with_template(&template.replace("{label}", label)) {
            bar.set_style(style);
        }
        Self { bar }
    }

    pub(crate) fn advance(&self, n: u64) {
        self.bar.inc(n);
    }

    pub(crate) fn at(&self, n: u64, total: u64) {
        self.bar.set_length(total);
        self.bar.set_position(n);
    }

    pub(crate) fn to(&self, n: u64) {
        self.bar.set_position(n);
    }

    pub(crate) fn say(&self, text: String) {
        self.bar.set_message(text);
    }

    pub(crate) fn done(&self) {
        self.bar.finish_and_clear();
    }
}
