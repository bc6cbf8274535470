//! Whether a log that has to be held will fit into memory, told before it is tried.

use intake::Source;

use crate::failure::Failure;
use crate::lang::Lang;
use crate::screen::Screen;

/// What the system has, in bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Memory {
    total: u64,
    available: u64,
}

impl Memory {
    /// What Linux says; `None` where nobody does.
    fn of_system() -> Option<Self> {
        Self::parse(&std::fs::read_to_string("/proc/meminfo").ok()?)
    }

    fn parse(text: &str) -> Option<Self> {
        let bytes = |name: &str| {
            let line = text.lines().find_map(|line| line.strip_prefix(name))?;
            let kib: u64 = line.trim_start_matches(':').trim().strip_suffix(" kB")?.parse().ok()?;
            kib.checked_mul(1024)
        };
        Some(Self { total: bytes("MemTotal")?, available: bytes("MemAvailable")? })
    }
}

/// Says so where the logs, held as columns, are larger than what is free; refuses what is larger
/// than everything that is there.
pub(crate) fn check(sources: &[Source], screen: &Screen) -> Result<(), Failure> {
    let Some(memory) = Memory::of_system() else { return Ok(()) };
    let needed = sources.iter().filter_map(intake::weight).sum();
    match verdict(needed, memory, screen.lang) {
        Ok(None) => Ok(()),
        Ok(Some(notice)) => {
            screen.notice(&notice);
            Ok(())
        }
        Err(failure) => Err(failure),
    }
}

fn verdict(needed: u64, memory: Memory, lang: Lang) -> Result<Option<String>, Failure> {
    if needed <= memory.available {
        return Ok(None);
    }
    let (size, all, free) = (gib(needed), gib(memory.total), gib(memory.available));
    if needed > memory.total {
        return Err(Failure::new(lang.of(
            format!(
                "this log would take about {size} GiB of memory, and there are {all} GiB; pack it \
                 (`yingda pack LOG -o DIR`) and count the folder, which needs far less"
            ),
            format!(
                "这份日志约需 {size} GiB 内存，而本机只有 {all} GiB；请先打包\
                 （`yingda pack 日志 -o 目录`），再统计该目录，所需内存少得多"
            ),
        )));
    }
    Ok(Some(lang.of(
        format!(
            "this log will take about {size} GiB of memory, of which {free} GiB are free; packed \
             (`yingda pack LOG -o DIR`) it needs far less"
        ),
        format!(
            "这份日志约需 {size} GiB 内存，现有空闲 {free} GiB；打包后\
             （`yingda pack 日志 -o 目录`）所需少得多"
        ),
    )))
}

/// Gibibytes with one decimal, rounded up.
fn gib(bytes: u64) -> String {
    let tenths = (u128::from(bytes) * 10).div_ceil(1 << 30);
    format!("{}.{}", tenths / 10, tenths % 10)
}

#[cfg(test)]
mod tests {
    use super::*;

    const GIB: u64 = 1 << 30;

    #[test]
    fn what_does_not_fit_is_told_or_refused() {
        let memory = Memory { total: 16 * GIB, available: 8 * GIB };
        let verdict = |needed| verdict(needed, memory, Lang::En);
        assert_eq!(verdict(8 * GIB).expect("fits"), None);
        let notice = verdict(9 * GIB).expect("may fit").expect("told");
        assert!(notice.contains("9.0 GiB of memory, of which 8.0 GiB"), "{notice}");
        let refusal = verdict(17 * GIB).expect_err("cannot fit");
        assert!(refusal.message.contains("17.0 GiB"), "{}", refusal.message);
    }

    #[test]
    fn linux_tells_what_it_has() {
        let text = "MemTotal:       24663752 kB\nMemFree: 1 kB\nMemAvailable:   20000000 kB\n";
        let memory = Memory::parse(text).expect("both");
        assert_eq!(memory, Memory { total: 24_663_752 << 10, available: 20_000_000 << 10 });
        assert_eq!(Memory::parse("MemTotal: 1 kB\n"), None);
    }
}
