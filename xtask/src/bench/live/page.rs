//! The page of a run, in English and Chinese.

use std::fmt::Write as _;

use super::super::machine;
use super::{Due, Found, LiveOptions, Memory, Pace, Restart, middle};

/// The page of what was found.
pub(super) fn page(found: &Found, options: &LiveOptions, chinese: bool) -> String {
    let of = |en: &'static str, zh: &'static str| if chinese { zh } else { en };
    let mut page = of(include_str!("intro.md"), include_str!("intro.zh.md")).to_owned();
    let small = if options.small { " --small" } else { "" };
    let _ = write!(
        page,
        "\n```console\n$ cargo xtask bench live --runs {}{small}\n```\n\n",
        options.runs
    );
    let (run, machine) = (of("This run", "这次运行"), of("machine", "机器"));
    let _ = write!(page, "## {run}\n\n| {machine} | |\n|---|---|\n");
    for (en, zh, value) in machine::facts() {
        let _ = writeln!(page, "| {} | {value} |", if chinese { zh } else { en });
    }
    let head = of("| asked | measured | |", "| 目标 | 实测 | |");
    let _ = write!(page, "\n## {}\n\n{head}\n|---|---:|---|\n", of("Bars", "目标"));
    for (asked, measured, met) in bars(found, chinese) {
        let word = if met { of("met", "达到") } else { of("not met", "未达到") };
        let _ = writeln!(page, "| {asked} | {measured} | {word} |");
    }
    paces(&mut page, &found.paces, chinese);
    found.due.iter().for_each(|due| deadlines(&mut page, due, chinese));
    found.restart.iter().for_each(|restart| restarts(&mut page, restart, chinese));
    found.memory.iter().for_each(|memory| memories(&mut page, memory, chinese));
    page
}

fn share(pace: &Pace) -> f64 {
    100.0 * middle(&pace.own) / middle(&pace.bare)
}

/// What was asked, what was measured, and whether that is enough.
fn bars(found: &Found, chinese: bool) -> Vec<(String, String, bool)> {
    let of = |en: String, zh: String| if chinese { zh } else { en };
    let mut bars = Vec::new();
    for pace in found.paces.iter().filter(|pace| pace.size > 1) {
        let (size, share) = (pace.size, share(pace));
        let asked = of(
            format!("{size} facts a request: at least 50 % of the bare database"),
            format!("每请求 {size} 条事实：不低于裸数据库的 50%"),
        );
        bars.push((asked, format!("{share:.0} %"), share >= 50.0));
    }
    if let Some(due) = &found.due {
        let p99 = middle(&due.decided.iter().map(|run| run[2]).collect::<Vec<_>>());
        let asked = of(
            format!("{} of {} deadlines within 100 ms: 99 % at most 50 ms late", due.due, due.open),
            format!("{} 个期限中 {} 个在 100 毫秒内到期：99% 至多延迟 50 毫秒", due.open, due.due),
        );
        bars.push((asked, format!("≤ {:.0} ms", p99 * 1_000.0), p99 <= 0.05));
    }
    if let Some(restart) = &found.restart {
        let seconds = middle(&restart.after_kill.iter().map(|run| run.0).collect::<Vec<_>>());
        let n = restart.facts;
        let asked = of(
            format!("first figure after a start with {n} facts stored: at most 5 s"),
            format!("存有 {n} 条事实时启动后的第一个数字：至多 5 秒"),
        );
        bars.push((asked, format!("{seconds:.1} s"), seconds <= 5.0));
    }
    if let Some(memory) = &found.memory {
        let (n, bytes) = (memory.threads, bytes_each(memory));
        let asked = of(
            format!("{n} threads of history: no memory beyond what is open"),
            format!("{n} 个会话的历史：内存不超出未决部分"),
        );
        let measured = of(format!("{bytes:.0} bytes each"), format!("每个 {bytes:.0} 字节"));
        bars.push((asked, measured, bytes < 1.0));
    }
    bars
}

/// What one thread of history takes.
fn bytes_each(memory: &Memory) -> f64 {
    (memory.filled - memory.empty) * 1_048_576.0 / memory.threads as f64
}

fn range(numbers: &[f64], digits: usize) -> String {
    let least = numbers.iter().copied().fold(f64::INFINITY, f64::min);
    let most = numbers.iter().copied().fold(0.0, f64::max);
    format!("{least:.digits$}–{most:.digits$}")
}

