//! The bodies as the tests have them.

#[path = "../../crates/jmap/tests/it/bodies.rs"]
pub mod bodies;
#[path = "../../crates/jmap/tests/it/world.rs"]
pub mod world;
