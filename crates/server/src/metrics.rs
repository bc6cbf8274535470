//! What is measured of requests, as Prometheus reads it.
//!
//! Labels are methods, routes and classes of status: their number is bounded by the code. No
//! shop, account or address is in a label.

use std::collections::BTreeMap;
use std::fmt::Write;
use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use desk::Lateness;

/// Upper ends of the buckets of durations, in milliseconds.
const BUCKETS: [u64; 12] = [1, 5, 10, 25, 50, 100, 250, 500, 1_000, 2_500, 5_000, 10_000];

#[derive(Clone, PartialEq, Eq, PartialOrd, Ord)]
struct Labels {
    route: String,
    method: &'static str,
    class: u16,
}

#[derive(Clone, Copy, Default)]
struct Series {
    count: u64,
    micros: u64,
    buckets: [u64; BUCKETS.len()],
}

/// Counts of requests and how long they took.
#[derive(Default)]
pub struct Metrics {
    requests: Mutex<BTreeMap<Labels, Series>>,
    under_way: AtomicI64,
    connections: AtomicI64,
    refused: AtomicU64,
}

impl std::fmt::Debug for Metrics {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Metrics(..)")
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Metrics {
    /// A request came to its end. `route` is the pattern that it matched, never its path.
    pub(crate) fn request(&self, method: &str, route: &str, status: u16, took: Duration) {
        let labels =
            Labels { route: route.to_owned(), method: known_method(method), class: status / 100 };
        let micros = u64::try_from(took.as_micros()).unwrap_or(u64::MAX);
        let mut requests = lock(&self.requests);
        let series = requests.entry(labels).or_default();
        series.count += 1;
        series.micros = series.micros.saturating_add(micros);
        for (bucket, end) in series.buckets.iter_mut().zip(BUCKETS) {
            *bucket += u64::from(micros <= end * 1_000);
        }
    }

    /// A request begins; it ends when the value is dropped.
    pub(crate) fn begin(&self) -> UnderWay<'_> {
        UnderWay::new(&self.under_way)
    }

    /// A connection begins; it ends when the value is dropped.
    pub(crate) fn connect(&self) -> UnderWay<'_> {
        UnderWay::new(&self.connections)
    }

    /// A request was refused for want of room.
    pub(crate) fn refuse(&self) {
        self.refused.fetch_add(1, Ordering::Relaxed);
    }

    /// The text that Prometheus reads.
    ///
    /// # Example
    ///
    /// ```
    /// let text = server::metrics::Metrics::default().render();
    /// assert!(text.contains("yingda_requests_under_way 0\n"));
    /// ```
    #[must_use]
    pub fn render(&self) -> String {
        let mut out = String::new();
        let version = env!("CARGO_PKG_VERSION");
        head(&mut out, "yingda_build_info", "gauge", "The version that runs.");
        line(&mut out, format_args!("yingda_build_info{{version=\"{version}\"}} 1"));
        head(&mut out, "yingda_requests_under_way", "gauge", "Requests under way.");
        let under_way = self.under_way.load(Ordering::Relaxed);
        line(&mut out, format_args!("yingda_requests_under_way {under_way}"));
        head(&mut out, "yingda_connections", "gauge", "Open connections.");
        let connections = self.connections.load(Ordering::Relaxed);
        line(&mut out, format_args!("yingda_connections {connections}"));
        let refused = self.refused.load(Ordering::Relaxed);
        let help = "Requests refused for want of room.";
        head(&mut out, "yingda_requests_refused_total", "counter", help);
        line(&mut out, format_args!("yingda_requests_refused_total {refused}"));
        let requests = lock(&self.requests).clone();
        let help = "Requests that came to their end.";
        head(&mut out, "yingda_requests_total", "counter", help);
        for (labels, series) in &requests {
            let count = series.count;
            line(&mut out, format_args!("yingda_requests_total{{{}}} {count}", text(labels)));
        }
        let help = "Time until the answer began.";
        head(&mut out, "yingda_request_duration_seconds", "histogram", help);
        for (labels, series) in &requests {
            histogram(&mut out, &text(labels), series);
        }
        out
    }
}

