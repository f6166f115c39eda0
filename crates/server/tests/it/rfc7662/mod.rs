//! What a token is worth right now, and who may ask.

mod answers;
mod askers;
