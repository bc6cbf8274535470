//! What may be typed. What it means is decided elsewhere.

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};
use figures::RuleChoice;

use crate::backup::{BackupArgs, RestoreArgs};
use crate::demo::DemoArgs;
use crate::generate::GenerateArgs;
use crate::import::ImportArgs;
use crate::lang::Lang;
use crate::replay::ReplayArgs;
use crate::serve::ServeArgs;
use crate::user::UserArgs;

/// Reply figures of e-commerce platforms, counted exactly and proved message by message.
#[derive(Debug, Parser)]
#[command(name = "yingda", version, propagate_version = true, arg_required_else_help = true)]
pub(crate) struct Cli {
    /// Language of everything printed [default: by locale]
    #[arg(long, global = true, value_enum)]
    pub(crate) lang: Option<Lang>,
    /// When to colour
    #[arg(long, global = true, value_enum, default_value_t = Color::Auto)]
    pub(crate) color: Color,
    /// No progress bar and no notices
    #[arg(long, short, global = true)]
    pub(crate) quiet: bool,
    /// How many threads work [default: as many as there are cores]
    #[arg(long, global = true, value_name = "N")]
    pub(crate) threads: Option<std::num::NonZeroU16>,
    #[command(subcommand)]
    pub(crate) command: Command,
}

/// When to colour what is printed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Color {
    /// On a terminal.
    Auto,
    /// Always.
    Always,
    /// Never.
    Never,
}

/// What to do.
#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Count figures from logs
    Measure(MeasureArgs),
    /// Show who passes and who fails, what follows, and how much room is left
    Standing(StandingArgs),
    /// Show the rounds behind a figure, each with the clause that judged it
    Explain(ExplainArgs),
    /// Show the catalogue of rules, or one metric
    Rules(RulesArgs),
    /// Check rulebooks, registries, logs and panels
    Check(CheckArgs),
    /// Find the readings under which the platform's own figures come out
    Calibrate(CalibrateArgs),
    /// Write a realistic log from a seed
    Generate(GenerateArgs),
    /// Rewrite logs into an archive that is quick to read
    Pack(PackArgs),
    /// Start the server
    Serve(ServeArgs),
    /// Start the server with a made-up agency, to look around
    Demo(DemoArgs),
    /// Send logs to a running server
    Import(ImportArgs),
    /// Feed a log to a running server as if it happened now
    Replay(ReplayArgs),
    /// Copy everything that a server keeps into one file
    Backup(BackupArgs),
    /// Fill a new data folder from a backup
    Restore(RestoreArgs),
    /// Invite users, list them, shut them out, reset who lost the password
    User(UserArgs),
}

/// Which logs, and how to read them.
#[derive(Args, Clone, Debug)]
pub(crate) struct InputArgs {
    /// Logs: CSV, JSON Lines (both also .gz, .zst), Parquet, or folders that `yingda pack` wrote;
    /// `-` is standard input
    #[arg(required = true, value_name = "LOG")]
    pub(crate) logs: Vec<PathBuf>,
    /// Stop at the first row that is not a fact
    #[arg(long)]
    pub(crate) strict: bool,
    /// Where rejected rows go [default: LOG.rejected.csv beside each log; stdin.rejected.csv in the
    /// working folder for standard input]
    #[arg(long, value_name = "FILE")]
    pub(crate) rejected: Option<PathBuf>,
    /// What is known about the shops (TOML)
    #[arg(long, value_name = "FILE")]
    pub(crate) registry: Option<PathBuf>,
    #[command(flatten)]
    pub(crate) shape: ShapeArgs,
}

/// How to read sources of another shape than the canonical log.
#[derive(Args, Clone, Debug)]
pub(crate) struct ShapeArgs {
    /// How to read other shapes: a shipped profile (`yingda check --profiles`) or a file of yours
    #[arg(long, value_name = "NAME|FILE.toml")]
    pub(crate) profile: Option<String>,
    /// What every row has, whatever the source says, as `shop=s1`; may be repeated
    #[arg(long, value_name = "KEY=VALUE", requires = "profile")]
    pub(crate) set: Vec<String>,
}

