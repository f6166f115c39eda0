//! The pages as a whole.

mod inert;
mod samples;
mod sentences;
