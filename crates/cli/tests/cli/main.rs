//! The binary as its users call it. One test program: its parts share what it takes to link it.
#![allow(missing_docs)]

mod archived;
mod asked;
mod backup;
mod binary;
mod calibrate;
mod cases;
mod commands;
mod connectors;
mod demo;
mod import;
mod pack;
mod pieces;
mod postgres;
mod profiles;
mod repeats;
mod replay;
mod rules;
mod served;
mod standin;
mod standing;
mod user;
mod watched;
