//! Each test once, on both databases, in a world of its own.

use super::{World, place::Place};

/// `both! { async fn a_sentence(world: World) { … } }` makes the tests `sqlite::a_sentence` and `postgres::a_sentence`, each with a
/// fresh server that is gone when the test ends, whether it passed or not.
macro_rules! both {
    ($($(#[$meta:meta])* async fn $name:ident($world:ident: $type:ty) $body:block)*) => {
        $($(#[$meta])* async fn $name($world: $type) $body)*

        mod sqlite {
            $(#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn $name() {
                crate::world::both::on_sqlite(super::$name).await;
            })*
        }

        mod postgres {
            $(#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn $name() {
                crate::world::both::on_postgres(super::$name).await;
            })*
        }
    };
}

pub(crate) async fn on_sqlite<F: Future<Output = ()> + Send + 'static>(test: fn(World) -> F) {
    play(Place::on_sqlite().await, test).await;
}

pub(crate) async fn on_postgres<F: Future<Output = ()> + Send + 'static>(test: fn(World) -> F) {
    play(Place::on_postgres().await, test).await;
}

async fn play<F: Future<Output = ()> + Send + 'static>(place: Place, test: fn(World) -> F) {
    let world = World::start(place).await;
    let played = tokio::spawn(test(world.clone())).await;
    world.end().await;
    if let Err(failed) = played {
        std::panic::resume_unwind(failed.into_panic());
    }
}
