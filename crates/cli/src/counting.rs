//! Counting a log with its progress shown.

use figures::counting::{self, Counted};
use metric::{Grouping, Table};

use crate::input::Input;
use crate::progress::Progress;
use crate::screen::Screen;

/// Counts all threads, on all cores.
pub(crate) fn count(
    input: &Input,
    counted: &[Counted],
    grouping: Grouping,
    screen: &Screen,
) -> Table {
    let progress = Progress::counting(input.log.threads.len() as u64, screen);
    let advanced = |n| progress.advance(n);
    let table = counting::count((&input.log, &input.registry), counted, grouping, &advanced);
    progress.done();
    table
}
