//! The real program, killed, stopped and listened to. Rows F01, F02, F14, P17 and P18 of the security plan.

mod kill;
mod program;
mod secrets;
mod stop;
mod store;

/// `both_places! { async fn a_sentence(place: Place) { … } }` runs a test of the program on both databases.
macro_rules! both_places {
    ($(async fn $name:ident($place:ident: $type:ty) $body:block)*) => {
        $(async fn $name($place: $type) $body)*

        mod sqlite {
            $(#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn $name() {
                super::$name(crate::world::Place::on_sqlite().await).await;
            })*
        }

        mod postgres {
            $(#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn $name() {
                super::$name(crate::world::Place::on_postgres().await).await;
            })*
        }
    };
}
use both_places;
