//! The mission, sentence by sentence: what the system shall do, end to end.

mod s01;
mod s02;
mod s03;
mod s04;
mod s05;
mod s06;
mod s07;
mod s08;
mod s10;
mod s11;
mod s12;
