//! The oracle against cases worked by hand, so that it is trusted by itself.
#![allow(missing_docs)]

mod axes;
mod clarifications;
mod stage;
