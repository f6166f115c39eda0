//! RFC 8620 over the real server: the session, what is no request, what is no call, and the standard methods.

mod callers;
mod lost_database;
mod s2_session;
mod s3_6_1_problems;
mod s3_6_2_methods;
mod s5_1_get;
mod s5_2_changes;
mod s5_3_set;
mod s5_5_query;
mod s7_3_event_source;
