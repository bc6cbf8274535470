//! The machine that a run was made on, as the page tells it.

use std::fs;
use std::process::Command;

/// Facts about the machine: what, in English and Chinese, and its value.
pub(crate) fn facts() -> Vec<(&'static str, &'static str, String)> {
    let cores = std::thread::available_parallelism().map_or(0, usize::from);
    vec![
        ("processor", "处理器", field("/proc/cpuinfo", "model name")),
        ("cores", "核数", cores.to_string()),
        ("memory", "内存", memory()),
        ("kernel", "内核", read("/proc/sys/kernel/osrelease").trim().to_owned()),
        ("load when it began", "开始时的负载", load()),
        ("compiler", "编译器", printed("rustc", &["--version"])),
        ("revision", "版本", printed("git", &["describe", "--always", "--dirty"])),
    ]
}

/// How many others want the processor: a run beside them says less.
fn load() -> String {
    static LOAD: std::sync::OnceLock<String> = std::sync::OnceLock::new();
    LOAD.get_or_init(|| read("/proc/loadavg").split(' ').take(1).collect()).clone()
}

fn memory() -> String {
    let kib: u64 = field("/proc/meminfo", "MemTotal").replace(" kB", "").parse().unwrap_or(0);
    format!("{} MiB", kib / 1024)
}

/// The value of the first line of a file that begins with a name; empty where there is none.
fn field(path: &str, name: &str) -> String {
    let text = read(path);
    let line = text.lines().find(|line| line.starts_with(name));
    line.and_then(|line| line.split_once(':')).map_or("", |(_, value)| value.trim()).to_owned()
}

fn read(path: &str) -> String {
    // Other systems do not have these files; the page then says nothing.
    fs::read_to_string(path).unwrap_or_default()
}

fn printed(program: &str, arguments: &[&str]) -> String {
    let output = Command::new(program).args(arguments).output();
    let text = output.map(|output| String::from_utf8_lossy(&output.stdout).trim().to_owned());
    text.unwrap_or_default()
}
