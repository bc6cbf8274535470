//! The files that parties read: each made once by a recipe, and made again when that changes.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use super::options::{Options, short};
use crate::program::Profile;
use crate::step::say;
use crate::venv::{self, run};

/// Local days of every log.
const DAYS: u64 = 30;
/// Scripts whose text is part of every recipe that runs them.
const PREPARE: &str = "benches/prepare.py";
const REQUIREMENTS: &str = "benches/requirements.txt";

/// How a log of messages is arranged.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Form {
    /// Parquet in time order, without ids.
    Time,
    /// The same with ids and with rows that repeat.
    Repeats,
    /// The same with texts.
    Texts,
    /// The same with whole numbers for shops and buyers.
    Numbers,
    /// Parquet by shop, buyer and instant.
    Clustered,
    /// Text.
    Csv,
}

impl Form {
    /// Its name in files and recipes.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Time => "time",
            Self::Repeats => "repeats",
            Self::Texts => "texts",
            Self::Numbers => "numbers",
            Self::Clustered => "clustered",
            Self::Csv => "csv",
        }
    }
}

/// Programs, data, and what the run was asked for.
pub(crate) struct Store {
    /// What was asked for.
    pub(crate) options: Options,
    /// The program that is measured.
    pub(crate) yingda: PathBuf,
    /// The bare decoder.
    pub(crate) decode: PathBuf,
    /// Python with the other engines.
    pub(crate) python: PathBuf,
    folder: PathBuf,
    /// Whether `measure` takes `--threads`.
    threads: bool,
    /// Folders that this run has packed.
    packed: Vec<String>,
}

impl Store {
    /// Builds the programs and installs the other engines where they are not yet.
    pub(crate) fn open(options: &Options) -> Result<Self, String> {
        let built = Profile::Release.program();
        let target = built.parent().and_then(Path::parent).ok_or("no target folder")?;
        let folder = target.join("bench");
        for sub in ["data", "results"] {
            make_folder(&folder.join(sub))?;
        }
        say("==== build");
        if options.program.is_none() {
            run("cargo", &["build", "--release", "--quiet", "--package", "yingda"])?;
        }
        let example = ["--package", "intake", "--example", "decode"];
        run("cargo", &[&["build", "--release", "--quiet"][..], &example].concat())?;
        let yingda = options.program.clone().unwrap_or_else(|| built.clone());
        let help = Command::new(&yingda).args(["measure", "--help"]).output();
        let help = help.map_err(|error| format!("cannot run {}: {error}", yingda.display()))?;
        Ok(Self {
            options: options.clone(),
            threads: String::from_utf8_lossy(&help.stdout).contains("--threads"),
            decode: built.with_file_name("examples").join("decode"),
            python: venv::python(&folder, REQUIREMENTS, "the other engines")?,
            yingda,
            folder,
            packed: Vec::new(),
        })
    }

    /// A file in which a party leaves something.
    pub(crate) fn result(&self, name: &str) -> String {
        self.folder.join("results").join(name).display().to_string()
    }

    /// The words that set the threads of the program measured, where it can be told.
    pub(crate) fn threads(&self, n: usize) -> Option<Vec<String>> {
        let all = std::thread::available_parallelism().is_ok_and(|cores| cores.get() == n);
        if self.threads {
            return Some(vec!["--threads".to_owned(), n.to_string()]);
        }
        all.then(Vec::new)
    }

    /// A log of so many messages of so many shops.
    pub(crate) fn log(&mut self, form: Form, rows: u64, shops: u64) -> Result<String, String> {
        let name = |form: Form| {
            let end = if form == Form::Csv { "csv" } else { "parquet" };
            format!("{}-{}-{}.{end}", form.name(), short(rows), short(shops))
        };
        let out = self.data(&name(form));
        let n = rows.to_string();
        match form {
            Form::Time | Form::Repeats | Form::Texts => {
                // Large logs are made without ids, which only some of the small ones need.
                let extra: &[&str] = match form {
                    Form::Repeats => &["--ids", "--repeats"],
                    Form::Texts => &["--texts"],
                    _ => &[],
                };
                if self.is_fresh(&out, &self.messages_recipe(form, rows, shops, extra)) {
                    return Ok(out);
                }
                let raw = self.raw(form, rows, shops)?;
                let words = [&["messages", &raw, &out, &n][..], extra].concat();
                self.prepare(&out, &words, &self.messages_recipe(form, rows, shops, extra))?;
                fs::remove_file(&raw).map_err(|error| format!("cannot remove {raw}: {error}"))?;
            }
            Form::Numbers | Form::Clustered | Form::Csv => {
                let time = self.log(Form::Time, rows, shops)?;
                let mut words = vec![form.name(), &time, &out];
                if form == Form::Csv {
                    words.push(&n);
                }
                let recipe = self.recipe(&[&words[..1], &[n.as_str()]].concat());
                if !self.is_fresh(&out, &recipe) {
                    self.prepare(&out, &words, &recipe)?;
                }
            }
        }
        Ok(out)
    }

