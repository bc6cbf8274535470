//! Bodies as they were before they were packed, never more of them than may be.

use std::io::{self, BufReader, Read};

use axum::http::{HeaderMap, header};

use crate::problem::{Kind, Problem};

/// The greatest window of a zstd frame, as a power of two: 8 MiB, which RFC 8878 asks of every
/// decoder. More would let a caller choose how much memory we take.
const ZSTD_WINDOW: u32 = 23;

/// How a body is packed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Packing {
    /// Not at all.
    Plain,
    /// By gzip.
    Gzip,
    /// By zstd.
    Zstd,
}

impl Packing {
    /// The packing that `Content-Encoding` names.
    ///
    /// # Errors
    ///
    /// [`Kind::UnsupportedType`] for others, and for several on top of one another.
    pub fn of(headers: &HeaderMap) -> Result<Self, Problem> {
        let mut values = headers.get_all(header::CONTENT_ENCODING).into_iter();
        let packing = match (values.next(), values.next()) {
            (None, _) => Some(Self::Plain),
            (Some(value), None) => value.to_str().ok().and_then(Self::of_word),
            (Some(_), Some(_)) => None,
        };
        packing.ok_or_else(|| {
            Problem::new(Kind::UnsupportedType).detail(
                "expected a `Content-Encoding` of `gzip`, `zstd` or `identity`, and only one",
                "`Content-Encoding` 应为 `gzip`、`zstd` 或 `identity` 之一，且只能有一个",
            )
        })
    }

    fn of_word(word: &str) -> Option<Self> {
        let word = word.trim().to_ascii_lowercase();
        match word.as_str() {
            "" | "identity" => Some(Self::Plain),
            "gzip" | "x-gzip" => Some(Self::Gzip),
            "zstd" => Some(Self::Zstd),
            _ => None,
        }
    }

    /// Reads what was packed.
    ///
    /// # Errors
    ///
    /// Where the unpacker cannot be set up.
    pub fn reader<'a>(self, packed: &'a [u8]) -> io::Result<Box<dyn Read + 'a>> {
        Ok(match self {
            Self::Plain => Box::new(packed),
            Self::Gzip => Box::new(flate2::bufread::MultiGzDecoder::new(packed)),
            Self::Zstd => {
                let mut decoder = zstd::stream::read::Decoder::with_buffer(packed)?;
                decoder.window_log_max(ZSTD_WINDOW)?;
                Box::new(BufReader::new(decoder))
            }
        })
    }
}