/// Which rules, and how to read what they leave open.
#[derive(Args, Clone, Debug)]
pub(crate) struct RuleArgs {
    /// A folder of your own rulebooks, beside the shipped ones or in their place
    #[arg(long, value_name = "DIR")]
    pub(crate) rulebooks: Option<PathBuf>,
    /// Count under one edition, whatever the day (its id, or `as-told`)
    #[arg(long, value_name = "ID")]
    pub(crate) edition: Option<String>,
    /// Count every day under the editions in force on this day: who would fail under next month's
    /// rules?
    #[arg(long, value_name = "DATE", conflicts_with = "edition")]
    pub(crate) rules_on: Option<String>,
    /// Answer an open reading otherwise, as `R6=drop`; may be repeated
    #[arg(long, value_name = "READING=ANSWER", value_delimiter = ',')]
    pub(crate) reading: Vec<String>,
    /// The limit of metrics that take one (`generic/*`), as `60s` or `24h`
    #[arg(long, value_name = "SPAN")]
    pub(crate) limit: Option<String>,
    /// The day on which one looks, or an instant with offset [default: the day after the last
    /// fact, so that everything is settled]
    #[arg(long, value_name = "DATE")]
    pub(crate) as_of: Option<String>,
}

impl RuleArgs {
    /// The choice of rules, as it was typed.
    pub(crate) fn choice(&self) -> RuleChoice {
        RuleChoice {
            edition: self.edition.clone(),
            rules_on: self.rules_on.clone(),
            reading: self.reading.clone(),
            limit: self.limit.clone(),
            as_of: self.as_of.clone(),
            ..RuleChoice::default()
        }
    }
}

/// `yingda measure`
#[derive(Args, Clone, Debug)]
pub(crate) struct MeasureArgs {
    #[command(flatten)]
    pub(crate) input: InputArgs,
    /// Which metrics [default: all of the platforms in the log]
    #[arg(long, short, value_name = "METRIC", value_delimiter = ',')]
    pub(crate) metric: Vec<String>,
    /// Only these shops
    #[arg(long, value_name = "SHOP", value_delimiter = ',')]
    pub(crate) shop: Vec<String>,
    /// What to keep apart
    #[arg(long, value_enum, value_delimiter = ',', default_value = "shop")]
    pub(crate) by: Vec<By>,
    #[command(flatten)]
    pub(crate) rules: RuleArgs,
    /// Lowest and highest value over the readings that are still open
    #[arg(long)]
    pub(crate) band: bool,
    /// Median, 90th and 99th percentile of the waits of answered samples
    #[arg(long)]
    pub(crate) percentiles: bool,
    /// How to print
    #[arg(long, short, value_enum, default_value_t = Format::Table)]
    pub(crate) format: Format,
    /// Where to write [default: standard output]
    #[arg(long, short, value_name = "FILE")]
    pub(crate) output: Option<PathBuf>,
}

/// What `measure` keeps apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum By {
    /// Each shop.
    Shop,
    /// Each account of a shop.
    Account,
    /// Each local day of the log.
    Day,
    /// Each local hour in which samples open.
    Hour,
}

/// How figures are printed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Format {
    /// For people.
    Table,
    /// One object a line.
    Json,
    /// One line a row, with a header.
    Csv,
    /// Columns.
    Parquet,
}

/// `yingda standing`
#[derive(Args, Clone, Debug)]
pub(crate) struct StandingArgs {
    #[command(flatten)]
    pub(crate) input: InputArgs,
    /// Only standards of these metrics [default: all of the platforms in the log]
    #[arg(long, short, value_name = "METRIC", value_delimiter = ',')]
    pub(crate) metric: Vec<String>,
    /// Only these shops
    #[arg(long, value_name = "SHOP", value_delimiter = ',')]
    pub(crate) shop: Vec<String>,
    #[command(flatten)]
    pub(crate) rules: RuleArgs,
    /// Figures read off a platform's panel (CSV or xlsx), where the log does not cover their days;
    /// also without any log
    #[arg(long, value_name = "PANEL")]
    pub(crate) observed: Vec<PathBuf>,
    /// Assess also what only articles claim
    #[arg(long)]
    pub(crate) as_told: bool,
    /// Count under our own readings alone, which is faster: no band
    #[arg(long)]
    pub(crate) no_band: bool,
    /// How to print
    #[arg(long, short, value_enum, default_value_t = StandingFormat::Table)]
    pub(crate) format: StandingFormat,
    /// Where to write [default: standard output]
    #[arg(long, short, value_name = "FILE")]
    pub(crate) output: Option<PathBuf>,
}

