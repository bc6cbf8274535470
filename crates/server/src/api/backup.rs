//! `POST /v1/backup`.

use std::fs::File;
use std::io::Read;
use std::path::{Path, PathBuf};
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use axum::body::Body;
use axum::extract::{FromRef, State};
use axum::http::header;
use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use futures_core::Stream;
use tokio::sync::mpsc;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::stored::StoreState;
use super::words::Binary;
use crate::blocking;
use crate::caller::{Authenticated, Doorkeeper};
use crate::problem::{self, Problem};
use crate::role::Permission;

/// Bytes that are read at a time, and how many such pieces wait to be sent.
const PIECE: usize = 256 << 10;
const AHEAD: usize = 4;

/// What the route needs.
#[derive(Clone)]
pub(crate) struct BackupState {
    pub(crate) stored: StoreState,
    /// Where the backup is made before it is sent.
    pub(crate) folder: Arc<Path>,
}

impl FromRef<BackupState> for Doorkeeper {
    fn from_ref(state: &BackupState) -> Self {
        state.stored.doorkeeper.clone()
    }
}

pub(crate) fn routes() -> OpenApiRouter<BackupState> {
    OpenApiRouter::new().routes(routes!(make_backup))
}

problem::described! {
    /// What may go wrong with a backup.
    BackupProblems: [SignInNeeded, NotAllowed, OtherOrigin]
}

/// Make a backup.
///
/// The answer is one SQLite file with everything that is stored at one moment, whatever the
/// database; `yingda restore` takes it. Texts in it stay sealed: without the server's key file
/// nobody reads them. For owners who reach every shop.
#[utoipa::path(
    post,
    path = "/v1/backup",
    tag = "backup",
    operation_id = "make_backup",
    responses(
        (status = 200, description = "The backup.", body = inline(Binary),
            content_type = "application/vnd.sqlite3"),
        BackupProblems,
    ),
    security(("token" = []), ("session" = [])),
)]
async fn make_backup(
    State(state): State<BackupState>,
    Authenticated(caller): Authenticated,
) -> Result<Response, Problem> {
    caller.needs_everywhere(Permission::ChangeUsers)?;
    let (store, scope, folder) = (state.stored.store, caller.scope().clone(), state.folder);
    let (file, bytes) = blocking::run(move || {
        // Two at a time do not meet, and nobody guesses the name.
        let name = secret::random::<8>().map(|bytes| secret::hex(&bytes)).unwrap_or_default();
        let path = folder.join(format!("backup-{name}.part"));
        let made = store.backup(&scope, &path).and_then(|_| open(&path));
        // An open file stays until it is read; a failed one leaves nothing behind.
        let _ = std::fs::remove_file(&path);
        made
    })
    .await?;
    let (sender, pieces) = mpsc::channel(AHEAD);
    tokio::task::spawn_blocking(move || send(file, &sender));
    let headers = [
        (header::CONTENT_TYPE, "application/vnd.sqlite3".to_owned()),
        (header::CONTENT_LENGTH, bytes.to_string()),
        (header::CONTENT_DISPOSITION, "attachment; filename=\"yingda.backup\"".to_owned()),
    ];
    Ok((headers, Body::from_stream(Pieces(pieces))).into_response())
}

fn open(path: &PathBuf) -> store::Result<(File, u64)> {
    let opened = File::open(path).and_then(|file| Ok((file.metadata()?.len(), file)));
    let failed = |error: std::io::Error| store::Error::File {
        path: path.display().to_string(),
        detail: error.to_string(),
    };
    opened.map(|(bytes, file)| (file, bytes)).map_err(failed)
}

type Piece = std::io::Result<Bytes>;

/// Reads a file to its end, or until nobody listens.
fn send(mut file: File, sender: &mpsc::Sender<Piece>) {
    let mut buffer = vec![0; PIECE];
    loop {
        let piece = match file.read(&mut buffer) {
            Ok(0) => return,
            Ok(n) => Ok(Bytes::copy_from_slice(&buffer[..n])),
            Err(error) => Err(error),
        };
        let is_last = piece.is_err();
        if sender.blocking_send(piece).is_err() || is_last {
            return;
        }
    }
}

/// Pieces as the body of an answer.
struct Pieces(mpsc::Receiver<Piece>);

impl Stream for Pieces {
    type Item = Piece;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Piece>> {
        self.0.poll_recv(cx)
    }
}
