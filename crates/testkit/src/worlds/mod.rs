//! Made-up worlds: all the small ones, and large random ones.

mod chance;
mod random;
mod row;
mod small;

pub use chance::Chance;
pub use random::{PERFUNCTORY_TEXT, RandomParams, RandomWorld, RowOrder, ThreadFacts};
pub use row::{HEADER, Row, to_csv};
pub use small::{SmallWorlds, describe, small_worlds};