    /// Where results and data are.
    pub(crate) fn folder(&self) -> &Path {
        &self.folder
    }

    /// A folder into which a log can be packed: not there yet.
    pub(crate) fn absent_folder(&self, name: &str) -> Result<String, String> {
        let folder = self.data(name);
        remove_folder(Path::new(&folder))?;
        Ok(folder)
    }

    /// A log packed by the program measured, once a run; `None`: it has no such command yet.
    pub(crate) fn pack(&mut self, log: &str, rows: u64) -> Result<Option<String>, String> {
        let name = format!("packed-{}", short(rows));
        if self.packed.contains(&name) {
            return Ok(Some(self.data(&name)));
        }
        let folder = self.absent_folder(&name)?;
        say(&format!("packing {} messages", short(rows)));
        let output = Command::new(&self.yingda).args(pack_words(log, &folder)).output();
        let output = output.map_err(|error| format!("cannot run `yingda pack`: {error}"))?;
        if output.status.success() {
            self.packed.push(name);
            return Ok(Some(folder));
        }
        let why = String::from_utf8_lossy(&output.stderr);
        if why.contains("unrecognized subcommand") {
            return Ok(None);
        }
        Err(format!("`yingda pack` failed: {}", why.lines().next().unwrap_or_default()))
    }

    /// Removes the data, which is large; the engines stay installed.
    pub(crate) fn clear(&self) -> Result<(), String> {
        remove_folder(&self.folder.join("data"))
    }

    fn data(&self, name: &str) -> String {
        self.folder.join("data").join(name).display().to_string()
    }

    /// What the program generates: a quarter more facts than messages are needed, and one for each
    /// shop, since some are not messages.
    fn generate(&self, form: Form, rows: u64, shops: u64) -> Vec<String> {
        let facts = rows + rows / 4 + shops + 100_000;
        let numbers = format!("--rows {facts} --shops {shops} --days {DAYS}");
        let ids = if form == Form::Repeats { "--ids" } else { "--no-ids" };
        let text = if form == Form::Texts { " --text" } else { "" };
        let line = format!("generate --quiet --platform taobao --seed 1 {numbers} {ids}{text}");
        line.split(' ').map(str::to_owned).collect()
    }

    fn raw(&self, form: Form, rows: u64, shops: u64) -> Result<String, String> {
        let raw = self.data("raw.parquet");
        let words = self.generate(form, rows, shops);
        say(&format!("generating {} messages of {} shops", short(rows), short(shops)));
        let mut words: Vec<&str> = words.iter().map(String::as_str).collect();
        words.extend(["-o", &raw]);
        run(&self.yingda.display().to_string(), &words)?;
        Ok(raw)
    }

    fn messages_recipe(&self, form: Form, rows: u64, shops: u64, extra: &[&str]) -> String {
        let generate = self.generate(form, rows, shops).join(" ");
        self.recipe(&[&["yingda", &generate, "messages", &rows.to_string()][..], extra].concat())
    }

    /// What a file is made by: words, and the script that makes it.
    fn recipe(&self, words: &[&str]) -> String {
        let script = fs::read_to_string(PREPARE).unwrap_or_default();
        format!("{}\n\n{script}", words.join(" "))
    }

    fn is_fresh(&self, out: &str, recipe: &str) -> bool {
        let noted = fs::read_to_string(format!("{out}.recipe"));
        Path::new(out).exists() && noted.is_ok_and(|noted| noted == recipe)
    }

    fn prepare(&self, out: &str, words: &[&str], recipe: &str) -> Result<(), String> {
        let name = Path::new(out).file_name().unwrap_or_default().to_string_lossy();
        say(&format!("preparing {name}"));
        run(&self.python.display().to_string(), &[&[PREPARE][..], words].concat())?;
        let failed = |error: std::io::Error| format!("cannot write {out}.recipe: {error}");
        fs::write(format!("{out}.recipe"), recipe).map_err(failed)
    }
}

/// The arguments that pack a log into a folder.
pub(crate) const fn pack_words<'a>(log: &'a str, folder: &'a str) -> [&'a str; 5] {
    ["pack", log, "--quiet", "-o", folder]
}

fn make_folder(path: &Path) -> Result<(), String> {
    fs::create_dir_all(path).map_err(|error| format!("cannot make {}: {error}", path.display()))
}

fn remove_folder(path: &Path) -> Result<(), String> {
    if !path.exists() {
        return Ok(());
    }
    fs::remove_dir_all(path).map_err(|error| format!("cannot clear {}: {error}", path.display()))
}
