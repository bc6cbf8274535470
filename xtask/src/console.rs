//! The web console: built out of `console`, and tested in a real browser.

use std::path::Path;

use crate::program::Profile;
use crate::step::{self, Report, say};

/// Where Debian puts Chromium, as `console/tests/world.mjs` looks for it.
const CHROMIUM: [&str; 2] = ["/usr/bin/chromium", "/usr/bin/chromium-browser"];

/// The browser's tests bring no browser of their own.
const NO_DOWNLOAD: (&str, &str) = ("PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD", "1");

const NPM: [&str; 4] = ["npm", "--prefix", "console", "--no-update-notifier"];

fn npm(report: &mut Report, name: &str, words: &[&str]) {
    let command = [&NPM[..], words].concat();
    report.run_with(name, &command, &[NO_DOWNLOAD]);
}

/// Builds the pages: the program that is built after that has them.
pub(crate) fn build(report: &mut Report) {
    if !step::installed("node") || !step::installed("npm") {
        say("The console needs Node 20.19 or later with npm: https://nodejs.org");
    }
    npm(report, "packages of the console", &["ci"]);
    npm(report, "console", &["run", "--silent", "build"]);
}

/// Builds the pages and the program, and goes through both in a browser.
pub(crate) fn test(report: &mut Report) {
    build(report);
    Profile::Dev.build(report);
    browse(report);
}

/// Goes through the pages of the program as it was built.
pub(crate) fn browse(report: &mut Report) {
    if !CHROMIUM.iter().any(|place| Path::new(place).exists()) {
        say("Chromium is not here: installing Debian's `chromium`");
        let install = "apt-get update --quiet \
                       && apt-get install --yes --no-install-recommends chromium fonts-noto-cjk";
        report.run("install Chromium", &["sh", "-c", &step::as_root(install)]);
    }
    let command = [&NPM[..], &["run", "--silent", "test"]].concat();
    report.tests("browser", &command, &[NO_DOWNLOAD]);
}
