//! The mission, sentence by sentence: what the system shall do, end to end.

mod s04_any_client_id;
