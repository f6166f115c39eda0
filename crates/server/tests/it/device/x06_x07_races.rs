//! One decision and one redemption, under 64 hands.

use server::clock;
use tokio::task::JoinSet;

use super::Device;
use crate::world::{Call, World};

const CONTENDERS: usize = 64;

async fn at_once(calls: Vec<Call>) -> Vec<crate::world::Answer> {
    calls.into_iter().map(Call::send).collect::<JoinSet<_>>().join_all().await
}

fn says(answers: &[crate::world::Answer], text: &str) -> usize {
    answers.iter().filter(|answer| String::from_utf8_lossy(&answer.body).contains(text)).count()
}

both! {
    async fn x06_of_64_that_allow_and_deny_one_decides(world: World) {
        let device = Device::asking(&world).await;
        let mut alice = world.alice().await;
        device.shown_to(&mut alice).await.is(200);
        let buttons = ["device-allow", "device-deny", "device-report", "device-allow"];
        let calls = (0..CONTENDERS).map(|number| alice.submission(buttons[number % 4], &[])).collect();
        let answers = at_once(calls).await;
        let (won, lost): (Vec<_>, Vec<_>) = answers.into_iter().partition(|answer| answer.status == 200);
        assert_eq!(won.len(), 1);
        assert!(lost.iter().all(|answer| answer.status == 403));
        let is_allowed = says(&won, "Device connected") == 1;
        assert_eq!(world.rows("SELECT id FROM grants", []).await.len(), usize::from(is_allowed));
        assert_eq!(device.poll().await.status == 200, is_allowed);
    }

    async fn x06_when_the_end_comes_in_between_there_is_one_outcome(world: World) {
        let device = Device::asking(&world).await;
        let mut alice = world.alice().await;
        device.shown_to(&mut alice).await.is(200);
        let calls = (0..CONTENDERS).map(|_| alice.submission("device-allow", &[])).collect();
        let end = world.sql("UPDATE device_requests SET expires_at = $1 WHERE decided_at IS NULL", [clock::now().into()]);
        let (answers, ()) = tokio::join!(at_once(calls), end);
        let won = answers.iter().filter(|answer| answer.status == 200).count();
        assert!(won <= 1 && says(&answers, "Device connected") == won);
        assert_eq!(world.rows("SELECT id FROM grants", []).await.len(), won);
        let heard = device.poll().await;
        assert_eq!(if won == 1 { "" } else { "expired_token" }, heard.json["error"].as_str().unwrap_or_default());
    }

    async fn x07_d08_of_64_that_ask_while_it_is_allowed_one_gets_tokens_and_keeps_them(world: World) {
        let device = Device::asking(&world).await;
        let mut alice = world.alice().await;
        device.shown_to(&mut alice).await.is(200);
        let poll = || device.client.call("/token", device.form());
        let mut calls: Vec<_> = (0..CONTENDERS).map(|_| poll()).collect();
        calls.insert(CONTENDERS / 2, alice.submission("device-allow", &[]));
        let mut answers = at_once(calls).await;
        assert_eq!(says(&answers, "Device connected"), 1);
        answers.extend(at_once((0..CONTENDERS).map(|_| poll()).collect()).await);
        let (won, lost): (Vec<_>, Vec<_>) = answers.into_iter().partition(|answer| answer.has("access_token"));
        assert_eq!(won.len(), 1);
        for answer in lost.iter().filter(|answer| answer.status != 200) {
            assert!(["authorization_pending", "slow_down", "invalid_grant"].contains(&answer.is(400).text("error").as_str()));
        }
        assert!(world.is_active(&won[0].text("access_token")).await);
        assert_eq!(world.rows("SELECT id FROM refresh_tokens", []).await.len(), 1);
    }

    async fn p44_of_64_that_ask_at_once_none_makes_the_interval_shrink_and_none_is_lost(world: World) {
        let device = Device::asking(&world).await;
        let calls = (0..CONTENDERS).map(|_| device.client.call("/token", device.form())).collect();
        let answers = at_once(calls).await;
        let pending = answers.iter().filter(|answer| answer.text("error") == "authorization_pending").count();
        assert_eq!(pending, 1, "the others came too soon");
        assert!(answers.iter().all(|answer| answer.status == 400));
        let interval = world.rows("SELECT poll_interval FROM device_requests", []).await[0].int(0).expect("a number");
        assert!(interval >= 10_000 && interval % 5_000 == 0, "{interval}");
    }

    async fn d12_of_64_that_guess_at_once_five_are_looked_at(world: World) {
        Device::asking(&world).await;
        let mut alice = world.alice().await;
        alice.get("/device").await.page();
        let calls = (0..CONTENDERS).map(|_| alice.submission("device-continue", &[("user_code", "BBBB-BBBB")])).collect();
        let answers = at_once(calls).await;
        let looked = answers.iter().filter(|answer| answer.status == 403).count();
        assert_eq!((looked, answers.iter().filter(|answer| answer.status == 429).count()), (5, CONTENDERS - 5));
    }
}