/// How late deadlines were, as Prometheus reads it.
pub(crate) fn lateness(lateness: &Lateness) -> String {
    let name = "yingda_deadline_lateness_seconds";
    let mut out = String::new();
    let help = "From when a deadline was due until it was decided that it fires, and until \
                streams and senders had it.";
    head(&mut out, name, "histogram", help);
    for (stage, waits) in [("decided", &lateness.decided), ("told", &lateness.told)] {
        let label = format!("stage=\"{stage}\"");
        for (end, n) in &waits.buckets {
            let end = seconds(*end);
            line(&mut out, format_args!("{name}_bucket{{{label},le=\"{end}\"}} {n}"));
        }
        let (sum, n) = (seconds(waits.sum_ms), waits.n);
        line(&mut out, format_args!("{name}_bucket{{{label},le=\"+Inf\"}} {n}"));
        line(&mut out, format_args!("{name}_sum{{{label}}} {sum}"));
        line(&mut out, format_args!("{name}_count{{{label}}} {n}"));
    }
    out
}

/// Milliseconds as seconds.
fn seconds(ms: u64) -> String {
    format!("{}.{:03}", ms / 1_000, ms % 1_000)
}

/// One more of something, until dropped.
pub(crate) struct UnderWay<'a>(&'a AtomicI64);

impl<'a> UnderWay<'a> {
    fn new(gauge: &'a AtomicI64) -> Self {
        gauge.fetch_add(1, Ordering::Relaxed);
        Self(gauge)
    }
}

impl Drop for UnderWay<'_> {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::Relaxed);
    }
}

/// Methods are whatever a client writes: a label has only those that there are.
fn known_method(method: &str) -> &'static str {
    let known = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"];
    known.into_iter().find(|known| *known == method).unwrap_or("other")
}

fn text(labels: &Labels) -> String {
    let Labels { route, method, class } = labels;
    format!("route=\"{route}\",method=\"{method}\",class=\"{class}xx\"")
}

fn histogram(out: &mut String, labels: &str, series: &Series) {
    let name = "yingda_request_duration_seconds";
    for (bucket, end) in series.buckets.iter().zip(BUCKETS) {
        let end = seconds(end);
        line(out, format_args!("{name}_bucket{{{labels},le=\"{end}\"}} {bucket}"));
    }
    line(out, format_args!("{name}_bucket{{{labels},le=\"+Inf\"}} {}", series.count));
    let (seconds, micros) = (series.micros / 1_000_000, series.micros % 1_000_000);
    line(out, format_args!("{name}_sum{{{labels}}} {seconds}.{micros:06}"));
    line(out, format_args!("{name}_count{{{labels}}} {}", series.count));
}

fn head(out: &mut String, name: &str, kind: &str, help: &str) {
    line(out, format_args!("# HELP {name} {help}"));
    line(out, format_args!("# TYPE {name} {kind}"));
}

fn line(out: &mut String, text: std::fmt::Arguments<'_>) {
    // Writing to a text does not fail.
    let _ = writeln!(out, "{text}");
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn buckets_hold_what_is_not_longer() {
        let metrics = Metrics::default();
        for micros in [1_000, 1_001, 10_000_001] {
            metrics.request("GET", "/x", 204, Duration::from_micros(micros));
        }
        let under_way = metrics.begin();
        metrics.request("BREW", "/x", 418, Duration::ZERO);
        let text = metrics.render();
        drop(under_way);
        let label = "route=\"/x\",method=\"GET\",class=\"2xx\"";
        for expected in [
            format!("yingda_requests_total{{{label}}} 3\n"),
            format!("_bucket{{{label},le=\"0.001\"}} 1\n"),
            format!("_bucket{{{label},le=\"0.005\"}} 2\n"),
            format!("_bucket{{{label},le=\"10.000\"}} 2\n"),
            format!("_bucket{{{label},le=\"+Inf\"}} 3\n"),
            format!("_sum{{{label}}} 10.002002\n"),
            "method=\"other\",class=\"4xx\"} 1\n".to_owned(),
            "yingda_requests_under_way 1\n".to_owned(),
        ] {
            assert!(text.contains(&expected), "{expected} in {text}");
        }
        assert!(metrics.render().contains("yingda_requests_under_way 0\n"));
    }
}
