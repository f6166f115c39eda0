//! Who may read the metrics without a key: an address that is listed, if it is that of the reader.

use crate::world::World;

const LOOPBACK: &str = "127.0.0.0/8";

/// Restarts with these networks allowed and these proxies listed.
async fn restart(world: &World, allow: &[&str], proxies: &[&str]) {
    let networks = |texts: &[&str]| texts.iter().map(|text| text.parse().expect("a network")).collect();
    world
        .restart_with(|config| {
            config.metrics_allow = networks(allow);
            config.trusted_proxies = networks(proxies);
        })
        .await;
}

async fn status(world: &World, name: &str, value: &str) -> u16 {
    world.get("/metrics").header(name, value).send().await.status
}

both! {
    async fn a_listed_address_reads_them(world: World) {
        world.get("/metrics").send().await.is(401);
        restart(&world, &[LOOPBACK], &[]).await;
        world.get("/metrics").send().await.is(200);
    }

    async fn what_a_proxy_on_this_host_sends_on_does_not_come_from_this_host(world: World) {
        restart(&world, &[LOOPBACK], &[]).await;
        for (name, value) in [
            ("x-forwarded-for", "203.0.113.9"),
            ("x-forwarded-for", "127.0.0.1"),
            ("forwarded", "for=203.0.113.9"),
            ("x-real-ip", "203.0.113.9"),
            ("x-forwarded-host", "login.example.com"),
            ("via", "1.1 proxy"),
        ] {
            assert_eq!(status(&world, name, value).await, 401, "{name}: {value}");
        }
    }

    async fn what_a_listed_proxy_sends_on_comes_from_whom_it_names(world: World) {
        restart(&world, &[LOOPBACK, "198.51.100.0/24"], &[LOOPBACK]).await;
        assert_eq!(status(&world, "x-forwarded-for", "198.51.100.7").await, 200);
        assert_eq!(status(&world, "x-forwarded-for", "203.0.113.9").await, 401);
        assert_eq!(status(&world, "forwarded", "for=198.51.100.7").await, 401);
    }
}
