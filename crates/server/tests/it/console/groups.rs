//! Groups: made, filled, emptied and deleted in the console.

use super::{console, id_on, visit};
use crate::world::{ADMIN_PASSWORD, PASSWORD, World};

both! {
    async fn an_account_is_put_into_a_group_and_both_pages_say_so(world: World) {
        let alice = world.account("alice", PASSWORD).await.id;
        let mut console = console(&world).await;
        console.get("/admin/groups/new").await.page().is(200).shows("New group");
        let page = console.press("account-save", &[("name", "editors"), ("description", "Editors")]).await.page();
        page.is(200).shows("Saved").shows("Nobody is in it");
        let group = id_on(&page, "/admin/groups/");
        console.get(&format!("/admin/accounts/{alice}/edit")).await.page().shows("editors");
        console.press("account-save", &[("group", group.as_str())]).await.page().is(200).shows("editors");
        console.get(&format!("/admin/groups/{group}")).await.page().shows("alice").shows("1 member in a list");
        console.get(&format!("/admin/accounts?group={group}")).await.page().shows("alice").shows("1 account ");
        console.get("/admin/groups").await.page().shows("1 group ").shows("editors");
    }

    async fn deleting_a_group_leaves_its_members(world: World) {
        let jmap = world.admin_jmap().await;
        let group = jmap.create("x:Account/set", serde_json::json!({ "@type": "Group", "name": "editors" })).await;
        let group = group["id"].as_str().expect("an id").to_owned();
        jmap.create("x:Account/set", serde_json::json!({ "name": "ann", "memberGroupIds": { &group: true } })).await;
        let mut console = console(&world).await;
        console.get(&format!("/admin/groups/{group}/delete")).await.page().shows("Its members stay");
        console.press("confirm", &[]).await.page().shows("It was deleted").shows("0 groups");
        let ann = world.account_named("ann").await.id;
        let page = console.get(&format!("/admin/accounts/{ann}")).await.page();
        assert!(page.is(200).text.contains("Changed") && !page.text.contains("editors"));
    }

    async fn a_group_is_no_account_and_an_account_no_group(world: World) {
        let jmap = world.admin_jmap().await;
        let group = jmap.create("x:Account/set", serde_json::json!({ "@type": "Group", "name": "editors" })).await;
        let (group, admin) = (group["id"].as_str().expect("an id").to_owned(), world.admin().await.id);
        let mut console = console(&world).await;
        for path in [format!("/admin/accounts/{group}"), format!("/admin/accounts/{group}/password"), format!("/admin/groups/{admin}")] {
            console.get(&path).await.page().is(404);
        }
        let page = console.get("/admin/accounts").await.page();
        assert!(!page.text.contains("editors"));
    }

    async fn below_the_path_of_an_issuer_groups_are_still_no_accounts(world: World) {
        world.restart_under("/sso").await;
        let mut console = visit(&world, "/sso/admin/groups/new", "admin", ADMIN_PASSWORD).await;
        console.page().is(200).shows("New group");
        console.press("account-save", &[("name", "editors")]).await.page().is(200).shows("Nobody is in it");
        console.get("/sso/admin/groups").await.page().shows("editors").shows("1 group ");
    }
}
