//! `yingda generate`: made-up logs of chats, of any size, that look like real ones.
//!
//! Shops differ in size by orders of magnitude; buyers come in the day's waves, ask in bursts,
//! return; bots answer first and hand over; accounts work in shifts, at their own pace, pass
//! buyers on, forget some. The same options write the same bytes on every machine: chance is
//! counted in integers. The same facts come out whatever their order or form.
//!
//! `violation` and `observed` never occur: they are what a platform concluded.

mod cast;
mod column;
mod consult;
mod dice;
mod flow;
mod phrases;
mod settings;
mod sink;
#[cfg(test)]
mod tests;
mod world;

use std::io;

use facts::FactKind;

pub(crate) use cast::{Role, Staging, stage};
use flow::Flow;
use settings::Settings;
pub(crate) use settings::{GenerateArgs, GenerateError, whole_number};
use sink::Sink;

/// What was written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct GenerateReport {
    /// How many facts. Fewer than asked for only when the reader of standard output went away.
    pub(crate) rows: u64,
    /// How many facts of each kind, by [`FactKind::code`].
    pub(crate) kinds: [u64; FactKind::ALL.len()],
}

impl GenerateReport {
    /// One line for people.
    pub(crate) fn english(&self) -> String {
        let messages = self.kinds[usize::from(FactKind::Message.code())];
        format!("{} facts written, {messages} of them messages", self.rows)
    }

    /// The same in Chinese.
    pub(crate) fn chinese(&self) -> String {
        let messages = self.kinds[usize::from(FactKind::Message.code())];
        format!("写出 {} 条事实，其中消息 {messages} 条", self.rows)
    }
}

/// Writes a log.
///
/// `progress` is called now and then with the number of facts written and asked for.
///
/// # Errors
///
/// [`GenerateError`] when an argument is not what it should be, or the log cannot be written. The
/// file is then not there, or as it was before.
pub(crate) fn run(
    args: &GenerateArgs,
    progress: &mut dyn FnMut(u64, u64),
) -> Result<GenerateReport, GenerateError> {
    produce(&args.check()?, &mut |done, all| {
        progress(done, all);
        true
    })
}

/// Writes a log; `progress` says whether to go on.
fn produce(
    settings: &Settings,
    progress: &mut dyn FnMut(u64, u64) -> bool,
) -> Result<GenerateReport, GenerateError> {
    let mut sink = Sink::open(settings)?;
    let mut report = GenerateReport { rows: 0, kinds: [0; FactKind::ALL.len()] };
    let written = write(settings, &mut sink, &mut report, progress);
    match written {
        Ok(()) => finish(sink.close(), settings)?,
        Err(error) => {
            sink.abandon();
            finish(Err(error), settings)?;
        }
    }
    Ok(report)
}

fn write(
    settings: &Settings,
    sink: &mut Sink<'_>,
    report: &mut GenerateReport,
    progress: &mut dyn FnMut(u64, u64) -> bool,
) -> Result<(), GenerateError> {
    Flow::new(settings).run(|world, rows| {
        sink.write(world, rows)?;
        report.rows += rows.len() as u64;
        for row in rows {
            report.kinds[usize::from(row.kind.code())] += 1;
        }
        match progress(report.rows, settings.rows) {
            true => Ok(()),
            false => Err(GenerateError::Write {
                path: settings.output.clone(),
                cause: io::ErrorKind::Interrupted.into(),
            }),
        }
    })
}

/// A reader of standard output that has seen enough (`| head`) is no failure.
fn finish(done: Result<(), GenerateError>, settings: &Settings) -> Result<(), GenerateError> {
    match done {
        Err(GenerateError::Write { cause, .. })
            if settings.output.is_none() && cause.kind() == io::ErrorKind::BrokenPipe =>
        {
            Ok(())
        }
        other => other,
    }
}
