//! One lane: a request at a time, until it is answered.

use std::hash::{BuildHasher, RandomState};
use std::ops::Range;
use std::sync::mpsc::Receiver;
use std::time::Duration;

use serde::Deserialize;

use super::Shared;
use super::batch::Batch;
use crate::client::{Client, Trouble};
use crate::clock::Stopwatch;
use crate::failure::Failure;

/// How long a request is tried again before the sending gives up.
const PATIENCE: Duration = Duration::from_secs(300);

/// How hard bodies are packed: zstd's own default.
const LEVEL: i32 = 3;

/// The answer to a request.
#[derive(Deserialize)]
struct Answer {
    rows: Vec<RowAnswer>,
    #[serde(default)]
    unknown_platforms: Vec<UnknownPlatform>,
}

/// A platform of which the server knows no rules.
#[derive(Deserialize)]
struct UnknownPlatform {
    platform: String,
    rows: u64,
    message: String,
}

/// The answer to a row.
#[derive(Deserialize)]
struct RowAnswer {
    outcome: Outcome,
    column: Option<String>,
    code: Option<String>,
    message: Option<String>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Outcome {
    Accepted,
    Duplicate,
    Rejected,
}

/// Sends batches until no more come, or one cannot be sent.
pub(super) fn run(client: &Client, batches: Receiver<Batch>, shared: &Shared<'_>) {
    for batch in batches {
        if shared.has_failed() {
            return;
        }
        if let Err(failure) = send(client, &batch, 0..batch.len(), shared) {
            shared.fail(failure);
            return;
        }
    }
}

/// Sends some rows of a batch; in two halves where the server takes less at a time.
fn send(
    client: &Client,
    batch: &Batch,
    rows: Range<usize>,
    shared: &Shared<'_>,
) -> Result<(), Failure> {
    let (body, places) = batch.body(rows.clone());
    let packed = zstd::encode_all(&body[..], LEVEL).map_err(Failure::new)?;
    drop(body);
    match ask(client, &packed, shared) {
        Ok(bytes) => {
            let answer: Option<Answer> = serde_json::from_slice(&bytes).ok();
            let answer = answer.filter(|answer| answer.rows.len() == places.len());
            let answer = answer.ok_or_else(|| client.not_understood())?;
            note(batch, &places, &answer, shared);
            Ok(())
        }
        Err(Trouble::TooLarge(_)) if rows.len() > 1 => {
            let middle = rows.start + rows.len() / 2;
            send(client, batch, rows.start..middle, shared)?;
            send(client, batch, middle..rows.end, shared)
        }
        Err(Trouble::TooLarge(why)) => {
            let fields =
                shared.fields(batch.source, batch.line(rows.start), ["", "too-large", &why, ""]);
            shared.reject(batch.source, &fields);
            let tally = &mut shared.lock().tallies[batch.source];
            tally.sent += 1;
            tally.rejected += 1;
            Ok(())
        }
        Err(Trouble::Again { why, .. }) => Err(Failure::new(why)),
        Err(Trouble::Final(failure)) => Err(failure),
    }
}

/// Sends a body until it is answered: a server that is busy, stops or starts again is waited for.
fn ask(client: &Client, packed: &[u8], shared: &Shared<'_>) -> Result<Vec<u8>, Trouble> {
    let (began, dice) = (Stopwatch::start(), RandomState::new());
    for n in 0.. {
        let (why, wait) = match client.post_rows(shared.path, packed.to_vec()) {
            Ok(bytes) => {
                shared.lock().reached = true;
                return Ok(bytes);
            }
            // Who was never there will not come: the address is wrong, or nothing runs there.
            Err(Trouble::Again { why, unreached: true, .. }) if !shared.lock().reached => {
                return Err(Trouble::Final(Failure::new(why)));
            }
            Err(Trouble::Again { why, wait, .. }) => (why, wait),
            Err(trouble) => return Err(trouble),
        };
        let wait = wait.unwrap_or_else(|| pause(n, dice.hash_one(n)));
        if began.elapsed() + wait > PATIENCE {
            return Err(Trouble::Final(Failure::new(shared.lang.of(
                format!("{why}; given up after several tries. Run the command again later"),
                format!("{why}；多次重试未成功，已放弃。请稍后重新运行"),
            ))));
        }
        shared.wait(wait);
        if shared.has_failed() {
            // The other lane's failure is told.
            return Err(Trouble::Final(Failure::new(why)));
        }
    }
    Err(Trouble::Final(client.not_understood()))
}

/// How long to wait where the server does not say: at first not at all, as a connection that was
/// closed while it lay idle needs no wait; then longer each time, up to 15 seconds, give or take a
/// quarter so that lanes do not come together.
fn pause(n: u32, chance: u64) -> Duration {
    let Some(n) = n.checked_sub(1) else { return Duration::ZERO };
    let ms = 200u64 << n.min(7);
    let ms = ms.min(15_000);
    Duration::from_millis(ms * 3 / 4 + chance % (ms / 2).max(1))
}

/// Counts what became of the rows. A row of those that came before may be answered as accepted,
/// where its own request comes later or was lost: it is a new fact all the same.
fn note(batch: &Batch, places: &[Option<usize>], answer: &Answer, shared: &Shared<'_>) {
    let (mut accepted, mut rejected, mut has_conflicts) = (0, 0, false);
    for (place, row) in places.iter().zip(&answer.rows) {
        accepted += u64::from(row.outcome == Outcome::Accepted);
        let (Some(place), Outcome::Rejected) = (place, row.outcome) else { continue };
        rejected += 1;
        let text = |text: &Option<String>| text.clone().unwrap_or_default();
        let (column, code, message) = (text(&row.column), text(&row.code), text(&row.message));
        has_conflicts |= code == "id-conflict";
        let told = [&*column, &*code, &*message, ""];
        shared.reject(batch.source, &shared.fields(batch.source, batch.line(*place), told));
    }
    let mut state = shared.lock();
    state.has_conflicts |= has_conflicts;
    for UnknownPlatform { platform, rows, message } in &answer.unknown_platforms {
        let told = state.unknown.entry(platform.clone()).or_insert_with(|| (0, message.clone()));
        told.0 += rows;
    }
    let sent = places.iter().flatten().count() as u64;
    state.tallies[batch.source].add(&super::Tally { sent, accepted, rejected });
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pauses_grow_and_end() {
        assert_eq!(pause(0, 9), Duration::ZERO);
        for n in 1..40 {
            for chance in [0, 7, u64::MAX] {
                let ms = pause(n, chance).as_millis();
                assert!((150..=18_750).contains(&ms), "{n}: {ms}");
            }
        }
        assert!(pause(2, 0) > pause(1, 0));
    }
}
