//! Archives from end to end: what comes out is what went in.

mod folder;
mod interrupted;
mod logs;
mod round_trip;
mod verified;