/// Lets `standing` do without logs where there is a panel.
pub(crate) fn with_panels_alone(command: clap::Command) -> clap::Command {
    command.mut_subcommand("standing", |standing| {
        standing.mut_arg("logs", |logs| logs.required(false).required_unless_present("observed"))
    })
}

/// How standings are printed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum StandingFormat {
    /// For people.
    Table,
    /// One object a line.
    Json,
    /// One line a row, with a header.
    Csv,
}

/// `yingda explain`
#[derive(Args, Clone, Debug)]
pub(crate) struct ExplainArgs {
    #[command(flatten)]
    pub(crate) input: InputArgs,
    /// Which metric
    #[arg(long, short, value_name = "METRIC")]
    pub(crate) metric: String,
    /// Which shop
    #[arg(long, value_name = "SHOP")]
    pub(crate) shop: String,
    /// Only samples of this local day
    #[arg(long, value_name = "DATE")]
    pub(crate) day: Option<String>,
    /// Only this buyer, with every fact of theirs and what became of it
    #[arg(long, value_name = "BUYER")]
    pub(crate) buyer: Option<String>,
    /// Only the buyer who wrote or got this message, which is marked
    #[arg(long, value_name = "MESSAGE-ID")]
    pub(crate) id: Option<String>,
    /// Only samples of this account
    #[arg(long, value_name = "ACCOUNT")]
    pub(crate) account: Option<String>,
    /// Only samples with this verdict
    #[arg(long, value_enum)]
    pub(crate) verdict: Option<VerdictFilter>,
    /// Show what became of every fact, also those outside any sample
    #[arg(long)]
    pub(crate) facts: bool,
    /// Show the texts of messages
    #[arg(long)]
    pub(crate) text: bool,
    #[command(flatten)]
    pub(crate) rules: RuleArgs,
    /// How to print
    #[arg(long, short, value_enum, default_value_t = ExplainFormat::Table)]
    pub(crate) format: ExplainFormat,
}

impl ExplainArgs {
    /// Whether every fact of a buyer is shown, also those outside any sample.
    pub(crate) fn shows_facts(&self) -> bool {
        self.facts || self.buyer.is_some() || self.id.is_some()
    }
}

/// Verdicts to show.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum VerdictFilter {
    /// Answered in time.
    Hit,
    /// Late or never.
    Miss,
    /// Never answered.
    Unanswered,
    /// Outside both sides.
    Dropped,
    /// Still open.
    Pending,
}

/// How explanations are printed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum ExplainFormat {
    /// For people.
    Table,
    /// One object a line.
    Json,
}

/// `yingda calibrate`
#[derive(Args, Clone, Debug)]
pub(crate) struct CalibrateArgs {
    #[command(flatten)]
    pub(crate) input: InputArgs,
    /// Figures read off the platform's panel (CSV: shop, metric, day or from and to, value);
    /// `observed` facts of the logs are used too
    #[arg(long, value_name = "PANEL")]
    pub(crate) observed: Vec<PathBuf>,
    /// Only these metrics
    #[arg(long, short, value_name = "METRIC", value_delimiter = ',')]
    pub(crate) metric: Vec<String>,
    /// Only these shops
    #[arg(long, value_name = "SHOP", value_delimiter = ',')]
    pub(crate) shop: Vec<String>,
    /// A folder of your own rulebooks, beside the shipped ones or in their place
    #[arg(long, value_name = "DIR")]
    pub(crate) rulebooks: Option<PathBuf>,
    /// How many of the rounds on which candidates differ are listed, for each metric
    #[arg(long, value_name = "N", default_value_t = 20)]
    pub(crate) rounds: usize,
    /// How to print
    #[arg(long, short, value_enum, default_value_t = CalibrateFormat::Table)]
    pub(crate) format: CalibrateFormat,
}

