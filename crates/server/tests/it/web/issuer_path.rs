//! An issuer may have a path; every page and form is then below it.

use crate::world::{ADMIN_PASSWORD, World};

both! {
    async fn signing_in_and_out_works_below_the_path_of_the_issuer(world: World) {
        world.restart_under("/tenants/one").await;
        let mut browser = world.browser();
        browser.get("/tenants/one/login").await.page().is(200);
        let signed_in = browser.press("login-submit", &[("username", "admin"), ("password", ADMIN_PASSWORD)]).await;
        signed_in.page().is(200);
        browser.get("/tenants/one/logout").await.page().is(200).shows("admin");
        browser.press("logout-confirm", &[]).await.page().is(200);
    }

    async fn the_stylesheet_of_a_page_below_the_issuers_path_is_there(world: World) {
        world.restart_under("/tenants/one").await;
        let page = world.get("/tenants/one/login").send().await;
        let html = String::from_utf8_lossy(&page.body).into_owned();
        assert!(html.contains("href=\"/tenants/one/assets/wayleave.css\""), "{html}");
        assert_eq!(world.get("/tenants/one/assets/wayleave.css").send().await.status, 200);
    }
}