fn paces(page: &mut String, paces: &[Pace], chinese: bool) {
    if paces.is_empty() {
        return;
    }
    page.push_str(if chinese {
        "\n## 每秒确认的事实\n\n| 每请求事实数 | 服务器 | 最小–最大 | 裸数据库 | 最小–最大 | 比例 |\n"
    } else {
        "\n## Facts acknowledged a second\n\n\
         | facts a request | server | least–most | bare database | least–most | share |\n"
    });
    page.push_str("|---:|---:|---:|---:|---:|---:|\n");
    for pace in paces {
        let (own, bare) = (middle(&pace.own), middle(&pace.bare));
        let (size, share) = (pace.size, share(pace));
        let (of_own, of_bare) = (range(&pace.own, 0), range(&pace.bare, 0));
        let _ = writeln!(
            page,
            "| {size} | {own:.0} | {of_own} | {bare:.0} | {of_bare} | {share:.0} % |"
        );
    }
}

fn deadlines(page: &mut String, due: &Due, chinese: bool) {
    let load = middle(&due.load);
    let _ = if chinese {
        write!(
            page,
            "\n## 期限的延迟\n\n期间每秒发送 {load:.0} 条事实。一个买家的等待按几条规则各有期限，\
             故次数多于买家数。\n\n| | 次数 | 中位 | 99% | 最大 |\n|---|---:|---:|---:|---:|\n"
        )
    } else {
        write!(
            page,
            "\n## Lateness of deadlines\n\n{load:.0} facts a second were sent meanwhile. A buyer's \
             wait has deadlines by several rules, so there are more of them than buyers.\n\n\
             | | deadlines | p50 | p99 | most |\n|---|---:|---:|---:|---:|\n"
        )
    };
    let names = if chinese { ["已决定", "已送达"] } else { ["decided", "told"] };
    for (name, runs) in names.into_iter().zip([&due.decided, &due.told]) {
        let of = |n: usize| middle(&runs.iter().map(|run| run[n]).collect::<Vec<_>>());
        let ms = |n: usize| format!("≤ {:.0} ms", of(n) * 1_000.0);
        let (p50, p99, most) = (ms(1), ms(2), ms(3));
        let _ = writeln!(page, "| {name} | {:.0} | {p50} | {p99} | {most} |", of(0));
    }
}

fn restarts(page: &mut String, restart: &Restart, chinese: bool) {
    page.push_str(if chinese {
        "\n## 重启\n\n| | 第一个数字（秒） | 最小–最大 | 内存峰值 |\n|---|---:|---:|---:|\n"
    } else {
        "\n## Restart\n\n| | first figure, s | least–most | peak memory |\n|---|---:|---:|---:|\n"
    });
    let names = match chinese {
        true => ["首次启动，统计全部", "SIGKILL 之后"],
        false => ["first start, everything counted", "after a SIGKILL"],
    };
    let anew: Vec<(f64, f64)> = restart.anew.into_iter().collect();
    for (name, starts) in names.into_iter().zip([&anew, &restart.after_kill]) {
        let seconds: Vec<f64> = starts.iter().map(|start| start.0).collect();
        let peaks: Vec<f64> = starts.iter().map(|start| start.1).collect();
        let (middle_s, peak) = (middle(&seconds), middle(&peaks));
        let spread = range(&seconds, 2);
        let _ = writeln!(page, "| {name} | {middle_s:.2} | {spread} | {peak:.0} MiB |");
    }
}

fn memories(page: &mut String, memory: &Memory, chinese: bool) {
    let Memory { threads, empty, filled } = memory;
    let bytes = bytes_each(memory);
    let _ = if chinese {
        write!(
            page,
            "\n## 内存\n\n没有历史时 {empty:.0} MiB，有 {threads} 个买家的历史时 {filled:.0} MiB：\
             每个买家 {bytes:.0} 字节（所属店铺及其事实的位置，最近事实的识别信息）。\n"
        )
    } else {
        write!(
            page,
            "\n## Memory\n\n{empty:.0} MiB without history, {filled:.0} MiB with {threads} buyers' \
             threads of it: {bytes:.0} bytes a buyer (whose they are, where their facts are, and \
             by what the newest facts are recognised).\n"
        )
    };
}