/// How a calibration is printed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum CalibrateFormat {
    /// For people.
    Table,
    /// One object a line: metrics, readings, figures, rounds.
    Json,
    /// One line a figure, with a header.
    Csv,
}

/// `yingda rules`
#[derive(Args, Clone, Debug)]
pub(crate) struct RulesArgs {
    /// Metrics, as `taobao/human-reply-3m`, or platforms, as `taobao`
    #[arg(value_name = "METRIC")]
    pub(crate) metrics: Vec<String>,
    /// Only metrics of these platforms
    #[arg(long, value_name = "PLATFORM", value_delimiter = ',')]
    pub(crate) platform: Vec<String>,
    /// What changed after one day, up to another (included)
    #[arg(long, num_args = 2, value_names = ["FROM", "TO"])]
    #[arg(conflicts_with_all = ["schema", "keys"])]
    pub(crate) between: Option<Vec<String>>,
    /// Also show the worked cases in full
    #[arg(long)]
    pub(crate) cases: bool,
    /// Write the reference pages (Markdown, both languages) into a folder
    #[arg(long, value_name = "DIR", conflicts_with_all = ["schema", "keys", "between"])]
    pub(crate) pages: Option<PathBuf>,
    /// A folder of your own rulebooks, beside the shipped ones or in their place
    #[arg(long, value_name = "DIR")]
    pub(crate) rulebooks: Option<PathBuf>,
    /// Print the JSON Schema of rule files, for editors
    #[arg(long)]
    pub(crate) schema: bool,
    /// Print every key of the rule language
    #[arg(long, conflicts_with = "schema")]
    pub(crate) keys: bool,
    /// How to print
    #[arg(long, short, value_enum, default_value_t = ExplainFormat::Table)]
    pub(crate) format: ExplainFormat,
}

/// `yingda check`
#[derive(Args, Clone, Debug)]
pub(crate) struct CheckArgs {
    /// Rule files, registries, profiles (TOML), logs, panels (CSV), or folders of rulebooks
    #[arg(required_unless_present = "profiles", value_name = "FILE")]
    pub(crate) files: Vec<PathBuf>,
    #[command(flatten)]
    pub(crate) shape: ShapeArgs,
    /// List the shipped profiles
    #[arg(long)]
    pub(crate) profiles: bool,
    /// Show the texts of messages in the preview
    #[arg(long, requires = "profile")]
    pub(crate) text: bool,
}

/// `yingda pack`
#[derive(Args, Clone, Debug)]
pub(crate) struct PackArgs {
    /// Logs: CSV, JSON Lines (both also .gz, .zst), Parquet, or folders that `yingda pack` wrote;
    /// `-` is standard input
    #[arg(required_unless_present = "verify", value_name = "LOG")]
    pub(crate) logs: Vec<PathBuf>,
    /// The folder of the archive: an empty or new one, or one in which the same logs were packed
    #[arg(long, short, value_name = "DIR", required_unless_present = "verify")]
    pub(crate) output: Option<PathBuf>,
    /// Look whether the archive in a folder is whole, instead of writing one
    #[arg(long, value_name = "DIR", conflicts_with_all = ["logs", "output"])]
    pub(crate) verify: Option<PathBuf>,
    /// Stop at the first row that is not a fact
    #[arg(long)]
    pub(crate) strict: bool,
    /// Where rejected rows go [default: LOG.rejected.csv beside each log; stdin.rejected.csv in the
    /// working folder for standard input]
    #[arg(long, value_name = "FILE")]
    pub(crate) rejected: Option<PathBuf>,
    #[command(flatten)]
    pub(crate) shape: ShapeArgs,
}
